use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::SecretKind;
use crate::find::Found;
use crate::shape::{Shape, shape};

/// Passwords and PINs that people mention in passing, in any of eight languages: words that look
/// chosen, the less so the closer they stand to a word for a password.
pub(crate) fn find(text: &str) -> Vec<Found> {
    let lower = lowered(text);
    let cues = Cues::of(&lower);
    let words = words(text).filter(|word| {
        let before = text.get(..word.start).unwrap_or_default();
        if names_an_account(before) {
            return false;
        }
        let before = before.chars().next_back();
        let in_brackets = before.is_some_and(|c| matches!(c, '(' | '"' | '„' | '“' | '«' | '「'));
        let shape = text.get(word.clone()).map(|it| shape(it, in_brackets));
        shape.is_some_and(|shape| shape > Shape::Ordinary && shape >= cues.least(&lower, word))
    });
    let passwords = words.map(|range| Found { kind: SecretKind::Password, range });
    let quoted = QUOTED.iter().flat_map(|pattern| pattern.captures_iter(text));
    let quoted = quoted.filter_map(|found| found.name("secret")).map(|it| it.range());
    let quoted = quoted.filter(|range| cues.introduces(&lower, range));
    let passwords =
        passwords.chain(quoted.map(|range| Found { kind: SecretKind::Password, range }));
    passwords.chain(pins(&lower)).collect()
}

/// "for user KOWALM2", "host pltsrv-db02".
fn names_an_account(before: &str) -> bool {
    let word = before.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    ACCOUNT_WORDS.contains(&word.trim_end_matches([':', '=']))
}

const ACCOUNT_WORDS: [&str; 14] = [
    "user",
    "username",
    "userid",
    "uid",
    "host",
    "hostname",
    "server",
    "benutzer",
    "benutzername",
    "utilisateur",
    "identifiant",
    "usuario",
    "utilizador",
    "użytkownik",
];

/// In lower case with the same places.
fn lowered(text: &str) -> String {
    text.chars()
        .map(|c| {
            let mut lower = c.to_lowercase();
            lower
                .next()
                .filter(|small| lower.next().is_none() && small.len_utf8() == c.len_utf8())
                .unwrap_or(c)
        })
        .collect()
}

/// The words of a text without the marks around them. Scripts without spaces end a word.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_between = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ff0f}')
    };
    let mut from = 0;
    text.split(is_between).map(move |word| {
        let start = from;
        from += word.len();
        from += text.get(from..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let head = word
            .trim_start_matches(['(', '[', '<', '"', '\'', '„', '“', '‚', '‘', '«', ':', '=', '`']);
        let bare = head.trim_end_matches([
            ')', ']', '>', '"', '\'', '”', '“', '’', '»', '.', ',', ';', ':', '`',
        ]);
        let start = start + word.len() - head.len();
        start..start + bare.len()
    })
}

/// Where a text speaks of passwords and of signing in.
struct Cues {
    /// The ends of words for a password.
    passwords: Vec<Range<usize>>,
    /// Whether it speaks of signing in, typing, accounts.
    speaks_of_sign_in: bool,
}

/// So close behind a word for a password almost anything is one, in bytes.
const NEXT: usize = 40;
/// A longer phrase in quotes is what a program said.
const MOST_WORDS: usize = 6;
/// So far a word for a password still speaks of what follows.
const NEAR: usize = 160;

impl Cues {
    fn of(lower: &str) -> Self {
        let passwords = PASSWORD.iter().flat_map(|it| it.find_iter(lower)).map(|it| it.range());
        Self {
            passwords: passwords.collect(),
            speaks_of_sign_in: SIGN_IN.as_ref().is_some_and(|it| it.is_match(lower)),
        }
    }

    /// What a word must look like to be taken for a password.
    fn least(&self, lower: &str, word: &Range<usize>) -> Shape {
        let is_called = |cue: &Range<usize>| {
            let before = lower.get(cue.end..word.start);
            let behind = lower.get(word.end..cue.start).filter(|it| !it.trim().is_empty());
            let between = before.or(behind).filter(|it| it.len() <= NEXT);
            between.is_some_and(|it| CALLED.as_ref().is_some_and(|called| called.is_match(it)))
        };
        if self.passwords.iter().any(is_called) {
            return Shape::Named;
        }
        let gaps = self.passwords.iter().filter_map(|cue| lower.get(cue.end..word.start));
        match gaps.map(str::len).min() {
            Some(gap) if gap <= NEXT => Shape::Joined,
            Some(gap) if gap <= NEAR => Shape::Mixed,
            Some(_) => Shape::Rich,
            None if self.speaks_of_sign_in => Shape::Rich,
            None => Shape::Sure,
        }
    }

    /// Whether a word for a password stands right before a phrase in quotes.
    fn introduces(&self, lower: &str, phrase: &Range<usize>) -> bool {
        let gaps = self.passwords.iter().filter_map(|cue| lower.get(cue.end..phrase.start));
        let is_introduced = |gap: &str| {
            gap.len() <= 2 * NEXT
                && !gap.contains(['.', '?', '!'])
                && !gap.contains("user")
                && !SAYS.as_ref().is_some_and(|it| it.is_match(gap))
                && (gap.len() <= NEXT || LINKS.as_ref().is_some_and(|it| it.is_match(gap)))
        };
        let phrase = lower.get(phrase.clone()).unwrap_or_default();
        let is_message = phrase.contains(['.', ',', '?']) || phrase.split(' ').count() > MOST_WORDS;
        !is_message && gaps.into_iter().any(is_introduced)
    }
}

