//! Exports as other systems write them (typed from their documentation), read and written as ours.
#![cfg(test)]

use std::fs::File;
use std::io::Write;
use std::path::Path;

use import::{Defaults, Format, Import, ImportError, Loss, Written, read, write};
use jiff::civil::date;

fn defaults() -> Defaults {
    Defaults {
        owner: "service-desk".to_owned(),
        language: "en".to_owned(),
        months: 12,
        today: date(2026, 11, 1),
    }
}

fn archive(path: &Path, files: &[(&str, &str)]) {
    let mut archive = zip::ZipWriter::new(File::create(path).unwrap());
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
}

fn losses(import: &Import) -> Vec<&Loss> {
    import.left.iter().map(|left| &left.what).collect()
}

const ZENDESK: &str = r#"{"count":4,"next_page":null,"articles":[
 {"id":360001,"title":"Set up the VPN","body":"<p>For <strong>everybody</strong> at home.</p><p>See <a href=\"https://x.zendesk.example/hc/en-us/articles/360002-Passwords\">passwords</a>.</p>","locale":"en-us","draft":false,"label_names":["vpn","remote"],"updated_at":"2026-02-03T04:05:06Z","html_url":"https://x.zendesk.example/hc/en-us/articles/360001-Set-up-the-VPN"},
 {"id":360002,"title":"Passwörter","body":"<p>Für alle, die eines brauchen.</p><img src='/x.png' alt='Ein Feld'>","locale":"de","draft":false,"label_names":[],"updated_at":"2026-02-04T04:05:06Z","html_url":"https://x.zendesk.example/hc/en-us/articles/360002-Passwords"},
 {"id":360003,"title":"Draft","body":"<p>x</p>","locale":"en-us","draft":true},
 {"id":360004,"title":"Empty","body":null,"locale":"en-us","draft":false}]}"#;

#[test]
fn zendesk_articles_keep_their_numbers_links_and_languages() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("articles.json");
    std::fs::write(&export, ZENDESK).unwrap();
    let import = read(Format::Zendesk, &export).unwrap();
    let ids: Vec<_> = import.articles.iter().map(|article| article.id.as_str()).collect();
    assert_eq!(ids, ["zendesk-360001", "zendesk-360002"]);
    assert_eq!(
        import.articles[0].markdown,
        "For **everybody** at home.\n\nSee [passwords](article:zendesk-360002)."
    );
    assert_eq!(import.articles[1].markdown, "Für alle, die eines brauchen.\n\n*Ein Feld*");
    let draft = Loss::NotPublished("draft".to_owned());
    assert_eq!(losses(&import), [&draft, &Loss::NoText, &Loss::Pictures(1)]);
}

#[test]
fn service_now_is_read_from_json_and_from_csv_alike() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("kb.json");
    std::fs::write(
        &json,
        r#"{"result":[{"number":"KB0010023","short_description":"Reset a password","text":"<p>For everybody who forgot it.</p><p><a href=\"/kb_view.do?sysparm_article=KB0010024\">More</a></p>","workflow_state":"published","sys_updated_on":"2026-01-02 03:04:05","meta":"pw, forgot","language":"en"},
        {"number":{"display_value":"KB0010024","value":"KB0010024"},"short_description":"More","text":"<p>More of it.</p>","workflow_state":{"display_value":"Published","value":"published"},"sys_updated_on":"2026-01-02 03:04:05","meta":"","language":"en"},
        {"number":"KB0010025","short_description":"Old","text":"<p>x</p>","workflow_state":"retired"}]}"#,
    )
    .unwrap();
    let csv = folder.path().join("kb.csv");
    std::fs::write(
        &csv,
        "\u{feff}number,short_description,text,workflow_state,sys_updated_on,meta,language\n\
         KB0010023,Reset a password,\"<p>For everybody who forgot it.</p><p><a href=\"\"/kb_view.do?sysparm_article=KB0010024\"\">More</a></p>\",published,2026-01-02 03:04:05,\"pw, forgot\",en\n\
         KB0010024,More,<p>More of it.</p>,Published,2026-01-02 03:04:05,,en\n\
         KB0010025,Old,<p>x</p>,retired,,,\n",
    )
    .unwrap();
    let from_json = read(Format::ServiceNow, &json).unwrap();
    assert_eq!(from_json, read(Format::ServiceNow, &csv).unwrap());
    let [first, second] = from_json.articles.as_slice() else { panic!("{from_json:?}") };
    assert_eq!((first.id.as_str(), second.id.as_str()), ("kb0010023", "kb0010024"));
    assert_eq!(first.markdown, "For everybody who forgot it.\n\n[More](article:kb0010024)");
    assert_eq!(first.keywords, ["pw", "forgot"]);
    assert_eq!(losses(&from_json), [&Loss::NotPublished("retired".to_owned())]);
}

