//! Which tables' rows could be the organizations. Reach alone would take the table of people, or of countries, in half of
//! all schemas; so the score is only for the order in which a person is offered them.

use crate::name::TableName;

use super::graph::Graph;
use super::known;
use super::signs::Signs;
use super::vocabulary::{PREFIXES, ROOTS};
use super::words::words;

/// How many are offered.
const OFFERED: usize = 5;

/// Below this, a table is not worth offering.
const WORTH: f32 = 0.25;

/// The candidates, the best first.
pub(crate) fn candidates(graph: &Graph<'_>, people: Option<usize>) -> Vec<(usize, f32)> {
    let mut scored: Vec<(usize, f32)> = (0..graph.nodes.len())
        .filter(|&at| is_possible(graph, at))
        .map(|at| (at, score(graph, at, people)))
        .filter(|(_, score)| *score >= WORTH)
        .collect();
    scored.sort_by(|one, other| {
        other.1.total_cmp(&one.1).then_with(|| graph.name(one.0).cmp(graph.name(other.0)))
    });
    scored.truncate(OFFERED);
    scored
}

/// How strongly a table's name has to say that its rows are organizations, to be believed when people belong to them too.
const EVIDENT: f32 = 0.7;

/// Tables that are somebody's whatever else is so: called as organizations are, with people who belong to their rows. Where the
/// whole database is one organization, what hangs on them is its own and no list for everybody.
pub(crate) fn evident(graph: &Graph<'_>, people: Option<usize>) -> Vec<usize> {
    let Some(people) = people else { return Vec::new() };
    let is_evident = |&at: &usize| {
        at != people
            && is_possible(graph, at)
            && name(&graph.name(at).name) >= EVIDENT
            && (points(graph, people, at) || has_members(graph, at, people))
    };
    (0..graph.nodes.len()).filter(is_evident).collect()
}

/// Whether a table points at another one.
fn points(graph: &Graph<'_>, child: usize, parent: usize) -> bool {
    graph.nodes[child].edges.iter().any(|edge| edge.parent == parent)
}

/// Whether some table pairs rows of this one with people: by links that each of its rows has, or by a unique key over both.
fn has_members(graph: &Graph<'_>, at: usize, people: usize) -> bool {
    if has_membership(graph, at, Some(people)) {
        return true;
    }
    graph.nodes[at].children.iter().any(|&child| {
        let node = &graph.nodes[child];
        let leads = |column: &String, parent: usize| {
            node.edges
                .iter()
                .any(|edge| edge.parent == parent && edge.link.columns == [column.clone()])
        };
        let pairs = |columns: &[String]| match columns {
            [one, other] => {
                (leads(one, at) && leads(other, people)) || (leads(one, people) && leads(other, at))
            }
            _ => false,
        };
        child != people
            && node.table.indexes.iter().any(|index| index.is_unique && pairs(&index.columns))
    })
}

/// Whether rows of this table could be organizations at all: one column tells them apart, and no tool or list owns it.
fn is_possible(graph: &Graph<'_>, at: usize) -> bool {
    let table = graph.nodes[at].table;
    let has_key = table.key().is_some_and(|key| key.columns.len() == 1);
    has_key
        && !table.is_foreign
        && known::infrastructure(table).is_none()
        && !known::framework(table)
        && known::identity(table).is_none()
        && !Signs::read(table).is_world
}

fn score(graph: &Graph<'_>, at: usize, people: Option<usize>) -> f32 {
    let others = graph.nodes.len().saturating_sub(1).max(1);
    let reach = share(reaching(graph, at), others);
    let outgoing = graph.nodes[at]
        .edges
        .iter()
        .filter(|edge| edge.parent != at && Some(edge.parent) != people)
        .count();
    let few = share(1, 1 + outgoing);
    let membership = f32::from(has_membership(graph, at, people));
    let score = 0.35 * reach + 0.4 * name(&graph.name(at).name) + 0.05 * few + 0.2 * membership;
    // People are never organizations without somebody saying so, whatever hangs on them.
    if Some(at) == people { score.min(0.3) } else { score }
}

/// How strongly the name says so.
fn name(table: &str) -> f32 {
    let mut name = words(table);
    if name.len() > 1 && PREFIXES.contains(&name[0].as_str()) {
        name.remove(0);
    }
    let weight =
        |word: &str| ROOTS.iter().find(|(root, _)| *root == word).map(|(_, weight)| *weight);
    match name.as_slice() {
        [only] => weight(only).unwrap_or(0.0),
        [.., last] => weight(last).unwrap_or(0.0) * 0.4,
        [] => 0.0,
    }
}

/// How many tables lead to this one by links that every one of their rows has.
fn reaching(graph: &Graph<'_>, root: usize) -> usize {
    let mut reached = vec![false; graph.nodes.len()];
    let mut open = vec![root];
    reached[root] = true;
    while let Some(parent) = open.pop() {
        for &child in &graph.nodes[parent].children {
            let is_total = |child: usize| {
                graph.nodes[child]
                    .edges
                    .iter()
                    .any(|edge| edge.parent == parent && edge.link.is_total)
            };
            if !reached[child] && is_total(child) {
                reached[child] = true;
                open.push(child);
            }
        }
    }
    reached.iter().filter(|reached| **reached).count() - 1
}

/// Whether some table says who belongs to whom: each of its rows has one of these and one of the people.
fn has_membership(graph: &Graph<'_>, at: usize, people: Option<usize>) -> bool {
    let Some(people) = people.filter(|&people| people != at) else { return false };
    graph.nodes[at].children.iter().any(|&child| {
        let points = |parent: usize| {
            graph.nodes[child].edges.iter().any(|edge| edge.parent == parent && edge.link.is_total)
        };
        child != people && points(at) && points(people)
    })
}

/// A share of a whole, both small numbers.
fn share(part: usize, whole: usize) -> f32 {
    let count = |number: usize| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
    count(part) / count(whole)
}

/// The candidates as the classification says them.
pub(crate) fn named(graph: &Graph<'_>, candidates: &[(usize, f32)]) -> Vec<(TableName, f32)> {
    candidates.iter().map(|&(at, score)| (graph.name(at).clone(), super::rounded(score))).collect()
}
