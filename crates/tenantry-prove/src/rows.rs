//! The rows of the two organizations: one in each table and partition that belongs to somebody, pointing only at rows of
//! the same organization, and the spare ones that attacks try to write. What a table's own constraints ask for is
//! [`values`](crate::values)' matter; this decides what makes a row somebody's.

mod given;

use std::collections::{BTreeSet, HashMap};

use crate::arena::{Answer, Arena, Entry};
use crate::catalog::{Catalog, Relation};
use crate::error::ProveError;
use crate::party::Party;
use crate::quote::{identifier, literal, nullable};
use crate::tenancy::{Tenancy, normalized};
use crate::values::{self, Row, Shape};
use given::Place;

/// Rows of one run.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    shapes: HashMap<u32, Shape>,
    /// By table, party and number: 0 stands in the table, the others are spare.
    planned: HashMap<(u32, char, u64), Result<Row, String>>,
    /// What tells a made row from all others, as a condition.
    conditions: HashMap<(u32, char), String>,
    /// Why a party has no row in a table.
    missing: HashMap<(u32, char), String>,
    /// A row of a table that belongs to nobody, to be pointed at.
    neutral: HashMap<u32, Option<Row>>,
}

/// Where rows are made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) arena: &'a Arena<'a>,
    pub(crate) catalog: &'a Catalog,
    pub(crate) tenancy: &'a Tenancy,
}

impl Rows {
    /// The condition that only the party's row meets, when it was made.
    pub(crate) fn condition(&self, oid: u32, party: &Party) -> Option<&str> {
        self.conditions.get(&(oid, party.letter)).map(String::as_str)
    }

    /// The row itself.
    pub(crate) fn row(&self, oid: u32, party: &Party) -> Option<&Row> {
        self.planned.get(&(oid, party.letter, 0)).and_then(|row| row.as_ref().ok())
    }

    /// A spare row.
    pub(crate) fn spare(&self, oid: u32, party: &Party, number: u64) -> Option<&Row> {
        self.planned.get(&(oid, party.letter, number)).and_then(|row| row.as_ref().ok())
    }

    /// Why there is none.
    pub(crate) fn why_missing(&self, oid: u32) -> String {
        let why = |letter: char| self.missing.get(&(oid, letter)).cloned();
        why('A')
            .or_else(|| why('B'))
            .unwrap_or_else(|| "only one of the two organizations can have a row in it".to_owned())
    }

    /// What rows of the party are recognised by wherever they turn up: its ids, its word, and its longer keys;
    /// those of some tables only, when they are named.
    pub(crate) fn marks(
        &self,
        catalog: &Catalog,
        party: &Party,
        among: Option<&[u32]>,
    ) -> Vec<String> {
        let mut marks = vec![party.organization.clone(), party.person.clone(), party.mark.clone()];
        let is_among = |relation: &&Relation| among.is_none_or(|oids| oids.contains(&relation.oid));
        for relation in catalog.relations.iter().filter(is_among) {
            let Some(row) = self.row(relation.oid, party) else { continue };
            let key = relation.key().map(|key| key.columns.clone()).unwrap_or_default();
            // A date is everybody's, and is written in more than one way.
            let is_name = |name: &&String| {
                let type_name =
                    relation.column(name).map_or("", |column| column.type_name.as_str());
                !type_name.starts_with("time") && !matches!(type_name, "date" | "interval")
            };
            marks.extend(
                key.iter().filter(is_name).filter_map(|name| row.get(name).cloned().flatten()),
            );
        }
        // A short value may stand anywhere by chance, and so may one that both have.
        let others: BTreeSet<&String> = self
            .planned
            .iter()
            .filter(|((_, letter, _), _)| *letter != party.letter)
            .filter_map(|(_, row)| row.as_ref().ok())
            .flat_map(|row| row.values().flatten())
            .collect();
        marks.retain(|mark| mark.len() >= 8 && !others.contains(mark));
        marks.sort();
        marks.dedup();
        marks
    }

    /// The texts by which rows of the party are told apart, a handful at the most.
    pub(crate) fn texts(&self, catalog: &Catalog, party: &Party) -> Vec<String> {
        let mut texts = BTreeSet::new();
        for relation in &catalog.relations {
            let Some(row) = self.row(relation.oid, party) else { continue };
            let keys = relation.uniques.iter().flat_map(|unique| &unique.columns);
            let is_text = |name: &&String| {
                relation.column(name).is_some_and(|column| {
                    column.type_name.starts_with("text")
                        || column.type_name.starts_with("character")
                })
            };
            texts.extend(keys.filter(is_text).filter_map(|name| row.get(name).cloned().flatten()));
        }
        texts.into_iter().take(8).collect()
    }

