//! Finding articles as people look for them.
#![cfg(test)]

use content::{Article, ArticleKind, Block, Platform};
use jiff::civil::date;
use search::{Index, build};

fn article(id: &str, locale: &str, title: &str, keywords: &[&str], body: &str) -> Article {
    Article {
        id: id.to_owned(),
        title: title.to_owned(),
        summary: format!("About {title}."),
        kind: ArticleKind::HowTo,
        locale: locale.to_owned(),
        platforms: vec![Platform::Linux],
        keywords: keywords.iter().map(|&word| word.to_owned()).collect(),
        owner: "service-desk".to_owned(),
        reviewed: date(2026, 10, 1),
        review_by: date(2027, 10, 1),
        source: "test".to_owned(),
        causes: Vec::new(),
        checks: Vec::new(),
        blocks: vec![Block { platform: None, markdown: body.to_owned() }],
    }
}

fn articles() -> Vec<Article> {
    vec![
        article(
            "vpn",
            "en",
            "VPN is not connecting",
            &["tunnel"],
            "1. Turn the **VPN** off and on again.",
        ),
        article(
            "vpn",
            "de",
            "VPN verbindet sich nicht",
            &["Tunnel"],
            "1. Schalten Sie das VPN aus und ein.",
        ),
        article(
            "printer",
            "en",
            "Nothing comes out of the printer",
            &["print queue"],
            "1. Open **Printers**.",
        ),
        article("disk", "en", "The disk is full", &["space"], "1. Empty the bin."),
    ]
}

fn index(folder: &std::path::Path) -> Index {
    build(&folder.join("index"), &articles()).unwrap();
    Index::open(&folder.join("index")).unwrap()
}

#[test]
fn finds_the_article_by_every_kind_of_word() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    for (query, expect) in [
        ("vpn not connecting", "vpn"),
        ("vpn connected", "vpn"),
        ("prin", "printer"),
        ("pritner", "printer"),
        ("PRINTERS", "printer"),
        ("bin", "disk"),
        ("tunnel", "vpn"),
    ] {
        let hits = index.search(query, "en", 5).unwrap();
        assert_eq!(hits.first().map(|hit| hit.id.as_str()), Some(expect), "{query}");
    }
}

#[test]
fn a_misspelled_word_is_read_as_articles_have_it_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    for (query, expect) in [
        ("Why is the pritner off?", "Why is the printer off?"),
        ("conecting to teh VPN", "connecting to teh VPN"),
        ("xylophone 0x80070005", "xylophone 0x80070005"),
        ("", ""),
    ] {
        assert_eq!(index.spelled(query).unwrap(), expect);
    }
}

#[test]
fn shows_an_article_once_in_the_language_of_the_reader() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    for (locale, expect) in [("en", "en"), ("de-AT", "de"), ("fr", "en")] {
        let hits = index.search("vpn", locale, 5).unwrap();
        let locales: Vec<_> = hits.iter().map(|hit| hit.locale.as_str()).collect();
        assert_eq!(locales, [expect], "{locale}");
    }
}

#[test]
fn finds_nothing_for_words_that_are_nowhere_and_for_no_words() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    for query in ["", "   ", "?!", "xylophone", "\u{0}\u{202e}"] {
        assert_eq!(index.search(query, "en", 5).unwrap(), [], "{query:?}");
    }
}

#[test]
fn a_damaged_index_is_refused_and_can_be_built_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &articles()).unwrap();
    std::fs::write(path.join("meta.json"), b"{").unwrap();
    assert!(Index::open(&path).is_err());
    build(&path, &articles()).unwrap();
    assert_eq!(Index::open(&path).unwrap().len(), 4);
}

#[test]
fn an_interrupted_build_leaves_the_old_index_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    build(&path, &articles()).unwrap();
    std::fs::create_dir_all(path.with_extension("unfinished")).unwrap();
    std::fs::write(path.with_extension("unfinished").join("meta.json"), b"half").unwrap();
    assert_eq!(Index::open(&path).unwrap().len(), 4);
    build(&path, &articles()).unwrap();
    assert_eq!(Index::open(&path).unwrap().len(), 4);
}
