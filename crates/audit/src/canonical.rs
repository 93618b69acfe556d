use serde_json::Value;

/// JSON with sorted keys and no spaces, so that the same value always gives the same bytes,
/// whatever map type the JSON library was built with.
pub(crate) fn write(value: &Value, to: &mut String) {
    match value {
        Value::Object(fields) => write_object(fields.iter().collect(), to),
        Value::Array(items) => write_array(items, to),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            to.push_str(&value.to_string());
        }
    }
}

fn write_object(mut fields: Vec<(&String, &Value)>, to: &mut String) {
    fields.sort_unstable_by_key(|(name, _)| *name);
    to.push('{');
    for (index, (name, value)) in fields.into_iter().enumerate() {
        if index > 0 {
            to.push(',');
        }
        to.push_str(&Value::from(name.as_str()).to_string());
        to.push(':');
        write(value, to);
    }
    to.push('}');
}

fn write_array(items: &[Value], to: &mut String) {
    to.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            to.push(',');
        }
        write(item, to);
    }
    to.push(']');
}

/// Replaces every fraction by text with three decimals: parsing a fraction may change its last
/// bit, and the digest with it.
pub(crate) fn without_fractions(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            Value::String(format!("{:.3}", number.as_f64().unwrap_or_default()))
        }
        Value::Array(items) => items.into_iter().map(without_fractions).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, without_fractions(value))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: &Value, expect: &str) {
        let mut written = String::new();
        write(value, &mut written);
        assert_eq!(written, expect);
    }

    #[test]
    fn sorts_keys_at_every_depth_and_escapes_text() {
        check(
            &json!({"b": 1, "a": {"d": null, "c": [true, "x\"\n"]}}),
            r#"{"a":{"c":[true,"x\"\n"],"d":null},"b":1}"#,
        );
        check(&json!([]), "[]");
        check(&json!({}), "{}");
    }

    #[test]
    fn turns_fractions_into_text() {
        let facts = without_fractions(json!({"confidence": [0.85_f32, 1, -2]}));
        assert_eq!(facts, json!({"confidence": ["0.850", 1, -2]}));
    }
}
