//! What a table asks of its rows, read in one statement. Partition bounds are checks like any other here: those of a
//! leaf must hold, and of a partitioned table those of at least one leaf.

use std::collections::BTreeMap;

use serde::Deserialize;
use tokio_postgres::Client;

use super::scan;

/// What a table asks of its rows. Read once per table (or leaf).
#[derive(Debug, Clone)]
pub(crate) struct Shape {
    /// Its columns in order, generated ones too.
    pub(crate) columns: Vec<Column>,
    /// What its rows must satisfy.
    pub(super) checks: Vec<Check>,
    /// Every type that its columns are made of.
    pub(super) types: BTreeMap<u32, Type>,
}

/// One column.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Column {
    /// Its bare name.
    pub(crate) name: String,
    /// `pg_type.oid`, possibly of a domain.
    pub(crate) type_oid: u32,
    /// The length, precision or dimension, in the type's own coding; -1 when there is none.
    pub(crate) modifier: i32,
    /// The type as a cast writes it.
    pub(crate) type_name: String,
    /// Whether it refuses NULL, by itself or by its domain.
    pub(crate) is_not_null: bool,
    /// Whether it counts by itself (`generated … as identity`).
    pub(crate) is_identity: bool,
    /// Whether it is computed (`generated always as (…) stored`); then `default` is the expression.
    pub(crate) is_generated: bool,
    /// The expression that stands in when nothing is given.
    pub(crate) default: Option<String>,
    /// Whether a unique index or exclusion constraint looks at it.
    pub(crate) is_unique: bool,
    /// Whether a unique index takes one NULL for the same as another.
    pub(super) is_null_unique: bool,
    /// Whether a foreign key starts from it.
    pub(crate) is_reference: bool,
}

impl Column {
    /// Whether a row may leave it out.
    pub(crate) const fn has_own_value(&self) -> bool {
        self.default.is_some() || self.is_identity
    }
}

/// One condition on a row.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) expression: String,
    #[serde(default)]
    pub(super) is_of_the_whole_row: bool,
    #[serde(default)]
    pub(super) columns: Vec<String>,
}

/// One type, as far as making values of it asks.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Type {
    oid: u32,
    pub(super) name: String,
    /// `pg_type.typtype`.
    pub(super) kind: char,
    pub(super) is_array: bool,
    pub(super) element: u32,
    base: u32,
    modifier: i32,
    is_not_null: bool,
    pub(super) labels: Vec<String>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) subtype: Option<u32>,
    checks: Vec<String>,
}

/// One part of a composite type.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Attribute {
    #[serde(rename = "type")]
    pub(super) type_oid: u32,
    pub(super) modifier: i32,
}

/// What lies under a type when every domain is taken off.
#[derive(Debug)]
pub(super) struct Base<'a> {
    pub(super) of: &'a Type,
    pub(super) modifier: i32,
    pub(super) domain_checks: Vec<&'a str>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    types: Option<Vec<Type>>,
    columns: Vec<Column>,
    checks: Vec<Check>,
    unique_expressions: Vec<String>,
    is_partitioned: bool,
    bound: Option<String>,
    leaf_bounds: Vec<Option<String>>,
}

impl Shape {
    /// Reads it. A relation that is not there is an error of the database.
    pub(crate) async fn read(
        client: &Client,
        relation: u32,
    ) -> Result<Self, tokio_postgres::Error> {
        let row = client.query_one(include_str!("shape.sql"), &[&relation]).await?;
        let Json(answer): Json<Answer> = row.try_get(0)?;
        Ok(answer.into_shape())
    }

    /// A column by its name.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// What lies under a type, and what its domains ask.
    pub(super) fn base(&self, type_oid: u32, modifier: i32) -> Option<Base<'_>> {
        let mut base = Base { of: self.types.get(&type_oid)?, modifier, domain_checks: Vec::new() };
        while base.of.base != 0 && base.of.kind == 'd' {
            base.domain_checks.extend(base.of.checks.iter().map(String::as_str));
            base.modifier = base.of.modifier;
            base.of = self.types.get(&base.of.base)?;
        }
        Some(base)
    }
}

impl Answer {
    fn into_shape(mut self) -> Shape {
        let bound = self.bound_of_all();
        for name in self.unique_expressions.iter().flat_map(|text| scan::names(text)) {
            for column in self.columns.iter_mut().filter(|column| column.name == name) {
                column.is_unique = true;
            }
        }
        let types: BTreeMap<_, _> =
            self.types.unwrap_or_default().into_iter().map(|kind| (kind.oid, kind)).collect();
        let mut shape = Shape { columns: self.columns, checks: self.checks, types };
        shape.checks.extend(bound.map(|expression| shape.bound_check(expression)));
        shape.refuse_null_where_domains_do();
        shape
    }

    /// The bound of a leaf, or of a partitioned table the bounds of its leaves in one.
    fn bound_of_all(&mut self) -> Option<String> {
        if !self.is_partitioned {
            return self.bound.take();
        }
        if self.leaf_bounds.is_empty() {
            return Some("false".to_owned());
        }
        // A leaf without a bound is the only, default one: it takes everything.
        let bounds: Option<Vec<String>> =
            std::mem::take(&mut self.leaf_bounds).into_iter().collect();
        bounds.map(|bounds| bounds.join(" or "))
    }
}

impl Shape {
    fn bound_check(&self, expression: String) -> Check {
        let names = scan::names(&expression);
        let columns = self.columns.iter().map(|column| column.name.clone());
        let columns = columns.filter(|name| names.contains(name)).collect();
        let name = "the partition bound".to_owned();
        Check { name, expression, is_of_the_whole_row: false, columns }
    }

    fn refuse_null_where_domains_do(&mut self) {
        for column in &mut self.columns {
            let mut next = self.types.get(&column.type_oid);
            while let Some(kind) = next.filter(|kind| kind.kind == 'd') {
                column.is_not_null |= kind.is_not_null;
                next = self.types.get(&kind.base);
            }
        }
    }
}

/// A JSON text, read while it is taken from the row, so that a wrong one is an error of the row.
#[derive(Debug)]
struct Json<T>(T);

impl<'a, T: Deserialize<'a>> tokio_postgres::types::FromSql<'a> for Json<T> {
    fn from_sql(
        _: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(serde_json::from_slice(raw)?))
    }

    fn accepts(kind: &tokio_postgres::types::Type) -> bool {
        *kind == tokio_postgres::types::Type::TEXT
    }
}
