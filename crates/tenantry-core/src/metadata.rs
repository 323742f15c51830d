//! What an application keeps beside our own fields: flat metadata, and settings of any depth.
//!
//! Both are JSON objects within limits, so that a row stays small. A newcomer's usual surprise: in a
//! patch `null` removes a key (RFC 7396), and is therefore no value.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

/// The most keys of metadata.
pub const MAX_METADATA_KEYS: usize = 50;
/// The most characters of a text in metadata.
pub const MAX_METADATA_TEXT: usize = 2_000;
/// The most bytes of metadata, as JSON: a page of a list shows a hundred of them.
pub const MAX_METADATA_BYTES: usize = 16 * 1024;
/// The most bytes of settings, as JSON.
pub const MAX_SETTINGS_BYTES: usize = 16 * 1024;
/// How deep settings may be nested.
pub const MAX_SETTINGS_DEPTH: usize = 8;

/// Up to 50 named values: text, numbers, true and false.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Metadata(Map<String, Value>);

/// A change of metadata: what is named is set, what is null is removed, the rest stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetadataPatch(Map<String, Value>);

/// An application's settings: a JSON object of at most 16 KiB.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Settings(Map<String, Value>);

/// A change of settings by the rules of a JSON merge patch (RFC 7396).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SettingsPatch(Map<String, Value>);

/// Why metadata or settings are refused, as a sentence for whoever sent them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MetadataError(String);

fn refuse<T>(message: impl Into<String>) -> Result<T, MetadataError> {
    Err(MetadataError(message.into()))
}

impl Metadata {
    /// The object, as Postgres stores it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// What Postgres stored: it was checked when it came in.
    #[must_use]
    pub fn stored(value: Value) -> Self {
        Self(object(value))
    }

    /// The metadata after a change.
    ///
    /// # Errors
    /// There would be more than [`MAX_METADATA_KEYS`] keys, or [`MAX_METADATA_BYTES`].
    pub fn patched(&self, patch: &MetadataPatch) -> Result<Self, MetadataError> {
        let mut all = self.0.clone();
        for (key, value) in &patch.0 {
            if value.is_null() {
                all.remove(key);
            } else {
                all.insert(key.clone(), value.clone());
            }
        }
        check_metadata(&all, false)?;
        Ok(Self(all))
    }
}

impl Settings {
    /// The object, as Postgres stores it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.clone())
    }

    /// What Postgres stored: it was checked when it came in.
    #[must_use]
    pub fn stored(value: Value) -> Self {
        Self(object(value))
    }

    /// The settings after a change.
    ///
    /// # Errors
    /// They would be larger or deeper than settings may be.
    pub fn patched(&self, patch: &SettingsPatch) -> Result<Self, MetadataError> {
        let mut all = self.0.clone();
        merge(&mut all, &patch.0);
        check_settings(&all)?;
        Ok(Self(all))
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn check_size(map: &Map<String, Value>, most: usize) -> Result<(), MetadataError> {
    let size = serde_json::to_string(map).map_or(usize::MAX, |text| text.len());
    if size > most { refuse(format!("must have at most {most} bytes as JSON")) } else { Ok(()) }
}

/// RFC 7396, section 2.
fn merge(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => drop(target.remove(key)),
            Value::Object(inner) => {
                let place = target.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
                if !place.is_object() {
                    *place = Value::Object(Map::new());
                }
                if let Value::Object(place) = place {
                    merge(place, inner);
                }
            }
            other => drop(target.insert(key.clone(), other.clone())),
        }
    }
}

fn check_text(text: &str) -> Result<(), MetadataError> {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    if text.chars().all(is_plain) { Ok(()) } else { refuse("must not contain control characters") }
}

fn check_key(key: &str) -> Result<(), MetadataError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    if (1..=64).contains(&key.len()) && key.chars().all(is_plain) {
        Ok(())
    } else {
        refuse("keys must have 1 to 64 letters, digits or _ - . :")
    }
}

fn check_metadata(map: &Map<String, Value>, may_remove: bool) -> Result<(), MetadataError> {
    if map.len() > MAX_METADATA_KEYS {
        return refuse(format!("must have at most {MAX_METADATA_KEYS} keys"));
    }
    check_size(map, MAX_METADATA_BYTES)?;
    for (key, value) in map {
        check_key(key)?;
        match value {
            Value::String(text) if text.chars().count() > MAX_METADATA_TEXT => {
                return refuse(format!("texts must have at most {MAX_METADATA_TEXT} characters"));
            }
            Value::String(text) => check_text(text)?,
            Value::Number(_) | Value::Bool(_) => {}
            Value::Null if may_remove => {}
            Value::Null | Value::Array(_) | Value::Object(_) => {
                return refuse("values must be text, numbers, true or false");
            }
        }
    }
    Ok(())
}

