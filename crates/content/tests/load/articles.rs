use crate::folder::{ARTICLE, article_ids, check, folder, load_agent, put};
use content::Content;

#[test]
fn a_malformed_article_is_left_out_with_its_line_and_advice() {
    let file = "articles/wifi.md";
    for (from, to, expect) in [
        (
            "kind: how-to",
            "kind: howto",
            "knowledge/articles/wifi.md:6: `howto` is not a known value. Use one of `how-to`, `policy`, `known-issue`.",
        ),
        (
            "owner: network",
            "ownr: network",
            "knowledge/articles/wifi.md:10: the field `ownr` is not known here. Known fields are `version`, `id`, `title`, `summary`, `kind`, `locale`, `platforms`, `keywords`, `owner`, `reviewed`, `review_by`, `source`, `causes`, `checks`.",
        ),
        (
            "summary: Three steps.\n",
            "",
            "knowledge/articles/wifi.md:12: the field `summary` is missing. Add `summary: …`.",
        ),
        (
            "version: 1",
            "version: 2",
            "knowledge/articles/wifi.md:2: format version 2 is not known. Write `version: 1`, or use a newer program.",
        ),
        (
            "id: wifi",
            "id: wlan",
            "knowledge/articles/wifi.md:3: the id `wlan` and the file name `wifi` differ. Write `id: wifi`, or rename the file.",
        ),
        (
            "---\nversion",
            "version",
            "knowledge/articles/wifi.md:1: the front matter is missing. Begin the file with `---`, then `version: 1`, as the example in README.md.",
        ),
        (
            "---\nSee",
            "See",
            "knowledge/articles/wifi.md:1: the front matter does not end. Close it with a line `---`.",
        ),
    ] {
        let content = check_with_broken_link(file, from, to, expect);
        assert_eq!(article_ids(&content), ["cable"]);
        assert!(content.playbook("vpn").is_some());
    }
}

/// As `check`, but the playbook also says that its article is gone.
#[track_caller]
fn check_with_broken_link(file: &str, from: &str, to: &str, expect: &str) -> Content {
    let gone = "knowledge/playbooks/vpn.yaml:27: there is no article `wifi`, or it has a problem of its own. Use the id of a file in articles/.";
    check(file, from, to, &format!("{expect}\n{gone}"))
}

#[test]
fn bad_yaml_says_where() {
    let root = folder();
    put(root.path(), "articles/wifi.md", ARTICLE.replace("title: Wi-Fi", "title: [Wi-Fi"));
    let (content, report) = load_agent(root.path());
    let problem = &report.problems[0];
    assert_eq!(problem.file, "articles/wifi.md");
    assert!(problem.line.is_some_and(|line| (4..=13).contains(&line)), "{problem}");
    assert!(problem.advice.contains("double quotes"), "{problem}");
    assert_eq!(article_ids(&content), ["cable"]);
}

#[test]
fn a_cause_leads_to_one_article() {
    let root = folder();
    let about = |text: &str| text.replace("source:", "causes: [no_link, no_address]\nsource:");
    put(root.path(), "articles/wifi.md", about(ARTICLE));
    let cable = std::fs::read_to_string(root.path().join("articles/cable.md")).unwrap();
    put(root.path(), "articles/cable.md", cable.replace("source:", "causes: [no_link]\nsource:"));
    let (content, report) = load_agent(root.path());
    let told: Vec<_> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("`no_link` belongs to the article `cable` already"), "{told:?}");
    let found = content.article_for_cause(ticket::Cause::NoAddress, "en");
    assert_eq!(found.map(|article| article.id.as_str()), Some("wifi"));
    assert!(content.article_for_cause(ticket::Cause::CaptivePortal, "en").is_none());
}

#[test]
fn what_does_not_make_an_article_unsafe_is_only_reported() {
    let file = "articles/wifi.md";
    for (from, to, expect) in [
        (
            "review_by: 2027",
            "review_by: 2025",
            "knowledge/articles/wifi.md:12: review_by 2025-10-12 is not after reviewed 2026-10-12. Write the day by which it must be read again.",
        ),
        (
            "owner: network",
            "owner: ' '",
            "knowledge/articles/wifi.md:10: nobody owns this. Name the team that keeps it true.",
        ),
        (
            "owner: network",
            "owner: nobody",
            "knowledge/articles/wifi.md:10: the owner `nobody` is not a team. Use the id of a team in routing/teams.yaml.",
        ),
        (
            "article:cable",
            "article:cabel",
            "knowledge/articles/wifi.md:15: there is no article `cabel`, or it has a problem of its own. Use the id of a file in articles/.",
        ),
        (
            "playbook:vpn",
            "playbook:vpm",
            "knowledge/articles/wifi.md:15: there is no playbook `vpm`, or it has a problem of its own. Use the id of a file in playbooks/.",
        ),
        (
            "check:network",
            "https://example.org",
            "knowledge/articles/wifi.md:16: the link `https://example.org` leads out of the app. Link to `article:ID`, `playbook:ID` or `check:network`.",
        ),
    ] {
        let content = check(file, from, to, expect);
        assert_eq!(article_ids(&content), ["cable", "wifi"]);
    }
}

#[test]
fn an_article_is_found_in_the_language_asked_for_or_in_english() {
    let root = folder();
    let german = ARTICLE.replace("locale: en", "locale: de").replace("Wi-Fi does", "WLAN");
    put(root.path(), "articles/wifi.de.md", &german);
    let (content, report) = load_agent(root.path());
    assert!(report.is_clean(), "{report}");
    assert_eq!(content.article("wifi", "de-AT").unwrap().locale, "de");
    assert_eq!(content.article("wifi", "fr").unwrap().locale, "en");
    assert_eq!(content.article("cable", "de").unwrap().locale, "en");
    assert_eq!(content.article("none", "de"), None);
    put(root.path(), "articles/wifi.fr.md", &german);
    let (_, report) = load_agent(root.path());
    assert_eq!(
        report.to_string().trim_end(),
        "knowledge/articles/wifi.fr.md:7: the locale `de` and the file name's `fr` differ. Write `locale: fr`, or rename the file."
    );
}
