use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};
use ticket::{Scenario, Span};

use crate::Classifier;
use crate::pattern::compiled;

/// A part of a text that asks for one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its words. All parts together are the whole text.
    pub words: Span,
    /// What it is about.
    pub scenario: Scenario,
}

/// So sure must be what a part is about.
const SURE: f32 = 0.75;
/// Who lists more than this is not asking for single things.
const MOST: usize = 5;
/// Longer texts tell a story.
const LONGEST: usize = 2_000;

impl Classifier {
    /// The things a text asks for, where it lists several: in numbered or marked lines, or with words
    /// like "also" and "another thing". Empty where it asks for one. What is not clear by itself
    /// belongs to what stands before it, so nothing is lost.
    #[must_use]
    pub fn parts(&self, text: &str) -> Vec<Part> {
        if text.len() > LONGEST {
            return Vec::new();
        }
        let mut parts: Vec<(Range<usize>, Option<Scenario>)> = Vec::new();
        let sections = sections(text);
        if sections.len() < 2 {
            return Vec::new();
        }
        for place in sections {
            let scenario = text.get(place.clone()).and_then(|it| self.sure_scenario(it));
            match parts.last_mut() {
                Some((last, known))
                    if known.is_none() || scenario.is_none() || *known == scenario =>
                {
                    last.end = place.end;
                    *known = known.or(scenario);
                }
                Some(_) | None => parts.push((place, scenario)),
            }
        }
        if !(2..=MOST).contains(&parts.len()) {
            return Vec::new();
        }
        let part = |(place, scenario): (Range<usize>, Option<Scenario>)| {
            let (start, end) = (u32::try_from(place.start).ok()?, u32::try_from(place.end).ok()?);
            Some(Part { words: Span { start, end }, scenario: scenario? })
        };
        parts.into_iter().map(part).collect::<Option<_>>().unwrap_or_default()
    }

    fn sure_scenario(&self, text: &str) -> Option<Scenario> {
        let triage = self.classify(text, None);
        let label = triage.primary()?;
        (label.confidence >= SURE && label.scenario != Scenario::Other).then_some(label.scenario)
    }
}

/// A text from one sign that something new begins to the next.
fn sections(text: &str) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = STARTS
        .iter()
        .flat_map(|it| it.captures_iter(text))
        .filter_map(|found| found.name("start").map(|it| it.start()))
        .chain([0])
        .collect();
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

static STARTS: LazyLock<Vec<Regex>> =
    LazyLock::new(|| PATTERNS.iter().filter_map(|it| compiled(it)).collect());

const PATTERNS: [&str; 3] = [LISTED, NUMBERED, SAID];
/// A line with a mark or a number before it.
const LISTED: &str = r"(?m)^[ \t]*(?P<start>(?:[-*•–]|\(?\d[.)]|\(?[a-e]\))[ \t]+\S)";
/// `1)` inside a line.
const NUMBERED: &str = r"[\s,;](?P<start>\(?\d\)\s)";
/// Words that begin something new, at the head of a sentence or after a comma.
const SAID: &str = r"(?i)(?:^|[.!?;,\n。]\s*(?:and |und |oh |ach |et |y |e |i )?)(?P<start>(?:also|another thing|one more thing|one other thing|second(?:ly)?|third(?:ly)?|besides|in addition|additionally|on top of that|separately|while i'm at it|by the way|btw|außerdem|ausserdem|zweitens|drittens|des weiteren|noch etwas|noch was|nebenbei|übrigens|par ailleurs|deuxièmement|autre chose|de plus|además|por otro lado|segundo|otra cosa|além disso|outra coisa|em segundo lugar|poza tym|po drugie|druga sprawa|przy okazji|крім того|по-друге|ще одне|до речі)\b|また、|それと|あと、|もう一つ)";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let found: Vec<&str> = sections(text).into_iter().map(|it| &text[it]).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn something_new_begins_at_marks_and_words() {
        assert_eq!(STARTS.len(), PATTERNS.len());
        check("my mouse is dead", &["my mouse is dead"]);
        check("Hi,\n1. vpn fails\n2. need Visio", &["Hi,\n", "1. vpn fails\n", "2. need Visio"]);
        check("- vpn fails\n- need Visio", &["- vpn fails\n", "- need Visio"]);
        check("VPN fails. Also, I need Visio.", &["VPN fails. ", "Also, I need Visio."]);
        check(
            "Drucker tot, außerdem brauche ich Visio",
            &["Drucker tot, ", "außerdem brauche ich Visio"],
        );
        check("I also need it", &["I also need it"]);
        check("", &[""]);
    }
}
