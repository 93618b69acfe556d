//! A space of Confluence. As XML (`entities.xml`, pages in Confluence's storage format) or as HTML (one page a file);
//! both as the archive that Confluence gives, or unpacked.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use dom_query::{Document, Selection};
use quick_xml::Reader;
use quick_xml::events::Event;
use regex::{Captures, Regex};

use crate::docx::attribute;
use crate::{Foreign, Format, Import, ImportError, Loss, day, files, html};

const ENTITIES: &str = "entities.xml";
/// The state of what people see.
const CURRENT: &str = "current";
/// How a link to a page is written until it is known which article that is.
const PAGE: &str = "page:";

pub(crate) fn read(export: &Path) -> Result<Import, ImportError> {
    let format = |why: String| ImportError::Format {
        path: export.to_owned(),
        format: Format::Confluence.name(),
        why,
    };
    let is_archive = export.is_file() && files::ending(export) == "zip";
    let entities = if is_archive {
        files::in_archive(export, ENTITIES)?
    } else {
        let path = if export.is_dir() { export.join(ENTITIES) } else { export.to_owned() };
        let is_there = path.is_file() && files::ending(&path) == "xml";
        if is_there { Some(files::text(&path)?) } else { None }
    };
    if let Some(entities) = entities {
        return from_xml(&entities).map_err(format);
    }
    let import = if is_archive { pages_in(export)? } else { html::read(export)? };
    if import.articles.is_empty() {
        return Err(format(format!("neither {ENTITIES} nor a page was found")));
    }
    Ok(Import { articles: import.articles.into_iter().map(from_page).collect(), ..import })
}

fn pages_in(archive: &Path) -> Result<Import, ImportError> {
    let mut import = Import::default();
    for name in files::names(archive)?.into_iter().filter(|name| !name.ends_with('/')) {
        if !html::is_page(Path::new(&name)) {
            import.lose(&name, Loss::OtherKind);
        } else if let Some(text) = files::in_archive(archive, &name)? {
            import.take(html::page(&text, &name));
        }
    }
    Ok(import)
}

/// A page exported as HTML: its number ends the file's name, and its title begins with the space.
fn from_page(page: Foreign) -> Foreign {
    let number =
        page.id.rsplit('-').next().filter(|last| last.chars().all(|it| it.is_ascii_digit()));
    let id = number.map_or_else(|| page.id.clone(), |number| format!("confluence-{number}"));
    let title = page.title.split_once(" : ").map_or(page.title.as_str(), |(_, title)| title);
    Foreign { id, title: title.to_owned(), ..page }
}

/// An object of the export, as far as it matters here.
#[derive(Debug, Default)]
struct Object {
    class: String,
    /// The object's own.
    id: String,
    properties: HashMap<String, String>,
}

fn from_xml(entities: &str) -> Result<Import, String> {
    let objects = objects(entities)?;
    let of = |object: &Object, name: &str| object.properties.get(name).cloned().unwrap_or_default();
    let bodies: HashMap<String, String> = objects
        .iter()
        .filter(|object| object.class == "BodyContent")
        .map(|object| (of(object, "content"), of(object, "body")))
        .collect();
    let mut import = Import::default();
    let mut pages = 0;
    for page in objects.iter().filter(|object| object.class == "Page") {
        pages += 1;
        let (id, title) = (page.id.as_str(), of(page, "title"));
        let state = of(page, "contentStatus");
        if !of(page, "originalVersion").is_empty() {
            // What the page was before; the page itself is another object.
            continue;
        }
        if !state.is_empty() && state != CURRENT {
            import.lose(id, Loss::NotPublished(state));
            continue;
        }
        let (markdown, parts) = from_storage(bodies.get(id).map_or("", String::as_str));
        parts.into_iter().for_each(|part| import.lose(id, Loss::Part(part)));
        let address = format!("{PAGE}{}", in_address(&title));
        import.take(Foreign {
            id: format!("confluence-{id}"),
            name: id.to_owned(),
            addresses: vec![address, id.to_owned(), format!("viewpage.action?pageId={id}")],
            title,
            markdown,
            changed: day(&of(page, "lastModificationDate")),
            ..Foreign::default()
        });
    }
    if pages == 0 { Err(format!("{ENTITIES} has no page")) } else { Ok(import) }
}

/// A title as the target of a link, which has no spaces and brackets.
fn in_address(title: &str) -> String {
    title.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect()
}

