//! What makes a row somebody's: the organization in its tenant column, the person in its columns of people, and references
//! that lead to rows of the same organization only.

use std::collections::BTreeMap;

use super::{Ground, Rows, insert, keep, salt};
use crate::arena::{Answer, Ask, Entry};
use crate::catalog::{ForeignKey, Relation};
use crate::error::ProveError;
use crate::party::Party;
use crate::tenancy::{Class, is_person_column};
use crate::values::{self, Row};

/// One column of one row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'a Relation,
    pub(super) party: &'a Party,
    pub(super) number: u64,
    pub(super) column: &'a str,
}

impl Rows {
    /// What a column must hold for the row to be the party's; none where that does not matter.
    pub(super) async fn given(
        &mut self,
        ground: Ground<'_>,
        place: Place<'_>,
        path: &mut Vec<(u32, String)>,
    ) -> Result<Option<Option<String>>, ProveError> {
        let Place { table, party, number, column } = place;
        let tenancy = ground.tenancy;
        if tenancy.class(table.oid) == &Class::Root && is_single_key(table, column) {
            // Somebody else's second organization is one more organization.
            return Ok((number == 0).then(|| Some(party.organization.clone())));
        }
        if tenancy.column_of(table) == Some(column) {
            return Ok(Some(Some(party.organization.clone())));
        }
        if tenancy.people == Some(table.oid) && is_single_key(table, column) {
            return Ok((number == 0).then(|| Some(party.person.clone())));
        }
        let keys: Vec<&ForeignKey> = ground
            .catalog
            .foreign_keys
            .iter()
            .filter(|key| key.child == table.oid && key.columns.iter().any(|name| name == column))
            .collect();
        if let Some(key) = keys.iter().min_by_key(|key| key.columns.len()) {
            return self.pointed_at(ground, place, key, path).await;
        }
        if is_person_column(column) && same_type(ground, table, column) {
            return Ok(Some(Some(party.person.clone())));
        }
        // The actor as a seal names them.
        let is_actor = ground.arena.sealer.is_some() && column == "actor";
        Ok(is_actor.then(|| Some(format!("usr:{}", party.person))))
    }

    async fn pointed_at(
        &mut self,
        ground: Ground<'_>,
        place: Place<'_>,
        key: &ForeignKey,
        path: &mut Vec<(u32, String)>,
    ) -> Result<Option<Option<String>>, ProveError> {
        let Place { table, party, column, .. } = place;
        let Some(parent) = ground.catalog.relation(key.parent) else { return Ok(None) };
        let Some(at) = key.columns.iter().position(|name| name == column) else { return Ok(None) };
        let Some(wanted) = key.parent_columns.get(at) else { return Ok(None) };
        let may_be_null = table.column(column).is_some_and(|column| !column.not_null);
        // A row that points at its own kind is the first of its line.
        if key.parent == table.oid && may_be_null {
            return Ok(Some(None));
        }
        if !ground.tenancy.is_owned(parent.oid) {
            let neutral = self.neutral(ground, parent).await?;
            let value = neutral.and_then(|row| row.get(wanted).cloned().flatten());
            return Ok(if value.is_none() && !may_be_null { None } else { Some(value) });
        }
        Ok(Some(self.key_of(ground, parent, party, wanted, path).await?))
    }

    /// The value of a column of the party's row in a table that others point at, decided before the row is made.
    async fn key_of(
        &mut self,
        ground: Ground<'_>,
        parent: &Relation,
        party: &Party,
        column: &str,
        path: &mut Vec<(u32, String)>,
    ) -> Result<Option<String>, ProveError> {
        let step = (parent.oid, column.to_owned());
        if path.contains(&step) {
            return Ok(None);
        }
        path.push(step);
        if let Some(value) =
            Box::pin(self.given(ground, Place { table: parent, party, number: 0, column }, path))
                .await?
        {
            return Ok(value);
        }
        if parent.is_partitioned && !ground.catalog.holds_rows(parent) {
            let Some(leaf) = ground.catalog.leaves(parent.oid).first().copied() else {
                return Ok(None);
            };
            Box::pin(self.plan(ground, leaf, party, 0)).await?;
            return Ok(self
                .row(leaf.oid, party)
                .and_then(|row| row.get(column).cloned().flatten()));
        }
        let shape = self.shape(ground, parent.oid).await?;
        let salt = salt(parent.oid, party.letter, 0);
        Ok(values::value(ground.arena.client, &shape, column, &party.mark, salt).await.ok())
    }

    /// A row of a table that belongs to nobody: one that is there, or else a made one.
    async fn neutral(
        &mut self,
        ground: Ground<'_>,
        table: &Relation,
    ) -> Result<Option<Row>, ProveError> {
        if let Some(row) = self.neutral.get(&table.oid) {
            return Ok(row.clone());
        }
        // A table that points at itself, through others or not, finds nothing the second time.
        self.neutral.insert(table.oid, None);
        let existing = format!("select to_jsonb(r) from {} as r limit 1", table.sql());
        let row = match ground.arena.attempt(&Entry::Administrator, Ask::Rows, &existing).await? {
            Answer::Counted { first, .. } if !first.is_empty() => {
                first.first().and_then(|text| from_json(text))
            }
            _ => self.make_neutral(ground, table).await?,
        };
        self.neutral.insert(table.oid, row.clone());
        Ok(row)
    }

    async fn make_neutral(
        &mut self,
        ground: Ground<'_>,
        table: &Relation,
    ) -> Result<Option<Row>, ProveError> {
        let mut given = Row::new();
        for key in ground.catalog.foreign_keys.iter().filter(|key| key.child == table.oid) {
            let Some(parent) = ground.catalog.relation(key.parent) else { continue };
            let row = Box::pin(self.neutral(ground, parent)).await?;
            for (column, wanted) in key.columns.iter().zip(&key.parent_columns) {
                given.insert(
                    column.clone(),
                    row.as_ref().and_then(|row| row.get(wanted).cloned().flatten()),
                );
            }
        }
        let shape = self.shape(ground, table.oid).await?;
        let Ok(row) = values::fill(
            ground.arena.client,
            &shape,
            &given,
            "proveshared",
            salt(table.oid, 'S', 0),
        )
        .await
        else {
            return Ok(None);
        };
        let made = keep(ground.arena, &ground.arena.own, &insert(table, &row)).await?;
        Ok(matches!(made, Answer::Counted { .. }).then_some(row))
    }
}

/// Whether the column alone is the key of its table.
fn is_single_key(table: &Relation, column: &str) -> bool {
    table
        .key()
        .is_some_and(|key| key.columns.len() == 1 && key.columns.iter().any(|name| name == column))
}

/// Whether a column can hold the id of a person of this database.
fn same_type(ground: Ground<'_>, table: &Relation, column: &str) -> bool {
    let type_of = |table: &Relation, column: &str| {
        table.column(column).map(|column| column.type_name.clone())
    };
    let people = ground.tenancy.people.and_then(|oid| ground.catalog.relation(oid));
    let key = people.and_then(|table| {
        table.key().and_then(|key| key.columns.first()).and_then(|key| type_of(table, key))
    });
    type_of(table, column) == Some(key.unwrap_or_else(|| "uuid".to_owned()))
}

fn from_json(text: &str) -> Option<Row> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    let shown = |value: &serde_json::Value| match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let row: BTreeMap<String, Option<String>> =
        value.as_object()?.iter().map(|(name, value)| (name.clone(), shown(value))).collect();
    Some(row)
}
