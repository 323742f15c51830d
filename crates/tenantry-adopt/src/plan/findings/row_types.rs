//! Tables that PostgreSQL does not give a column: those whose rows are stored in a column elsewhere, and those made of a type.

use super::{Subject, setting};
use crate::finding::{Finding, Weight, codes};
use crate::plan::layout::Layout;
use crate::schema::{RowTypeUse, Table};

/// One a table and reason.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    layout
        .guarded()
        .flat_map(|table| [stored(layout, table), typed(table)].into_iter().flatten())
        .collect()
}

fn stored(layout: Layout<'_>, table: &Table) -> Option<Finding> {
    let uses = layout.schema.row_types.iter().filter(|it| it.table == table.name);
    let uses: Vec<&RowTypeUse> = uses.collect();
    (!uses.is_empty()).then(|| {
        let title = format!("whole rows of {} are stored in a column", table.name.shown());
        Finding::new(codes::ROW_TYPE, Weight::Decision, title)
            .on(&table.name)
            .facts(uses.iter().map(|it| format!("in {}", it.column)))
            .help("make each such column jsonb, filled by to_jsonb(…), or drop it")
            .help(format!("or {}", setting(&table.name, "class = \"infrastructure\"")))
    })
}

fn typed(table: &Table) -> Option<Finding> {
    let type_name = table.of_type.as_ref()?;
    let title = format!("{} is a table of the type {type_name}", table.name.shown());
    let found = Finding::new(codes::TYPED, Weight::Decision, title).on(&table.name);
    Some(found.help(format!("alter table {} not of;", table.name.sql())))
}
