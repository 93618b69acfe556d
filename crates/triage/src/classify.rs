use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use content::Content;
use serde::{Deserialize, Serialize};
use ticket::{Domain, Label, LabelSource, Reason, Risk, Scenario, Span};

use crate::features::{Sighting, meaning, merged, sightings};
use crate::forged::forged;
use crate::rules::Match;
use crate::{
    Concepts, Course, DOMAINS, Folded, Head, LANGUAGES, Meaning, Model, ModelError, Prediction,
    RuleProblem, Rules, Signal, Signals, TooManyConcepts, fold, signals, softmax, target,
    undisguised,
};

/// A label at least this sure can become the primary one because it is the riskier.
pub const PRIMARY_THRESHOLD: f32 = 0.4;

/// What the employee's own choice says for a label.
const CHOICE_WEIGHT: f32 = 0.6;
/// How sure we are that a text no rule knows is about something else.
const UNKNOWN: f32 = 0.2;
/// How much rules move the model, per unit of their evidence.
const RULES_SHARE: f32 = 0.5;
/// A label less likely than this is not worth telling, unless a rule or the employee names it.
const FAINT: f32 = 0.1;
/// The place of English among [`LANGUAGES`]; the embedding reads no other.
const ENGLISH: usize = 0;
/// From here on the model names a language.
const SURE_LANGUAGE: f32 = 0.7;

/// Labels and signals of one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Triage {
    /// Every label that was found, the primary one first. Never empty.
    pub labels: Vec<Label>,
    /// The part of IT that owns the primary label.
    pub domain: Domain,
    /// The highest risk a matching rule demands.
    pub risk_floor: Option<Risk>,
    /// Whom it seems to need; absent without a model.
    #[serde(default)]
    pub outlook: Option<Outlook>,
    /// The language it seems to be in, as an ISO code.
    #[serde(default)]
    pub language: Option<String>,
    /// What else the text says.
    pub signals: Signals,
    /// Whether it speaks of something that has several levels of access.
    pub is_graded: bool,
}

impl Triage {
    /// The primary label, if there is one.
    #[must_use]
    pub fn primary(&self) -> Option<&Label> {
        self.labels.first()
    }
}

/// How likely a text needs whom; the four add up to one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Outlook {
    /// Nobody: it is everyday and complete.
    pub act: f32,
    /// Its writer: something is missing, or it is sensitive.
    pub ask: f32,
    /// A person: steps failed, or it is ordinary work.
    pub person: f32,
    /// A person at once: it looks dangerous.
    pub high: f32,
}

impl Outlook {
    fn of(said: &Prediction) -> Self {
        let chance = |course: Course| said.probability(Head::Course, course as usize);
        Self {
            act: chance(Course::Act),
            ask: chance(Course::Ask),
            person: chance(Course::Person),
            high: chance(Course::High),
        }
    }
}

/// Everything that labels a text: the rules, and the statistical model if there is one.
#[derive(Debug, Clone, Default)]
pub struct Classifier {
    rules: Rules,
    pub(crate) concepts: Concepts,
    pub(crate) model: Option<Model>,
    pub(crate) meaning: Option<Meaning>,
}

