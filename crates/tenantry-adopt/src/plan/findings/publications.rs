//! What leaves the database by logical replication. A list of columns that holds the old primary key is the trap: everything works
//! until enforcement, and then every update of the table fails.

use super::{Subject, is_swapped, keepable, keeping};
use crate::finding::{Finding, Weight, codes};
use crate::name::{COLUMN, identifier};
use crate::plan::layout::Layout;
use crate::schema::{ColumnList, Publication};

/// One a publication, and one a list of columns that would no longer hold the replica identity.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let publications = layout.schema.publications.iter();
    publications
        .flat_map(|publication| {
            let narrow = publication.lists.iter().filter_map(|it| narrow(layout, publication, it));
            sent(layout, publication).into_iter().chain(narrow).collect::<Vec<_>>()
        })
        .collect()
}

fn sent(layout: Layout<'_>, publication: &Publication) -> Option<Finding> {
    let names = layout.guarded().map(|table| &table.name);
    let sent: Vec<String> = names
        .filter(|name| publication.is_for_all || publication.tables.contains(name))
        .map(|name| name.shown())
        .collect();
    (!sent.is_empty()).then(|| {
        let title = format!("publication {} sends every organization's rows", publication.name);
        Finding::new(codes::PUBLICATION, Weight::Warning, title)
            .fact(sent.join(", "))
            .help("replication goes around row security: give each subscriber row filters, or keep it to operators")
            .help(format!(
                "before you apply, give each subscriber's table the column: alter table … add column {COLUMN} uuid; \
                 without it the subscription stops: missing replicated column: \"{COLUMN}\""
            ))
    })
}

fn narrow(layout: Layout<'_>, publication: &Publication, list: &ColumnList) -> Option<Finding> {
    let identity = list.identity.as_ref().filter(|_| publication.sends_changes)?;
    if !is_swapped(layout, &list.table, identity) {
        return None;
    }
    let (name, table) = (&publication.name, list.table.sql());
    let title = format!(
        "publication {name} sends some columns of {}, without {COLUMN}",
        list.table.shown()
    );
    let found = Finding::new(codes::PUBLICATION, Weight::Decision, title)
        .on(&list.table)
        .fact(format!("it sends {}", list.columns.join(", ")))
        .fact(format!(
            "from enforcement on, {identity} begins with {COLUMN}, and PostgreSQL refuses every update and delete: \
             Column list used by the publication does not cover the replica identity"
        ));
    let keep = keepable(layout, &list.table, identity);
    let found = keep.iter().fold(found, |found, (at, key)| found.help(keeping(layout, at, key)));
    let name = identifier(name);
    Some(found.help(format!(
        "or send whole rows, once each subscriber has all columns: alter publication {name} drop table {table}; \
         alter publication {name} add table {table}; (with its where, if it has one)"
    )))
}
