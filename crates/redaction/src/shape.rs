use std::sync::LazyLock;

use regex::Regex;

/// How much a word looks like something only a person would choose as a password. Ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Shape {
    /// An ordinary word, a number, a name that machines give.
    Ordinary,
    /// Small letters with a number behind, as machines are named too: `kotek12`.
    Named,
    /// Several words in one, with nothing else: `correct.pony.stapler`.
    Joined,
    /// Letters with digits or signs inside.
    Mixed,
    /// Letters, digits and signs.
    Rich,
    /// The same in an order that machines and products do not use: one even where nothing speaks of it.
    Sure,
}

/// The shape of a word without the marks around it. A mark of feeling at its end belongs to the
/// sentence unless the word stands in brackets.
pub(crate) fn shape(word: &str, in_brackets: bool) -> Shape {
    let word = if in_brackets { word } else { told(word) };
    let length = word.chars().count();
    let has = |is: fn(char) -> bool| word.chars().any(is);
    if !(5..=40).contains(&length) || !has(char::is_alphabetic) || is_known(word) {
        return Shape::Ordinary;
    }
    if is_named(word) {
        return Shape::Named;
    }
    if SURE.as_ref().is_some_and(|it| it.is_match(word)) {
        return Shape::Sure;
    }
    let has_digit = has(|c| c.is_ascii_digit());
    let has_sign = has(is_sign);
    let has_small = has(char::is_lowercase);
    let joins = inside(word).chars().filter(|c| matches!(c, '-' | '_' | '.' | '/')).count();
    match (has_digit, has_sign, joins) {
        (true, true, _) => Shape::Rich,
        (true, false, 1..) if has_small && has(char::is_uppercase) => Shape::Rich,
        (true, false, 1..) if has_small => Shape::Mixed,
        (false, true, _) if has_small && is_sign_inside(word) => Shape::Rich,
        (false, true, _) if has_small => Shape::Mixed,
        (true, false, 0) if is_name_and_number(word) || is_name_and_year(word) => Shape::Rich,
        (true, false, 0) if has_small && digits_stand_well(word) => Shape::Mixed,
        (true, false, 0) if is_shouted(word) => Shape::Joined,
        (false, false, 2..) if has_small => Shape::Joined,
        (false, false, 1) if has_small && word.contains('_') => Shape::Mixed,
        (false, false, 1) if is_capital_inside(word) => Shape::Joined,
        (false, false, 0) if length > 9 && is_camel(word) => Shape::Joined,
        _ => Shape::Ordinary,
    }
}

/// `Marmalade1987`, `Gurke12!`, `Glitter!Pony`, `Autumn-Leaf-3`, `Passwort123`.
static SURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:\p{Lu}\p{Ll}{4,}(?:19|20)\d\d[!$%*+]*|\p{Lu}\p{Ll}{3,}\d{1,4}[!$%*+]+|\p{L}{3,}[!$%]\p{L}{3,}\d*|\p{Lu}\p{Ll}{2,}-\p{Lu}\p{Ll}{2,}-\d{1,4}[!$%*+]*|(?i:passwor[dt]|kennwort|welcome|qwert[yz])\d{1,4}[!$%*+]*)$",
    )
    .ok()
});

/// Without the `?` and `!` of its sentence. `Hunter2!` stays: digits make it one word.
fn told(word: &str) -> &str {
    let asked = word.trim_end_matches('?');
    let bare = asked.trim_end_matches('!');
    if bare.chars().any(|c| c.is_ascii_digit() || is_sign(c)) { asked } else { bare }
}

fn inside(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// `Lemonade!Stand`: a sign where a sentence has none.
fn is_sign_inside(word: &str) -> bool {
    let signs = |c: char| matches!(c, '!' | '#' | '$' | '%' | '&' | '*');
    inside(word).contains(signs)
}

/// `Marmalade1987`, `Lobby2lobby`: a name with a number, as people choose and machines do not.
fn is_name_and_number(word: &str) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let is_capital = letters.next().is_some_and(char::is_uppercase);
    let is_small = letters.clone().count() >= 4 && letters.all(char::is_lowercase);
    is_capital && is_small && digits_stand_well(word)
}

/// `benfica1904`.
fn is_name_and_year(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_year = word
        .get(letters.len()..)
        .is_some_and(|it| it.len() == 4 && (it.starts_with("19") || it.starts_with("20")));
    is_year && letters.chars().count() >= 5 && letters.chars().all(char::is_lowercase)
}

/// `elperrodeSanRoque`.
fn is_camel(word: &str) -> bool {
    let humps = word.chars().zip(word.chars().skip(1));
    humps.filter(|(one, next)| one.is_lowercase() && next.is_uppercase()).count() > 0
}

/// Signs that words of prose do not hold.
const fn is_sign(c: char) -> bool {
    matches!(
        c,
        '!' | '#' | '$' | '%' | '&' | '*' | '+' | '=' | '?' | '@' | '^' | '~' | '§' | '€' | '£'
    )
}

