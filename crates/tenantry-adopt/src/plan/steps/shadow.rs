//! The new login is bound and given its rights, the old ones are watched. The guard is always there before the rights are:
//! between the two, the login can do nothing, and not everything.

use super::{Planned, constrain, rights};
use crate::operations::{ContextDefault, Enroll, Guard, Operation};
use crate::schema::Table;

/// Defaults, guards, rights, people.
pub(super) fn operations(planned: &Planned<'_>) -> Vec<Operation> {
    let layout = planned.layout;
    let mut all = defaults(planned);
    all.extend(guards(planned).into_iter().map(Operation::from));
    all.extend(rights::in_shadow(layout));
    all.push(enroll(planned, false));
    all
}

/// The people become members; at enforcement those who came meanwhile.
pub(super) fn enroll(planned: &Planned<'_>, is_again: bool) -> Operation {
    let decisions = planned.layout.decisions;
    Enroll { people: decisions.people.clone(), mode: decisions.mode, is_again }.into()
}

fn defaults(planned: &Planned<'_>) -> Vec<Operation> {
    let each = planned.members.iter().flat_map(|member| {
        let tables = constrain::together(planned.layout, member.table).into_iter();
        tables.map(|table| ContextDefault {
            table: table.name.clone(),
            fallback: member.constant(),
            before: member.constant(),
        })
    });
    each.map(Operation::from).collect()
}

/// The guard of each table and partition. Nothing is recorded where somebody said so, nor, unless somebody said so, where the
/// application loads rows by `copy`, which a login that is recorded may not do.
pub(super) fn guards(planned: &Planned<'_>) -> Vec<Guard> {
    let layout = planned.layout;
    let logins = layout.bound_logins();
    let guard = |table: &Table, records| Guard {
        table: table.name.clone(),
        logins: logins.clone(),
        had_row_security: table.has_row_security,
        had_forced: table.has_forced_row_security,
        has_policies: !table.policies.is_empty(),
        records,
    };
    let each = planned.members.iter().flat_map(|member| {
        let tables = constrain::together(layout, member.table);
        let is_copied = tables.iter().any(|table| planned.copied.contains(&table.name));
        let records = layout.records(&member.table.name).unwrap_or(!is_copied);
        tables.into_iter().map(move |table| (table, records))
    });
    each.map(|(table, records)| guard(table, records)).collect()
}
