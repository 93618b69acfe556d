//! Knowledge articles of ServiceNow: the table `kb_knowledge`, as its Table API or an export gives it, in JSON or
//! CSV. Fields by their names in the documentation of the table.

use std::collections::HashMap;
use std::path::Path;

use serde_json::Value;

use crate::{Foreign, Format, Import, ImportError, Loss, day, files, html, id, language};

/// The state of what people see.
const PUBLISHED: &str = "published";

/// A row of the table.
type Row = HashMap<String, String>;

pub(crate) fn read(export: &Path) -> Result<Import, ImportError> {
    let mut import = Import::default();
    for file in files::below(export)? {
        let text = files::text(&file)?;
        let rows = match files::ending(&file).as_str() {
            "json" => from_json(&text),
            "csv" => from_csv(&text),
            _ => {
                import.lose(&files::place(&file, export), Loss::OtherKind);
                continue;
            }
        };
        let format = Format::ServiceNow.name();
        let rows = rows.map_err(|why| ImportError::Format { path: file.clone(), format, why })?;
        rows.iter().for_each(|row| take(&mut import, row));
    }
    Ok(import)
}

fn take(import: &mut Import, row: &Row) {
    let field = |name: &str| row.get(name).map_or("", |value| value.trim());
    let number = if field("number").is_empty() { field("sys_id") } else { field("number") };
    let state = field("workflow_state");
    if !state.is_empty() && !state.eq_ignore_ascii_case(PUBLISHED) {
        import.lose(number, Loss::NotPublished(state.to_owned()));
        return;
    }
    let text = if field("text").is_empty() { field("wiki") } else { field("text") };
    let keywords = field("meta").split([',', ' ']).filter(|word| !word.is_empty());
    import.take(Foreign {
        id: id(number),
        name: number.to_owned(),
        addresses: vec![
            number.to_owned(),
            format!("kb_view.do?sysparm_article={number}"),
            format!("/kb_view.do?sysparm_article={number}"),
            format!("kb_view.do?sys_kb_id={}", field("sys_id")),
        ],
        title: field("short_description").to_owned(),
        markdown: html::fragment(text),
        language: language(field("language")),
        keywords: keywords.map(str::to_owned).collect(),
        changed: day(field("sys_updated_on")),
    });
}

/// `{"result": [...]}` of the API or `{"records": [...]}` of an export; a value may stand beside what is
/// shown of it.
fn from_json(text: &str) -> Result<Vec<Row>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let rows = ["result", "records"].iter().find_map(|name| value.get(name)?.as_array());
    let rows = rows.or(value.as_array()).ok_or("neither `result` nor `records` is a list")?;
    Ok(rows.iter().map(row).collect())
}

fn row(value: &Value) -> Row {
    let plain = |value: &Value| match value {
        Value::Object(both) => both.get("value").and_then(Value::as_str).map(str::to_owned),
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let fields = value.as_object().into_iter().flatten();
    fields.filter_map(|(name, value)| Some((name.clone(), plain(value)?))).collect()
}

fn from_csv(text: &str) -> Result<Vec<Row>, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize().collect::<Result<Vec<Row>, _>>();
    let rows = rows.map_err(|error| error.to_string())?;
    match rows.first() {
        Some(row) if !row.contains_key("short_description") => {
            Err("the column `short_description` is missing".to_owned())
        }
        _ => Ok(rows),
    }
}
