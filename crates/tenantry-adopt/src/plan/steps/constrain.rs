//! What makes the column hold: not null, keys that begin with it, foreign keys that carry it, an index to find an
//! organization's rows. All of it stands beside what the unchanged application uses, save foreign keys, which it does not name.
//! What the unchanged application could run into waits for enforcement ([`waits`]).

use super::Planned;
use crate::decisions::Filling;
use crate::name::{COLUMN, TableName};
use crate::operations::{Operation, RequireOrganization, ScopeForeignKey, ScopeIndex, ScopeKey};
use crate::plan::layout::Layout;
use crate::schema::{Index, Table};

/// In the order in which one needs the other.
pub(super) fn operations(planned: &Planned<'_>) -> Vec<Operation> {
    let layout = planned.layout;
    let mut all = required(planned);
    for member in &planned.members {
        for table in together(layout, member.table) {
            let keys = scoped_keys(layout, table).into_iter().filter(|key| !key.is_deferrable);
            all.extend(keys.map(|key| scope(layout, table, key)));
        }
    }
    let now = foreign_keys(planned).into_iter().filter(|key| !waits(planned, key));
    all.extend(now.map(Operation::from));
    for member in &planned.members {
        for table in together(layout, member.table) {
            all.extend(indexes(layout, table));
        }
    }
    all
}

/// A table and its partitions.
pub(super) fn together<'a>(layout: Layout<'a>, table: &'a Table) -> Vec<&'a Table> {
    [vec![table], layout.schema.partitions(&table.name)].concat()
}

/// The keys of a table that get a scoped one beside them: those that are not kept, and kept ones that foreign keys point at.
pub(crate) fn scoped_keys<'a>(layout: Layout<'a>, table: &'a Table) -> Vec<&'a Index> {
    let needs = |index: &&Index| {
        !layout.is_kept(&table.name, &index.name) || layout.is_referenced(&table.name, index)
    };
    layout.spanning_keys(table).into_iter().filter(needs).collect()
}

/// What the unchanged application could run into, so that it is made only at enforcement: an index beside a key that is checked at
/// the end of a transaction would check at once; and where rows are told apart, a key of a link that does not decide whose a
/// row is may join rows of two organizations, which is found, and has to be mended, before anybody is bound.
pub(super) fn when_enforced(planned: &Planned<'_>) -> Vec<Operation> {
    let layout = planned.layout;
    let mut all = Vec::new();
    for member in &planned.members {
        for table in together(layout, member.table) {
            let keys = scoped_keys(layout, table).into_iter().filter(|key| key.is_deferrable);
            all.extend(keys.map(|key| scope(layout, table, key)));
        }
    }
    let late = foreign_keys(planned).into_iter().filter(|key| waits(planned, key));
    all.extend(late.map(Operation::from));
    all
}

/// Whether a foreign key may join rows of two organizations until the application knows of them.
fn waits(planned: &Planned<'_>, key: &ScopeForeignKey) -> bool {
    let layout = planned.layout;
    let member = |name: &TableName| {
        let whole = layout.whole(name).map_or(name, |whole| &whole.name);
        planned.members.iter().find(|it| it.table.name == *whole)
    };
    let (Some(child), Some(parent)) = (member(&key.table), member(&key.old.parent)) else {
        return false;
    };
    match (&child.filling, parent.constant()) {
        (Filling::Constant(own), Some(theirs)) => *own != theirs,
        (Filling::Links { links, .. }, _) => {
            // A row follows its first link; the other ones only where that leads nowhere.
            links
                .first()
                .is_none_or(|link| link.columns != key.old.columns || link.parent != key.old.parent)
        }
        (Filling::Constant(_) | Filling::Root { .. }, _) => true,
    }
}

/// Partitions before the table that they are of, so that none is read under the lock of the whole.
fn required(planned: &Planned<'_>) -> Vec<Operation> {
    let filled = planned.members.iter().filter(|member| member.constant().is_none());
    let tables = filled.flat_map(|member| {
        let mut tables = together(planned.layout, member.table);
        tables.reverse();
        tables
    });
    let required = tables.map(|table| {
        let partitions = planned.layout.partitions(&table.name);
        RequireOrganization { table: table.name.clone(), partitions }.into()
    });
    required.collect()
}

fn scope(layout: Layout<'_>, table: &Table, key: &Index) -> Operation {
    let partitions = layout.partitions(&table.name);
    ScopeKey { table: table.name.clone(), old: key.clone(), partitions }.into()
}

/// The foreign keys between organizations' tables. A row that moves to another organization takes its children with it for as
/// long as triggers say where they belong.
pub(super) fn foreign_keys(planned: &Planned<'_>) -> Vec<ScopeForeignKey> {
    let layout = planned.layout;
    let moves = |table: &Table| {
        let whole = layout.whole(&table.name).map(|whole| &whole.name);
        planned.members.iter().any(|it| Some(&it.table.name) == whole && it.constant().is_none())
    };
    let keys = layout.scoped_foreign_keys().into_iter();
    keys.map(|(table, old)| ScopeForeignKey {
        table: table.name.clone(),
        old: old.clone(),
        cascades_moves: moves(table),
        partitions: layout.partitions(&table.name),
        parent_partitions: layout.partitions(&old.parent),
    })
    .collect()
}

/// Plain indexes that are used get one that begins with the organization, and a table that would have none at all gets one.
fn indexes(layout: Layout<'_>, table: &Table) -> Vec<Operation> {
    let mut made: Vec<Vec<String>> =
        scoped_keys(layout, table).iter().map(|key| key.columns.clone()).collect();
    let mut wanted = Vec::new();
    for index in layout.own_indexes(table).into_iter().filter(|index| is_hot(index)) {
        if !made.iter().any(|columns| columns.starts_with(&index.columns)) {
            made.push(index.columns.clone());
            wanted.push(index.columns.clone());
        }
    }
    let has_keys = scoped_keys(layout, table).iter().any(|key| key.predicate.is_none());
    if table.partition_of.is_none() && !has_keys && wanted.is_empty() {
        wanted.push(Vec::new());
    }
    let index = |columns| ScopeIndex {
        table: table.name.clone(),
        columns,
        partitions: layout.partitions(&table.name),
    };
    wanted.into_iter().map(|columns| index(columns).into()).collect()
}

/// An index of the plain kind that was used since the server began to count.
fn is_hot(index: &Index) -> bool {
    index.scans > 0
        && !index.is_unique
        && !index.is_exclusion
        && index.is_valid
        && index.method == "btree"
        && index.predicate.is_none()
        && index.columns.first().is_some_and(|column| column != COLUMN)
}
