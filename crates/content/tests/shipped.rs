//! The files that are shipped.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::Path;

use content::{Audience, Content, LocalizedText, Playbook, StepKind, load};
use ticket::Scenario;

fn shipped(audience: Audience) -> Content {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge"));
    let (content, report) = load(root, audience).unwrap();
    assert!(report.is_clean(), "{report}");
    content
}

#[test]
fn every_file_is_sound_for_both_audiences() {
    assert!(shipped(Audience::App).routing.is_none());
    let content = shipped(Audience::Agent);
    assert!(content.routing.is_some());
    assert!(content.rules.rules.len() >= 60);
}

#[test]
fn every_scenario_has_a_team_and_every_one_but_other_a_playbook() {
    let content = shipped(Audience::Agent);
    let routing = content.routing.unwrap();
    for scenario in Scenario::ALL {
        assert!(routing.team_for(scenario).is_some(), "{scenario:?}");
        let guided = content.playbooks.iter().any(|playbook| playbook.scenario == scenario);
        assert_eq!(guided, scenario != Scenario::Other, "{scenario:?}");
        let labelled = content.rules.rules.iter().any(|rule| rule.scenario == scenario);
        assert!(labelled, "{scenario:?}");
    }
}

#[test]
fn every_text_is_there_in_english_and_german() {
    let content = shipped(Audience::Agent);
    for playbook in &content.playbooks {
        for text in texts(playbook) {
            let languages: Vec<_> = text.languages().collect();
            assert_eq!(languages, ["de", "en"], "{}: {}", playbook.id, text.get("en"));
        }
    }
}

fn texts(playbook: &Playbook) -> Vec<&LocalizedText> {
    let mut texts = vec![&playbook.title, &playbook.summary];
    for step in playbook.steps.values() {
        texts.push(&step.title);
        texts.extend(&step.text);
        match &step.kind {
            StepKind::Ask { options } => texts.extend(options.iter().map(|option| &option.text)),
            StepKind::Do { steps, .. } => texts.extend(steps),
            StepKind::Escalate { expect } => texts.extend(expect),
            StepKind::Check { .. }
            | StepKind::Confirm { .. }
            | StepKind::Resolved {}
            | StepKind::ReportSecurity {} => {}
        }
    }
    texts
}
