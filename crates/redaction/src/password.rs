use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::SecretKind;
use crate::find::Found;

/// Passwords, PINs and one-time codes that prose announces.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (announced, pattern) in PATTERNS.iter() {
        for captures in pattern.captures_iter(text) {
            let range = secret(*announced, &captures);
            found.extend(range.map(|range| Found { kind: announced.kind(), range }));
        }
    }
    found
}

/// How clearly a text says that a secret follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// "password: …", "pwd=…".
    ByMark,
    /// "password is …", "contraseña es …".
    ByVerb,
    /// "the password for my mail is …", "password …": only what looks like a password.
    Loosely,
    /// "code 123456".
    AsCode,
}

impl Announced {
    const fn kind(self) -> SecretKind {
        match self {
            Self::ByMark | Self::ByVerb | Self::Loosely => SecretKind::Password,
            Self::AsCode => SecretKind::OneTimeCode,
        }
    }
}

fn secret(announced: Announced, captures: &Captures<'_>) -> Option<Range<usize>> {
    let place = captures.name("secret")?;
    // "error code 123456" is something to search for.
    if captures.name("other_code").is_some() {
        return None;
    }
    let is_quoted = place.as_str().starts_with(['"', '\'', '„', '“', '‚', '‘', '«', '`']);
    let word = if is_quoted { place.as_str() } else { bare(place.as_str()) };
    let is_meant = match announced {
        Announced::ByMark | Announced::ByVerb => {
            is_quoted || (!word.is_empty() && !is_prose(word) && !is_hidden(word))
        }
        Announced::Loosely => looks_secret(word),
        Announced::AsCode => true,
    };
    is_meant.then(|| place.start()..place.start() + word.len())
}

/// Without the punctuation that ends a sentence.
fn bare(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ';', ':', ')', '?', '"', '\''])
}

/// "password is expired", "Passwort ist abgelaufen".
fn is_prose(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_word = lower.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'));
    let is_participle = lower.len() > 4 && (lower.ends_with("ed") || lower.ends_with("ing"));
    is_word && (is_participle || PROSE.split(' ').any(|prose| prose == lower))
}

/// "password=********", "${DB_PASSWORD}", "[REDACTED]": somebody hid it already.
fn is_hidden(word: &str) -> bool {
    let is_stars = word.chars().all(|c| matches!(c, '*' | '•' | '●' | '·'));
    let is_named = word.starts_with("${") || word.starts_with("$env:") || word.starts_with("%(");
    is_stars || is_named || word.to_lowercase().starts_with("[redacted")
}

/// Long enough, with letter, digit and sign, and no address.
fn looks_secret(word: &str) -> bool {
    word.chars().count() >= 6
        && word.contains(char::is_alphabetic)
        && word.contains(|c: char| c.is_ascii_digit())
        && word.contains(|c: char| "!@#$%^&*?+=~§€".contains(c))
        && !word.contains("://")
}

static PATTERNS: LazyLock<Vec<(Announced, Regex)>> = LazyLock::new(|| {
    let patterns = [
        (
            Announced::ByMark,
            format!(r"(?i){NAME}{NOTE}\s*(?:(?:is|ist|lautet)\s*)?[=:]+\s*{SECRET}"),
        ),
        (Announced::ByVerb, format!(r"(?i){NAME}\s+{VERB}\s+{SECRET}")),
        (Announced::ByVerb, format!(r"(?i){NAME}{OF_WHAT}\s+{VERB}\s+{ONE_WORD}")),
        (Announced::ByVerb, format!(r"(?i){OTHER_NAME}\s+{OTHER_VERB}{ONE_WORD}")),
        (Announced::ByVerb, format!(r"(?i)\bpass\s+is\s+{ONE_WORD}")),
        (Announced::ByVerb, format!(r"(?i){ANSWER}")),
        (Announced::ByVerb, format!(r"(?i){SPELLED}")),
        (Announced::ByVerb, SAID_IN_JAPANESE.to_owned()),
        (Announced::Loosely, format!(r"(?i){NAME}(?:\s+[\w@.-]+){{0,4}}?\s+{MIXED}")),
        (Announced::AsCode, CODE.to_owned()),
    ];
    let compiled = patterns.into_iter().map(|(announced, it)| (announced, Regex::new(&it)));
    compiled.filter_map(|(announced, it)| Some((announced, it.ok()?))).collect()
});

