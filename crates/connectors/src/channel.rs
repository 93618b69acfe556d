/// Where words of people go, each place with its own way to misread them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// The subject of a mail: one line, so that no header can follow (RFC 5322, section 2.2).
    MailSubject,
    /// The plain text of a mail.
    MailBody,
    /// A message in Slack's `mrkdwn`, as a block of code.
    Slack,
    /// A message in Teams, as HTML.
    Teams,
    /// The `body` of a Matrix message that has no other.
    Matrix,
    /// A note on a ticket of a service desk, as HTML.
    TicketNote,
    /// A field of a CSV file (RFC 4180), also safe in a spreadsheet (OWASP, "CSV Injection").
    CsvField,
}

/// A subject is cut here, in characters.
const SUBJECT: usize = 150;

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 7] = [
        Self::MailSubject,
        Self::MailBody,
        Self::Slack,
        Self::Teams,
        Self::Matrix,
        Self::TicketNote,
        Self::CsvField,
    ];

    /// Words of people for this channel: no mention, no link, no markup, no header, no formula comes of them.
    /// Nobody is addressed by them: an `@` that counts comes from the routing alone.
    #[must_use]
    pub fn encode(self, text: &str) -> String {
        match self {
            Self::MailSubject => one_line(&unlinked(&visible(text))),
            Self::MailBody => unlinked(&visible(text)),
            Self::Slack => format!("```\n{}\n```", mrkdwn(&unlinked(&visible(text)))),
            // Programs there make a link of `#room:server`, too.
            Self::Matrix => unlinked(&visible(text)).replace('#', "＃"),
            Self::Teams | Self::TicketNote => {
                format!("<pre>{}</pre>", html(&unlinked(&visible(text))))
            }
            Self::CsvField => csv(&visible(text)),
        }
    }
}

/// Without what nobody sees: control characters except line breaks and tabs, and characters that turn the
/// direction of text or take no room.
fn visible(text: &str) -> String {
    let seen = |c: &char| !is_invisible(*c) && (!c.is_control() || matches!(c, '\n' | '\t'));
    text.replace("\r\n", "\n").replace('\r', "\n").chars().filter(seen).collect()
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

/// No program makes a link or a mention of it: `@` becomes its full-width twin, `://` and the dots of names
/// are bracketed as is usual among those who write about malicious addresses.
fn unlinked(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = rest.get(c.len_utf8()..).unwrap_or_default();
        let before = safe.chars().next_back();
        match c {
            '@' => safe.push('＠'),
            ':' if behind.starts_with("//") || is_scheme(&safe) => safe.push_str("[:]"),
            '.' if is_inside_a_name(before, behind) => safe.push_str("[.]"),
            _ => safe.push(c),
        }
        rest = behind;
    }
    safe
}

/// Schemes that need no `//`.
const SCHEMES: [&str; 9] =
    ["mailto", "javascript", "data", "tel", "sms", "callto", "vbscript", "msteams", "matrix"];

fn is_scheme(before: &str) -> bool {
    let lower = before.to_lowercase();
    SCHEMES.iter().any(|scheme| lower.ends_with(scheme))
}

/// A dot between letters and a letter: `example.com`, but not `3.5` and not the end of a sentence.
fn is_inside_a_name(before: Option<char>, behind: &str) -> bool {
    let after = behind.chars().next();
    before.is_some_and(|c| c.is_alphanumeric() || c == ']')
        && after.is_some_and(char::is_alphabetic)
}

fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SUBJECT) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
        None => line,
    }
}

/// Slack, "Formatting text for app surfaces": three characters are escaped; a fence is not closed early.
fn mrkdwn(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "｀")
}

/// Text inside an element, and inside an attribute in quotes. Square and curly brackets and signs that wiki
/// markup of service desks reads become entities too.
fn html(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' | '\'' | '[' | ']' | '{' | '}' | '|' | '!' | '*' | '_' | '`' | '~' | '#' | '\\' => {
                safe.push_str(&format!("&#{};", u32::from(c)));
            }
            _ => safe.push(c),
        }
    }
    safe
}

/// In quotes; with an apostrophe in front where a spreadsheet would calculate, also behind spaces and in
/// full width.
fn csv(text: &str) -> String {
    let calculates =
        |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '|' | '%');
    let is_lead = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let words = text.trim_start_matches(is_lead);
    let lead = &text[..text.len() - words.len()];
    let guard =
        if words.starts_with(calculates) || lead.contains(char::is_control) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests;