#[test]
fn a_space_of_confluence_is_read_from_its_archive_and_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let entities = r#"<hibernate-generic><object class="Page" package="p"><id name="id">1</id><property name="title"><![CDATA[One]]></property><property name="contentStatus"><![CDATA[current]]></property></object><object class="BodyContent" package="p"><id name="id">2</id><property name="body"><![CDATA[<p>For everybody. <ac:link><ri:page ri:content-title="One" /></ac:link></p>]]></property><property name="content" class="Page" package="p"><id name="id">1</id></property></object></hibernate-generic>"#;
    let packed = folder.path().join("space.zip");
    archive(&packed, &[("entities.xml", entities), ("exportDescriptor.properties", "x=y")]);
    let import = read(Format::Confluence, &packed).unwrap();
    assert_eq!(import.articles[0].markdown, "For everybody. [One](article:confluence-1)");
    std::fs::write(folder.path().join("entities.xml"), entities).unwrap();
    assert_eq!(read(Format::Confluence, folder.path()).unwrap(), import);

    let html = "<html><head><title>IT : One</title></head><body><div id=main-content><p>For all. <a href=Two_12.html>Two</a></p></div></body></html>";
    archive(&packed, &[("IT/One_11.html", html), ("IT/Two_12.html", html), ("IT/a.png", "")]);
    let import = read(Format::Confluence, &packed).unwrap();
    assert_eq!(import.articles[0].markdown, "For all. [Two](article:confluence-12)");
    assert_eq!(losses(&import), [&Loss::OtherKind]);
}

#[test]
fn word_documents_are_read_from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let document = r#"<w:document><w:body><w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>Guest Wi-Fi</w:t></w:r></w:p><w:p><w:r><w:t>For visitors of the house.</w:t></w:r></w:p></w:body></w:document>"#;
    let styles =
        r#"<w:styles><w:style w:styleId="Title"><w:name w:val="Title"/></w:style></w:styles>"#;
    let core = "<cp:coreProperties><dcterms:modified>2025-06-07T08:09:10Z</dcterms:modified></cp:coreProperties>";
    archive(
        &folder.path().join("Guest access.docx"),
        &[
            ("word/document.xml", document),
            ("word/styles.xml", styles),
            ("docProps/core.xml", core),
        ],
    );
    std::fs::write(folder.path().join("broken.docx"), "no archive").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "x").unwrap();
    let import = read(Format::Docx, folder.path()).unwrap();
    let [article] = import.articles.as_slice() else { panic!("{import:?}") };
    assert_eq!((article.id.as_str(), article.title.as_str()), ("guest-access", "Guest Wi-Fi"));
    assert_eq!(article.markdown, "For visitors of the house.");
    assert_eq!(article.changed, Some(date(2025, 6, 7)));
    assert_eq!(import.left.len(), 2);
}

#[test]
fn an_export_of_something_else_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.json");
    std::fs::write(&file, r#"{"tickets": []}"#).unwrap();
    for format in [Format::Zendesk, Format::ServiceNow] {
        let error = read(format, &file).unwrap_err();
        assert!(matches!(error, ImportError::Format { .. }), "{error}");
    }
    for format in [Format::Html, Format::Markdown, Format::Docx, Format::Confluence] {
        assert!(read(format, folder.path()).is_err(), "{format:?}");
    }
    assert!(matches!(
        read(Format::Html, &folder.path().join("gone")),
        Err(ImportError::Read { .. })
    ));
}

#[test]
fn the_second_import_brings_files_up_to_date_and_leaves_those_of_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("articles.json");
    let ours = folder.path().join("articles");
    std::fs::create_dir(&ours).unwrap();
    std::fs::write(&export, ZENDESK).unwrap();
    let by_it = ours.join("zendesk-360002.de.md");
    std::fs::write(&by_it, "---\nversion: 1\nsource: \"ours\"\n---\nText.\n").unwrap();
    let import = read(Format::Zendesk, &export).unwrap();
    let names = |written: &[std::path::PathBuf]| {
        let names = written.iter().filter_map(|path| path.file_name());
        names.map(|name| name.to_string_lossy().into_owned()).collect::<Vec<_>>()
    };
    let run = |import: &Import, only_look| -> Written {
        write(import, Format::Zendesk, &ours, &defaults(), only_look).unwrap()
    };
    assert_eq!(names(&run(&import, true).new), ["zendesk-360001.md"]);
    assert!(!ours.join("zendesk-360001.md").exists());
    let first = run(&import, false);
    assert_eq!(names(&first.new), ["zendesk-360001.md"]);
    assert!(first.left.iter().any(|left| left.what == Loss::Taken(by_it.clone())));
    assert!(std::fs::read_to_string(&by_it).unwrap().contains("ours"));
    assert_eq!(names(&run(&import, false).same), ["zendesk-360001.md"]);
    let mut changed = import;
    changed.articles[0].markdown = "For everybody, anew.".to_owned();
    assert_eq!(names(&run(&changed, false).changed), ["zendesk-360001.md"]);
    changed.articles.clear();
    assert_eq!(names(&run(&changed, false).gone), ["zendesk-360001.md"]);
    assert!(ours.join("zendesk-360001.md").exists());
}
