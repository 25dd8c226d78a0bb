//! Answers of the API held against its description.
//!
//! Enters: an answer, and which one it is; `door/openapi.json`. Leaves: a panic that names each field that is not described, each that is
//! promised and absent, each that is of another kind. Never here: what an answer means.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::world::root;

/// The description that is checked in.
pub fn description() -> Value {
    let text = std::fs::read_to_string(root().join("door/openapi.json")).expect("description");
    serde_json::from_str(&text).expect("JSON")
}

/// Panics unless `answer` to a request of `path`, as the description writes it, is what that promises.
pub fn holds(method: &str, path: &str, answer: &Value) {
    let description = description();
    let response = &description["paths"][path][method]["responses"]["200"];
    let schema = &response["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} is not described");
    let faults = faults(&description, schema, answer, "");
    assert!(
        faults.is_empty(),
        "{method} {path}:\n{}\n{answer}",
        faults.join("\n")
    );
}

/// What `value`, which stands at `at`, has otherwise than `schema` says.
fn faults(description: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(any) = schema["oneOf"].as_array() {
        let each = any
            .iter()
            .map(|schema| faults(description, schema, value, at));
        // Of those that do not fit, the one it is most likely meant as.
        return each.min_by_key(Vec::len).unwrap_or_default();
    }
    let mut shape = Shape::default();
    shape.read(description, schema);
    let mut found = Vec::new();
    if shape.kinds.is_empty() {
        // It may be anything.
        return found;
    }
    if !shape.kinds.iter().any(|kind| is(value, kind)) {
        found.push(format!("{at} is no {}: {value}", shape.kinds.join(" or ")));
        return found;
    }
    if !shape.words.is_empty() && !value.is_null() && !shape.words.contains(&value) {
        found.push(format!("{at} is none of the words that are told: {value}"));
    }
    match value {
        Value::Object(fields) => {
            let absent = shape
                .required
                .iter()
                .filter(|name| !fields.contains_key(**name));
            found.extend(absent.map(|name| format!("{at}/{name} is promised and absent")));
            for (name, value) in fields {
                let at = format!("{at}/{name}");
                match shape.fields.get(name.as_str()).or(shape.others.as_ref()) {
                    Some(schema) => found.extend(faults(description, schema, value, &at)),
                    None => found.push(format!("{at} is not described")),
                }
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let schema = shape.places.get(number).copied().or(shape.items);
                let at = format!("{at}/{number}");
                match schema {
                    Some(schema) => found.extend(faults(description, schema, item, &at)),
                    None => found.push(format!("{at} is not described")),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no kind of JSON"),
    }
}

/// What a schema says, with all that it refers to and is made of.
#[derive(Default)]
struct Shape<'a> {
    kinds: Vec<&'a str>,
    words: Vec<&'a Value>,
    required: Vec<&'a str>,
    fields: BTreeMap<&'a str, &'a Value>,
    /// What any other field is.
    others: Option<&'a Value>,
    /// What stands at the first places of a list.
    places: Vec<&'a Value>,
    items: Option<&'a Value>,
}

impl<'a> Shape<'a> {
    fn read(&mut self, description: &'a Value, schema: &'a Value) {
        if let Some(named) = schema["$ref"].as_str() {
            let place = named.trim_start_matches('#');
            let schema = description.pointer(place);
            self.read(
                description,
                schema.unwrap_or_else(|| panic!("{named} is nowhere")),
            );
        }
        let list = |name: &str| schema[name].as_array().into_iter().flatten();
        for part in list("allOf") {
            self.read(description, part);
        }
        let kinds = list("type").chain(Some(&schema["type"]));
        let kinds: Vec<&str> = kinds.filter_map(Value::as_str).collect();
        for kind in kinds {
            // Each part of a whole says that it is an object.
            if !self.kinds.contains(&kind) {
                self.kinds.push(kind);
            }
        }
        self.words.extend(list("enum"));
        self.required
            .extend(list("required").filter_map(Value::as_str));
        self.places.extend(list("prefixItems"));
        let fields = schema["properties"].as_object().into_iter().flatten();
        self.fields
            .extend(fields.map(|(name, schema)| (name.as_str(), schema)));
        let object = |name: &str| Some(&schema[name]).filter(|schema| schema.is_object());
        self.others = self.others.or(object("additionalProperties"));
        self.items = self.items.or(object("items"));
    }
}

#[test]
fn an_answer_that_is_not_as_described_is_named() {
    let description = serde_json::json!({"components": {"schemas": {
        "Place": {"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}},
        "Word": {"type": "string", "enum": ["yes", "no"]},
        "Whole": {"allOf": [
            {"$ref": "#/components/schemas/Place"},
            {"type": "object", "required": ["pair", "none"], "properties": {
                "pair": {"type": "array", "items": false, "prefixItems": [{"type": "string"}, {"$ref": "#/components/schemas/Place"}]},
                "none": {"oneOf": [{"$ref": "#/components/schemas/Word"}, {"type": "null"}]},
                "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                "cells": {"type": "array", "items": {}},
                "bare": {"type": "object"}}}]},
    }}});
    let schema = serde_json::json!({"$ref": "#/components/schemas/Whole"});
    let told = |value: Value| faults(&description, &schema, &value, "");
    let good = serde_json::json!({
        "number": 1, "pair": ["a", {"number": 2}], "none": null, "counts": {"x": 1}, "cells": [1, "a", null, {"b": []}]});
    assert_eq!(told(good.clone()), Vec::<String>::new());
    for (pointer, wrong, named) in [
        ("/number", serde_json::json!("1"), "/number is no integer"),
        (
            "/pair/1",
            serde_json::json!({}),
            "/pair/1/number is promised",
        ),
        (
            "/pair",
            serde_json::json!(["a", {"number": 2}, 3]),
            "/pair/2 is not described",
        ),
        (
            "/none",
            serde_json::json!("perhaps"),
            "/none is none of the words",
        ),
        (
            "/counts/x",
            serde_json::json!(1.5),
            "/counts/x is no integer",
        ),
        ("/cells", serde_json::json!({}), "/cells is no array"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("a place") = wrong;
        let told = told(bad);
        assert!(told.len() == 1 && told[0].starts_with(named), "{told:?}");
    }
    for (name, value) in [
        ("more", Value::Bool(true)),
        ("bare", serde_json::json!({"x": 1})),
    ] {
        let mut bad = good.clone();
        bad[name] = value;
        let told = told(bad);
        assert!(
            told.len() == 1 && told[0].contains("is not described"),
            "{told:?}"
        );
    }
}
