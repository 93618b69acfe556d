/// What the browser tab says at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    /// The answer arrived.
    Arrived,
    /// The person or the provider refused.
    Refused,
    /// Not an answer we wait for.
    Unexpected,
}

/// The whole page. Made of fixed text only: nothing of the request is in it.
pub(crate) fn html(page: Page, language: &str) -> String {
    let (lang, [title, text]) =
        if language.starts_with("de") { ("de", german(page)) } else { ("en", english(page)) };
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Deskside</title><style>{STYLE}</style></head>\
         <body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )
}

const fn english(page: Page) -> [&'static str; 2] {
    match page {
        Page::Arrived => ["Thank you", "You can close this tab and go back to Deskside."],
        Page::Refused => [
            "You are not signed in",
            "The sign-in was stopped. You can close this tab and try again in Deskside.",
        ],
        Page::Unexpected => [
            "Nothing to do here",
            "This page does not belong to your sign-in. You can close this tab.",
        ],
    }
}

const fn german(page: Page) -> [&'static str; 2] {
    match page {
        Page::Arrived => {
            ["Vielen Dank", "Sie können diesen Tab schließen und zu Deskside zurückkehren."]
        }
        Page::Refused => [
            "Sie sind nicht angemeldet",
            "Die Anmeldung wurde abgebrochen. Sie können diesen Tab schließen und es in Deskside erneut versuchen.",
        ],
        Page::Unexpected => [
            "Hier gibt es nichts zu tun",
            "Diese Seite gehört nicht zu Ihrer Anmeldung. Sie können diesen Tab schließen.",
        ],
    }
}

const STYLE: &str = ":root{color-scheme:light dark}\
body{margin:0;min-height:100vh;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;\
background:light-dark(#f6f7f9,#15181d);color:light-dark(#1b2028,#e8ebf0)}\
main{max-width:26rem;padding:2rem}h1{margin:0 0 .5rem;font-size:1.5rem}p{margin:0}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_the_language_of_the_app_and_english_otherwise() {
        let check = |language: &str, expected: &str| {
            assert!(html(Page::Arrived, language).contains(expected), "{language}");
        };
        check("de", "zu Deskside zurückkehren");
        check("de-AT", "zu Deskside zurückkehren");
        check("en", "go back to Deskside");
        check("fr", "go back to Deskside");
    }
}
