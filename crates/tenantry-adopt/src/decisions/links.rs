//! How the plan's file writes a link: `crawl_id -> public.crawls.id`. Its left side is what `via` names.

use crate::classification::{Link, LinkKind};

/// A link, for reading.
pub(crate) fn text(link: &Link) -> String {
    let kind = match &link.kind {
        LinkKind::ForeignKey(_) => String::new(),
        LinkKind::Soft => " (no foreign key)".to_owned(),
        LinkKind::Polymorphic { type_column, type_value } => {
            format!(" (where {type_column} is {type_value:?})")
        }
    };
    format!("{} -> {}.{}{kind}", left(link), link.parent, link.parent_columns.join(" + "))
}

/// The columns of a link, as `via` writes them.
pub(crate) fn left(link: &Link) -> String {
    link.columns.join(" + ")
}

/// The left side of a link that was written.
pub(crate) fn left_of(text: &str) -> &str {
    text.split_once(" -> ").map_or(text, |(left, _)| left)
}

/// What `via` names, in its order. A column whose name has a comma in it stands alone.
pub(crate) fn parts<'a>(via: &'a str, known: &[&str]) -> Vec<&'a str> {
    if known.contains(&via) {
        return vec![via];
    }
    via.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}
