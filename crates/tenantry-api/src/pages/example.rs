//! A JSON value that a schema would accept, made from the examples it states.
//!
//! Stated examples always win; what is made up for the rest is recognisably a placeholder (`your_name`).

use serde_json::{Map, Value, json};

use super::schema::Schema;

/// How much of an object is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What a request needs: required fields, and optional ones that state an example.
    Needed,
    /// Everything, as a response carries it.
    Everything,
}

/// The example that the schema itself states: an example, a default, a constant or the first of a list.
pub(super) fn stated(schema: &Schema<'_>) -> Option<Value> {
    explicit(schema).or_else(|| {
        let of = |value: &Value| {
            let candidates = [&value["default"], &value["const"], &value["enum"][0]];
            candidates.into_iter().find(|candidate| !candidate.is_null()).cloned()
        };
        of(schema.outer).or_else(|| of(schema.shape))
    })
}

/// An example of the schema.
pub(super) fn of(schema: &Schema<'_>, extent: Extent) -> Value {
    build(schema, extent, "text", &[])
}

fn explicit(schema: &Schema<'_>) -> Option<Value> {
    stated_at(schema.outer).or_else(|| stated_at(schema.shape))
}

/// The example written at this very place, not at the component it refers to.
fn stated_at(value: &Value) -> Option<Value> {
    let candidates = [&value["examples"][0], &value["example"]];
    candidates.into_iter().find(|candidate| !candidate.is_null()).cloned()
}

/// `above` names the components this value lies in: one that contains itself ends with null, or an empty list.
fn build(schema: &Schema<'_>, extent: Extent, name: &str, above: &[&str]) -> Value {
    if let Some(value) = stated(schema) {
        return value;
    }
    if is_circular(schema, above) {
        return Value::Null;
    }
    let above = &[above, schema.name.as_slice()].concat();
    if let Some(items) = schema.items() {
        let ends = is_circular(&items, above);
        return if ends { json!([]) } else { json!([build(&items, extent, name, above)]) };
    }
    let object = object(schema, extent, above);
    if !object.is_empty() {
        return Value::Object(object);
    }
    match schema.alternatives().first() {
        Some(first) => build(first, extent, name, above),
        None => scalar(schema, name),
    }
}

fn is_circular(schema: &Schema<'_>, above: &[&str]) -> bool {
    schema.name.is_some_and(|name| above.contains(&name))
}

fn object(schema: &Schema<'_>, extent: Extent, above: &[&str]) -> Map<String, Value> {
    let hidden = if extent == Extent::Needed { "readOnly" } else { "writeOnly" };
    let mut properties = schema.properties();
    properties.extend(schema.parts().iter().flat_map(Schema::properties));
    properties.retain(|(_, property, _)| property.outer[hidden] != true);
    // An id that may be left out is left out: the example of its type names something the reader does not have.
    let needed = |property: &Schema<'_>, required| required || stated_at(property.outer).is_some();
    // A change where every field is optional would show an empty body: then all of them are shown.
    let everything = extent == Extent::Everything
        || !properties.iter().any(|(_, property, required)| needed(property, *required));
    properties
        .iter()
        .filter(|(_, property, required)| everything || needed(property, *required))
        .map(|(name, property, _)| ((*name).to_owned(), build(property, extent, name, above)))
        .collect()
}

fn scalar(schema: &Schema<'_>, name: &str) -> Value {
    let shape = schema.shape;
    let is = |kind: &str| {
        shape["type"] == kind
            || shape["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
    };
    if is("string") {
        return Value::String(string(shape["format"].as_str().unwrap_or_default(), name));
    }
    if is("integer") || is("number") {
        let least = &shape["minimum"];
        return if least.is_number() { least.clone() } else { json!(1) };
    }
    match () {
        () if is("boolean") => json!(true),
        () if is("object") => json!({}),
        () => Value::Null,
    }
}

fn string(format: &str, name: &str) -> String {
    match format {
        "email" => "ada@example.com".to_owned(),
        "uuid" => "01940d3e-5c00-7a6b-8f1e-2b3c4d5e6f70".to_owned(),
        "date-time" => "2027-01-15T09:30:00Z".to_owned(),
        "date" => "2027-01-15".to_owned(),
        "uri" | "url" => "https://example.com".to_owned(),
        _ => format!("your_{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::document::Document, *};

    fn example(schema: &Value, extent: Extent) -> Value {
        let root = json!({"components": {"schemas": {
            "Id": {"type": "string", "examples": ["prj_1"]},
            "Tree": {"type": "object", "required": ["child"], "properties": {
                "child": {"$ref": "#/components/schemas/Tree"},
                "leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}
            }}
        }}});
        of(&Schema::of(Document::new(&root), schema), extent)
    }

    #[test]
    fn a_request_shows_what_is_needed_and_a_response_shows_everything() {
        let schema = json!({"type": "object", "required": ["email"], "properties": {
            "email": {"type": "string", "format": "email"},
            "note": {"type": ["string", "null"]},
            "parent": {"anyOf": [{"$ref": "#/components/schemas/Id"}, {"type": "null"}]},
            "name": {"type": "string", "examples": ["Ada"]},
            "id": {"type": "string", "readOnly": true}
        }});
        assert_eq!(
            example(&schema, Extent::Needed),
            json!({"email": "ada@example.com", "name": "Ada"})
        );
        assert_eq!(
            example(&schema, Extent::Everything),
            json!({"email": "ada@example.com", "note": "your_note", "parent": "prj_1", "name": "Ada", "id": "your_id"})
        );
    }

    #[test]
    fn a_change_with_only_optional_fields_is_not_shown_empty() {
        let schema =
            json!({"type": "object", "properties": {"name": {"type": ["string", "null"]}}});
        assert_eq!(example(&schema, Extent::Needed), json!({"name": "your_name"}));
    }

    #[test]
    fn a_schema_that_contains_itself_ends_after_one_round() {
        let value = example(&json!({"$ref": "#/components/schemas/Tree"}), Extent::Everything);
        assert_eq!(value, json!({"child": null, "leaves": []}));
    }

    #[test]
    fn lists_numbers_and_choices_get_a_value_they_would_accept() {
        let schema = json!({"type": "object", "properties": {
            "roles": {"type": "array", "items": {"enum": ["owner", "admin"]}},
            "limit": {"type": "integer", "minimum": 5},
            "open": {"type": "boolean"}
        }});
        assert_eq!(
            example(&schema, Extent::Everything),
            json!({"roles": ["owner"], "limit": 5, "open": true})
        );
    }
}
