use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::SecretKind;
use crate::find::Found;

/// How somebody is reached: mail addresses of people, telephone numbers, postal addresses.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let mails = ranges(&MAIL, text).filter(|range| is_of_a_person(text.get(range.clone())));
    let mails = mails.map(|range| Found { kind: SecretKind::MailAddress, range });
    let numbers = ranges(&ABROAD, text).chain(ranges(&AT_HOME, text));
    let numbers = numbers.filter(|range| has_digits_of_a_number(text.get(range.clone())));
    let numbers = numbers.map(|range| Found { kind: SecretKind::TelephoneNumber, range });
    let addresses = ADDRESSES.iter().flat_map(|pattern| pattern.find_iter(text));
    let addresses =
        addresses.map(|it| Found { kind: SecretKind::PostalAddress, range: it.range() });
    mails.chain(numbers).chain(addresses).collect()
}

/// The places of the group `it`, or of all that matches.
fn ranges<'a>(
    pattern: &'a LazyLock<Option<Regex>>,
    text: &'a str,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let found = pattern.iter().flat_map(move |pattern| pattern.captures_iter(text));
    found.filter_map(|it| Some(it.name("it").or_else(|| it.get(0))?.range()))
}

/// "helpdesk@…" and "git@…" are nobody.
fn is_of_a_person(mail: Option<&str>) -> bool {
    let name = mail.and_then(|it| it.split('@').next()).unwrap_or_default().to_lowercase();
    let first = name.split(['.', '-', '_', '+']).next().unwrap_or_default();
    !NOBODY.split(' ').any(|it| it == first)
}

/// Between 7 and 15 (ITU-T E.164).
fn has_digits_of_a_number(number: Option<&str>) -> bool {
    let digits = number.unwrap_or_default().chars().filter(char::is_ascii_digit).count();
    (7..=15).contains(&digits)
}

static MAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?-u:\b)[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?-u:\b)").ok()
});
/// With the code of a country.
static ABROAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:\+|(?-u:\b)00)[1-9]\d{0,2}[ ./-]?(?:\(\d{1,4}\)[ ./-]?)?\d{1,5}(?:[ ./-]?\d{1,5}){1,5}(?-u:\b)").ok()
});
/// Without: where the text speaks of calling.
static AT_HOME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i)(?:{CALLING})[^\d\n]{{0,40}}(?P<it>(?:\(0\d{{1,4}}\)|0\d{{1,4}}|\(\d{{3}}\)|\d{{3}}[ .-]\d{{3}}|[6-9]\d{{2}})[ ./-]?\d{{1,4}}(?:[ ./-]?\d{{1,4}}){{0,4}})(?-u:\b)"
    ))
    .ok()
});
static ADDRESSES: LazyLock<Vec<Regex>> =
    LazyLock::new(|| STREETS.iter().filter_map(|it| Regex::new(it).ok()).collect());

const NOBODY: &str = "abuse accounts admin administrator alerts billing career careers contact desk \
    events facilities feedback finance git hello help helpdesk hr info invoice invoices it jobs kontakt mail \
    mailer marketing newsletter no noc noreply notifications office operations orders payroll postmaster press \
    purchasing reception root sales security service servicedesk shop soc ssh support system team training user \
    webmaster wifi";
const CALLING: &str = r"\b(?:phone|telephone|tel|mobile|cell|call|ring|reach|text|number|handy|rückruf|anruf|ruf|erreich\w*|telefon\w*|nummer|portable|joindre|appele[rz]|rappele[rz]|téléphone|numéro|móvil|llám\w*|llam\w*|teléfono|número|telemóvel|celular|ligu?e\w*|contacto|komórk\w*|zadzwo\w*|dzwoni\w*|numer\w*)\b|телефон|дзвон|номер|携帯|電話|折り返し";