    /// A value of the party in a column of this name, or one that the name ends with, from any of its rows.
    pub(crate) fn value_called(&self, name: &str, party: &Party) -> Option<String> {
        let mine = self
            .planned
            .iter()
            .filter(|((_, letter, number), _)| *letter == party.letter && *number == 0);
        let mut found: Vec<(bool, String)> = mine
            .filter_map(|(_, row)| {
                let row = row.as_ref().ok()?;
                let exact = row.iter().find(|(column, _)| normalized(column) == name);
                let is_end = |column: &str| {
                    column.len() > 3 && name.ends_with(column)
                        || column.len() > 4 && name.contains(column)
                };
                let found =
                    exact.or_else(|| row.iter().find(|(column, _)| is_end(&normalized(column))));
                found.and_then(|(column, value)| Some((normalized(column) != name, value.clone()?)))
            })
            .collect();
        found.sort();
        found.into_iter().next().map(|(_, value)| value)
    }

    /// Makes every row of a party.
    pub(crate) async fn make(
        &mut self,
        ground: Ground<'_>,
        party: &Party,
    ) -> Result<(), ProveError> {
        let tables: Vec<&Relation> = ground
            .catalog
            .relations
            .iter()
            .filter(|relation| {
                relation.is_table()
                    && ground.tenancy.is_owned(relation.oid)
                    && ground.catalog.holds_rows(relation)
            })
            .collect();
        for table in &tables {
            for number in 0..3 {
                self.plan(ground, table, party, number).await?;
            }
        }
        // Where foreign keys are enforced, a row may have to wait for the one that it points at.
        let mut waiting = tables;
        loop {
            let before = waiting.len();
            let mut left = Vec::new();
            for table in waiting {
                if !self.insert(ground, table, party).await? {
                    left.push(table);
                }
            }
            if left.is_empty() || left.len() == before {
                break;
            }
            waiting = left;
        }
        self.lend_to_parents(ground.catalog, party);
        Ok(())
    }

    /// A partitioned table's row is that of the first partition that has one.
    fn lend_to_parents(&mut self, catalog: &Catalog, party: &Party) {
        for relation in catalog.relations.iter().filter(|relation| relation.is_partitioned) {
            // It was given a row by its own name.
            if self.planned.contains_key(&(relation.oid, party.letter, 0)) {
                continue;
            }
            let leaves = catalog.leaves(relation.oid);
            let Some(leaf) = leaves.iter().find(|leaf| self.condition(leaf.oid, party).is_some())
            else {
                if let Some(why) = leaves
                    .iter()
                    .find_map(|leaf| self.missing.get(&(leaf.oid, party.letter)).cloned())
                {
                    self.missing.insert((relation.oid, party.letter), why);
                } else if leaves.is_empty() {
                    self.missing.insert(
                        (relation.oid, party.letter),
                        "it has no partition to put a row into".to_owned(),
                    );
                }
                continue;
            };
            for number in 0..3 {
                if let Some(planned) = self.planned.get(&(leaf.oid, party.letter, number)).cloned()
                {
                    self.planned.insert((relation.oid, party.letter, number), planned);
                }
            }
            if let Some(condition) = self.conditions.get(&(leaf.oid, party.letter)).cloned() {
                self.conditions.insert((relation.oid, party.letter), condition);
            }
        }
    }

    async fn insert(
        &mut self,
        ground: Ground<'_>,
        table: &Relation,
        party: &Party,
    ) -> Result<bool, ProveError> {
        let row = match self.planned.get(&(table.oid, party.letter, 0)) {
            Some(Ok(row)) => row.clone(),
            Some(Err(why)) => {
                self.missing.insert((table.oid, party.letter), why.clone());
                return Ok(true);
            }
            None => return Ok(true),
        };
        let statement = format!("{} returning tableoid::oid, ctid", insert(table, &row));
        match keep(ground.arena, party, &statement).await? {
            Answer::Counted { first, .. } => {
                let place = first.first().map(String::as_str).unwrap_or_default();
                self.conditions.insert((table.oid, party.letter), condition(table, &row, place));
                self.missing.remove(&(table.oid, party.letter));
                Ok(true)
            }
            Answer::Failed { state, message } => {
                self.missing.insert(
                    (table.oid, party.letter),
                    format!("no row could be made: {message} ({state})"),
                );
                Ok(false)
            }
        }
    }