/// Numbers right behind a word for a PIN.
fn pins(lower: &str) -> impl Iterator<Item = Found> {
    let found = PIN.iter().flat_map(|pattern| pattern.captures_iter(lower));
    let numbers = found
        .filter_map(|found| ["secret", "code", "after"].into_iter().find_map(|it| found.name(it)));
    let numbers = numbers.filter(|it| !is_year(it.as_str()));
    numbers.map(|it| Found { kind: SecretKind::Password, range: it.range() })
}

/// "a PIN that I set in 2021".
fn is_year(number: &str) -> bool {
    number.parse().is_ok_and(|year: u32| (1990..2040).contains(&year))
}

static PASSWORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PASSWORD_WORDS).ok());
static SIGN_IN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SIGN_IN_WORDS).ok());
static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(QUOTED_PHRASE).ok());
static SAYS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(SAYS_WORDS).ok());
static LINKS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(LINK_WORDS).ok());
static CALLED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(CALLED_WORDS).ok());
static PIN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(PIN_NUMBER).ok());

const PASSWORD_WORDS: &str = r"\b(?:pass(?:wor[dt]s?|code|phrase|wd)?|p[wd]d?|pwd|psk|\w*passw(?:ort|örter)\w*|\w*kennw(?:ort|örter)\w*|losungswort|mots? de passe|mdp|passe|phrase secrète|contraseñas?|contrasenas?|clave|senhas?|palavras?-passe|palavras? passe|has(?:ło|ła|łem|le|eł)|haslo|парол\w+|(?:wi-?fi|ssid|wlan)\b[^.\n]{0,40}\b(?:key|schlüssel)|sieć\b[^.\n]{0,40}\bklucz|security question|admin(?:istrator)? (?:with|mit|avec|con|com|z|з))\b|パスワード|\bpw[:：]";
const SIGN_IN_WORDS: &str = r"\b(?:changed it to|set it (?:back )?to|reset it|meets? the (?:rules|requirements)|too weak|everywhere|entered|keeps asking|puse|zu schwach|überall|trop faible|partout|log[ -]?(?:in|on|ged)|sign(?:ed|ing)?[ -]?(?:in|on)|locked|unlock|account|accounts|user(?:name)?|uid|typed?|typing|tried|try|keyboard|kb|caps|capital|small|character|refused|incorrect|strong|default|temp(?:orary)?|sticky|note|key|ssid|wlan|anmeld\w*|benutzer\w*|zugang|eingegeben|handy|pc|schlüssel|tast\w+|identifiant|utilisateur|connecte\w*|compte|tapé|pense-bête|clé|usuario|entrar|entro|teclado|pegatina|suya|no me acuerdo|utilizador|entrar|conta|desbloqueia|armário|fraca|ficheiro|login|logow\w+|użytkownik\w*|kart\w+|klucz|znak\w*|słabe|konto|логін|клавіатур\w*|папірця|увійти|однаковий)\b|ログイン|キーボード|入力|メモ|端末";
const QUOTED_PHRASE: &str = r#"["„“«「]\s?(?P<secret>[^"“”«»「」\n]{4,60}?)\s?["“”»」]"#;
/// What follows is the message of a program.
const SAYS_WORDS: &str = r"\b(?:sa(?:ys?|id|ying)|tells?|told|then|error\w*|message|meld\w+|sagt\w*|kommt|steht|heißt es|fehler\w*|dit|affiche|erreur|message|dice|sale|diz|aparece|erro|mówi|pisze|błąd|каже|пише|помилка|gets?|got|shows?|failed|gives?|page|link|button|screen|reset|expired?|again)\b|エラー|表示";
/// What follows is the password itself.
const LINK_WORDS: &str = r"(?:[:=(]|\b(?:is|was|to|be|being|as|called|with|namely|ist|war|lautet|auf|heißt|hieß|mit|est|était|es|era|é|foi|jest|było|to|це|був|це було)|[はがを])\s*[„“«「]*$";
/// All that stands between a password and the word for it, on either side.
const CALLED_WORDS: &str = r"^[\s:=]*(?:\b(?:is|was|to|as|back|set|my|the|not|accepted|any|more|anymore|ist|war|auf|als|mein|das|lautet|est|était|comme|mon|le|es|era|como|mi|la|é|para|a|minha|to|na|jako|moje|це|як|мій)\b[\s:=]*)*[はが]?$";
const PIN_NUMBER: &str = r"\b(?:pins?|pin-code|puk|(?:un)?lock code|passcode|entsperrcode|\w+-pin|kod pin|пін|senha)\b(?:\s+[^\s\d]+){0,5}?[\s:=(]{1,3}(?P<secret>\d{4,8}|\d{2}(?:[ -]\d{2}){2,3})\b|\ble code (?P<code>\d{4,6})\b|暗証番号[はが:：]?\s?(?P<after>\d{4,8})";
