//! From decisions to steps: which operation, on which table, in which order. It reads nothing and decides nothing; whatever a
//! person could want otherwise is in the plan's file.
//!
//! The order inside a phase is the order in which it works: parents before children, columns before the triggers that read
//! them, all scoped keys before the foreign keys that point at them, the guard before the rights of the login that it binds.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::layout::Layout;
use super::statement::Words;
use crate::classification::{Class, Classification, Mode};
use crate::decisions::{Decisions, DecisionsError, Filling, Organizations, Orphans};
use crate::evidence::Evidence;
use crate::name::TableName;
use crate::operations::{Merge, Operation, Prepare, Prove};
use crate::schema::{Schema, Table};
use crate::step::{Phase, Step};

mod backfill;
mod constrain;
pub(crate) mod enforce;
mod expand;
pub(crate) mod rights;
mod shadow;

/// An organization's table, with how it is filled.
#[derive(Debug)]
struct Member<'a> {
    table: &'a Table,
    filling: Filling,
    repeats: bool,
}

impl Member<'_> {
    /// The organization of every row, where it is one.
    const fn constant(&self) -> Option<Uuid> {
        match self.filling {
            Filling::Constant(id) => Some(id),
            Filling::Root { .. } | Filling::Links { .. } => None,
        }
    }
}

/// What all phases are planned from.
#[derive(Debug)]
struct Planned<'a> {
    layout: Layout<'a>,
    /// Parents first.
    members: Vec<Member<'a>>,
    /// Tables into which the application loads rows by `copy`.
    copied: BTreeSet<TableName>,
}

/// The steps of a plan.
///
/// # Errors
/// What keeps the file from being a plan.
pub fn steps(
    schema: &Schema,
    decisions: &Decisions,
    classification: &Classification,
    evidence: &Evidence,
    organization_id: Uuid,
    quarantine_id: Uuid,
) -> Result<Vec<Step>, DecisionsError> {
    let organizations = Organizations { own: organization_id, quarantine: quarantine_id };
    let layout = Layout { schema, decisions, classification };
    let members = members(layout, organizations)?;
    let planned = Planned { layout, members, copied: copied(evidence) };
    let mut list = List::default();
    list.add(Phase::Prepare, [prepare(layout, organizations)]);
    list.add(Phase::Expand, expand::operations(&planned));
    list.add(Phase::Backfill, backfill::operations(&planned));
    list.add(Phase::Constrain, constrain::operations(&planned));
    list.add(Phase::Shadow, shadow::operations(&planned));
    list.add(Phase::Enforce, enforce::operations(&planned));
    if decisions.people.is_some() {
        list.add(Phase::Enforce, [shadow::enroll(&planned, true)]);
    }
    if let Some(merge) = merge(&planned) {
        // What leaks must be known before other organizations' rows are there; then it is asked again with them.
        list.add(Phase::Enforce, [prove(layout), merge]);
    }
    list.add(Phase::Prove, [prove(layout)]);
    Ok(list.0)
}

/// Steps, numbered as they come.
#[derive(Debug, Default)]
struct List(Vec<Step>);

impl List {
    fn add(&mut self, phase: Phase, operations: impl IntoIterator<Item = Operation>) {
        for operation in operations {
            let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_add(1);
            self.0.push(Step { number, phase, operation });
        }
    }
}

fn members(
    layout: Layout<'_>,
    organizations: Organizations,
) -> Result<Vec<Member<'_>>, DecisionsError> {
    let order = layout.decisions.order(layout.schema, layout.classification);
    let tables = order.into_iter().filter(|(name, _)| layout.is_tenant(name));
    let known = tables.filter_map(|(name, repeats)| Some((layout.schema.table(&name)?, repeats)));
    known
        .map(|(table, repeats)| {
            let filling = layout.decisions.filling(
                layout.schema,
                layout.classification,
                &table.name,
                organizations,
            )?;
            Ok(Member { table, filling: plainly(filling), repeats })
        })
        .collect()
}

fn copied(evidence: &Evidence) -> BTreeSet<TableName> {
    let sent = evidence.statements.iter().flatten();
    let into = sent.flat_map(|sent| {
        let words = Words::of(&sent.text);
        sent.tables.iter().filter(move |table| words.copies_into(table))
    });
    into.cloned().collect()
}

/// Where no link is tried, every row has the same organization, and nothing has to be written row by row.
pub(crate) fn plainly(filling: Filling) -> Filling {
    match filling {
        Filling::Links { links, otherwise: Some(id) } if links.is_empty() => Filling::Constant(id),
        other => other,
    }
}

fn prepare(layout: Layout<'_>, organizations: Organizations) -> Operation {
    let decisions = layout.decisions;
    let is_split = decisions.mode == Mode::Split;
    let sets_apart = decisions.tables.values().any(|it| it.orphans == Some(Orphans::Quarantine));
    Prepare {
        organization: decisions.organization.clone(),
        id: organizations.own,
        root: decisions.root.clone().filter(|_| is_split),
        quarantine: (is_split && sets_apart).then_some(organizations.quarantine),
        logins: layout.logins().iter().map(|login| login.name.clone()).collect(),
    }
    .into()
}

/// Other databases come last of all: equal ids have room only when the keys begin with the organization, and the unchanged
/// application would see the others' rows for as long as nothing is enforced.
fn merge(planned: &Planned<'_>) -> Option<Operation> {
    let decisions = planned.layout.decisions;
    (decisions.mode == Mode::Merge).then(|| {
        let tables = planned.members.iter().map(|member| member.table.name.clone()).collect();
        let shared = planned.layout.of(Class::Shared).map(|table| table.name.clone()).collect();
        let (sources, people) = (decisions.merge.clone(), decisions.people.clone());
        Merge { sources, tables, shared, people }.into()
    })
}

fn prove(layout: Layout<'_>) -> Operation {
    let shared: Vec<TableName> = layout.of(Class::Shared).map(|it| it.name.clone()).collect();
    Prove { shared }.into()
}
