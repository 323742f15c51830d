//! Rows that two paths lead to different organizations. Of interest only where the rows are divided.

use super::{Subject, count};
use crate::classification::{LinkKind, Mode};
use crate::evidence::Agreement;
use crate::finding::{Finding, Weight, codes};
use crate::plan::layout::Layout;

/// One a pair of paths that disagree.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.layout.decisions.mode != Mode::Split {
        return Vec::new();
    }
    let tenants = subject.agreements.iter().filter(|it| subject.layout.is_tenant(&it.table));
    tenants.filter(|it| it.disagree > 0).map(|it| finding(subject.layout, it)).collect()
}

fn finding(layout: Layout<'_>, agreement: &Agreement) -> Finding {
    let table = &agreement.table;
    let are_bound = agreement.paths.iter().all(|path| is_bound(layout, agreement, path));
    let weight = if are_bound { Weight::Decision } else { Weight::Warning };
    let rows = count(agreement.disagree, "row");
    let title =
        format!("{} reaches an organization in two ways that disagree on {rows}", table.shown());
    let found = Finding::new(codes::DISAGREEMENT, weight, title)
        .on(table)
        .fact(format!("{} compared", count(agreement.compared, "row")))
        .facts(agreement.paths.iter().map(|path| format!("path: {path}")));
    if are_bound {
        found
            .help("both are foreign keys, which will carry the organization: these rows satisfy one of them only")
            .help("repair the rows, or drop the foreign key that is not meant")
    } else {
        found.help(super::setting(
            table,
            "via = the column that is right, which is the first of its links now",
        ))
    }
}

/// Whether a path begins with a foreign key to another organization's table, which every row has to satisfy.
fn is_bound(layout: Layout<'_>, agreement: &Agreement, path: &str) -> bool {
    let links =
        layout.classification.verdict(&agreement.table).into_iter().flat_map(|it| &it.links);
    let mut starting = links.filter(|link| path.starts_with(&link.columns.join(", ")));
    starting
        .any(|link| matches!(link.kind, LinkKind::ForeignKey(_)) && layout.is_tenant(&link.parent))
}
