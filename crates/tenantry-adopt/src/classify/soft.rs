//! References that no foreign key declares, as edges with a confidence. A sample without a single row that points nowhere
//! says much when the name agrees, something when only the values do, and nothing when the table is empty.

use crate::classification::{Link, LinkKind};
use crate::evidence::{Evidence, SoftReference};
use crate::name::TableName;
use crate::schema::Schema;

use super::graph::{Basis, Edge};

/// An edge whose tables are still names.
#[derive(Debug)]
pub(crate) struct SoftEdge {
    /// The child.
    pub(crate) child: TableName,
    /// The edge; its parent's number is not known yet.
    pub(crate) edge: Edge,
}

/// From this many filled rows on, a sample says something.
const ENOUGH: i64 = 20;

/// What the rows say, without what is too weak to be mentioned.
pub(crate) fn edges(schema: &Schema, evidence: &Evidence) -> Vec<SoftEdge> {
    let soft = evidence.soft.iter().filter_map(|found| {
        let rivals = rivals(evidence, found);
        edge(schema, found, rivals, LinkKind::Soft)
    });
    let pairs = evidence.polymorphic.iter().flat_map(|pair| {
        pair.targets.iter().filter_map(|(value, target)| {
            let kind = LinkKind::Polymorphic {
                type_column: pair.type_column.clone(),
                type_value: value.clone(),
            };
            let mut found = target.clone()?;
            found.child = pair.child.clone();
            found.column = pair.id_column.clone();
            edge(schema, &found, 0, kind)
        })
    });
    soft.chain(pairs).collect()
}

/// Other tables at which the same column may point just as well.
fn rivals(evidence: &Evidence, found: &SoftReference) -> usize {
    let is_as_good = |other: &&SoftReference| {
        other.child == found.child
            && other.column == found.column
            && other.parent != found.parent
            && other.is_named >= found.is_named
            && other.filled - other.missing >= found.filled - found.missing
    };
    evidence.soft.iter().filter(is_as_good).count()
}

fn edge(schema: &Schema, found: &SoftReference, rivals: usize, kind: LinkKind) -> Option<SoftEdge> {
    let child = schema.table(&found.child)?.column(&found.column)?;
    let parent = schema.table(&found.parent)?.column(&found.parent_column)?;
    let is_pair = matches!(kind, LinkKind::Polymorphic { .. });
    let is_complete = child.is_not_null
        && found.sampled > 0
        && found.filled == found.sampled
        && found.missing == 0;
    let mut confidence = confidence(found)?;
    if rivals > 0 || is_pair {
        confidence = confidence.min(0.7);
    } else if !is_complete {
        confidence = confidence.min(0.85);
    }
    let link = Link {
        columns: vec![found.column.clone()],
        parent: found.parent.clone(),
        parent_columns: vec![found.parent_column.clone()],
        kind,
        is_total: is_complete && rivals == 0 && !is_pair,
        cast: found.needs_cast.then(|| cast(&parent.type_name)),
    };
    let basis = Basis::Values {
        sampled: found.sampled,
        filled: found.filled,
        missing: found.missing,
        is_named: found.is_named,
    };
    Some(SoftEdge { child: found.child.clone(), edge: Edge { parent: 0, link, confidence, basis } })
}

/// How much a sample says. Values alone never reach the confidence of a declaration.
fn confidence(found: &SoftReference) -> Option<f32> {
    let is_clean = found.missing == 0;
    let is_mostly = found.missing * 20 <= found.filled;
    let is_partly = found.missing * 2 <= found.filled;
    match (found.is_named, found.filled) {
        (true, 0) => Some(0.6),
        (true, filled) if is_clean && filled >= ENOUGH => Some(0.92),
        (true, _) if is_clean => Some(0.88),
        (true, _) if is_mostly => Some(0.8),
        (true, _) if is_partly => Some(0.6),
        (false, filled) if is_clean && filled >= ENOUGH => Some(0.8),
        (false, filled) if is_mostly && filled >= ENOUGH => Some(0.6),
        _ => None,
    }
}

/// The type to compare in. A length would cut values off silently, so texts have none.
fn cast(type_name: &str) -> String {
    let is_text = type_name.starts_with("character") || type_name.starts_with("citext");
    if is_text { "text".to_owned() } else { type_name.to_owned() }
}