    async fn plan(
        &mut self,
        ground: Ground<'_>,
        table: &Relation,
        party: &Party,
        number: u64,
    ) -> Result<(), ProveError> {
        if self.planned.contains_key(&(table.oid, party.letter, number)) {
            return Ok(());
        }
        let planned = self.draw(ground, table, party, number).await?;
        self.planned.insert((table.oid, party.letter, number), planned);
        Ok(())
    }

    async fn draw(
        &mut self,
        ground: Ground<'_>,
        table: &Relation,
        party: &Party,
        number: u64,
    ) -> Result<Result<Row, String>, ProveError> {
        let mut given = Row::new();
        for column in &table.columns {
            let mut path = Vec::new();
            if let Some(value) = self
                .given(ground, Place { table, party, number, column: &column.name }, &mut path)
                .await?
            {
                given.insert(column.name.clone(), value);
            }
        }
        let shape = self.shape(ground, table.oid).await?;
        let salt = salt(table.oid, party.letter, number);
        let client = ground.arena.client;
        let (given, offered) = parted(ground.catalog, table, given);
        let filled = values::fill_among(client, &shape, &given, &offered, &party.mark, salt).await;
        Ok(filled.map_err(|unfillable| unfillable.to_string()))
    }

    async fn shape(&mut self, ground: Ground<'_>, oid: u32) -> Result<Shape, ProveError> {
        if let Some(shape) = self.shapes.get(&oid) {
            return Ok(shape.clone());
        }
        let shape = Shape::read(ground.arena.client, oid).await?;
        self.shapes.insert(oid, shape.clone());
        Ok(shape)
    }
}

/// What a row must hold, and what it may: a reference that can be null is left out where a check of the table asks for that.
fn parted(catalog: &Catalog, table: &Relation, given: Row) -> (Row, Row) {
    let refers = |name: &String| {
        catalog.foreign_keys.iter().any(|key| key.child == table.oid && key.columns.contains(name))
    };
    let may_be_null = |name: &String| table.column(name).is_some_and(|column| !column.not_null);
    let (offered, must): (Row, Row) = given
        .into_iter()
        .partition(|(name, value)| value.is_some() && may_be_null(name) && refers(name));
    (must, offered)
}

fn salt(oid: u32, letter: char, number: u64) -> u64 {
    u64::from(oid).wrapping_mul(6_364_136_223_846_793_005)
        ^ (u64::from(letter) << 8)
        ^ number.wrapping_mul(1_442_695_040_888_963_407)
}

/// Inserts a row that stays until the end: as the administrator where row security lets them, else in the party's own right.
async fn keep(arena: &Arena<'_>, party: &Party, statement: &str) -> Result<Answer, ProveError> {
    let first = arena.keep(&Entry::Administrator, statement).await?;
    let is_refused = matches!(&first, Answer::Failed { state, .. } if state == "42501");
    if !is_refused {
        return Ok(first);
    }
    let entry = if party.letter == arena.own.letter { Entry::Own } else { Entry::Other };
    arena.keep(&entry, statement).await
}

/// The statement that writes a row.
pub(crate) fn insert(table: &Relation, row: &Row) -> String {
    insert_into(&table.sql(), row)
}

/// The statement that writes a row through a name.
pub(crate) fn insert_into(name: &str, row: &Row) -> String {
    let names: Vec<String> = row.keys().map(|name| identifier(name)).collect();
    let values: Vec<String> = row.values().map(|value| nullable(value.as_deref())).collect();
    if names.is_empty() {
        return format!("insert into {name} default values");
    }
    format!(
        "insert into {name} ({}) overriding system value values ({})",
        names.join(", "),
        values.join(", ")
    )
}

/// What only this row meets: its key, or else the place where it lies.
fn condition(table: &Relation, row: &Row, place: &str) -> String {
    let key = table.key().map(|key| &key.columns);
    let equal = |name: &String| {
        row.get(name)
            .cloned()
            .flatten()
            .map(|value| format!("{} = {}", identifier(name), literal(&value)))
    };
    let parts: Option<Vec<String>> = key.and_then(|key| key.iter().map(equal).collect());
    parts.map_or_else(
        || {
            let (relation, at) = place.split_once(" | ").unwrap_or(("0", "(0,0)"));
            format!("tableoid = {relation} and ctid = {}", literal(at))
        },
        |parts| parts.join(" and "),
    )
}
