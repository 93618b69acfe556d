//! The shipped knowledge, as a reader and a reviewer would check it.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics where it fails"
)]

use std::collections::HashSet;
use std::path::Path;

use content::{Article, Audience, Content, load};

/// Largest share of five-word runs two articles may have in common.
const LARGEST_OVERLAP: f64 = 0.2;

fn shipped() -> Content {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge");
    let (content, report) = load(&root, Audience::Agent).expect("knowledge/ loads");
    assert!(report.is_clean(), "{report}");
    content
}

fn text(article: &Article) -> String {
    article.blocks.iter().map(|block| block.markdown.as_str()).collect::<Vec<_>>().join("\n")
}

fn runs(article: &Article) -> HashSet<String> {
    let text = text(article).to_lowercase();
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(5).map(|run| run.join(" ")).collect()
}

fn is_step(line: &str) -> bool {
    let rest = line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < line.trim_start().len() && rest.starts_with(". ")
}

#[test]
fn there_are_at_least_twenty_articles_and_a_playbook_for_every_scenario_but_other() {
    let content = shipped();
    let ids: HashSet<&str> = content.articles.iter().map(|article| article.id.as_str()).collect();
    assert!(ids.len() >= 20, "{}", ids.len());
    for scenario in ticket::Scenario::ALL {
        let has = content.playbooks.iter().any(|playbook| playbook.scenario == scenario);
        assert!(has || scenario == ticket::Scenario::Other, "{}", scenario.as_str());
    }
}

#[test]
fn every_cause_and_every_check_of_the_device_leads_to_an_article() {
    let content = shipped();
    for cause in ticket::Cause::ALL {
        assert!(content.article_for_cause(cause, "en").is_some(), "{}", cause.as_str());
    }
    // Who the device is and what runs on it are facts, not faults.
    let facts = [ticket::CheckId::DeviceIdentity, ticket::CheckId::OperatingSystem];
    for check in ticket::CheckId::DEVICE {
        let article = content.article_for_check(check, "de");
        assert!(article.is_some() || facts.contains(&check), "{}", check.as_str());
    }
}

#[test]
fn every_article_has_steps_that_name_a_menu_key_or_command() {
    let content = shipped();
    for article in content.written() {
        let text = text(article);
        let steps: Vec<&str> = text.lines().filter(|line| is_step(line)).collect();
        let naming = steps.iter().filter(|step| step.contains("**") || step.contains('`')).count();
        assert!(naming >= 3, "{} ({}) has {naming} such steps", article.id, article.locale);
    }
}

#[test]
fn no_two_articles_share_more_than_a_fifth_of_their_words() {
    let content = shipped();
    let articles: Vec<&Article> = content.written().collect();
    let runs: Vec<_> = articles.iter().map(|article| runs(article)).collect();
    for (i, a) in runs.iter().enumerate() {
        for (j, b) in runs.iter().enumerate().skip(i + 1) {
            let common = a.intersection(b).count() as f64;
            let share = common / a.len().min(b.len()).max(1) as f64;
            assert!(
                share <= LARGEST_OVERLAP,
                "{} and {}: {share:.2}",
                articles[i].id,
                articles[j].id
            );
        }
    }
}

#[test]
fn what_is_in_the_catalogue_has_a_page_in_both_languages_that_says_how_to_ask() {
    let content = shipped();
    assert!(content.catalogue.len() >= 10, "{}", content.catalogue.len());
    for entry in &content.catalogue {
        for locale in ["en", "de"] {
            let page = content.article(&entry.page_id(), locale).expect("a page");
            assert_eq!(page.locale, locale, "{}", entry.id);
            let text = text(page);
            assert!(page.title.contains(entry.name.get(locale)), "{}", page.title);
            let send = if locale == "en" { "**Send to IT**" } else { "**An die IT senden**" };
            assert!(text.contains(send), "{text}");
            assert!(!text.contains(['{', '}']), "{text}");
            for offered in &entry.rights {
                assert!(text.contains(offered.what.get(locale)), "{text}");
            }
        }
    }
}

#[test]
fn files_for_the_agent_never_reach_the_app() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge");
    let (content, _) = load(&root, Audience::App).expect("knowledge/ loads");
    assert_eq!(content.routing, None);
    let packed = tempfile::tempdir().expect("a folder");
    pack(packed.path());
    assert!(!packed.path().join("knowledge/routing").exists());
    let (from_package, report) =
        load(&packed.path().join("knowledge"), Audience::App).expect("the package loads");
    assert!(report.is_clean(), "{report}");
    assert_eq!(from_package, content, "the package holds exactly what the app reads");
}

/// Copies what the package of the app takes along.
fn pack(target: &Path) {
    let shell = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri");
    let config = std::fs::read_to_string(shell.join("tauri.conf.json")).expect("tauri.conf.json");
    let config: serde_json::Value = serde_json::from_str(&config).expect("JSON");
    for (from, to) in config["bundle"]["resources"].as_object().expect("resources") {
        copy(&shell.join(from), &target.join(to.as_str().expect("a path")));
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in std::fs::read_dir(from).expect("a folder").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
        return;
    }
    std::fs::create_dir_all(to.parent().expect("a parent")).expect("a folder");
    std::fs::copy(from, to).expect("a file");
}

/// What an editor says of a file must be what the loader says.
#[test]
fn the_schema_of_front_matter_fits_every_article_and_knows_every_word() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../knowledge");
    let schema = std::fs::read(root.join("schema/article.v1.json")).expect("the schema");
    let schema: serde_json::Value = serde_json::from_slice(&schema).expect("the schema is JSON");
    let words = |key: &str| {
        let words = schema["properties"][key]["items"]["enum"].as_array().expect("its words");
        words
            .iter()
            .filter_map(serde_json::Value::as_str)
            .map(str::to_owned)
            .collect::<HashSet<_>>()
    };
    let causes = ticket::Cause::ALL.iter().map(|cause| cause.as_str().to_owned());
    let checks = ticket::CheckId::ALL.iter().map(|check| check.as_str().to_owned());
    assert_eq!(words("causes"), causes.collect());
    assert_eq!(words("checks"), checks.collect());
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let mut count = 0;
    let folders = ["articles", "templates"].map(|folder| std::fs::read_dir(root.join(folder)));
    for entry in folders.into_iter().flat_map(|folder| folder.expect("a folder").flatten()) {
        let text = std::fs::read_to_string(entry.path()).expect("an article");
        let front = text.split("---\n").nth(1).expect("front matter");
        let front: serde_json::Value = serde_saphyr::from_str(front).expect("YAML");
        if let Err(error) = validator.validate(&front) {
            panic!("{}: {error}", entry.path().display());
        }
        let mut wrong = front.clone();
        wrong["titel"] = "x".into();
        assert!(!validator.is_valid(&wrong), "an unknown field is refused");
        count += 1;
    }
    assert!(count > 180, "{count}");
}
