//! Reading the catalog.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::Value;
use tokio_postgres::{Client, Row};

use super::{
    Catalog, Column, ForeignKey, Function, Policy, Privileges, Relation, Sequence, StoredSetting,
    Unique,
};
use crate::error::ProveError;
use crate::report::Kind;

impl Catalog {
    /// Reads everything for a role.
    pub(crate) async fn read(
        client: &Client,
        role: &str,
        search_path: &str,
    ) -> Result<Self, ProveError> {
        let session = client.query_one(include_str!("sql/session.sql"), &[&role]).await?;
        if session.get::<_, &str>(5).is_empty() {
            return Err(ProveError::NoRole(role.to_owned()));
        }
        let mut relations = relations(client, role).await?;
        let rows = client.query(include_str!("sql/foreign_keys.sql"), &[]).await?;
        let foreign_keys: Vec<ForeignKey> = rows.iter().map(foreign_key).collect();
        let rows = client.query(include_str!("sql/functions.sql"), &[&role]).await?;
        let functions: Vec<Function> = rows.iter().map(function).collect();
        let rows = client.query(include_str!("sql/sequences.sql"), &[&role]).await?;
        let sequences: Vec<Sequence> = rows.iter().map(sequence).collect();
        for row in client.query(include_str!("sql/view_reads.sql"), &[]).await? {
            let (view, relation): (u32, u32) = (row.get(0), row.get(1));
            if let Some(found) = relations.iter_mut().find(|candidate| candidate.oid == view) {
                found.reads.push(relation);
            }
        }
        let fingerprint =
            fingerprint(&format!("{relations:?}{foreign_keys:?}{functions:?}{sequences:?}"));
        let settings: Vec<String> = session.get(7);
        let needs_superuser: Vec<bool> = session.get(8);
        let stored = |(text, needs_superuser): (&String, &bool)| {
            let (name, value) = text.split_once('=')?;
            Some(StoredSetting {
                name: name.to_owned(),
                value: value.to_owned(),
                needs_superuser: *needs_superuser,
            })
        };
        Ok(Self {
            server: session.get(0),
            database: session.get(1),
            login: session.get(2),
            login_is_superuser: session.get(3),
            backend: session.get(4),
            role: session.get(5),
            is_sealed: session.get(6),
            role_settings: settings.iter().zip(&needs_superuser).filter_map(stored).collect(),
            search_path: search_path.to_owned(),
            relations,
            foreign_keys,
            functions,
            sequences,
            fingerprint,
        })
    }
}

/// Not for secrets: it only has to differ when the schema does.
fn fingerprint(text: &str) -> String {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:012x}", hasher.finish() >> 16)
}

async fn relations(client: &Client, role: &str) -> Result<Vec<Relation>, ProveError> {
    let mut policies: HashMap<u32, Vec<Policy>> = HashMap::new();
    for row in client.query(include_str!("sql/policies.sql"), &[&role]).await? {
        let policy = Policy { text: row.get(1), columns: row.get(2) };
        policies.entry(row.get(0)).or_default().push(policy);
    }
    let rows = client.query(include_str!("sql/relations.sql"), &[&role]).await?;
    let with_policies = |row: &Row| {
        let mut relation = relation(row);
        relation.policies = policies.remove(&relation.oid).unwrap_or_default();
        relation
    };
    Ok(rows.iter().map(with_policies).collect())
}

fn relation(row: &Row) -> Relation {
    let letter: &str = row.get(3);
    let is_child: bool = row.get(4);
    let kind = match letter {
        "v" => Kind::View,
        "m" => Kind::MaterializedView,
        "f" => Kind::ForeignTable,
        _ if is_child => Kind::Partition,
        _ => Kind::Table,
    };
    Relation {
        oid: row.get(0),
        schema: row.get(1),
        name: row.get(2),
        kind,
        is_partitioned: letter == "p",
        parents: row.get(5),
        row_security: row.get(6),
        may: Privileges {
            select: row.get(7),
            insert: row.get(8),
            update: row.get(9),
            delete: row.get(10),
            some_select: row.get(14),
            some_insert: row.get(15),
            some_update: row.get(16),
        },
        columns: list(&row.get(11), column),
        uniques: list(&row.get(12), unique),
        policies: Vec::new(),
        is_small: row.get(13),
        reads: Vec::new(),
    }
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().into_iter().flatten().map(read).collect()
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn flag(value: &Value, name: &str) -> bool {
    value.get(name).and_then(Value::as_bool).unwrap_or_default()
}

fn column(value: &Value) -> Column {
    Column {
        name: text(value, "name"),
        type_name: text(value, "type"),
        not_null: flag(value, "not_null"),
        is_generated: flag(value, "is_generated"),
        may_select: flag(value, "may_select"),
        may_insert: flag(value, "may_insert"),
        may_update: flag(value, "may_update"),
    }
}

fn unique(value: &Value) -> Unique {
    let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Unique {
        name: text(value, "name"),
        is_primary: flag(value, "is_primary"),
        is_exclusion: flag(value, "is_exclusion"),
        columns: list(value.get("columns").unwrap_or(&Value::Null), name),
        is_partial: flag(value, "is_partial"),
        is_deferrable: flag(value, "is_deferrable"),
    }
}

fn foreign_key(row: &Row) -> ForeignKey {
    ForeignKey {
        name: row.get(0),
        child: row.get(1),
        parent: row.get(2),
        columns: row.get(3),
        parent_columns: row.get(4),
    }
}

fn function(row: &Row) -> Function {
    let (names, types): (Vec<String>, Vec<String>) = (row.get(5), row.get(6));
    Function {
        schema: row.get(0),
        name: row.get(1),
        signature: row.get::<_, String>(2).replace(',', ", "),
        is_procedure: row.get(3),
        is_definer: row.get(4),
        arguments: names.into_iter().chain(std::iter::repeat(String::new())).zip(types).collect(),
        is_internal: row.get(7),
    }
}

fn sequence(row: &Row) -> Sequence {
    Sequence { schema: row.get(0), name: row.get(1), owner: row.get(2), may_select: row.get(3) }
}
