//! One JSON Schema (2020-12) as a reader sees it: its name, its type in words, its limits.
//!
//! A schema is rarely where it seems to be: `$ref`, an `anyOf` with null and a single `allOf` all stand in front of
//! the shape that matters. [`Schema::of`] walks through them; nothing else looks at those keywords.

use serde_json::Value;

use super::document::Document;

/// How many indirections are followed before a document is taken to be circular.
const MOST_INDIRECTIONS: usize = 16;

/// A schema with its indirections removed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schema<'a> {
    document: Document<'a>,
    /// As it stands where it is used: descriptions and examples here win.
    pub(super) outer: &'a Value,
    /// The shape itself.
    pub(super) shape: &'a Value,
    /// The component's name when it has one.
    pub(super) name: Option<&'a str>,
    /// Whether null is allowed besides the shape.
    pub(super) nullable: bool,
}

/// One rule a value must keep: words, then literal values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) words: String,
    pub(super) literals: Vec<String>,
}

impl<'a> Schema<'a> {
    /// Walks from a schema to the shape behind it.
    pub(super) fn of(document: Document<'a>, outer: &'a Value) -> Self {
        let mut found = Self { document, outer, shape: outer, name: None, nullable: false };
        for _ in 0..MOST_INDIRECTIONS {
            if let Some(reference) = found.shape["$ref"].as_str() {
                found.name = reference.rsplit('/').next();
                let Some(target) = document.lookup(reference) else { break };
                found.shape = target;
            } else if let Some(only) = only_non_null(found.shape) {
                found.nullable |= only.1;
                found.shape = only.0;
            } else {
                break;
            }
        }
        found.nullable |= types(found.shape).contains(&"null");
        found
    }