const NAME: &str = r"\b(?:\w*(?:passwor[dt]s?|passwörter|kennw(?:or|ör)te?r?|passphrase)|passcode|passwd|pwd|pw|pin)\b";
/// "password (old): …", `"password": …`.
const NOTE: &str = r#"["']?(?:\s*\([^)\n]{0,30}\))?"#;
const VERB: &str = r"(?:is|was|are|ist|war|lautet|heißt)";
const SECRET: &str =
    r#"(?P<secret>"[^"\n]{1,100}"|'[^'\n]{1,100}'|„[^“”"\n]{1,100}[“”"]|“[^”\n]{1,100}”|\S+)"#;
/// "… for the guest network".
const OF_WHAT: &str = r"\s+(?:of|for|für|von|vom|zum)(?:\s+[\w-]+){1,4}?";
/// A word that the clause ends with.
const ONE_WORD: &str = r"(?P<secret>[^\s,.;:!?]{5,})(?:[.!]?$|[,;]|[.!]\s|\s+(?:and|but|und|aber|et|mais|y|pero|e|mas|i|ale|та|але)\b)";
const OTHER_NAME: &str =
    r"\b(?:mots? de passe|mdp|contraseña|contrasena|clave|senha|palavra-passe|hasło|haslo|пароль)";
const OTHER_VERB: &str = r"(?:(?:est|es|é|era|to|jest|це|był[oa]?)\s+|c'est\s+|c’est\s+)";
const ANSWER: &str = r"\b(?:security question|sicherheitsfrage|question (?:de sécurité|secrète)|pregunta de seguridad|pergunta de segurança)\s+(?:is|ist|lautet|est|es|é)\s+(?P<secret>[^\s,.;:!?]{3,}(?: \p{Lu}[^\s,.;:!?]{2,})?)";
/// "… all small, no spaces".
const SPELLED: &str = r"\b(?:it's|its|it is|is|was)\s+(?P<secret>[^\s,.;:!?]{6,}),? (?:all (?:small|lower ?case|caps|in one|one word)|no spaces|without spaces|with a capital)\b";
const SAID_IN_JAPANESE: &str =
    r"パスワード[はが]\s?(?P<secret>[!-~]{5,40})\s?(?:です|でした|だ|なのです|なん)";
/// A word with a digit and a sign.
const MIXED: &str = r"(?P<secret>\S*(?:\d\S*[!@#$%^&*?+=~§€]|[!@#$%^&*?+=~§€]\S*\d)\S*)";
const CODE: &str = r"(?i)(?P<other_code>(?:error|exit|status|stop|event|return|postal|zip|area|country|product|activation|sap|cost|emp|employee|staff|personnel|vendor|supplier|customer|item|part|branch|store|site|room)\s+)?\b(?:one[- ]time[- ]|security |verification |sicherheits|bestätigungs|einmal|anmelde|sms-?)?(?:code|passcode|otp|tan)\b[^\d\n]{0,20}?(?P<secret>\b(?:\d{6,8}|\d{3}[ -]\d{3}|\d{4}[ -]\d{4})\b)";

/// Words that follow "password is" without being one.
const PROSE: &str = "\
    a abgelaufen about accepted again aktuell all also always am an angeblich at auch bad bekannt bei being bereits both \
    broken case changing correct das dead different do due easy ein eine empty exactly falsch \
    down either fine for forgotten fort from für gesperrt gestern geändert given gone gültig hard heute hidden hier i ihm immer \
    in incorrect invalid it jetzt just kaputt kein keine known komplett korrekt kurz lang leer log long \
    lost many mein mir missing mit my möglich neither neu new nicht no noch none not nothing nun nötig now ok okay old on \
    only our out probably required richtig right run safe same schon schwach secure seit sent set shown sicher so something \
    still stolen strong stuck sync taken the they this to too unavailable unbekannt ungültig unknown unsicher \
    obligatoire oublié expiré perdu refusé bloqué faux incorrecta incorrecto correcta correcto válida válido inválida \
    inválido incorreta incorreto errada errado recusada expirada expirado caducada bloqueada bloqueado olvidada perdida diferente \
    nieprawidłowe niepoprawne poprawne błędne złe stare nowe słabe zablokowane wygasło nieważne trudne długie unikalne \
    неправильний невірний правильний застарілий слабкий новий старий прострочений requise demandé demandée trop toujours \
    longer shorter stored saved visible protected different simple demasiado siempre sempre muito demais necesaria obligatoria \
    valid vergessen very vom von vorbei weak weg what where wie wieder works written wrong zu zurückgesetzt über";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.len(), 10);
    }
}
