//! The OpenAPI document: checked in, complete, and consistent with itself.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::checked_in;
use crate::operations::{self, Operation};

#[test]
fn the_document_is_the_one_that_was_read_and_checked_in() {
    let text = serde_json::to_string_pretty(&operations::document()).unwrap();
    checked_in::compare("crates/tenantry-api/tests/output/openapi.json", &format!("{text}\n"));
}

/// AZ-1
#[test]
fn every_operation_has_an_id_of_its_own_and_says_who_may_call_it() {
    let mut ids = BTreeSet::new();
    let operations = operations::all();
    assert!(operations.len() >= 22);
    for operation in &operations {
        assert!(ids.insert(operation.id.clone()), "{} twice", operation.id);
        let (noun, verb) = operation.id.split_once('_').unwrap();
        assert!(!noun.is_empty() && !verb.is_empty(), "{}", operation.id);
        let marks = [
            operation.permission().is_some(),
            operation.is_public(),
            operation.needs_sign_in_only(),
        ];
        assert_eq!(marks.iter().filter(|mark| **mark).count(), 1, "{}: {marks:?}", operation.id);
        let security = operation.document["security"].as_array().map_or(0, Vec::len);
        assert_eq!(security == 0, operation.is_public(), "{}", operation.id);
        assert!(operation.document["summary"].as_str().is_some_and(|text| !text.is_empty()));
        if let Some(permission) = operation.permission() {
            let known =
                tenantry_core::permission::REGISTRY.iter().find(|info| info.name == permission);
            assert_eq!(known.unwrap().writes, operation.writes(), "{}", operation.id);
        }
    }
}

#[test]
fn every_path_parameter_is_described_and_every_reference_leads_somewhere() {
    let document = operations::document();
    for Operation { id, path, document: operation, .. } in operations::all() {
        let described: BTreeSet<_> = parameters(&operation, "path").collect();
        let in_path: BTreeSet<_> = path.split(['{', '}']).skip(1).step_by(2).collect();
        assert_eq!(described, in_path, "{id}");
    }
    let mut references = Vec::new();
    walk(&document, &mut |node| references.extend(node["$ref"].as_str().map(str::to_owned)));
    assert!(references.len() > 20);
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

/// AZ-10, VA-2: the document says what the server does with fields that it does not know.
#[test]
fn every_body_closes_its_schema() {
    let document = operations::document();
    for operation in operations::all() {
        let Some(schema) =
            operation.document.pointer("/requestBody/content/application~1json/schema")
        else {
            continue;
        };
        let schema = match schema["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).unwrap(),
            None => schema,
        };
        // Settings are the application's own: any name, of letters and digits.
        if operation.id.contains("_settings_") {
            assert!(schema["propertyNames"]["pattern"].is_string(), "{}", operation.id);
        } else {
            assert_eq!(schema["additionalProperties"], false, "{}", operation.id);
        }
        for status in [400, 413, 415, 422] {
            assert!(operation.statuses().contains(&status), "{} {status}", operation.id);
        }
    }
}

#[test]
fn every_example_is_one_of_its_schema() {
    let document = operations::document();
    let mut checked = 0;
    walk(&document, &mut |schema| {
        for example in schema["examples"].as_array().into_iter().flatten() {
            checked += 1;
            assert_is_one(&document, schema, example);
        }
    });
    assert!(checked > 10, "{checked}");
}

fn assert_is_one(document: &Value, schema: &Value, example: &Value) {
    for part in schema["allOf"].as_array().into_iter().flatten() {
        assert_is_one(document, part, example);
    }
    if let Some(reference) = schema["$ref"].as_str() {
        assert_is_one(document, document.pointer(&reference[1..]).unwrap(), example);
    }
    if let Some(kinds) = schema["oneOf"].as_array() {
        let is_listed = |kind: &Value| {
            kind["const"] == *example
                || kind["enum"].as_array().is_some_and(|values| values.contains(example))
        };
        assert!(kinds.iter().any(is_listed), "{schema}");
    }
    if let Some(kinds) = schema["anyOf"].as_array() {
        // One of them, or null.
        let kind = kinds.iter().find(|kind| kind["type"] != "null").unwrap();
        return assert_is_one(document, kind, example);
    }
    if let Some(values) = schema["enum"].as_array() {
        assert!(values.contains(example), "{schema}");
    }
    let kind = if schema["type"].is_array() { &schema["type"][0] } else { &schema["type"] };
    match (kind.as_str(), example) {
        (Some("integer"), Value::Number(number)) => assert!(number.is_u64(), "{schema}"),
        (Some("string"), Value::String(text)) => assert_text(schema, text),
        (Some("object"), Value::Object(_)) => {}
        (Some("array"), Value::Array(items)) => {
            items.iter().for_each(|item| assert_is_one(document, &schema["items"], item));
        }
        (None, _) => assert!(
            ["allOf", "$ref", "oneOf"].iter().any(|key| !schema[*key].is_null()),
            "{schema}"
        ),
        _ => panic!("{example} is no {kind}: {schema}"),
    }
}

fn assert_text(schema: &Value, text: &str) {
    let length = text.chars().count() as u64;
    assert!(length >= schema["minLength"].as_u64().unwrap_or(0), "{schema}");
    assert!(length <= schema["maxLength"].as_u64().unwrap_or(u64::MAX), "{schema}");
    match (schema["format"].as_str(), schema["pattern"].as_str()) {
        (Some("email"), _) => drop(text.parse::<tenantry_core::name::Email>().unwrap()),
        (_, Some(_)) => drop(text.parse::<tenantry_core::name::Slug>().unwrap()),
        _ => {}
    }
}

fn parameters<'a>(operation: &'a Value, place: &'a str) -> impl Iterator<Item = &'a str> {
    let all = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .filter(move |parameter| parameter["in"] == place)
        .filter_map(|parameter| parameter["name"].as_str())
}

fn walk(node: &Value, visit: &mut dyn FnMut(&Value)) {
    visit(node);
    match node {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
