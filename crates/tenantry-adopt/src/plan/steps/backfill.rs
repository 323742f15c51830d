//! Existing rows. Parents come before children, so that a child finds its parent's organization; each partition is walked by
//! itself, by its own key.

use super::{Member, Planned};
use crate::operation::Batches;
use crate::operations::{Backfill, Operation};
use crate::schema::Table;

/// Nothing where one organization has every row: the column's default says so already.
pub(super) fn operations(planned: &Planned<'_>) -> Vec<Operation> {
    let filled = planned.members.iter().filter(|member| member.constant().is_none());
    let walked = filled.flat_map(|member| {
        planned.layout.leaves(member.table).into_iter().map(|leaf| backfill(member, leaf))
    });
    walked.collect()
}

fn backfill(member: &Member<'_>, leaf: &Table) -> Operation {
    let key = leaf.key().map(|index| index.columns.clone()).unwrap_or_default();
    let batches = Batches {
        table: leaf.name.clone(),
        key,
        filling: member.filling.clone(),
        repeats: member.repeats,
    };
    Backfill { batches }.into()
}
