//! Why a table is what it is said to be, in one sentence with its figures. A person decides on these words, so they say what
//! was looked at and what was not found.

use crate::classification::{LinkKind, Mode};

use super::graph::{Basis, Edge};
use super::judge::Judge;

/// Why a table that a link leads to an owner belongs to them.
pub(crate) fn owned(judge: &Judge<'_>, at: usize, edge: usize) -> String {
    let node = &judge.graph.nodes[at];
    let mut text = edge_text(judge, &node.edges[edge]);
    let distance = judge.owned[at].map_or(0, |owned| owned.distance);
    if judge.mode == Mode::Split && distance > 1 {
        let root = judge.root.map(|root| judge.graph.name(root).shown()).unwrap_or_default();
        text = format!("{text}, {distance} links from {root}");
    }
    let others: Vec<String> = node
        .edges
        .iter()
        .enumerate()
        .filter(|(other, found)| {
            *other != edge && found.parent != at && judge.owned[found.parent].is_some()
        })
        .map(|(_, found)| columns(found))
        .collect();
    match others.len() {
        0 => text,
        1 => format!("{text}; {} leads to an owner as well", others[0]),
        _ => format!("{text}; {} lead to an owner as well", others.join(", ")),
    }
}

/// Why nothing can be said.
pub(crate) fn unclear(judge: &Judge<'_>, at: usize, signs: &[String]) -> String {
    let edges = judge.graph.nodes[at].edges.iter().filter(|edge| edge.parent != at);
    let parents: Vec<String> = edges.map(|edge| judge.graph.name(edge.parent).shown()).collect();
    let is_people_only = judge.graph.nodes[at]
        .edges
        .iter()
        .all(|edge| edge.parent == at || Some(edge.parent) == judge.people);
    let text = match (parents.len(), judge.mode) {
        (0, Mode::Split) => "nothing in it leads to an organization".to_owned(),
        (0, _) => "nothing says whether its rows are an organization's or everybody's".to_owned(),
        (_, Mode::Split) if is_people_only => {
            format!("it hangs only on {}, and a person may be in several organizations", parents[0])
        }
        _ => format!("it belongs as {} does, whose owner is not known either", parents.join(", ")),
    };
    if signs.is_empty() { text } else { format!("{text}; {}", signs.join(", ")) }
}

/// What an edge rests on.
fn edge_text(judge: &Judge<'_>, edge: &Edge) -> String {
    let (own, parent) = (columns(edge), judge.graph.name(edge.parent).shown());
    match edge.basis {
        Basis::Declared { .. } if edge.link.is_total => {
            format!("{own} is never null and references {parent}")
        }
        Basis::Declared { is_validated: false, .. } => {
            format!(
                "{own} references {parent}, but rows from before the foreign key were not checked"
            )
        }
        Basis::Declared { null_fraction: Some(fraction), .. } if fraction <= 0.0 => {
            format!(
                "{own} references {parent}; it may be null, though no row was when last analyzed"
            )
        }
        Basis::Declared { null_fraction: Some(fraction), .. } => {
            format!(
                "{own} references {parent} but is null in about {:.0} % of the rows",
                (fraction * 100.0).max(1.0)
            )
        }
        Basis::Declared { null_fraction: None, .. } => {
            format!("{own} references {parent} but may be null")
        }
        Basis::Values { sampled, filled, missing, is_named } => {
            let what = values_text(&edge.link.kind, &own, &parent, is_named);
            if filled == 0 {
                return format!("{what}, but no row has a value to compare");
            }
            format!(
                "{what}: of {} rows looked at, {} have a value and {} of those point nowhere",
                count(sampled),
                count(filled),
                count(missing)
            )
        }
    }
}

fn values_text(kind: &LinkKind, own: &str, parent: &str, is_named: bool) -> String {
    match kind {
        LinkKind::Polymorphic { type_column, type_value } => {
            format!("{own} holds keys of {parent} where {type_column} is {type_value:?}")
        }
        _ if is_named => format!("{own} is named after {parent} and has no foreign key"),
        _ => format!(
            "{own} holds keys of {parent} though neither its name nor a foreign key says so"
        ),
    }
}

/// The columns of an edge.
pub(crate) fn columns(edge: &Edge) -> String {
    edge.link.columns.join(" and ")
}

/// A number of rows.
pub(crate) fn rows(number: i64) -> String {
    if number == 1 { "1 row".to_owned() } else { format!("{} rows", count(number)) }
}

/// A number with its thousands apart.
pub(crate) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}
