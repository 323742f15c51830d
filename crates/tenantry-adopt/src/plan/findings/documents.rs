//! References that no foreign key says: to parents that are not there, of a kind that nobody knows, inside JSON.

use super::{Subject, count, setting};
use crate::classification::Mode;
use crate::evidence::{Polymorphic, SoftReference};
use crate::finding::{Finding, Weight, codes};

/// One a column.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let inside = subject.evidence.json.iter().filter(|it| layout.is_tenant(&it.child));
    let mut found: Vec<Finding> = inside.map(document).collect();
    if layout.decisions.mode == Mode::Split {
        let soft = subject.evidence.soft.iter().filter(|it| is_link(subject, it));
        found.extend(soft.filter(|it| it.missing > 0).map(orphans));
        let pairs = subject.evidence.polymorphic.iter().filter(|it| layout.is_tenant(&it.child));
        found.extend(pairs.filter_map(unknown));
    }
    found
}

/// Whether a soft reference is one by which a table's rows may belong.
fn is_link(subject: &Subject<'_>, soft: &SoftReference) -> bool {
    let layout = subject.layout;
    let verdict = layout.classification.verdict(&soft.child);
    let mut links = verdict.into_iter().flat_map(|it| &it.links);
    layout.is_tenant(&soft.child)
        && links.any(|it| it.parent == soft.parent && it.columns == [soft.column.clone()])
}

fn document(soft: &SoftReference) -> Finding {
    let title =
        format!("{}.{} holds keys of {}", soft.child.shown(), soft.column, soft.parent.shown());
    Finding::new(codes::DOCUMENTS, Weight::Note, title).on(&soft.child).fact(format!(
        "{} looked at, {} with a value, {} without a parent",
        count(soft.sampled, "row"),
        soft.filled,
        soft.missing
    ))
}

fn orphans(soft: &SoftReference) -> Finding {
    let title = format!(
        "{}.{} points at {} that are not there",
        soft.child.shown(),
        soft.column,
        soft.parent.shown()
    );
    Finding::new(codes::ORPHANS, Weight::Warning, title)
        .on(&soft.child)
        .fact(format!(
            "{} of {} with a value have no parent",
            soft.missing,
            count(soft.filled, "row")
        ))
        .help(setting(&soft.child, "orphans = \"quarantine\", \"default\" or \"stop\""))
}

fn unknown(pair: &Polymorphic) -> Option<Finding> {
    let kinds = pair.targets.iter().filter(|(_, target)| target.is_none());
    let names: Vec<&str> = kinds.map(|(kind, _)| kind.as_str()).collect();
    (!names.is_empty()).then(|| {
        let title = format!(
            "{}.{} names kinds of rows that nobody knows",
            pair.child.shown(),
            pair.type_column
        );
        Finding::new(codes::UNKNOWN_KIND, Weight::Warning, title)
            .on(&pair.child)
            .fact(names.join(", "))
    })
}