/// Something the classifier has to do without.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassifierProblem {
    /// A rule, or a pattern of it.
    #[error(transparent)]
    Rule(#[from] RuleProblem),
    /// The model; rules alone label.
    #[error("triage/labels.model cannot be used, rules alone label: {0}")]
    Model(#[from] ModelError),
    /// The concepts; the model knows words only.
    #[error(transparent)]
    Concepts(#[from] TooManyConcepts),
    /// There is none; rules alone label.
    #[error("triage/labels.model is missing, rules alone label")]
    NoModel,
    /// The model does not know what words mean.
    #[error("triage/concepts.jsonl has no concepts, the model knows words only")]
    NoConcepts,
}

impl Classifier {
    /// Makes ready what IT wrote and what was learned.
    #[must_use]
    pub fn new(content: &Content) -> (Self, Vec<ClassifierProblem>) {
        let (rules, problems) = Rules::compile(&content.rules);
        let mut problems: Vec<_> = problems.into_iter().map(ClassifierProblem::from).collect();
        let model = match content.model.as_deref().map(Model::parse) {
            Some(Ok(model)) => Some(model),
            Some(Err(error)) => {
                problems.push(error.into());
                None
            }
            None => {
                problems.push(ClassifierProblem::NoModel);
                None
            }
        };
        if model.is_some() && content.concepts.is_empty() {
            problems.push(ClassifierProblem::NoConcepts);
        }
        let concepts = Concepts::compile(&content.concepts).unwrap_or_else(|error| {
            problems.push(error.into());
            Concepts::default()
        });
        (Self { rules, concepts, model, meaning: None }, problems)
    }

    /// Lets the model see what a text means beside its words.
    #[must_use]
    pub fn with_meaning(self, meaning: Meaning) -> Self {
        Self { meaning: Some(meaning), ..self }
    }

    /// Rules alone.
    #[must_use]
    pub fn of_rules(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// The names of the concepts a text names.
    #[must_use]
    pub fn concepts(&self, text: &str) -> BTreeSet<String> {
        self.concepts_of(fold(text).text())
    }

    /// The same, of a folded text.
    pub(crate) fn concepts_of(&self, folded: &str) -> BTreeSet<String> {
        self.concepts.find(folded).into_iter().map(|it| it.concept.to_owned()).collect()
    }

    /// Whether rules alone, which take a few microseconds each, say that a text is about one of some scenarios.
    #[must_use]
    pub fn rules_say(&self, text: &str, is_it: impl Fn(Scenario) -> bool) -> bool {
        self.rules.say(&fold(text), is_it)
    }

    /// Labels a text. The employee's choice of a guided help counts as one more reason.
    #[must_use]
    pub fn classify(&self, text: &str, hint: Option<Scenario>) -> Triage {
        let folded = fold(text);
        let matches = self.rules.matches(&folded);
        let mut drafts: BTreeMap<Scenario, Draft> = BTreeMap::new();
        for found in &matches {
            drafts.entry(found.scenario).or_default().add(found);
        }
        if let Some(scenario) = hint {
            drafts.entry(scenario).or_default().choose();
        }
        let reading = self.read(&folded);
        if let Some(reading) = &reading {
            reading.weigh(&mut drafts);
        }
        let labels = ranked(drafts);
        let primary = labels.first().map_or(Scenario::Other, |label| label.scenario);
        let mut signals = signals(&folded);
        if let Some(place) = forged(text) {
            signals.add(Signal::Instructs, span(&place));
        }
        if let Some(reading) = &reading {
            reading.hear(&mut signals);
            if !signals.has(Signal::MfaBypass)
                && !signals.has(Signal::Instructs)
                && let Some(span) = self.attack(reading, text)
            {
                signals.add(Signal::Instructs, span);
            }
        }
        Triage {
            labels,
            domain: reading.as_ref().map_or(domain_of(primary), Reading::domain),
            risk_floor: matches.iter().filter_map(|found| found.risk).max(),
            outlook: reading.as_ref().map(|reading| Outlook::of(&reading.said)),
            language: reading.as_ref().and_then(Reading::language),
            signals,
            is_graded: target::is_graded(folded.text()),
        }
    }
}

impl Classifier {
    /// Where a text tries to misuse the help desk, as it is or without its tricks.
    fn attack(&self, reading: &Reading<'_>, text: &str) -> Option<Span> {
        if reading.is_attack() {
            return Some(reading.evidence(Head::Attack, 1).next().unwrap_or_else(|| whole(text)));
        }
        let meant = fold(&undisguised(text)?);
        self.read(&meant)?.is_attack().then(|| whole(text))
    }

    /// What the model makes of a text, if there is one: of its words and, in English, of its meaning.
    fn read<'a>(&'a self, folded: &'a Folded) -> Option<Reading<'a>> {
        let model = self.model.as_ref()?;
        let seen = sightings(folded.text(), &self.concepts);
        let mut features = merged(seen.clone());
        let mut said = model.predict(&features);
        if let Some(meaning_of) = &self.meaning
            && said.likeliest(Head::Language).0 == ENGLISH
            && let Some(vector) = meaning_of.of(folded.text())
        {
            features.extend(meaning(&vector));
            said = model.predict(&features);
        }
        Some(Reading { model, folded, seen, said })
    }
}

fn whole(text: &str) -> Span {
    span(&(0..text.len()))
}

fn span(place: &Range<usize>) -> Span {
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: narrow(place.start), end: narrow(place.end) }
}

/// What the model makes of one text.
struct Reading<'a> {
    model: &'a Model,
    folded: &'a Folded,
    seen: Vec<Sighting>,
    said: Prediction,
}

impl Reading<'_> {
    /// Puts the model and what the rules say together: their evidence adds to the logits.
    fn weigh(&self, drafts: &mut BTreeMap<Scenario, Draft>) {
        let mut chances = Scenario::ALL.map(|scenario| {
            let model = self.chance(scenario).max(f32::MIN_POSITIVE).ln();
            let rules = drafts.get(&scenario).map_or(0.0, |draft| -draft.doubt.max(0.01).ln());
            model + RULES_SHARE * rules
        });
        softmax(&mut chances);
        for (scenario, chance) in Scenario::ALL.into_iter().zip(chances) {
            if chance >= FAINT || drafts.contains_key(&scenario) {
                let draft = drafts.entry(scenario).or_default();
                draft.chance = Some(chance);
                if chance >= PRIMARY_THRESHOLD {
                    let spans = self.evidence(Head::Scenario, scenario as usize);
                    draft.reasons.extend(spans.map(|span| Reason::new(BY_MODEL, Some(span))));
                }
            }
        }
    }

    /// What the model hears beside the patterns.
    fn hear(&self, signals: &mut Signals) {
        for (head, signal, heard) in [
            (Head::Several, Signal::SeveralPeople, SEVERAL_HEARD),
            (Head::Emotional, Signal::Emotional, EMOTION_HEARD),
        ] {
            let chance = self.said.probability(head, 1);
            if chance < DOUBTED {
                signals.remove(signal);
            } else if chance >= heard
                && let Some(span) = self.evidence(head, 1).next()
            {
                signals.add(signal, span);
            }
        }
    }

    fn is_attack(&self) -> bool {
        self.said.probability(Head::Attack, 1) >= ATTACK
    }

    fn chance(&self, scenario: Scenario) -> f32 {
        let at = Scenario::ALL.iter().position(|it| *it == scenario);
        at.map_or(0.0, |at| self.said.probability(Head::Scenario, at))
    }

    fn evidence(&self, head: Head, answer: usize) -> impl Iterator<Item = Span> {
        let places = self.model.evidence(&self.seen, head, answer);
        places.into_iter().map(|place| self.folded.original(place))
    }

    fn domain(&self) -> Domain {
        let at = self.said.likeliest(Head::Domain).0;
        DOMAINS.get(at).copied().unwrap_or(Domain::Application)
    }

    fn language(&self) -> Option<String> {
        let (at, chance) = self.said.likeliest(Head::Language);
        LANGUAGES.get(at).filter(|_| chance >= SURE_LANGUAGE).map(|code| (*code).to_owned())
    }
}

