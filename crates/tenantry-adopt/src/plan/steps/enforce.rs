//! From here the old application is bound. What could go around the guard is closed first; the guard itself comes last, table by
//! table, and is the only thing that is undone when the attack finds a leak.

use std::collections::BTreeSet;

use super::{Planned, constrain, rights, shadow};
use crate::operations::{
    EnforceGuard, Operation, ScopeForeignKey, ScopeView, SwapKey, TakeRights, TameFunction,
};
use crate::plan::layout::{Layout, points_at};
use crate::schema::{Function, Index, Login, Table};

/// Keys, views, functions, rights, guards.
pub(super) fn operations(planned: &Planned<'_>) -> Vec<Operation> {
    let layout = planned.layout;
    let mut all = constrain::when_enforced(planned);
    all.extend(keys(planned));
    let views = layout.schema.views.iter();
    let shown = views.filter(|it| !it.is_materialized && rights::shows_tenants(layout, it));
    all.extend(
        shown.filter(|it| !it.is_invoker).map(|it| ScopeView { view: it.name.clone() }.into()),
    );
    let functions = layout.schema.functions.iter();
    all.extend(functions.filter(|it| goes_around(layout, it)).map(|it| tame(layout, it)));
    all.extend(rights::when_enforced(layout));
    let bindable = layout.logins().into_iter().filter(|login| !login.is_superuser);
    all.extend(bindable.map(|login| take(layout, login)));
    all.extend(guards(planned));
    all
}

/// Every key that was given a scoped one, save those that are kept.
fn keys(planned: &Planned<'_>) -> Vec<Operation> {
    let layout = planned.layout;
    let foreign = constrain::foreign_keys(planned);
    let mut all = Vec::new();
    for member in &planned.members {
        for table in constrain::together(layout, member.table) {
            let keys = constrain::scoped_keys(layout, table).into_iter();
            let swapped = keys.filter(|key| !layout.is_kept(&table.name, &key.name));
            all.extend(swapped.map(|key| swap(layout, &foreign, table, key)));
        }
    }
    all
}

fn swap(layout: Layout<'_>, foreign: &[ScopeForeignKey], table: &Table, key: &Index) -> Operation {
    let referenced_by = foreign.iter().filter(|it| points_at(&it.old, &table.name, key));
    SwapKey {
        table: table.name.clone(),
        old: key.clone(),
        partitions: layout.partitions(&table.name),
        referenced_by: referenced_by.cloned().collect(),
    }
    .into()
}

/// A function with its owner's rights that anybody may call, or that names organizations' tables.
pub(crate) fn goes_around(layout: Layout<'_>, function: &Function) -> bool {
    let names_tenants = || function.names.iter().any(|table| layout.is_tenant(table));
    function.is_definer && (function.is_public || names_tenants())
}

/// An owner of whom nothing is known is taken for one that row security does not bind.
fn tame(layout: Layout<'_>, function: &Function) -> Operation {
    let binds = |login: &Login| !login.is_superuser && !login.bypasses_row_security;
    let owner = layout.schema.logins.iter().find(|login| login.name == function.owner);
    let known = function.names.iter().filter(|name| layout.schema.table(name).is_some());
    TameFunction {
        signature: function.signature.clone(),
        kind: function.kind.clone(),
        owner: function.owner.clone(),
        is_owner_bound: owner.is_some_and(binds),
        was_public: function.is_public,
        had_search_path: function.has_search_path,
        callers: layout.logins().iter().map(|login| login.name.clone()).collect(),
        tables: known.cloned().collect(),
    }
    .into()
}

fn take(layout: Layout<'_>, login: &Login) -> Operation {
    let schemas: BTreeSet<String> =
        layout.schema.tables.iter().map(|table| table.name.schema.clone()).collect();
    let others = layout.guarded().filter(|table| table.owner != login.name);
    TakeRights {
        login: login.name.clone(),
        bypasses_row_security: login.bypasses_row_security,
        tables: others.map(|table| table.name.clone()).collect(),
        owns_tables: login.owns > 0,
        schemas: schemas.into_iter().collect(),
    }
    .into()
}

fn guards(planned: &Planned<'_>) -> Vec<Operation> {
    let guards = shadow::guards(planned).into_iter();
    guards.map(|guard| EnforceGuard { guard }.into()).collect()
}