fn check_settings(map: &Map<String, Value>) -> Result<(), MetadataError> {
    // The size first: it bounds what follows.
    check_size(map, MAX_SETTINGS_BYTES)?;
    map.iter().try_for_each(|(key, value)| {
        check_key(key)?;
        check_value(value, 1)
    })
}

fn check_value(value: &Value, depth: usize) -> Result<(), MetadataError> {
    if depth > MAX_SETTINGS_DEPTH {
        return refuse(format!("must be nested at most {MAX_SETTINGS_DEPTH} deep"));
    }
    match value {
        Value::String(text) => check_text(text),
        Value::Array(items) => items.iter().try_for_each(|item| check_value(item, depth + 1)),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            check_key(key)?;
            check_value(value, depth + 1)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

macro_rules! checked_object {
    ($($name:ident, $check:expr, $schema:tt;)+) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let map = Map::deserialize(deserializer)?;
                $check(&map).map_err(serde::de::Error::custom)?;
                Ok(Self(map))
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    )+};
}
checked_object! {
    Metadata, |map| check_metadata(map, false), {
        "type": "object", "maxProperties": 50, "propertyNames": { "pattern": "^[A-Za-z0-9_.:-]{1,64}$" },
        "additionalProperties": { "type": ["string", "number", "boolean"], "maxLength": 2000 }, "examples": [{ "sector": "retail" }] };
    MetadataPatch, |map| check_metadata(map, true), {
        "type": "object", "maxProperties": 50, "propertyNames": { "pattern": "^[A-Za-z0-9_.:-]{1,64}$" },
        "additionalProperties": { "type": ["string", "number", "boolean", "null"], "maxLength": 2000 }, "examples": [{ "sector": "retail" }] };
    Settings, check_settings, {
        "type": "object", "propertyNames": { "pattern": "^[A-Za-z0-9_.:-]{1,64}$" }, "examples": [{ "theme": "dark" }] };
    SettingsPatch, check_settings, {
        "type": "object", "propertyNames": { "pattern": "^[A-Za-z0-9_.:-]{1,64}$" }, "examples": [{ "theme": "dark" }] };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &str) -> Result<Metadata, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn metadata_is_flat_small_and_plain() {
        // VA-1
        assert!(metadata(r#"{"a":"text","b.c:d":1.5,"e":true}"#).is_ok());
        let many = (0..51).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(",");
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(2_001));
        for text in [
            "[]",
            r#"{"a":null}"#,
            r#"{"a":{}}"#,
            r#"{"a":[]}"#,
            r#"{"":1}"#,
            r#"{"a b":1}"#,
            r#"{"a":"\u0000"}"#,
            &format!("{{{many}}}"),
            &long,
        ] {
            assert!(metadata(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_patch_sets_removes_and_leaves_alone() {
        let before = metadata(r#"{"a":1,"b":2}"#).unwrap();
        let patch: MetadataPatch = serde_json::from_str(r#"{"a":null,"c":3}"#).unwrap();
        assert_eq!(before.patched(&patch).unwrap(), metadata(r#"{"b":2,"c":3}"#).unwrap());
    }

    #[test]
    fn settings_are_merged_as_the_standard_says() {
        // RFC 7396, appendix A, those with an object on both sides.
        for (before, patch, after) in [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":"foo"}"#, r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"c"}}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ] {
            let before: Settings = serde_json::from_str(before).unwrap();
            let patch: SettingsPatch = serde_json::from_str(patch).unwrap();
            let after: Settings = serde_json::from_str(after).unwrap();
            assert_eq!(before.patched(&patch).unwrap(), after);
        }
    }

    #[test]
    fn settings_have_bounds_also_after_a_change() {
        // LM-1
        let half = |key: &str| format!(r#"{{"{key}":"{}"}}"#, "x".repeat(10_000));
        let before: Settings = serde_json::from_str(&half("a")).unwrap();
        let patch: SettingsPatch = serde_json::from_str(&half("b")).unwrap();
        assert!(before.patched(&patch).is_err());
        let deep = format!("{}1{}", r#"{"a":"#.repeat(9), "}".repeat(9));
        assert!(serde_json::from_str::<Settings>(&deep).is_err());
    }
}
