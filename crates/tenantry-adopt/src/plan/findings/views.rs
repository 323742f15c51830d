//! Views over organizations' tables: those that read as their owner, those that hold copies, those that cannot be given out.

use super::{Subject, keeping};
use crate::finding::{Finding, Weight, codes};
use crate::plan::layout::Layout;
use crate::plan::steps::rights;
use crate::schema::View;

/// One a view and trouble.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let views = layout.schema.views.iter().filter(|view| rights::shows_tenants(layout, view));
    views.flat_map(|view| of(layout, view)).collect()
}

fn of(layout: Layout<'_>, view: &View) -> Vec<Finding> {
    let name = view.name.shown();
    let reads = view.reads.iter().map(|table| table.shown()).collect::<Vec<_>>().join(", ");
    let about = |code: &str, weight, title: String| {
        Finding::new(code, weight, title).on(&view.name).fact(format!("it reads {reads}"))
    };
    let mut found: Vec<Finding> = Vec::new();
    if view.is_materialized {
        let title = format!("materialized view {name} holds copies of organizations' rows");
        found.push(about(codes::MATERIALIZED, Weight::Warning, title).help(
            "the new login may not read it: make it a table with organization_id, or a plain view",
        ));
        return found;
    }
    if !view.is_invoker {
        let title = format!("view {name} reads with the rights of {}", view.owner);
        found.push(
            about(codes::OWNERS_VIEW, Weight::Warning, title)
                .help("enforcement sets security_invoker: whoever reads the view needs rights on these tables"),
        );
    }
    if !rights::reads_only_granted(layout, view) {
        let title = format!("view {name} shows organizations' rows beside global ones");
        found.push(
            about(codes::WITHHELD, Weight::Warning, title)
                .help("the new login is not given it: split it, or leave out what is global"),
        );
    }
    found.extend(grouped(layout, view));
    found
}

fn grouped(layout: Layout<'_>, view: &View) -> Option<Finding> {
    let mut keys = view.groups_by.iter();
    let (table, key) =
        keys.find(|(table, key)| layout.is_tenant(table) && !layout.is_kept(table, key))?;
    let title = format!("view {} needs the primary key {key} to stay as it is", view.name.shown());
    let found = Finding::new(codes::GROUPED, Weight::Decision, title)
        .on(&view.name)
        .fact(format!("it groups by the key of {} and shows other columns of it", table.shown()))
        .help("let it group by every column that it shows, with create or replace view")
        .help(format!("or {}", keeping(layout, table, key)));
    Some(found)
}