/// From here on a text is taken for an attack on the help desk.
const ATTACK: f32 = 0.3;
/// From here on the model hears several people where no pattern does.
const SEVERAL_HEARD: f32 = 0.5;
/// The same for strong feeling, which few show.
const EMOTION_HEARD: f32 = 0.3;
/// Below this it takes a pattern for a mistake.
const DOUBTED: f32 = 0.1;
/// Named as the reason where the model points at words.
const BY_MODEL: &str = "model";

/// A label in the making. Weights combine as independent evidence: 1 - Π(1 - w).
struct Draft {
    doubt: f32,
    /// What model and rules say together.
    chance: Option<f32>,
    risk: Risk,
    source: LabelSource,
    reasons: Vec<Reason>,
}

impl Default for Draft {
    fn default() -> Self {
        let source = LabelSource::Model;
        Self { doubt: 1.0, chance: None, risk: Risk::Low, source, reasons: Vec::new() }
    }
}

impl Draft {
    fn add(&mut self, found: &Match<'_>) {
        self.doubt *= 1.0 - found.weight;
        self.risk = self.risk.max(found.risk.unwrap_or(Risk::Low));
        self.source = LabelSource::Rule;
        self.reasons.push(Reason::new(found.rule, Some(found.span)));
    }

    fn choose(&mut self) {
        self.doubt *= 1.0 - CHOICE_WEIGHT;
        if self.source == LabelSource::Model {
            self.source = LabelSource::Employee;
        }
        self.reasons.push(Reason::new("employee_choice", None));
    }

    fn confidence(&self) -> f32 {
        self.chance.unwrap_or(1.0 - self.doubt).clamp(0.0, 0.99)
    }
}

/// Riskiest first among the labels that are sure enough, then the surest.
fn ranked(drafts: BTreeMap<Scenario, Draft>) -> Vec<Label> {
    let mut drafts: Vec<_> = drafts.into_iter().collect();
    drafts.sort_by(|(one, a), (other, b)| {
        let risk = rank(*other, b).cmp(&rank(*one, a));
        risk.then(b.confidence().total_cmp(&a.confidence())).then(one.cmp(other))
    });
    if drafts.is_empty() {
        return vec![unknown()];
    }
    drafts.into_iter().map(|(scenario, draft)| label(scenario, draft)).collect()
}

fn rank(scenario: Scenario, draft: &Draft) -> (bool, Risk) {
    let sure = draft.confidence() >= PRIMARY_THRESHOLD;
    (sure, if sure { draft.risk.max(own_risk(scenario)) } else { Risk::Low })
}

fn label(scenario: Scenario, draft: Draft) -> Label {
    let confidence = draft.confidence();
    Label { scenario, confidence, source: draft.source, reasons: draft.reasons }
}

fn unknown() -> Label {
    let reasons = vec![Reason::new("nothing_matched", None)];
    let source = LabelSource::Default;
    Label { scenario: Scenario::Other, confidence: UNKNOWN, source, reasons }
}

