//! Finding articles as people look for them.
#![cfg(test)]

use content::{Article, ArticleKind, Block, Platform};
use jiff::civil::date;
use search::{Built, Document, Index, build, update};

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
        // Dusk is no disk.
        ("disc at dusk", "disk at dusk"),
        ("", ""),
    ] {
        assert_eq!(index.spelled(query, &|word| word == "dusk").unwrap(), expect);
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

fn documents() -> Vec<Document> {
    articles().iter().map(Document::from).collect()
}

#[test]
fn what_is_the_same_is_taken_over_and_the_earlier_index_goes() {
    let folder = tempfile::tempdir().unwrap();
    let [first, second] = ["index-1", "index-2"].map(|name| folder.path().join(name));
    build(&first, &articles()).unwrap();
    let held = Index::open(&first).unwrap();
    let mut changed = documents();
    changed[0].text = "1. Ask a **unicorn**.".to_owned();
    changed.pop();
    let built = update(&second, std::slice::from_ref(&first), &changed, |_| ()).unwrap();
    assert_eq!(built, Built { kept: 2, read: 1 });
    assert!(!first.exists());
    let index = Index::open(&second).unwrap();
    assert_eq!(index.len(), 3);
    let ids = |index: &Index, query| {
        let hits = index.search(query, "en", 5).unwrap();
        hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&index, "unicorn"), ["vpn"]);
    assert_eq!(ids(&index, "disk"), [""; 0]);
    // What it had open goes on.
    assert_eq!(ids(&held, "disk"), ["disk"]);
    // Words of what is gone are unknown words again.
    assert_eq!(index.spelled("disc", &|_| false).unwrap(), "disc");
}

#[test]
fn articles_have_the_same_order_whether_or_not_they_were_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["index-1", "index-2", "index-3"].map(|name| folder.path().join(name));
    build(&paths[0], &articles()[1..]).unwrap();
    let earlier = std::slice::from_ref(&paths[0]);
    let built = update(&paths[1], earlier, &documents(), |_| ()).unwrap();
    assert_eq!(built, Built { kept: 3, read: 1 });
    let mut turned = documents();
    turned.reverse();
    build(&paths[2], turned).unwrap();
    let [taken, whole] = [&paths[1], &paths[2]].map(|path| Index::open(path).unwrap());
    for query in ["vpn", "printer", "the", "open"] {
        let order = |index: &Index| index.ids(&index.by_words(query, "en").unwrap(), 9);
        assert_eq!(order(&taken), order(&whole), "{query}");
        assert_eq!(taken.search(query, "en", 9).unwrap(), whole.search(query, "en", 9).unwrap());
    }
}

#[test]
fn of_two_that_build_at_once_the_second_takes_what_the_first_has_built() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let built: Vec<Built> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| build(&path, &articles()))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
    });
    assert_eq!(built.iter().filter(|built| built.read == 4).count(), 1, "{built:?}");
    assert_eq!(built.iter().filter(|built| built.kept == 4).count(), 3, "{built:?}");
    assert_eq!(Index::open(&path).unwrap().len(), 4);
}

#[test]
fn progress_goes_up_to_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let many = (0..200).map(|number| Document { id: number.to_string(), ..Document::default() });
    let many: Vec<_> = many.collect();
    let told = std::cell::RefCell::new(Vec::new());
    update(&folder.path().join("index"), &[], &many, |done| told.borrow_mut().push(done)).unwrap();
    assert_eq!(told.into_inner(), [64, 128, 192, 200]);
}

#[test]
fn words_in_quotation_marks_stand_together() {
    let folder = tempfile::tempdir().unwrap();
    let documents = [("apart", "off and then turn it on"), ("together", "turn it\n off")];
    let documents = documents.map(|(id, text)| Document {
        id: id.to_owned(),
        locale: "en".to_owned(),
        title: "Switch".to_owned(),
        text: text.to_owned(),
        ..Document::default()
    });
    let path = folder.path().join("index");
    build(&path, documents).unwrap();
    let index = Index::open(&path).unwrap();
    let ids = |query| index.ids(&index.by_words(query, "en").unwrap(), 5);
    assert_eq!(ids("switch \"turn it off\""), ["together"]);
    assert_eq!(ids("\u{201e}Turn it off\u{201c}"), ["together"]);
    assert_eq!(ids("switch \"turn on off\"").len(), 2, "no article has it");
    assert_eq!(ids("switch \"off\"").len(), 2, "one word is no phrase");
    assert_eq!(ids("switch \"turn it").len(), 2, "still being typed");
}

#[test]
fn what_is_known_of_an_article_decides_between_equals_only() {
    let folder = tempfile::tempdir().unwrap();
    let index = index(folder.path());
    let order = index.by_words("the", "en").unwrap();
    let ids = index.ids(&order, 9);
    assert!(ids.len() > 1, "{ids:?}");
    let last = ids.last().cloned().unwrap();
    let likely = |id: &str| if id == last { 9.0 } else { 1.0 };
    assert_eq!(index.ids(&index.with_prior(order.clone(), likely), 1), [last.as_str()]);
    assert_eq!(index.ids(&index.with_prior(order, |_| 0.5), 9), ids);
    let vpn = index.by_words("vpn not connecting", "en").unwrap();
    let mild = |id: &str| if id == "disk" { 1.2 } else { 0.9 };
    assert_eq!(index.ids(&index.with_prior(vpn, mild), 1), ["vpn"]);
}
