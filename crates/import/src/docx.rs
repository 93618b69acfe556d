//! Word documents (ECMA-376, WordprocessingML): headings, lists, tables and marks, turned into HTML and from there
//! into Markdown. Deleted text of tracked changes does not count.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use dom_query::Document;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::{Foreign, Format, Import, ImportError, Loss, day, files, html, id};

const DOCUMENT: &str = "word/document.xml";
const STYLES: &str = "word/styles.xml";
const NUMBERING: &str = "word/numbering.xml";
const RELATIONS: &str = "word/_rels/document.xml.rels";
const CORE: &str = "docProps/core.xml";

pub(crate) fn read(export: &Path) -> Result<Import, ImportError> {
    // Word keeps files of its own beside documents that are open.
    let is_document =
        |file: &Path| files::ending(file) == "docx" && !files::stem(file).starts_with("~$");
    files::each(export, Format::Docx, is_document, |file, place| {
        one(file, place).map_err(Loss::Unreadable)
    })
}

fn one(file: &Path, place: &str) -> Result<Foreign, String> {
    let part = |name: &str| files::in_archive(file, name).map_err(|error| html::cause(&error));
    let document = part(DOCUMENT)?.ok_or_else(|| format!("it has no {DOCUMENT}"))?;
    let known = Known {
        headings: headings(&part(STYLES)?.unwrap_or_default())?,
        numbered: numbered(&part(NUMBERING)?.unwrap_or_default())?,
        targets: targets(&part(RELATIONS)?.unwrap_or_default())?,
    };
    let core = part(CORE)?.unwrap_or_default();
    let mut page = Page::new(&known);
    page.read(&document)?;
    let parsed = Document::from(page.html.as_str());
    let heading = parsed.select_single("h1");
    let first = heading.text().trim().to_owned();
    let told = inside(&core, "dc:title")?;
    heading.remove();
    let stem = files::stem(file);
    let title = [page.title, first, told, stem.replace(['-', '_'], " ")];
    Ok(Foreign {
        id: id(&stem),
        name: place.to_owned(),
        addresses: vec![place.to_owned(), place.rsplit('/').next().unwrap_or(place).to_owned()],
        title: title.into_iter().find(|title| !title.trim().is_empty()).unwrap_or_default(),
        markdown: html::text(&parsed),
        changed: day(&inside(&core, "dcterms:modified")?),
        ..Foreign::default()
    })
}

/// What the other files of a document say.
struct Known {
    /// By style: the level of a heading; 0 is the title.
    headings: HashMap<String, usize>,
    /// By list and level: whether it counts.
    numbered: HashMap<(String, usize), bool>,
    /// By relation: the address of a link.
    targets: HashMap<String, String>,
}

/// A document being read.
struct Page<'a> {
    known: &'a Known,
    html: String,
    /// Of the paragraph with the style of a title.
    title: String,
    /// Lists that are open, by their elements.
    lists: Vec<&'static str>,
    paragraph: Paragraph,
    is_bold: bool,
    is_italic: bool,
    /// Inside of text that is shown.
    in_text: bool,
    in_run_properties: bool,
}

#[derive(Default)]
struct Paragraph {
    html: String,
    heading: Option<usize>,
    list: Option<String>,
    level: usize,
}

impl<'a> Page<'a> {
    fn new(known: &'a Known) -> Self {
        Self {
            known,
            html: String::new(),
            title: String::new(),
            lists: Vec::new(),
            paragraph: Paragraph::default(),
            is_bold: false,
            is_italic: false,
            in_text: false,
            in_run_properties: false,
        }
    }