/// Street and house, as eight countries write them, with the town where it stands behind.
const STREETS: [&str; 7] = [
    r"\b\d{1,4}[a-z]?,? (?:\p{Lu}[\p{L}'’]+ ){1,3}(?:Street|Road|Lane|Avenue|Drive|Close|Crescent|Court|Row|Yard|Terrace|Gardens|Boulevard|Mews)\b(?:, (?:Flat|Apt\.?|Unit) \w+)?(?:,? \p{Lu}[\p{L} '’]{2,30})?(?:,? (?-u:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]{2} \d{5})\b)?",
    r"\b\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|gasse|allee|platz|grund|ufer|damm|steig|ring) ?\d{1,4} ?[a-z]?, \d{4,5} \p{Lu}\p{L}+",
    r"\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|impasse|allée|boulevard|chemin|quai|cours) (?:\p{Ll}+ |l['’]|d['’])*\p{Lu}[\p{L} '’-]{1,40}(?:, \d{5} \p{Lu}[\p{L}-]+)?",
    r"(?i:\b(?:calle|avenida|avda\.?|plaza|paseo|rua|travessa|praça|praceta)) (?:\p{Ll}+ )*\p{Lu}[\p{L} ]{1,30},? (?:n\.?º ?)?\d{1,4}\b(?:[^\d\n]{0,20}\d{4,5}(?:-\d{3})? \p{Lu}\p{L}+)?",
    r"(?i:\bul\.|\bal\.|\bos\.) ?\p{Lu}[\p{L} ]{1,30} \d{1,4}[a-z]?(?: ?m\. ?\d{1,4}|/\d{1,4})?(?:, \d{2}-\d{3} \p{Lu}[\p{L} ]+)?",
    r"(?:вул\.|вулиця|вулиці|просп\.|пров\.|бульв\.) ?\p{Lu}[\p{L} ’'-]{1,30},? (?:буд\. ?)?\d{1,4}",
    r"〒\d{3}-\d{4}[^\n。、]{0,40}|(?:東京都|北海道|京都府|大阪府|\p{Han}{2,3}県)\p{Han}{1,8}[市区町村郡][^\s。、]{0,12}\d[\d-]*",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(MAIL.is_some() && ABROAD.is_some() && AT_HOME.is_some());
        assert_eq!(ADDRESSES.len(), STREETS.len());
    }

    #[test]
    fn finds_how_a_person_is_reached() {
        for (text, expect) in [
            ("mail wendy.h@mailbox.example please", vec!["wendy.h@mailbox.example"]),
            ("helpdesk@corp.example and git@code.example do not answer", vec![]),
            ("ring me on +44 7700 900461", vec!["+44 7700 900461"]),
            ("+1 (202) 555-0183 is wrong", vec!["+1 (202) 555-0183"]),
            ("Rückruf bitte unter 0176 040690 23", vec!["0176 040690 23"]),
            ("me joindre au 06 39 98 41 27", vec!["06 39 98 41 27"]),
            ("折り返しは090-0000-4127まで", vec!["090-0000-4127"]),
            ("call me at (202) 555-0100", vec!["(202) 555-0100"]),
            ("ticket number 4471 and error 0x80070005", vec![]),
            ("build 10.0.22631.4460 of 2026-11-02", vec![]),
            (
                "to 14 Larkfield Crescent, Wenton, WN0 4XQ",
                vec!["14 Larkfield Crescent, Wenton, WN0 4XQ"],
            ),
            ("an Amselgrund 27b, 00991 Hinterfelden", vec!["Amselgrund 27b, 00991 Hinterfelden"]),
            ("am Arbeitsplatz 27, dritter Stock", vec![]),
            ("chez moi, 8 impasse des Mésanges", vec!["8 impasse des Mésanges"]),
            ("calle Mayor, 14", vec!["calle Mayor, 14"]),
            ("na rua do Salitre, 20", vec!["rua do Salitre, 20"]),
            ("ul. Jarzębinowa 12 m. 4", vec!["ul. Jarzębinowa 12 m. 4"]),
            ("вул. Вишнева, 12", vec!["вул. Вишнева, 12"]),
            ("〒100-0000東京都架空区1-2", vec!["〒100-0000東京都架空区1-2"]),
        ] {
            let found: Vec<&str> = find(text).into_iter().map(|it| &text[it.range]).collect();
            assert_eq!(found, expect, "{text}");
        }
    }
}
