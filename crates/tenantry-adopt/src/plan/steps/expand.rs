//! The column, and what fills it while the application does not know of it. A partitioned table passes both on to its
//! partitions.

use super::Planned;
use crate::operations::{AddOrganization, FillByTrigger, Operation};

/// Every column first: a trigger reads the parent's.
pub(super) fn operations(planned: &Planned<'_>) -> Vec<Operation> {
    let layout = planned.layout;
    let columns = planned.members.iter().map(|member| {
        let partitions = layout.partitions(&member.table.name);
        let (table, constant) = (member.table.name.clone(), member.constant());
        AddOrganization { table, constant, partitions }.into()
    });
    let filled = planned.members.iter().filter(|member| member.constant().is_none());
    let triggers = filled.map(|member| {
        let partitions = layout.partitions(&member.table.name);
        let (table, filling) = (member.table.name.clone(), member.filling.clone());
        FillByTrigger { table, filling, partitions }.into()
    });
    columns.chain(triggers).collect()
}