    /// What it is for: said at the place of use, else at the component.
    pub(super) fn description(&self) -> &'a str {
        let said = |value: &'a Value| value["description"].as_str().filter(|text| !text.is_empty());
        said(self.outer).or_else(|| said(self.shape)).unwrap_or_default()
    }

    /// The schema of an array's items.
    pub(super) fn items(&self) -> Option<Self> {
        self.shape.get("items").map(|items| Self::of(self.document, items))
    }

    /// The alternatives of a union of shapes.
    pub(super) fn alternatives(&self) -> Vec<Self> {
        ["anyOf", "oneOf"]
            .iter()
            .filter_map(|keyword| self.shape[*keyword].as_array())
            .flatten()
            .filter(|alternative| !is_null(alternative))
            .map(|alternative| Self::of(self.document, alternative))
            .collect()
    }

    /// The parts that all hold at once.
    pub(super) fn parts(&self) -> Vec<Self> {
        let parts = self.shape["allOf"].as_array().map(Vec::as_slice).unwrap_or_default();
        parts.iter().map(|part| Self::of(self.document, part)).collect()
    }

    /// The fields of an object, and whether each must be present: those that must first, else in document order.
    pub(super) fn properties(&self) -> Vec<(&'a str, Self, bool)> {
        let required = self.shape["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut properties: Vec<_> = self.shape["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, schema)| {
                let required = required.iter().any(|known| known.as_str() == Some(name));
                (name.as_str(), Self::of(self.document, schema), required)
            })
            .collect();
        properties.sort_by_key(|(_, _, required)| !required);
        properties
    }

    /// Whether keys that are not listed are refused.
    pub(super) fn is_closed(&self) -> bool {
        self.shape["additionalProperties"] == Value::Bool(false)
    }

    /// The type in words: `string`, `array of Project`, `integer or null`.
    pub(super) fn type_label(&self) -> String {
        let label = self.bare_label();
        if self.nullable { format!("{label} or null") } else { label }
    }

    /// The type in words as if null were not allowed, for places that cannot carry one.
    pub(super) fn bare_label(&self) -> String {
        if let Some(items) = self.items() {
            return format!("array of {}", items.type_label());
        }
        let kinds: Vec<&str> =
            types(self.shape).into_iter().filter(|kind| *kind != "null").collect();
        match kinds.as_slice() {
            ["object"] => self.object_label(),
            [] if self.shape["const"].is_string() || self.shape["enum"].is_array() => {
                "string".to_owned()
            }
            [] => self.union_label(),
            kinds => kinds.join(" or "),
        }
    }

    fn object_label(&self) -> String {
        match (self.name, self.shape["additionalProperties"].is_object()) {
            (Some(name), _) => spoken(name),
            (None, true) => {
                let values = Self::of(self.document, &self.shape["additionalProperties"]);
                format!("map of {}", values.type_label())
            }
            (None, false) => "object".to_owned(),
        }
    }

    fn union_label(&self) -> String {
        let mut labels: Vec<String> = Vec::new();
        for alternative in self.alternatives() {
            let label = alternative.type_label();
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        match (labels.is_empty(), self.name) {
            (false, _) => labels.join(" or "),
            (true, Some(name)) => spoken(name),
            (true, None) => "any JSON".to_owned(),
        }
    }

    /// The rules a value must keep, most telling first.
    pub(super) fn limits(&self) -> Vec<Limit> {
        let shape = self.shape;
        let mut limits = Vec::new();
        let values = self.values();
        if !values.is_empty() {
            limits.push(Limit { words: "one of".to_owned(), literals: values });
        }
        if let Some(format) = shape["format"].as_str().filter(|_| types(shape).contains(&"string"))
        {
            limits.push(Limit { words: format.replace('-', " "), literals: Vec::new() });
        }
        let ranges = [
            ("minLength", "maxLength", "character"),
            ("minItems", "maxItems", "item"),
            ("minProperties", "maxProperties", "key"),
            ("minimum", "maximum", ""),
        ];
        for (least, most, unit) in ranges {
            limits.extend(range(&shape[least], &shape[most], unit));
        }
        if let Some(pattern) = shape["pattern"].as_str() {
            limits.push(Limit { words: "matches".to_owned(), literals: vec![pattern.to_owned()] });
        }
        let default =
            [&self.outer["default"], &shape["default"]].into_iter().find(|v| !v.is_null());
        if let Some(default) = default {
            limits.push(Limit { words: "default".to_owned(), literals: vec![literal(default)] });
        }
        limits
    }

    /// The allowed values of an enumeration, however it is written.
    fn values(&self) -> Vec<String> {
        let listed = self.shape["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
        let alone = self.shape.get("const");
        let mut values: Vec<String> =
            listed.iter().chain(alone).filter(|value| !value.is_null()).map(literal).collect();
        for alternative in self.alternatives() {
            values.extend(alternative.values());
        }
        values
    }
}

/// A component's name; generic ones are generated as `Page_for_Project`.
fn spoken(name: &str) -> String {
    name.replace("_for_", " of ")
}

/// The type names a schema allows.
fn types(shape: &Value) -> Vec<&str> {
    match &shape["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ if shape["properties"].is_object() => vec!["object"],
        _ => Vec::new(),
    }
}

fn is_null(schema: &Value) -> bool {
    schema["type"] == "null" || schema.get("const") == Some(&Value::Null)
}

/// The one alternative besides null, and whether null was among them.
fn only_non_null(shape: &Value) -> Option<(&Value, bool)> {
    let keyword =
        ["anyOf", "oneOf", "allOf"].into_iter().find(|keyword| shape[*keyword].is_array())?;
    let alternatives = shape[keyword].as_array()?;
    let mut others = alternatives.iter().filter(|alternative| !is_null(alternative));
    let (first, second) = (others.next()?, others.next());
    // An object may carry properties of its own beside the keyword: then it is a shape, not an indirection.
    let indirection = second.is_none() && shape["properties"].is_null();
    indirection.then_some((first, alternatives.len() > 1))
}

fn range(least: &Value, most: &Value, unit: &str) -> Option<Limit> {
    let plural = |count: &Value| match (unit, count.as_u64()) {
        ("", _) => String::new(),
        (unit, Some(1)) => format!(" {unit}"),
        (unit, _) => format!(" {unit}s"),
    };
    let words = match (least.is_number(), most.is_number()) {
        (true, true) if least == most => format!("exactly {least}{}", plural(least)),
        (true, true) => format!("{least} to {most}{}", plural(most)),
        (true, false) if least.as_f64() == Some(0.0) && !unit.is_empty() => return None,
        (true, false) => format!("at least {least}{}", plural(least)),
        (false, true) => format!("at most {most}{}", plural(most)),
        (false, false) => return None,
    };
    Some(Limit { words, literals: Vec::new() })
}

/// A value as it is typed: strings without quotes, the rest as JSON.
fn literal(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn components() -> Value {
        json!({"components": {"schemas": {
            "Slug": {"type": "string", "minLength": 1, "maxLength": 63, "pattern": "^[a-z]+$"},
            "Project": {"type": "object", "properties": {"slug": {"$ref": "#/components/schemas/Slug"}}},
            "Loop": {"$ref": "#/components/schemas/Loop"},
            "Role": {"oneOf": [{"const": "owner", "type": "string"}, {"enum": ["admin", "viewer"], "type": "string"}]}
        }}})
    }

    fn label(schema: &Value) -> String {
        Schema::of(Document::new(&components()), schema).type_label()
    }

    #[test]
    fn types_are_said_in_words_through_every_indirection() {
        assert_eq!(label(&json!({"$ref": "#/components/schemas/Slug"})), "string");
        assert_eq!(label(&json!({"type": ["string", "null"]})), "string or null");
        assert_eq!(
            label(&json!({"anyOf": [{"$ref": "#/components/schemas/Project"}, {"type": "null"}]})),
            "Project or null"
        );
        assert_eq!(label(&json!({"allOf": [{"$ref": "#/components/schemas/Project"}]})), "Project");
        assert_eq!(
            label(&json!({"type": "array", "items": {"$ref": "#/components/schemas/Project"}})),
            "array of Project"
        );
        assert_eq!(
            label(&json!({"anyOf": [{"type": "string"}, {"type": "integer"}]})),
            "string or integer"
        );
        assert_eq!(
            label(&json!({"type": "object", "additionalProperties": {"type": "string"}})),
            "map of string"
        );
        assert_eq!(label(&json!({"$ref": "#/components/schemas/Role"})), "string");
        assert_eq!(label(&json!(true)), "any JSON");
        assert_eq!(
            label(&json!({"$ref": "#/components/schemas/Page_for_Project"})),
            "Page of Project"
        );
    }

    #[test]
    fn a_reference_that_leads_nowhere_or_in_a_circle_keeps_its_name() {
        assert_eq!(label(&json!({"$ref": "#/components/schemas/Absent"})), "Absent");
        assert_eq!(label(&json!({"$ref": "#/components/schemas/Loop"})), "Loop");
    }

    #[test]
    fn limits_are_said_with_their_units() {
        let root = components();
        let said = |schema: &Value| -> Vec<String> {
            let limits = Schema::of(Document::new(&root), schema).limits();
            limits
                .iter()
                .map(|limit| format!("{} {}", limit.words, limit.literals.join(",")))
                .collect()
        };
        assert_eq!(
            said(&json!({"$ref": "#/components/schemas/Slug"})),
            ["1 to 63 characters ", "matches ^[a-z]+$"]
        );
        assert_eq!(
            said(
                &json!({"type": "integer", "format": "uint32", "minimum": 1, "maximum": 100, "default": 20})
            ),
            ["1 to 100 ", "default 20"]
        );
        assert_eq!(
            said(&json!({"$ref": "#/components/schemas/Role"})),
            ["one of owner,admin,viewer"]
        );
        assert_eq!(said(&json!({"type": "string", "format": "date-time"})), ["date time "]);
        assert!(said(&json!({"type": "string", "minLength": 0})).is_empty());
    }
}