/// All pages and bodies. Properties hold text, or the id of another object.
fn objects(entities: &str) -> Result<Vec<Object>, String> {
    let mut reader = Reader::from_str(entities);
    let (mut objects, mut object, mut property) = (Vec::new(), None::<Object>, None::<String>);
    let (mut in_id, mut in_collection) = (false, 0_usize);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => match tag.name().as_ref() {
                "object" => {
                    object = Some(Object { class: attribute(&tag, "class"), ..Object::default() });
                }
                "property" => property = Some(attribute(&tag, "name")),
                "id" => in_id = true,
                "collection" => in_collection += 1,
                _ => {}
            },
            Event::End(tag) => match tag.name().as_ref() {
                "object" => objects.extend(
                    object
                        .take()
                        .filter(|object| matches!(object.class.as_str(), "Page" | "BodyContent")),
                ),
                "property" => property = None,
                "id" => in_id = false,
                "collection" => in_collection = in_collection.saturating_sub(1),
                _ => {}
            },
            Event::Text(text) if in_collection == 0 => {
                let text = text.xml10_content();
                put(object.as_mut(), property.as_deref(), in_id, &text);
            }
            Event::CData(text) if in_collection == 0 => {
                let text = text.xml10_content();
                // The end of an inner section is written apart.
                put(object.as_mut(), property.as_deref(), in_id, &text.replace("]] >", "]]>"));
            }
            Event::GeneralRef(reference) if in_collection == 0 => {
                let name = reference.xml10_content();
                let text = match name.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                };
                put(object.as_mut(), property.as_deref(), in_id, text);
            }
            Event::Eof => return Ok(objects),
            _ => {}
        }
    }
}

fn put(object: Option<&mut Object>, property: Option<&str>, in_id: bool, text: &str) {
    let Some(object) = object else { return };
    match property {
        Some(property) => {
            let text = if in_id { text.trim() } else { text };
            object.properties.entry(property.to_owned()).or_default().push_str(text);
        }
        None if in_id => object.id.push_str(text.trim()),
        None => {}
    }
}

#[expect(clippy::unwrap_used, reason = "tested below")]
static SECTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?s)<!\[CDATA\[(.*?)\]\]>").unwrap());
#[expect(clippy::unwrap_used, reason = "tested below")]
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<(/?)([a-z]+(?::[a-z-]+)?)((?:\s+[^<>"=/\s]+(?:="[^"]*")?)*)\s*(/?)>"#).unwrap()
});

/// Confluence's storage format (XHTML with elements of its own) in Markdown, and the parts that only work
/// there.
fn from_storage(storage: &str) -> (String, Vec<String>) {
    let text = SECTION.replace_all(storage, |found: &Captures<'_>| {
        let text = found.get(1).map_or("", |text| text.as_str());
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    });
    // A parser of HTML knows neither colons in names nor that elements without content end.
    let text = TAG.replace_all(&text, |found: &Captures<'_>| {
        let part = |at| found.get(at).map_or("", |part| part.as_str());
        let (name, attributes) = (part(2), part(3));
        if !name.contains(':') {
            return found.get(0).map_or("", |whole| whole.as_str()).to_owned();
        }
        let name = name.replace(':', "-");
        let attributes = attributes.replace(" ac:", " ac-").replace(" ri:", " ri-");
        let end = if part(4).is_empty() { String::new() } else { format!("</{name}>") };
        format!("<{}{name}{attributes}>{end}", part(1))
    });
    let document = Document::from(text.as_ref());
    let mut parts = Vec::new();
    // The last one has no other inside.
    while let Some(part) = document.select("ac-structured-macro").iter().last() {
        macro_of(&part, &mut parts);
    }
    for link in document.select("ac-link").iter() {
        let page = link.select("ri-page").attr("ri-content-title");
        let body = link.select("ac-plain-text-link-body, ac-link-body").inner_html();
        let words = if body.trim().is_empty() { page.clone().unwrap_or_default() } else { body };
        match page {
            Some(title) => link
                .replace_with_html(format!("<a href=\"{PAGE}{}\">{words}</a>", in_address(&title))),
            None => link.replace_with_html(words),
        }
    }
    document.select("ac-image").replace_with_html("<img src=\"picture\" alt=\"\">");
    document.select("ac-emoticon, ac-placeholder, ac-task-id, ac-task-status").remove();
    for (theirs, ours) in [("ac-task-list", "ul"), ("ac-task", "li"), ("ac-task-body", "span")] {
        document.select(theirs).rename(ours);
    }
    for time in document.select("time[datetime]").iter() {
        let when = time.attr("datetime").unwrap_or_default();
        time.replace_with_html(when);
    }
    (html::text(&document), parts)
}

