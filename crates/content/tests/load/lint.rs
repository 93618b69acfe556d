//! Advice on articles that can be used as they are.

use content::{lint, unchecked};
use jiff::civil::date;

use crate::folder::{ARTICLE, folder, load_agent, put};

const STEPS: &str = "\n1. Press **A**. It lights up.\n2. Press **B**.\n3. Press **C**.\n";

/// Writes an article with this body beside the sound ones, and looks for advice on it.
#[track_caller]
fn check(body: &str, expect: &[&str]) {
    let root = folder();
    let article = ARTICLE.replace("id: wifi", "id: extra");
    let (front, _) = article.split_once("---\nSee").unwrap();
    put(root.path(), "articles/extra.md", format!("{front}---\n{body}"));
    let (content, report) = load_agent(root.path());
    assert_eq!(report.to_string(), "");
    let told: Vec<_> = lint(&content, date(2026, 11, 29))
        .into_iter()
        .filter(|problem| problem.file == "articles/extra.md")
        .map(|problem| problem.what)
        .collect();
    assert_eq!(told, expect);
}

#[test]
fn what_a_careful_reader_would_mend_is_told() {
    let fine = format!("See [the cable](article:cable).\n{STEPS}");
    check(&fine, &["nothing leads to it"]);
    check("Read this.\n", &["it has 0 numbered steps", "nothing leads to it"]);
    let long = format!("{fine}4. {}\n", "press it again. ".repeat(21));
    check(&long, &["nothing leads to it", "the step `press it again. press it …` has 63 words"]);
    let breathless = format!("{fine}\n{}\n", "and so on it goes ".repeat(30));
    check(&breathless, &["its sentences have 27 words on average", "nothing leads to it"]);
}

#[test]
fn an_article_that_was_to_be_read_again_and_one_that_says_the_same_are_told() {
    let root = folder();
    let (content, _) = load_agent(root.path());
    let told =
        |day| lint(&content, day).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(!told(date(2026, 11, 29)).contains("read again by"), "{}", told(date(2026, 11, 29)));
    assert!(told(date(2099, 1, 1)).contains("it was to be read again by"));
    let again = ARTICLE.replace("id: wifi", "id: again");
    put(root.path(), "articles/again.md", again);
    let (content, _) = load_agent(root.path());
    let told = lint(&content, date(2026, 11, 29));
    assert!(
        told.iter().any(|problem| problem.what == "100 of 100 of its words are in `wifi` too"),
        "{told:?}"
    );
    assert_eq!(unchecked(&content), 0);
}
