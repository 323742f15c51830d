//! Names of tables, and the names that adopt gives to what it makes. Whatever stands in SQL goes through here, so that a
//! table called `select` or `it's "mine"` is only a name.

use std::fmt;
use std::str::FromStr;

use postgres_protocol::escape::{escape_identifier, escape_literal};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The column that says whose a row is.
pub const COLUMN: &str = "organization_id";

/// The longest name that PostgreSQL keeps, in bytes.
const LONGEST: usize = 63;

/// A table, view or sequence, with its schema. Written `schema.name`, each part quoted where it has a dot, a quote or a star
/// in it: a star that is not quoted makes a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TableName {
    /// The schema.
    pub schema: String,
    /// The name in it.
    pub name: String,
}

/// A text that is not `schema.name`.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not a table's name with its schema, such as public.orders")]
pub struct BadName(String);

impl TableName {
    /// A name from its two parts.
    #[must_use]
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// As SQL writes it: always with the schema, always quoted.
    #[must_use]
    pub fn sql(&self) -> String {
        format!("{}.{}", identifier(&self.schema), identifier(&self.name))
    }

    /// As people say it: without the schema where that is `public`.
    #[must_use]
    pub fn shown(&self) -> String {
        if self.schema == "public" { self.name.clone() } else { self.to_string() }
    }

    /// As a literal of type `regclass`.
    #[must_use]
    pub fn regclass(&self) -> String {
        format!("{}::pg_catalog.regclass", literal(&self.sql()))
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |part: &str| {
            if part.contains(['.', '"', '*']) { identifier(part) } else { part.to_owned() }
        };
        write!(formatter, "{}.{}", plain(&self.schema), plain(&self.name))
    }
}

impl From<TableName> for String {
    fn from(name: TableName) -> Self {
        name.to_string()
    }
}

impl TryFrom<String> for TableName {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl FromStr for TableName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let mut parts = vec![String::new()];
        let mut is_quoted = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '"' if is_quoted && letters.peek() == Some(&'"') => {
                    letters.next();
                    parts.last_mut().ok_or_else(|| BadName(text.to_owned()))?.push('"');
                }
                '"' => is_quoted = !is_quoted,
                '.' if !is_quoted => parts.push(String::new()),
                other => parts.last_mut().ok_or_else(|| BadName(text.to_owned()))?.push(other),
            }
        }
        match <[String; 2]>::try_from(parts) {
            Ok([schema, name]) if !is_quoted && !schema.is_empty() && !name.is_empty() => {
                Ok(Self { schema, name })
            }
            _ => Err(BadName(text.to_owned())),
        }
    }
}

/// A name as SQL writes it, quoted.
#[must_use]
pub fn identifier(name: &str) -> String {
    escape_identifier(name)
}

/// A text as an SQL literal.
#[must_use]
pub fn literal(text: &str) -> String {
    escape_literal(text).trim_start().to_owned()
}

/// Quoted names with commas between them.
#[must_use]
pub fn list(names: &[String]) -> String {
    names.iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

/// The name of something that adopt makes for a table: `<table>_<parts>_<kind>`, cut and told apart by a hash where it would
/// be longer than PostgreSQL keeps. The same question always has the same answer.
#[must_use]
pub fn made(table: &TableName, parts: &[&str], kind: &str) -> String {
    let whole = [&[table.name.as_str()], parts, &[kind]].concat().join("_");
    if whole.len() <= LONGEST {
        return whole;
    }
    let hash = hex::encode(&Sha256::digest(whole.as_bytes())[..4]);
    let mut kept = LONGEST - kind.len() - hash.len() - 2;
    while !whole.is_char_boundary(kept) {
        kept -= 1;
    }
    format!("{}_{hash}_{kind}", &whole[..kept])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_being_written_and_read() {
        for (schema, name) in
            [("public", "orders"), ("a.b", "c\"d"), ("Größe", "select"), ("x", "it's")]
        {
            let wanted = TableName::new(schema, name);
            assert_eq!(wanted.to_string().parse::<TableName>().unwrap(), wanted);
        }
        for bad in ["", "orders", ".orders", "public.", "a.b.c", "\"a.b", "a.\"b"] {
            assert!(bad.parse::<TableName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_stands_in_sql_is_only_a_name() {
        assert_eq!(
            TableName::new("public", "a\"; drop table b").sql(),
            "\"public\".\"a\"\"; drop table b\""
        );
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal("back\\slash"), "E'back\\\\slash'");
    }

    #[test]
    fn a_made_name_fits_and_stays_apart() {
        let short = made(&TableName::new("public", "orders"), &["id"], "key");
        assert_eq!(short, "orders_id_key");
        let long = "a_very_long_name_that_goes_on_and_on_until_it_no_longer_fits".to_owned();
        let table = TableName::new("public", long);
        let (one, other) = (made(&table, &["first"], "key"), made(&table, &["second"], "key"));
        assert!(one.len() <= 63 && other.len() <= 63 && one != other, "{one} {other}");
    }
}
