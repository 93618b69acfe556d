use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::features::{Feature, Kind, features};
use crate::pattern::compiled;
use crate::{Classifier, Meaning, fold, weigh};

/// Why a request seems to be about the same matter as an earlier one of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Both are written in the same words.
    SameWords,
    /// The later one speaks of an earlier one, and of the same things.
    RefersBack,
}

/// How alike two requests of one person are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Likeness {
    /// Why it seems to be one matter.
    pub why: Why,
    /// Between 0 and 1: of several earlier requests the likest is meant.
    pub share: f32,
    /// The concepts both name.
    pub concepts: Vec<String>,
}

/// From here on two texts are the same words.
const SAME: f32 = 0.93;
/// A later text that speaks of an earlier one means this one if it is at least so alike, by its
/// meaning or by its concepts.
const ALIKE: f32 = 0.25;

impl Classifier {
    /// Whether a text seems to be about the same matter as an earlier one of the same person. Words in
    /// common say little: two faults of one printer share all of them, and who writes a second time
    /// uses others. So it takes nearly the same text, or one that speaks of an earlier request.
    /// Texts that name different things of one kind, or say that something new begins, are two
    /// matters.
    #[must_use]
    pub fn same_matter(&self, earlier: &str, later: &str) -> Option<Likeness> {
        let (earlier, later) = (fold(earlier), fold(later));
        let (one, other) = (earlier.text(), later.text());
        let speaks_of_it = refers_back(other) && !moves_on(other);
        let is_as_long = one.len().min(other.len()) * 5 >= one.len().max(other.len()) * 4;
        if !(speaks_of_it || is_as_long) || name_differently(one, other) {
            return None;
        }
        let (ours, theirs) = (features(one, &self.concepts), features(other, &self.concepts));
        let words = self.cosine(Kind::Piece, &ours, &theirs);
        let likeness = |why, share| {
            let (ours, theirs) = (self.concepts_of(one), self.concepts_of(other));
            let concepts = ours.intersection(&theirs).cloned().collect();
            Some(Likeness { why, share, concepts })
        };
        if words >= SAME {
            return likeness(Why::SameWords, words);
        }
        if !speaks_of_it {
            return None;
        }
        let concepts = self.cosine(Kind::Concept, &ours, &theirs);
        let meaning = self.meaning.as_ref().and_then(|it| closeness(it, one, other));
        let share = meaning.unwrap_or_default().max(concepts);
        (share >= ALIKE).then(|| likeness(Why::RefersBack, share.min(1.0))).flatten()
    }

    /// The cosine of what two texts have of one kind of feature; the rarer, the more it says.
    fn cosine(&self, kind: Kind, ours: &[Feature], theirs: &[Feature]) -> f32 {
        let of = |all: &[Feature]| {
            let alike: Vec<Feature> = all.iter().copied().filter(|it| it.kind == kind).collect();
            weigh(&alike, |bucket| self.model.as_ref().map_or(1.0, |it| it.rarity(bucket)))
        };
        let theirs: BTreeMap<u32, f32> = of(theirs).into_iter().collect();
        let shared = of(ours).into_iter().filter_map(|(at, one)| Some(one * theirs.get(&at)?));
        shared.sum()
    }
}

/// The cosine of what two texts mean.
fn closeness(meaning: &Meaning, one: &str, other: &str) -> Option<f32> {
    let (ours, theirs) = (meaning.of(one)?, meaning.of(other)?);
    Some(ours.iter().zip(&theirs).map(|(one, other)| one * other).sum())
}

/// `LT-22871` and `LT-22817`: two names of one kind, where each text has only its own.
fn name_differently(one: &str, other: &str) -> bool {
    let (ours, theirs) = (names(one), names(other));
    let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        these.difference(those).map(|name| kind(name)).collect::<BTreeSet<String>>()
    };
    !only(&ours, &theirs).is_disjoint(&only(&theirs, &ours))
}

