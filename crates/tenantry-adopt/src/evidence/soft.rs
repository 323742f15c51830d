//! References without a foreign key: first where a name leads, then where values lead. Each column has at most one, the best.

use std::collections::HashMap;

use tenantry_db::DbError;

use super::SoftReference;
use super::key::{Family, Key, Pointer};
use super::measure::{Asking, Values};
use super::naming::{Fit, Lead, Naming};
use super::probe::{self, Hit};
use crate::name::TableName;

/// Of the rows that a name leads from, at most this share may lead nowhere: parents that were deleted.
const NAMED: f64 = 0.5;

/// Where only values speak, they have to speak clearly.
const UNNAMED: f64 = 0.1;

/// At most so many tables are looked into for one name.
const LEADS: usize = 6;

/// A reference, and what led to it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) reference: SoftReference,
    /// How well the name fits; none where the values alone led there.
    pub(super) fit: Option<Fit>,
}

/// All of them.
pub(super) async fn soft(
    asking: &mut Asking<'_>,
    naming: &Naming,
    pointers: &[Pointer],
    keys: &[Key],
) -> Result<Vec<Found>, DbError> {
    let mut found = Vec::new();
    let mut unnamed = Vec::new();
    for pointer in pointers {
        let values = Values::of_column(&pointer.table, pointer.rows, &pointer.column);
        match by_name(asking, naming, pointer, &values, keys).await? {
            Some(reference) => found.push(reference),
            None => unnamed.push(pointer),
        }
    }
    let specimens = probe::specimens(asking, &unnamed).await?;
    let hits = probe::hits(asking, keys, &specimens).await?;
    for ((pointer, hits), specimens) in unnamed.iter().zip(&hits).zip(&specimens) {
        let is_other =
            |hit: &&Hit<'_>| hit.key.table != pointer.table || hit.key.column != pointer.column;
        let hits: Vec<Hit<'_>> = hits.iter().filter(is_other).copied().collect();
        let values = Values::of_column(&pointer.table, pointer.rows, &pointer.column);
        let best = by_value(asking, pointer.family, &values, &hits, specimens.len()).await?;
        found.extend(best.map(|reference| Found { reference, fit: None }));
    }
    Ok(one_way(found, pointers))
}

/// The best table that a column's name leads to: where its rows are; or, where it has none, the first one.
pub(super) async fn by_name(
    asking: &mut Asking<'_>,
    naming: &Naming,
    pointer: &Pointer,
    values: &Values,
    keys: &[Key],
) -> Result<Option<Found>, DbError> {
    let leads = naming.leads(pointer, keys);
    let mut empty = None;
    for lead in leads.iter().take(LEADS).filter(|lead| !is_ambiguous(pointer, lead, &leads)) {
        let Some(cast) = pointer.family.cast_to(lead.key.family) else { continue };
        let reference = asking.measure(values, lead.key, cast, true).await?;
        let found = Found { reference, fit: Some(lead.fit) };
        if found.reference.holds(NAMED) {
            return Ok(Some(found));
        }
        if found.reference.filled == 0 && lead.is_reference && empty.is_none() {
            empty = Some(found);
        }
    }
    Ok(empty)
}

/// Small numbers are in every table, so where a name could mean several, they cannot decide.
fn is_ambiguous(pointer: &Pointer, lead: &Lead<'_>, leads: &[Lead<'_>]) -> bool {
    let others = leads
        .iter()
        .filter(|other| other.fit == lead.fit && other.key.table != lead.key.table)
        .count();
    matches!(pointer.family, Family::Integer(_)) && lead.fit >= Fit::Loose && others > 0
}

/// The best table among those that hold most of the values.
pub(super) async fn by_value(
    asking: &mut Asking<'_>,
    family: Family,
    values: &Values,
    hits: &[Hit<'_>],
    specimens: usize,
) -> Result<Option<SoftReference>, DbError> {
    let mut best: Option<SoftReference> = None;
    for hit in hits.iter().filter(|hit| hit.count * 2 >= specimens).take(LEADS) {
        let Some(cast) = family.cast_to(hit.key.family) else { continue };
        let reference = asking.measure(values, hit.key, cast, false).await?;
        if reference.holds(UNNAMED)
            && best.as_ref().is_none_or(|best| reference.missing < best.missing)
        {
            best = Some(reference);
        }
    }
    Ok(best)
}

/// Two tables that share their keys, such as `users` and `profiles`, point at each other as far as values say. The one that
/// more others point at is the parent; where that does not tell, neither is.
fn one_way(found: Vec<Found>, pointers: &[Pointer]) -> Vec<Found> {
    let mut counts: HashMap<TableName, usize> = HashMap::new();
    for found in &found {
        *counts.entry(found.reference.parent.clone()).or_default() += 1;
    }
    let keys: Vec<(&TableName, &str)> = pointers
        .iter()
        .filter(|pointer| pointer.is_key)
        .map(|pointer| (&pointer.table, pointer.column.as_str()))
        .collect();
    let is_back = |one: &SoftReference, other: &SoftReference| {
        one.child == other.parent
            && one.column == other.parent_column
            && one.parent == other.child
            && one.parent_column == other.column
    };
    let is_dropped: Vec<bool> = found
        .iter()
        .map(|this| {
            let one = &this.reference;
            let is_key = keys.contains(&(&one.child, one.column.as_str()));
            let back = found.iter().any(|other| is_back(one, &other.reference));
            let count = |table| counts.get(table).copied().unwrap_or(0);
            this.fit.is_none() && is_key && back && count(&one.parent) <= count(&one.child)
        })
        .collect();
    found.into_iter().zip(is_dropped).filter(|(_, dropped)| !dropped).map(|(one, _)| one).collect()
}
