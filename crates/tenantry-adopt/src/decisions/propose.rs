//! The first form of the file: what is sure is decided, everything else is open. Unique addresses of people stay unique across
//! organizations, because somebody who signs in has no organization yet.

use super::{Application, Decision, Decisions, Organization, Orphans, People, Root, Source, links};
use crate::classification::{Class, Classification, Mode, SURE, Verdict};
use crate::classify::people::display_name;
use crate::name::TableName;
use crate::schema::{Schema, Table};

/// What a proposal needs besides the schema.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// The hash of the schema.
    pub schema: String,
    /// Whose the rows are.
    pub mode: Mode,
    /// The table whose rows are the organizations, where a person named it; else the best candidate is proposed.
    pub root: Option<TableName>,
    /// The organization to be made.
    pub organization: Organization,
    /// The application's logins.
    pub logins: Vec<String>,
    /// The other databases.
    pub merge: Vec<Source>,
}

impl Decisions {
    /// The file that a person is given to review.
    #[must_use]
    pub fn propose(schema: &Schema, classification: &Classification, proposal: Proposal) -> Self {
        let people = classification.people.as_ref().and_then(|people| schema.table(people));
        let mut tables: std::collections::BTreeMap<_, _> = classification
            .verdicts
            .iter()
            .map(|verdict| (verdict.table.clone(), decision(verdict, proposal.mode)))
            .collect();
        if let Some(people) = people
            && let Some(decision) = tables.get_mut(&people.name)
        {
            decision.keep = addresses(people);
        }
        let best = classification.roots.first().map(|(table, _)| table.clone());
        let root = proposal.root.or(best).filter(|_| proposal.mode == Mode::Split);
        Self {
            format: 1,
            database: schema.database.clone(),
            schema: proposal.schema,
            mode: proposal.mode,
            organization: proposal.organization,
            application: Application { logins: proposal.logins },
            root: root.and_then(|root| root_of(schema, &root)),
            people: people.and_then(People::propose),
            merge: proposal.merge,
            tables,
        }
    }
}

fn decision(verdict: &Verdict, mode: Mode) -> Decision {
    let is_sure = verdict.confidence >= SURE;
    let is_partial = !verdict.links.first().is_some_and(|link| link.is_total);
    let may_be_orphaned = mode == Mode::Split && verdict.class == Class::Tenant && is_partial;
    Decision {
        class: is_sure.then_some(verdict.class),
        decide: (!is_sure).then(|| "?".to_owned()),
        via: None,
        orphans: (may_be_orphaned && !is_sure).then_some(Orphans::Stop),
        confidence: verdict.confidence,
        reason: verdict.reason.clone(),
        links: verdict.links.iter().map(links::text).collect(),
        keep: Vec::new(),
        record: None,
    }
}

fn root_of(schema: &Schema, table: &TableName) -> Option<Root> {
    let table = schema.table(table)?;
    let key = table.key()?.columns.first()?.clone();
    let name = display_name(table).map(|column| column.name.clone());
    Some(Root { table: table.name.clone(), key, name })
}

/// The unique keys by which people are found before anybody knows their organization.
fn addresses(people: &Table) -> Vec<String> {
    let single = people.indexes.iter().filter(|index| {
        index.is_unique && !index.is_primary && !index.is_exclusion && index.columns.len() <= 1
    });
    single.map(|index| index.name.clone()).collect()
}