/// A name with every number in it alike.
fn kind(name: &str) -> String {
    let mut kind = String::with_capacity(name.len());
    for c in name.chars() {
        if !c.is_ascii_digit() {
            kind.push(c);
        } else if !kind.ends_with('0') {
            kind.push('0');
        }
    }
    kind
}

/// Words with a digit in them.
fn names(folded: &str) -> BTreeSet<String> {
    let is_between = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '.' | '_' | '/' | ':');
    folded
        .split(is_between)
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.contains(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// Speaks of an earlier request: "as I wrote", "my ticket from Monday", "reminder:".
fn refers_back(folded: &str) -> bool {
    BACK.iter().any(|it| it.is_match(folded))
}

/// Says that something else begins, or that the earlier matter is over.
fn moves_on(folded: &str) -> bool {
    ON.iter().any(|it| it.is_match(folded))
}

static BACK: LazyLock<Vec<Regex>> =
    LazyLock::new(|| REFERS_BACK.iter().filter_map(|it| compiled(it)).collect());
static ON: LazyLock<Vec<Regex>> =
    LazyLock::new(|| MOVES_ON.iter().filter_map(|it| compiled(it)).collect());

const REFERS_BACK: [&str; 10] = [
    r"^(?:reminder|re|regarding|rückfrage|erinnerung|rappel|relance|recordatorio|lembrete|przypomnienie|нагадування)\b|\breminder (?:re|about|on)\b|\b(?:regarding|about|re|concerning) (?:my|our) (?:\w+ )?(?:request|ticket|message|report|order|mail)\b",
    r"\b(?:following(?: up)?(?: on)?|update (?:to|on)|see|what happened to) (?:my|our)\b|\bmy (?:\w+ )?(?:request|ticket|message|report|order) (?:from|of|about|on)\b|\bticket from (?:last|yesterday|monday|tuesday|wednesday|thursday|friday)\b|\b(?:first|second|previous|earlier) (?:ticket|message|request)\b",
    r"\bas (?:i|we)(?:'ve| have|'d)? (?:already )?(?:said|wrote|written|asked|reported|mentioned|told|feared)\b|\bas (?:said|reported|asked|mentioned|you (?:asked|told|requested))\b|\byou asked for\b|\blike i asked\b",
    r"\b(?:i|we)(?:'d| had|'ve| have)? (?:already )?(?:asked|requested|reported|mentioned|wrote|written|told you|complained|ordered)\b|\b(?:asked|reported|wrote|written|mentioned|requested|told you|said)(?: you)?(?: it| this| that)? (?:already|before|earlier|yesterday|last|in|under|for|on)\b|\b(?:already|earlier) (?:asked|reported|wrote|told|mentioned)\b|\breported earlier\b",
    r"\b(?:any (?:progress|news|delivery date)|did that go through|(?:did|has) anyone looked?|same thing as|the same as (?:last|yesterday)|third time i|still (?:no joy|waiting|nothing))\b",
    r"\b(?:schon (?:mal |einmal |gestern |am \w+ )?(?:geschrieben|gemeldet|gefragt|angefragt)|wie (?:schon )?(?:gesagt|geschrieben|gemeldet|besprochen)|zu (?:meinem|meiner) (?:ticket|anfrage|meldung)|meine?r? (?:anfrage|meldung|ticket|nachricht) (?:von|vom)|nochmal wegen|noch ?mal zu|gibt es (?:schon )?(?:was|etwas) neues)\b",
    r"\b(?:comme (?:je l'ai |déjà )?(?:dit|écrit|signalé|demandé)|déjà (?:signalé|demandé|écrit)|ma demande (?:de|du|d')|mon ticket (?:de|du|d')|suite à (?:ma|mon)|au sujet de (?:ma|mon) (?:demande|ticket)|toujours rien)\b|\b(?:como (?:ya )?(?:dije|escribí|comenté|avisé)|ya (?:lo )?(?:pedí|avisé|escribí|reporté)|sobre mi (?:solicitud|ticket|incidencia)|mi (?:solicitud|ticket|incidencia) del?|sigo esperando)\b",
    r"\b(?:como (?:já )?(?:disse|escrevi|pedi|avisei)|já (?:pedi|avisei|escrevi|reportei)|sobre o meu (?:pedido|ticket)|(?:meu|o) pedido de (?:ontem|segunda|terça|quarta|quinta|sexta)|continuo à espera)\b|\b(?:jak (?:już )?(?:pisałem|pisałam|mówiłem|mówiłam|zgłaszałem|zgłaszałam)|już (?:pisałem|pisałam|zgłaszałem|zgłaszałam|prosiłem|prosiłam)|w sprawie mojego|moje(?:go)? zgłoszeni[ae] z)\b",
    r"як я (?:вже )?(?:писав|писала|казав|казала|повідомляв|повідомляла)|вже (?:писав|писала|повідомляв|повідомляла|просив|просила)|щодо мо(?:го|єї) (?:запит|звернен|заявк)|моє звернення від",
    r"先日(?:お願い|問い合わせ|連絡|報告|申請)|昨日(?:お願い|問い合わせ|連絡|報告|申請)|前回(?:の|お)|以前(?:お願い|問い合わせ|連絡|報告|申請)|の件ですが|催促",
];

const MOVES_ON: [&str; 4] = [
    r"\b(?:else|another|instead|in place of|separately|this time|new (?:topic|one)|same again|works now|is done|that's done|came|arrived|fine now|(?:it|she|he)(?:'s| is) fine|has stopped|thanks|cheers|deputy|not \w+,|now (?:on|does|the|it says))\b",
    r"\b(?:etwas anderes|was anderes|diesmal|stattdessen|geht wieder|ist erledigt|ist angekommen|danke|jetzt aber|andere[srn]?)\b",
    r"\b(?:autre chose|cette fois|à la place|merci|est arrivée?|otra cosa|esta vez|gracias|llegó|outra coisa|desta vez|obrigad[oa]|chegou|coś innego|tym razem|dziękuję|dzięki|przyszł[aoy])\b",
    r"інше|цього разу|дякую|прийшл[аои]|別の|今回は|届きました|ありがとう",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(earlier: &str, later: &str, expect: Option<Why>) {
        let found = Classifier::default().same_matter(earlier, later);
        assert_eq!(found.map(|it| it.why), expect, "{earlier} / {later}");
    }

    #[test]
    fn every_pattern_compiles() {
        assert_eq!((BACK.len(), ON.len()), (REFERS_BACK.len(), MOVES_ON.len()));
    }

    #[test]
    fn sent_twice_is_one_matter_unless_a_name_differs() {
        let text = "the hinge of my laptop LT-22871 is cracked";
        check(text, text, Some(Why::SameWords));
        check(text, "The hinge of my laptop LT-22871 is cracked!", Some(Why::SameWords));
        check(text, "the hinge of my laptop LT-22817 is cracked", None);
        check("mouse dead", "mouse missing", None);
        check(
            "the printer on floor 2 is jammed again",
            "the printer on floor 12 is jammed again",
            None,
        );
    }

    #[test]
    fn speaking_of_an_earlier_request_is_heard_in_every_language() {
        for text in [
            "as I wrote yesterday it is still slow",
            "Reminder: the charger",
            "see my request from April",
            "wie schon gemeldet, die Tastatur",
            "comme déjà signalé, le clavier",
            "como ya dije, el teclado",
            "como já pedi, o teclado",
            "jak już pisałam, klawiatura",
            "як я вже писала, клавіатура",
            "先日お願いしたキーボード",
        ] {
            assert!(refers_back(fold(text).text()), "{text}");
        }
        for text in ["I get a reminder every day", "vpn dead again", "my mouse is broken"] {
            assert!(!refers_back(fold(text).text()), "{text}");
        }
    }
}