fn macro_of(part: &Selection<'_>, parts: &mut Vec<String>) {
    let name = part.attr("ac-name").unwrap_or_default().to_string();
    let rich = part.select("ac-rich-text-body").inner_html();
    match name.as_str() {
        "code" | "noformat" => {
            let text = part.select("ac-plain-text-body").inner_html();
            part.replace_with_html(format!("<pre><code>{text}</code></pre>"));
        }
        "info" | "tip" | "note" | "warning" => {
            part.replace_with_html(format!("<blockquote>{rich}</blockquote>"));
        }
        _ if !rich.trim().is_empty() => part.replace_with_html(rich),
        _ => {
            parts.push(name);
            part.remove();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_storage_format_becomes_markdown() {
        let check = |storage: &str, expect: &str| {
            assert_eq!(from_storage(storage).0, expect, "{storage}");
        };
        check(
            "<p>One &amp; <strong>two</strong>.</p><ol><li>Open</li><li>Close</li></ol>",
            "One & **two**.\n\n1. Open\n2. Close",
        );
        check(
            "<ac:structured-macro ac:name=\"info\" ac:schema-version=\"1\"><ac:rich-text-body><p>Mind.</p></ac:rich-text-body></ac:structured-macro><p>x</p>",
            "> Mind.\n\nx",
        );
        check(
            "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">bash</ac:parameter><ac:plain-text-body><![CDATA[ping <host> && ls]]></ac:plain-text-body></ac:structured-macro>",
            "```\nping <host> && ls\n```",
        );
        check(
            "<p><ac:link><ri:page ri:content-title=\"Set up: VPN\" /><ac:plain-text-link-body><![CDATA[the page]]></ac:plain-text-link-body></ac:link> and <ac:link><ri:page ri:content-title=\"Other\" /></ac:link>.</p>",
            "[the page](page:Set_up__VPN) and [Other](page:Other).",
        );
        check(
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status><ac:task-body>Do it</ac:task-body></ac:task></ac:task-list>",
            "- Do it",
        );
    }

    #[test]
    fn parts_that_only_work_there_are_told_and_others_inside_stay() {
        let storage = "<ac:structured-macro ac:name=\"toc\" /><ac:structured-macro ac:name=\"expand\">\
            <ac:parameter ac:name=\"title\">More</ac:parameter><ac:rich-text-body><p>a</p>\
            <ac:structured-macro ac:name=\"warning\"><ac:rich-text-body><p>b</p></ac:rich-text-body>\
            </ac:structured-macro></ac:rich-text-body></ac:structured-macro>";
        let (markdown, parts) = from_storage(storage);
        assert_eq!(markdown, "a\n\n> b");
        assert_eq!(parts, ["toc"]);
    }

    #[test]
    fn the_export_gives_current_pages_with_their_bodies() {
        let xml = r#"<?xml version="1.0" encoding="UTF-8"?><hibernate-generic datetime="2025-01-01 00:00:00">
<object class="Page" package="com.atlassian.confluence.pages"><id name="id">11</id>
<property name="title"><![CDATA[VPN & more]]></property><property name="lastModificationDate">2025-02-03 04:05:06.789</property>
<property name="contentStatus"><![CDATA[current]]></property>
<collection name="bodyContents" class="java.util.Collection"><element class="BodyContent"><id name="id">99</id></element></collection></object>
<object class="Page" package="p"><id name="id">12</id><property name="title"><![CDATA[Old]]></property><property name="contentStatus"><![CDATA[draft]]></property></object>
<object class="Page" package="p"><id name="id">13</id><property name="title"><![CDATA[VPN]]></property><property name="originalVersion" class="Page"><id name="id">11</id></property></object>
<object class="BodyContent" package="c"><id name="id">99</id><property name="body"><![CDATA[<p>Text</p><ac:structured-macro ac:name="code"><ac:plain-text-body><![CDATA[x > 1]] ></ac:plain-text-body></ac:structured-macro>]]></property>
<property name="content" class="Page" package="p"><id name="id">11</id></property><property name="bodyType">2</property></object>
</hibernate-generic>"#;
        let import = from_xml(xml).unwrap();
        let [page] = import.articles.as_slice() else { panic!("{import:?}") };
        assert_eq!((page.id.as_str(), page.title.as_str()), ("confluence-11", "VPN & more"));
        assert_eq!(page.markdown, "Text\n\n```\nx > 1\n```");
        assert_eq!(page.changed.unwrap().to_string(), "2025-02-03");
        assert_eq!(import.left.len(), 1);
    }

    #[test]
    fn a_page_exported_as_html_has_its_number() {
        let page = html::page(
            "<html><head><title>IT : VPN</title></head><body><div id=main-content><p>x</p></div></body>",
            "VPN_98413.html",
        );
        let page = from_page(page);
        assert_eq!((page.id.as_str(), page.title.as_str()), ("confluence-98413", "VPN"));
    }
}
