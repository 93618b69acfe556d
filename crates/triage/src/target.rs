use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::pattern::compiled;

/// Where a folded text names the program, folder or system that is wanted.
pub(crate) fn named(folded: &str) -> Option<Range<usize>> {
    PATTERNS
        .iter()
        .flat_map(|pattern| pattern.captures_iter(folded))
        .filter_map(|found| found.name("target"))
        .find(|target| !is_general(target.as_str()))
        .map(|target| target.range())
}

/// Whether a folded text speaks of something that has several levels of access: where reading and
/// changing differ, the level must be known, while a program is simply installed.
#[must_use]
pub fn is_graded(folded: &str) -> bool {
    GRADED.iter().any(|word| folded.contains(word))
}

const GRADED: &[&str] = &[
    "access",
    "folder",
    "group",
    "mailbox",
    "permission",
    "gruppe",
    "ordner",
    "postfach",
    "recht",
    "zugang",
    "zugriff",
];

/// "access to a program" names nothing.
fn is_general(word: &str) -> bool {
    word.split(['-', '/']).all(|part| GENERAL.split(' ').any(|general| general == part))
}

static PATTERNS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| [ENGLISH, GERMAN].into_iter().filter_map(compiled).collect());

const ENGLISH: &str = r"(?x)
    \b(?: (?:access|rights?|permissions?|licen[cs]es?|an?\ account|invite|added|subscription)\ (?:to|for|on|in)
        | install(?:ing|ed)? | (?:need|want|request|get|give\ me|have)(?:\ access\ to)? )
    (?:\ (?:the|a|an|our|my|some|new|of|full|read|edit|access|rights|permissions?|licen[cs]es?|to|for|microsoft|adobe|program|app|application|software|tool|folder|group|system|shared|mailbox))*
    \ (?P<target>\w[\w./&-]+)";

const GERMAN: &str = r"(?x)
    \b(?: (?:zugriff|zugang|rechte?|berechtigung|lizenz|konto|schreibrechte?|leserechte?)\ (?:auf|zu|zum|zur|für|in)
        | installier\w* | (?:brauche|benötige|bräuchte|hätte\ gern\w*|möchte) )
    (?:\ (?:den|die|das|der|dem|ein|eine|einen|unser\w*|mein\w*|neue\w*|programm|app|anwendung|software|ordner|gruppe|system|postfach|zugriff|zugang|eine?\ lizenz|lizenz|auf|für|zu|microsoft|adobe))*
    \ (?P<target>\w[\w./&-]+)";

/// Words that stand where a name could, and are none.
const GENERAL: &str = "\
    access account admin an and anwendung app application applications apps asap auf bearbeiten \
    bitte dafür datei dateien do documents dringend edit es etwas eine einen file files folder \
    folders for für group groups gruppe haben help hilfe it iwas know licence license lizenz \
    mailbox more new ordner permission permissions please program programm programme programs \
    read rechte right rights server shared sie site software some someone something stuff system \
    systeme systems that the them these things this to tool tools us use view weil wissen work \
    write you your zugang zugriff zu zum";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(named(text).and_then(|range| text.get(range)), expect, "{text}");
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!(PATTERNS.len(), 2);
    }

    #[test]
    fn finds_the_name_of_what_is_wanted() {
        check("i need access to figma", Some("figma"));
        check("i need figma", Some("figma"));
        check("please install the program notepad++", Some("notepad"));
        check("a license for microsoft visio please", Some("visio"));
        check("read access to the folder hr-2026", Some("hr-2026"));
        check("ich brauche zugriff auf den ordner vertrieb", Some("vertrieb"));
        check("ich brauche eine lizenz für visio", Some("visio"));
        check("i need read access to sales-reports", Some("sales-reports"));
        check("i need access", None);
        check("i need access to the system", None);
        check("i need some software please", None);
        check("ich brauche zugriff auf einen ordner", None);
        check("ich brauche bitte hilfe", None);
    }
}