const fn own_risk(scenario: Scenario) -> Risk {
    match scenario {
        Scenario::SecurityIncident | Scenario::Outage => Risk::High,
        Scenario::PasswordResetLockout
        | Scenario::SoftwareAccess
        | Scenario::HowTo
        | Scenario::VpnConnectivity
        | Scenario::HardwareFault
        | Scenario::Other => Risk::Low,
    }
}

const fn domain_of(scenario: Scenario) -> Domain {
    match scenario {
        Scenario::PasswordResetLockout | Scenario::SecurityIncident => Domain::Identity,
        Scenario::SoftwareAccess => Domain::Access,
        Scenario::VpnConnectivity | Scenario::Outage => Domain::Infrastructure,
        Scenario::HardwareFault => Domain::Endpoint,
        Scenario::HowTo | Scenario::Other => Domain::Application,
    }
}

#[cfg(test)]
mod tests {
    use content::{TriageRule, TriageRules};

    use super::*;

    fn rule(id: &str, scenario: Scenario, weight: f32, any: &str) -> TriageRule {
        let (any, unless) = (vec![any.to_owned()], Vec::new());
        TriageRule { id: id.to_owned(), scenario, risk: None, weight, any, unless }
    }

    fn rules() -> Rules {
        let mut admin = rule("admin", Scenario::SoftwareAccess, 0.5, r"\badmin\b");
        admin.risk = Some(Risk::High);
        let mut printer = rule("printer", Scenario::HardwareFault, 0.7, r"\bprinter\b");
        printer.unless = vec!["add a printer".to_owned()];
        let rules = vec![
            rule("vpn", Scenario::VpnConnectivity, 0.8, r"\bvpn\b"),
            rule("drops", Scenario::VpnConnectivity, 0.5, r"\bdrops?\b"),
            rule("phish", Scenario::SecurityIncident, 0.5, r"\bsuspicious (link|mail)\b"),
            rule("odd", Scenario::SecurityIncident, 0.2, r"\bstrange\b"),
            rule("how", Scenario::HowTo, 0.6, r"\bhow do i\b"),
            admin,
            printer,
        ];
        Rules::compile(&TriageRules { version: 1, rules }).0
    }

    fn check(text: &str, hint: Option<Scenario>, expect: &[(Scenario, f32, LabelSource)]) {
        let triage = Classifier::of_rules(rules()).classify(text, hint);
        let found: Vec<_> =
            triage.labels.iter().map(|l| (l.scenario, l.confidence, l.source)).collect();
        assert_eq!(found.len(), expect.len(), "{text}: {found:?}");
        for (found, expect) in found.iter().zip(expect) {
            assert_eq!((found.0, found.2), (expect.0, expect.2), "{text}");
            assert!((found.1 - expect.1).abs() < 0.001, "{text}: {found:?}");
        }
    }

    #[test]
    fn labels_by_rules_with_combined_weights() {
        use LabelSource::{Default, Employee, Rule};
        use Scenario::{HardwareFault, HowTo, Other, SecurityIncident, VpnConnectivity};
        check("the VPN is down", None, &[(VpnConnectivity, 0.8, Rule)]);
        check("VPN drops", None, &[(VpnConnectivity, 0.9, Rule)]);
        check("the printer jams", None, &[(HardwareFault, 0.7, Rule)]);
        check("how do I add a printer", None, &[(HowTo, 0.6, Rule)]);
        check("hello", None, &[(Other, 0.2, Default)]);
        check("hello", Some(HardwareFault), &[(HardwareFault, 0.6, Employee)]);
        check("VPN", Some(VpnConnectivity), &[(VpnConnectivity, 0.92, Rule)]);
        check(
            "vpn drops after a suspicious link",
            Some(VpnConnectivity),
            &[(SecurityIncident, 0.5, Rule), (VpnConnectivity, 0.96, Rule)],
        );
        check(
            "vpn is strange",
            None,
            &[(VpnConnectivity, 0.8, Rule), (SecurityIncident, 0.2, Rule)],
        );
    }

    #[test]
    fn a_risky_rule_raises_the_floor_and_its_label() {
        let triage = Classifier::of_rules(rules()).classify("how do I get admin on the vpn", None);
        assert_eq!(triage.risk_floor, Some(Risk::High));
        assert_eq!(triage.labels[0].scenario, Scenario::SoftwareAccess);
        assert_eq!(triage.domain, Domain::Access);
    }

    #[test]
    fn every_reason_points_at_the_words_it_saw() {
        let text = "Das  V\u{200b}PN drops";
        let triage = Classifier::of_rules(rules()).classify(text, None);
        let words: Vec<&str> = triage.labels[0]
            .reasons
            .iter()
            .filter_map(|reason| reason.span)
            .map(|span| &text[span.start as usize..span.end as usize])
            .collect();
        assert_eq!(words, ["V\u{200b}PN", "drops"]);
    }
}
