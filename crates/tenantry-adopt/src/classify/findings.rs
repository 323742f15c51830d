//! What the form of the graph means for a person: cycles, rows that point at their own table, several ways to an owner, and
//! which table's rows could be the organizations.

use crate::classification::Mode;
use crate::finding::{Finding, Weight};
use crate::name::TableName;

use super::Told;
use super::components::components;
use super::graph::Graph;
use super::judge::Judge;
use super::reasons::{columns, count};

/// Each finding of this part: its code, what it is, and why it matters and what to do.
pub const CODES: &[(&str, &str, &str)] = &[
    (
        "TN1250",
        "tables point at each other in a circle",
        "None of them can be filled before the others, so they are filled together, in rounds, until nothing changes. Rows that no \
         round reaches belong to nobody; `orphans` says what becomes of them.",
    ),
    (
        "TN1251",
        "rows point at rows of their own table",
        "A row that has no other parent belongs to whom the row it points at belongs to, so such a table is filled in rounds.",
    ),
    (
        "TN1252",
        "the table whose rows are the organizations is to be confirmed",
        "Everything in a split database follows from this table, and neither its name nor how many tables lead to it is reason enough \
         to take one. Say it with `--root`, or confirm it in the plan.",
    ),
    (
        "TN1253",
        "rows of a table could be organizations themselves",
        "All rows become one organization's, as nobody said otherwise. If this table's rows are the application's customers, that \
         would put all of them into one: make the plan with `--mode split --root` then.",
    ),
    (
        "TN1254",
        "several links lead a table to an owner",
        "The first of them decides, and the others have to agree with it. Rows where they do not are references across organizations \
         that exist already; the plan counts them.",
    ),
    (
        "TN1255",
        "no table of people was found",
        "Nobody becomes a member by adopting; invite the first person yourself, or name the table under `[people]`.",
    ),
];

/// What was seen on the way.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) graph: &'a Graph<'a>,
    pub(crate) judge: &'a Judge<'a>,
    pub(crate) candidates: &'a [(usize, f32)],
    pub(crate) told: &'a Told,
}

/// All of them.
pub(crate) fn find(seen: &Seen<'_>) -> Vec<Finding> {
    let mut found = cycles(seen);
    found.extend(root(seen));
    found.extend((0..seen.graph.nodes.len()).filter_map(|at| several(seen, at)));
    if seen.judge.people.is_none() {
        let help = "[people] table = …, key = …, email = …";
        found.push(finding("TN1255", Weight::Note, None, vec![], vec![help.to_owned()]));
    }
    found
}

/// A finding whose title is that of its code, with the table's name before it where it is about one.
fn finding(
    code: &str,
    weight: Weight,
    table: Option<&TableName>,
    facts: Vec<String>,
    help: Vec<String>,
) -> Finding {
    let title = CODES.iter().find(|(known, _, _)| *known == code).map_or("", |(_, title, _)| title);
    let title = table.map_or(title.to_owned(), |table| format!("{}: {title}", table.shown()));
    Finding { code: code.to_owned(), weight, table: table.cloned(), title, facts, help }
}

fn cycles(seen: &Seen<'_>) -> Vec<Finding> {
    let graph = seen.graph;
    let arrows: Vec<Vec<usize>> = graph
        .nodes
        .iter()
        .map(|node| node.edges.iter().map(|edge| edge.parent).collect())
        .collect();
    let mut found = Vec::new();
    for members in components(&arrows).into_iter().filter(|members| members.len() > 1) {
        let inside = members.iter().flat_map(|&at| {
            let edges = graph.nodes[at].edges.iter();
            edges
                .filter(|edge| members.contains(&edge.parent))
                .map(move |edge| arrow(graph, at, edge))
        });
        found.push(finding("TN1250", Weight::Note, None, inside.collect(), vec![]));
    }
    for (at, node) in graph.nodes.iter().enumerate() {
        let own: Vec<String> = node
            .edges
            .iter()
            .filter(|edge| edge.parent == at)
            .map(|edge| arrow(graph, at, edge))
            .collect();
        if !own.is_empty() {
            found.push(finding("TN1251", Weight::Note, Some(graph.name(at)), own, vec![]));
        }
    }
    found
}

/// An edge in words.
fn arrow(graph: &Graph<'_>, child: usize, edge: &super::graph::Edge) -> String {
    format!("{}.{} → {}", graph.name(child).shown(), columns(edge), graph.name(edge.parent).shown())
}

fn root(seen: &Seen<'_>) -> Option<Finding> {
    let offered: Vec<String> = seen
        .candidates
        .iter()
        .map(|&(at, score)| {
            let rows = count(seen.graph.nodes[at].table.statistics.rows);
            format!("{} has {rows} rows, score {score:.2}", seen.graph.name(at).shown())
        })
        .collect();
    if seen.judge.mode == Mode::Split {
        let is_confirmed = seen.told.root.is_some() && seen.judge.root.is_some();
        let help = "give the table with --root, or confirm it in the plan's file".to_owned();
        let table = seen.judge.root.map(|root| seen.graph.name(root));
        return (!is_confirmed)
            .then(|| finding("TN1252", Weight::Decision, table, offered, vec![help]));
    }
    let &(best, score) = seen.candidates.first()?;
    let is_likely = score >= 0.5 && seen.graph.nodes[best].table.statistics.rows > 1;
    let name = seen.graph.name(best);
    let help = format!("--mode split --root {name}");
    (seen.told.mode.is_none() && is_likely)
        .then(|| finding("TN1253", Weight::Warning, Some(name), offered, vec![help]))
}

/// Several links by which a table's rows have an owner. Of one organization's database, all of them lead to the same.
fn several(seen: &Seen<'_>, at: usize) -> Option<Finding> {
    if seen.judge.mode != Mode::Split || Some(at) == seen.judge.root {
        return None;
    }
    let links: Vec<String> = seen.graph.nodes[at]
        .edges
        .iter()
        .filter(|edge| edge.parent != at && seen.judge.owned[edge.parent].is_some())
        .map(|edge| arrow(seen.graph, at, edge))
        .collect();
    let is_owned = seen.judge.owned[at].is_some();
    (is_owned && links.len() > 1)
        .then(|| finding("TN1254", Weight::Note, Some(seen.graph.name(at)), links, vec![]))
}
