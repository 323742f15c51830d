//! What the request path's login may do: organizations' tables and their sequences, shared tables to read, and views that show
//! nothing else. Never anything on a partition, which would be a way around its parent's rights.
//!
//! A view over an organization's table is given only at enforcement, after it was made to read with the rights of whoever asks:
//! before, it would show every organization's rows.

use std::collections::BTreeSet;

use crate::classification::Class;
use crate::name::TableName;
use crate::operations::{Grant, Operation};
use crate::plan::layout::Layout;
use crate::schema::{Sequence, View};

/// What can be granted as soon as the tables are guarded.
pub(super) fn in_shadow(layout: Layout<'_>) -> Vec<Operation> {
    let schemas = schemas(layout).into_iter();
    let mut all: Vec<Operation> = schemas
        .map(|schema| {
            grant(&TableName::new(schema.as_str(), schema.as_str()), "schema", &["usage"])
        })
        .collect();
    let writes = ["select", "insert", "update", "delete"];
    all.extend(layout.of(Class::Tenant).map(|table| grant(&table.name, "table", &writes)));
    all.extend(layout.of(Class::Shared).map(|table| grant(&table.name, "table", &["select"])));
    let views = layout.schema.views.iter().filter(|view| is_open(layout, view));
    all.extend(views.map(|view| grant(&view.name, "table", &["select"])));
    let sequences = layout.schema.sequences.iter().filter(|it| is_used(layout, it));
    all.extend(sequences.map(|sequence| grant(&sequence.name, "sequence", &["usage"])));
    all
}

/// What can be granted when views read with the rights of whoever asks.
pub(super) fn when_enforced(layout: Layout<'_>) -> Vec<Operation> {
    let views = layout.schema.views.iter().filter(|view| is_readable(layout, view));
    views.map(|view| grant(&view.name, "table", &["select"])).collect()
}

/// Whether a view shows rows of organizations.
pub(crate) fn shows_tenants(layout: Layout<'_>, view: &View) -> bool {
    view.reads.iter().any(|table| layout.is_tenant(table))
}

/// Whether a view over organizations' tables reads nothing that the login may not read.
fn is_readable(layout: Layout<'_>, view: &View) -> bool {
    !view.is_materialized && shows_tenants(layout, view) && reads_only_granted(layout, view)
}

/// Whether a view shows shared tables only.
fn is_open(layout: Layout<'_>, view: &View) -> bool {
    !shows_tenants(layout, view) && !view.reads.is_empty() && reads_only_granted(layout, view)
}

/// Whether the login may read every table of a view.
pub(crate) fn reads_only_granted(layout: Layout<'_>, view: &View) -> bool {
    let may =
        |table: &TableName| matches!(layout.class(table), Some(Class::Tenant | Class::Shared));
    view.reads.iter().all(may)
}

/// A sequence of an organization's table, or of no table: some applications ask such a one for their ids by themselves.
fn is_used(layout: Layout<'_>, sequence: &Sequence) -> bool {
    sequence.table.as_ref().is_none_or(|table| layout.is_tenant(table))
}

/// The schemas of everything that is granted.
fn schemas(layout: Layout<'_>) -> BTreeSet<String> {
    let tables = layout.of(Class::Tenant).chain(layout.of(Class::Shared)).map(|it| &it.name);
    let views = layout.schema.views.iter();
    let views = views.filter(|view| is_readable(layout, view) || is_open(layout, view));
    let sequences = layout.schema.sequences.iter().filter(|it| is_used(layout, it));
    let names = tables.chain(views.map(|view| &view.name)).chain(sequences.map(|it| &it.name));
    names.map(|name| name.schema.clone()).collect()
}

fn grant(object: &TableName, kind: &str, privileges: &[&str]) -> Operation {
    Grant {
        object: object.clone(),
        kind: kind.to_owned(),
        privileges: privileges.iter().map(|&it| it.to_owned()).collect(),
        held: Vec::new(),
    }
    .into()
}