    fn read(&mut self, xml: &str) -> Result<(), String> {
        let mut reader = Reader::from_str(xml);
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(tag) => {
                    self.enter(&tag);
                }
                Event::Empty(tag) => {
                    self.enter(&tag);
                    self.leave(tag.name().as_ref());
                }
                Event::End(tag) => self.leave(tag.name().as_ref()),
                Event::Text(text) if self.in_text => {
                    let text = text.xml10_content();
                    self.write(&text.replace('<', "&lt;"));
                }
                Event::GeneralRef(name) if self.in_text => {
                    let name = name.xml10_content();
                    self.write(&format!("&{name};"));
                }
                Event::Eof => {
                    self.close_lists(0);
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    fn enter(&mut self, tag: &BytesStart<'_>) {
        let value = || attribute(tag, "w:val");
        let is_on = || !matches!(attribute(tag, "w:val").as_str(), "0" | "false" | "none");
        match tag.name().as_ref() {
            "w:p" => self.paragraph = Paragraph::default(),
            "w:pStyle" => self.paragraph.heading = self.known.headings.get(&value()).copied(),
            "w:numId" => self.paragraph.list = Some(value()).filter(|list| list != "0"),
            "w:ilvl" => self.paragraph.level = value().parse().unwrap_or_default(),
            "w:rPr" => self.in_run_properties = true,
            "w:r" => (self.is_bold, self.is_italic) = (false, false),
            "w:b" if self.in_run_properties => self.is_bold = is_on(),
            "w:i" if self.in_run_properties => self.is_italic = is_on(),
            "w:t" => self.in_text = true,
            "w:br" => self.write("<br>"),
            "w:tab" if !self.in_run_properties => self.write(" "),
            "wp:docPr" => {
                let words = attribute(tag, "descr").replace('"', "&quot;");
                self.paragraph.html.push_str(&format!("<img src=\"picture\" alt=\"{words}\">"));
            }
            "w:hyperlink" => {
                let target = self.known.targets.get(&attribute(tag, "r:id"));
                let target = target.map_or("#", String::as_str).replace('"', "%22");
                self.paragraph.html.push_str(&format!("<a href=\"{target}\">"));
            }
            "w:tbl" => {
                self.close_lists(0);
                self.html.push_str("<table>");
            }
            "w:tr" => self.html.push_str("<tr>"),
            "w:tc" => self.html.push_str("<td>"),
            _ => {}
        }
    }

    fn leave(&mut self, name: &str) {
        match name {
            "w:p" => self.end_paragraph(),
            "w:rPr" => self.in_run_properties = false,
            "w:t" => self.in_text = false,
            "w:hyperlink" => self.paragraph.html.push_str("</a>"),
            "w:tbl" => self.html.push_str("</table>"),
            "w:tr" => self.html.push_str("</tr>"),
            "w:tc" => {
                self.close_lists(0);
                self.html.push_str("</td>");
            }
            _ => {}
        }
    }

    fn write(&mut self, text: &str) {
        let (begin, end) = match (self.is_bold, self.is_italic) {
            (true, true) => ("<strong><em>", "</em></strong>"),
            (true, false) => ("<strong>", "</strong>"),
            (false, true) => ("<em>", "</em>"),
            (false, false) => ("", ""),
        };
        // A mark around a gap is none.
        let is_gap = text.trim().is_empty();
        self.paragraph.html.push_str(&if is_gap {
            text.to_owned()
        } else {
            format!("{begin}{text}{end}")
        });
    }

    fn end_paragraph(&mut self) {
        let Paragraph { html, heading, list, level } = std::mem::take(&mut self.paragraph);
        // Two pieces of one mark that follow each other are one.
        let html = html.replace("</strong><strong>", "").replace("</em><em>", "");
        if html.trim().is_empty() {
            return;
        }
        if let Some(list) = list.filter(|_| heading.is_none()) {
            let is_numbered = self.known.numbered.get(&(list, level)).copied().unwrap_or_default();
            self.item(&html, level, if is_numbered { "ol" } else { "ul" });
            return;
        }
        self.close_lists(0);
        match heading {
            Some(0) => self.title = Document::from(html.as_str()).text().trim().to_owned(),
            Some(level) => self.html.push_str(&format!("<h{level}>{html}</h{level}>")),
            None => self.html.push_str(&format!("<p>{html}</p>")),
        }
    }

    fn item(&mut self, html: &str, level: usize, list: &'static str) {
        self.close_lists(level + 1);
        if self.lists.len() == level + 1 && self.lists.last() != Some(&list) {
            self.close_lists(level);
        }
        if self.lists.len() == level + 1 {
            self.html.push_str("</li>");
        }
        while self.lists.len() <= level {
            self.html.push_str(&format!("<{list}>"));
            self.lists.push(list);
            if self.lists.len() <= level {
                // A level was left out.
                self.html.push_str("<li>");
            }
        }
        self.html.push_str(&format!("<li>{html}"));
    }

    /// Ends lists until only so many are open.
    fn close_lists(&mut self, open: usize) {
        while self.lists.len() > open {
            if let Some(list) = self.lists.pop() {
                self.html.push_str(&format!("</li></{list}>"));
            }
        }
    }
}

/// The value of an attribute; one that breaks the rules stays as it is, one that is not there is empty.
pub(crate) fn attribute(tag: &BytesStart<'_>, name: &str) -> String {
    let Some(attribute) = tag.try_get_attribute(name).ok().flatten() else { return String::new() };
    quick_xml::escape::unescape(&attribute.value)
        .map_or_else(|_| attribute.value.to_string(), Cow::into_owned)
}

/// Calls `each` for every element, with the names of those around it.
fn walk(xml: &str, mut each: impl FnMut(&BytesStart<'_>, &[String])) -> Result<(), String> {
    let mut reader = Reader::from_str(xml);
    let mut around = Vec::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                each(&tag, &around);
                around.push(tag.name().as_ref().to_owned());
            }
            Event::Empty(tag) => each(&tag, &around),
            Event::End(_) => drop(around.pop()),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Styles of headings. Their names are English in every language, their ids are not.
fn headings(styles: &str) -> Result<HashMap<String, usize>, String> {
    let (mut headings, mut style) = (HashMap::new(), String::new());
    walk(styles, |tag, _| match tag.name().as_ref() {
        "w:style" => style = attribute(tag, "w:styleId"),
        "w:name" => {
            let name = attribute(tag, "w:val").to_lowercase();
            let level = name.strip_prefix("heading ").and_then(|level| level.parse().ok());
            if let Some(level) = level.or((name == "title").then_some(0)).filter(|it| *it <= 6) {
                headings.insert(style.clone(), level);
            }
        }
        _ => {}
    })?;
    Ok(headings)
}

/// Which levels of which lists count.
fn numbered(numbering: &str) -> Result<HashMap<(String, usize), bool>, String> {
    let mut kinds: HashMap<String, Vec<(usize, bool)>> = HashMap::new();
    let mut lists: Vec<(String, String)> = Vec::new();
    let (mut kind, mut level, mut list) = (String::new(), 0, String::new());
    walk(numbering, |tag, _| match tag.name().as_ref() {
        "w:abstractNum" => kind = attribute(tag, "w:abstractNumId"),
        "w:lvl" => level = attribute(tag, "w:ilvl").parse().unwrap_or_default(),
        "w:numFmt" => {
            let is_numbered = !matches!(attribute(tag, "w:val").as_str(), "bullet" | "none");
            kinds.entry(kind.clone()).or_default().push((level, is_numbered));
        }
        "w:num" => list = attribute(tag, "w:numId"),
        "w:abstractNumId" => lists.push((list.clone(), attribute(tag, "w:val"))),
        _ => {}
    })?;
    let of_list = |(list, kind): (String, String)| {
        let levels = kinds.get(&kind).cloned().unwrap_or_default().into_iter();
        levels.map(move |(level, is_numbered)| ((list.clone(), level), is_numbered))
    };
    Ok(lists.into_iter().flat_map(of_list).collect())
}

/// Addresses of links.
fn targets(relations: &str) -> Result<HashMap<String, String>, String> {
    let mut targets = HashMap::new();
    walk(relations, |tag, _| {
        if tag.name().as_ref() == "Relationship" {
            targets.insert(attribute(tag, "Id"), attribute(tag, "Target"));
        }
    })?;
    Ok(targets)
}

/// The text of the first element of a name.
fn inside(xml: &str, name: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(xml);
    let mut is_in = false;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) if tag.name().as_ref() == name => is_in = true,
            Event::Text(text) if is_in => {
                return Ok(text.xml10_content().into_owned());
            }
            Event::End(_) if is_in => return Ok(String::new()),
            Event::Eof => return Ok(String::new()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markdown(document: &str) -> String {
        let styles = "<w:styles><w:style w:styleId=\"berschrift2\"><w:name w:val=\"heading 2\"/></w:style><w:style w:styleId=\"Titel\"><w:name w:val=\"Title\"/></w:style></w:styles>";
        let numbering = "<w:numbering><w:abstractNum w:abstractNumId=\"5\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:numFmt w:val=\"bullet\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId w:val=\"5\"/></w:num></w:numbering>";
        let relations =
            "<Relationships><Relationship Id=\"r1\" Target=\"https://a.example\"/></Relationships>";
        let known = Known {
            headings: headings(styles).unwrap(),
            numbered: numbered(numbering).unwrap(),
            targets: targets(relations).unwrap(),
        };
        let mut page = Page::new(&known);
        page.read(document).unwrap();
        format!("{}|{}", page.title, html::fragment(&page.html))
    }

    #[test]
    fn paragraphs_headings_and_marks() {
        let document = "<w:body><w:p><w:pPr><w:pStyle w:val=\"Titel\"/></w:pPr><w:r><w:t>A title</w:t></w:r></w:p>\
            <w:p><w:pPr><w:pStyle w:val=\"berschrift2\"/></w:pPr><w:r><w:t>Part</w:t></w:r></w:p>\
            <w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Bo</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ld</w:t></w:r>\
            <w:r><w:t xml:space=\"preserve\"> &amp; plain </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>\
            <w:hyperlink r:id=\"r1\"><w:r><w:t>link</w:t></w:r></w:hyperlink></w:p></w:body>";
        assert_eq!(
            markdown(document),
            "A title|## Part\n\n**Bold** & plain [link](https://a.example)"
        );
    }

    #[test]
    fn lists_inside_of_lists_and_tables() {
        let item = |level: u8, text: &str| {
            format!(
                "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        };
        let items = [(0, "one"), (1, "a"), (1, "b"), (0, "two")];
        let list: String = items.map(|(level, text)| item(level, text)).concat();
        let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
        let table = format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
            cell("h"),
            cell("i"),
            cell("1"),
            cell("2")
        );
        let found = markdown(&format!("<w:body>{list}{table}</w:body>"));
        assert!(found.starts_with("|1. one\n"), "{found}");
        assert!(found.contains("- a\n") && found.contains("- b\n"), "{found}");
        assert!(found.contains("2. two"), "{found}");
        assert!(found.contains("| h | i |") && found.contains("| 1 | 2 |"), "{found}");
    }
}