/// `kotek12`, `jump01`: small letters, and one or two digits behind them.
fn is_named(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    (1..=2).contains(&(word.len() - letters.len()))
        && letters.len() >= 4
        && letters.chars().all(|c| c.is_ascii_lowercase())
}

/// Letters with digits behind, in front or inside, as people choose them: `Marmalade1987`.
fn digits_stand_well(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let digits = word.chars().filter(char::is_ascii_digit).count();
    letters >= 4 && digits <= 6
}

/// `CASSOULET8`: letters in capitals and one or two digits behind them.
fn is_shouted(word: &str) -> bool {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    (1..=2).contains(&digits)
        && letters.len() >= 6
        && letters.chars().all(|c| c.is_ascii_uppercase())
}

/// `velvet-Anvil`, `Schulung-EG`.
fn is_capital_inside(word: &str) -> bool {
    let mut parts = word.split(['-', '.', '/']);
    let first = parts.next().unwrap_or_default();
    let starts_small = first.chars().next().is_some_and(char::is_lowercase);
    starts_small && parts.any(|part| part.chars().next().is_some_and(char::is_uppercase))
}

/// Names that machines, products and desks give: hosts, versions, files, addresses, tickets, hashes.
fn is_known(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_address = lower.contains("://")
        || lower.contains('\\')
        || lower.ends_with('@')
        || lower.contains(':') && lower.contains('/')
        || is_mail(&lower);
    let is_file = lower
        .rsplit_once('.')
        .is_some_and(|(stem, ending)| !stem.is_empty() && FILES.split(' ').any(|it| it == ending));
    let goes_on = |rest: &str| rest.starts_with(char::is_alphabetic);
    let is_product =
        PRODUCTS.split(' ').any(|name| lower.strip_prefix(name).is_some_and(|rest| !goes_on(rest)));
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_hexadecimal = letters.len() >= 7 && letters.chars().all(|c| c.is_ascii_hexdigit());
    let has_small = word.chars().any(char::is_lowercase);
    let is_word = word.chars().all(|c| c.is_ascii_lowercase());
    let is_label = !has_small && !word.chars().any(is_sign) && !is_shouted(word);
    let is_markup = lower.contains(['<', '>', '{', '}', '|', '[', ']', '(', ')', ';', ',', '"']);
    let is_setting = lower.contains('=') || lower.starts_with(['-', '/', '@', '#', '$', '%', '~']);
    is_address
        || is_word
        || is_file
        || is_product
        || is_hexadecimal
        || is_label
        || is_markup
        || is_setting
}

fn is_mail(lower: &str) -> bool {
    lower.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

const FILES: &str = "bak bmp cer cfg com conf crt csv de dll doc docm docx exe gif htm html ics ini io \
    iso jpeg jpg json key lnk local log md mov mp3 mp4 msg msi net odt ogg org ost pdf pem png ppt pptx ps1 \
    pst py rar rdp sh svg tar tif tiff tmp txt wav xls xlsm xlsx xml yaml yml zip example";

const PRODUCTS: &str = "acrobat adobe android autocad bios bluetooth chrome citrix client covid dell \
    dot1x elitebook event excel firefox galaxy gen hdmi http ios ipad iphone ipv kernel-power latitude \
    macbook macos mp3 o365 office onedrive outlook p2p pixel power powerbi powerpoint python sap sharepoint ssh \
    sql sha thinkpad teams tls ubuntu usb utf visio vmware vpn web wi-fi win windows word x64 x86 zebra zoom";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_look_unlike_what_machines_name() {
        for (word, expect) in [
            ("Tangerine_boat7", Shape::Rich),
            ("Hunter2!", Shape::Sure),
            ("INC0051877?", Shape::Ordinary),
            ("Autumn-Leaf-3", Shape::Sure),
            ("Xk7-pWm-220", Shape::Rich),
            ("Marmalade1987", Shape::Sure),
            ("Lemonade!Stand", Shape::Sure),
            ("correct.pony.stapler", Shape::Joined),
            ("velvet-Anvil", Shape::Joined),
            ("CASSOULET8", Shape::Joined),
            ("password", Shape::Ordinary),
            ("LT-22871", Shape::Ordinary),
            ("PF3K9ZQX", Shape::Ordinary),
            ("Windows11", Shape::Ordinary),
            ("Window5*", Shape::Sure),
            ("Passwort123", Shape::Sure),
            ("rosenborg1917", Shape::Rich),
            ("6.2.1-1143", Shape::Ordinary),
            ("jump01", Shape::Named),
            ("kotek12", Shape::Named),
            ("kotek", Shape::Ordinary),
            ("0x800f0922", Shape::Ordinary),
            ("a81f0c3", Shape::Ordinary),
            ("wendy.h@mailbox.example", Shape::Ordinary),
            ("report_2024.xlsx", Shape::Ordinary),
            ("no_luck", Shape::Mixed),
            ("open?", Shape::Ordinary),
            ("ssh-ed25519", Shape::Ordinary),
            ("elperrodeSanRoque", Shape::Joined),
        ] {
            assert_eq!(shape(word, false), expect, "{word}");
        }
    }
}
