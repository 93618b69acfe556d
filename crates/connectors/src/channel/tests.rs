use proptest::prelude::*;

use super::*;

/// What attackers write, and anything else.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "@channel",
        "<!here>",
        "<@U123>",
        "@everyone",
        "@room",
        "[~admin]",
        "http://evil.example/x",
        "www.evil.example",
        "javascript:alert(1)",
        "mailto:a@evil.example",
        "<script>x</script>",
        "<a href='x'>",
        "](http://evil.example)",
        "```",
        "{code}",
        "\r\nBcc: all@evil.example",
        "\n\n",
        "=cmd|' /C calc'!A0",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\"",
        "'",
        ",",
        ";",
        "\u{202e}",
        "\u{200b}",
        "&lt;",
        "data:text/html,x",
        " ",
        "printer",
        "!img.png!",
        "＝1+1",
    ]);
    prop::collection::vec(prop_oneof![pieces.prop_map(str::to_owned), "\\PC{0,6}"], 0..12)
        .prop_map(|parts| parts.concat())
}

/// What an element holds, if nothing in it is markup.
fn inside(element: &str) -> Option<String> {
    let inside = element.strip_prefix("<pre>")?.strip_suffix("</pre>")?;
    if inside.contains(['<', '>', '"', '\'', '[', ']', '{', '}', '`', '~', '|', '!', '*', '_']) {
        return None;
    }
    let mut text = String::new();
    let mut rest = inside;
    while let Some((before, after)) = rest.split_once('&') {
        text.push_str(before);
        let (entity, behind) = after.split_once(';')?;
        let c = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            number => char::from_u32(number.strip_prefix('#')?.parse().ok()?)?,
        };
        text.push(c);
        rest = behind;
    }
    Some(text + rest)
}

fn has_no_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    let dotted = text.chars().zip(text.chars().skip(1)).zip(text.chars().skip(2));
    let mut dotted = dotted.filter(|((before, dot), after)| {
        *dot == '.' && before.is_alphanumeric() && after.is_alphabetic()
    });
    let schemes = SCHEMES.iter().any(|scheme| lower.contains(&format!("{scheme}:")));
    !text.contains(['@']) && !lower.contains("://") && dotted.next().is_none() && !schemes
}

proptest! {
    #[test]
    fn a_subject_is_one_line_without_addresses(text in texts()) {
        let subject = Channel::MailSubject.encode(&text);
        prop_assert!(!subject.contains(|c: char| c.is_control()), "{subject:?}");
        prop_assert!(has_no_link(&subject), "{subject:?}");
        prop_assert!(subject.chars().count() <= SUBJECT + 1);
    }

    #[test]
    fn a_mail_has_no_link(text in texts()) {
        let body = Channel::MailBody.encode(&text);
        prop_assert!(has_no_link(&body) && !body.contains('\r'), "{body:?}");
    }

    #[test]
    fn a_slack_message_stays_in_its_fence_and_calls_nobody(text in texts()) {
        let message = Channel::Slack.encode(&text);
        let inside = message.strip_prefix("```\n").and_then(|it| it.strip_suffix("\n```")).unwrap();
        prop_assert!(!inside.contains(['<', '>', '`']), "{inside:?}");
        prop_assert!(has_no_link(inside), "{inside:?}");
    }

    #[test]
    fn html_holds_text_alone(text in texts()) {
        for channel in [Channel::Teams, Channel::TicketNote] {
            let message = channel.encode(&text);
            let shown = inside(&message);
            prop_assert_eq!(&shown, &Some(unlinked(&visible(&text))), "{}", message);
            prop_assert!(has_no_link(&shown.unwrap_or_default()));
        }
    }

    #[test]
    fn a_matrix_message_calls_nobody_and_leads_nowhere(text in texts()) {
        let message = Channel::Matrix.encode(&text);
        prop_assert!(!message.contains(['@', '#']), "{message:?}");
        prop_assert!(has_no_link(&message), "{message:?}");
    }

    #[test]
    fn a_field_is_one_field_and_no_formula(text in texts()) {
        let file = format!("{},\"next\"\n", Channel::CsvField.encode(&text));
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), 1);
        prop_assert_eq!(rows[0].len(), 2);
        prop_assert_eq!(&rows[0][1], "next");
        let first = rows[0][0].trim_start().chars().next();
        prop_assert!(!first.is_some_and(|c| "=+-@＝＋－＠\t|%".contains(c)), "{:?}", &rows[0][0]);
    }

    #[test]
    fn what_is_invisible_does_not_arrive(text in texts()) {
        for channel in Channel::ALL {
            prop_assert!(!channel.encode(&text).contains(is_invisible));
        }
    }
}

#[test]
fn words_stay_words() {
    for (channel, text, expect) in [
        (Channel::MailSubject, "VPN down\nBcc: x", "VPN down Bcc: x"),
        (Channel::MailBody, "see http://a.example/b, v3.5", "see http[:]//a[.]example/b, v3.5"),
        (Channel::MailBody, "Done. Thanks @ all", "Done. Thanks ＠ all"),
        (Channel::Slack, "<!channel> `x`", "```\n&lt;!channel&gt; ｀x｀\n```"),
        (Channel::Matrix, "<b> #all:evil.example", "<b> ＃all:evil[.]example"),
        (Channel::Teams, "a < b", "<pre>a &lt; b</pre>"),
        (Channel::CsvField, "printer \"3\"", "\"printer \"\"3\"\"\""),
        (Channel::CsvField, "=1+1", "\"'=1+1\""),
        // A wide space is one that spreadsheets trim as well.
        (Channel::CsvField, "\u{2000}%1", "\"'\u{2000}%1\""),
    ] {
        assert_eq!(channel.encode(text), expect, "{text}");
    }
}
