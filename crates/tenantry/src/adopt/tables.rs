//! The table of tables: whose the rows of each are, and how they are filled. What a person has to decide stands last and is
//! never cut.

use std::collections::BTreeSet;

use tenantry_adopt::classification::{Class, Link, Mode, Verdict};
use tenantry_adopt::decisions::Decision;
use tenantry_adopt::name::TableName;
use tenantry_adopt::plan::Plan;

use super::columns::{self, Cell};
use super::words::{number, some};
use crate::paint::{self, paint};

/// So many tables of a class are shown, the largest of them.
const SHOWN: usize = 8;
/// Names are not shortened below this.
const NAME: usize = 18;
/// From here on headings are written out.
const WIDE: usize = 100;

/// A group of tables that are told alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Of(Class),
    Open,
}

const GROUPS: [Group; 5] = [
    Group::Of(Class::Tenant),
    Group::Of(Class::Shared),
    Group::Of(Class::Identity),
    Group::Of(Class::Infrastructure),
    Group::Open,
];

/// One table.
struct Row<'a> {
    verdict: &'a Verdict,
    decision: Option<&'a Decision>,
    rows: i64,
}

impl Row<'_> {
    fn group(&self) -> Group {
        self.decision.and_then(|decision| decision.class).map_or(Group::Open, Group::Of)
    }
}

/// The table, and below it how many there are of each.
pub(super) fn text(plan: &Plan, is_verbose: bool, width: usize) -> String {
    let all: Vec<Row<'_>> =
        plan.classification.verdicts.iter().map(|verdict| row(plan, verdict)).collect();
    let heading = if width >= WIDE { "BELONGS TO AN ORGANIZATION" } else { "BELONGS" };
    let head = ["  TABLE", "ROWS", heading, "HOW IT IS FILLED"].map(Cell::new);
    let mut grid = vec![head.map(|cell| cell.in_style(paint::DIM)).to_vec()];
    grid[0][1] = Cell::figure("ROWS").in_style(paint::DIM);
    for group in GROUPS {
        let rows: Vec<&Row<'_>> = all.iter().filter(|row| row.group() == group).collect();
        let shown = if is_verbose || group == Group::Open { None } else { largest(&rows) };
        let is_shown =
            |row: &&&Row<'_>| shown.as_ref().is_none_or(|shown| shown.contains(&row.verdict.table));
        grid.extend(rows.iter().filter(is_shown).map(|row| cells(plan, row)));
        let hidden: Vec<_> = rows.iter().filter(|row| !is_shown(row)).collect();
        if !hidden.is_empty() {
            let sum = hidden.iter().map(|row| row.rows).sum();
            let more = format!("  …  {} more", hidden.len());
            grid.push(vec![
                Cell::styled(paint::DIM, more),
                Cell::figure(number(sum)).in_style(paint::DIM),
                Cell::styled(paint::DIM, "(-v shows them)"),
            ]);
        }
    }
    let lines = columns::lines(&grid, NAME, width);
    format!("{}\n\n  {}", lines.join("\n"), counts(&all))
}

fn row<'a>(plan: &'a Plan, verdict: &'a Verdict) -> Row<'a> {
    let of = |name: &TableName| plan.schema.table(name).map_or(0, |table| table.statistics.rows);
    let partitions = plan.schema.partitions(&verdict.table);
    let rows = match partitions.as_slice() {
        [] => of(&verdict.table),
        partitions => {
            let leaves = partitions.iter().filter(|partition| !partition.is_partitioned);
            leaves.map(|partition| partition.statistics.rows).sum()
        }
    };
    Row { verdict, decision: plan.decisions.tables.get(&verdict.table), rows }
}

/// The largest tables of a group that is too long to be shown whole.
fn largest(rows: &[&Row<'_>]) -> Option<BTreeSet<TableName>> {
    if rows.len() <= SHOWN + 1 {
        return None;
    }
    let mut sorted: Vec<&Row<'_>> = rows.to_vec();
    sorted.sort_by_key(|row| std::cmp::Reverse(row.rows));
    Some(sorted.iter().take(SHOWN).map(|row| row.verdict.table.clone()).collect())
}

fn cells(plan: &Plan, row: &Row<'_>) -> Vec<Cell> {
    let name = row.verdict.table.shown();
    let rows = Cell::figure(number(row.rows));
    let is_root = plan.decisions.root.as_ref().is_some_and(|root| root.table == row.verdict.table);
    let (mark, style, belongs, how) = match row.group() {
        Group::Open => ("▲", paint::WARNING, "unclear".to_owned(), proposal(row.verdict)),
        Group::Of(Class::Tenant) if is_root => {
            ("●", paint::GOOD, "each row is one".to_owned(), "by its own key".to_owned())
        }
        Group::Of(Class::Tenant) => ("●", paint::GOOD, belongs(row), filled(plan, row)),
        Group::Of(class) => ("○", paint::DIM, no(class).to_owned(), "left as it is".to_owned()),
    };
    let name = Cell::new(format!("{mark} {name}"));
    let name = if style == paint::DIM { name } else { name.in_style(style) };
    let cells = vec![name, rows, Cell::new(belongs), Cell::new(how)];
    match style {
        paint::DIM => cells.into_iter().map(|cell| cell.in_style(paint::DIM)).collect(),
        _ => cells,
    }
}

/// What it most likely is, for somebody who has to decide.
fn proposal(verdict: &Verdict) -> String {
    match (verdict.class, verdict.links.as_slice()) {
        (Class::Tenant, []) => "perhaps an organization's".to_owned(),
        (Class::Tenant, [link]) => format!("perhaps by {}", way(link)),
        (Class::Tenant, links) => {
            let parents: Vec<String> = links.iter().map(|link| link.parent.shown()).collect();
            format!("{} ways: {}", links.len(), parents.join(", "))
        }
        (Class::Shared, _) => "perhaps shared".to_owned(),
        (Class::Identity, _) => "perhaps accounts".to_owned(),
        (Class::Infrastructure, _) => "perhaps a tool's own".to_owned(),
    }
}

const fn no(class: Class) -> &'static str {
    match class {
        Class::Tenant => "yes",
        Class::Shared => "no, shared by all",
        Class::Identity => "no, accounts",
        Class::Infrastructure => "no, a tool's own",
    }
}

/// The link by which its rows belong: the one that was decided, else the best.
fn chosen<'a>(row: &'a Row<'_>) -> Vec<&'a Link> {
    let via = row.decision.and_then(|decision| decision.via.as_deref());
    let Some(via) = via else { return row.verdict.links.iter().take(1).collect() };
    let columns = via.split(',').map(str::trim);
    columns
        .filter_map(|column| {
            row.verdict.links.iter().find(|link| {
                link.columns.join("+") == column
                    || link.columns.first().is_some_and(|first| first == column)
            })
        })
        .collect()
}

fn belongs(row: &Row<'_>) -> String {
    match chosen(row).first() {
        Some(link) if link.parent != row.verdict.table => format!("via {}", link.parent.shown()),
        _ => "directly".to_owned(),
    }
}

fn filled(plan: &Plan, row: &Row<'_>) -> String {
    if plan.decisions.mode != Mode::Split {
        return "default organization".to_owned();
    }
    match chosen(row).as_slice() {
        [] => "default organization".to_owned(),
        links => links.iter().map(|link| way(link)).collect::<Vec<_>>().join(", else "),
    }
}

fn way(link: &Link) -> String {
    format!("{} → {}", link.columns.join("+"), link.parent.shown())
}

/// `12 tables   10 tenant · 1 shared · 1 needs you`.
fn counts(all: &[Row<'_>]) -> String {
    let mut parts = Vec::new();
    for group in GROUPS {
        let count = all.iter().filter(|row| row.group() == group).count();
        let (word, style) = match group {
            Group::Of(Class::Tenant) => ("tenant", paint::GOOD),
            Group::Of(Class::Shared) => ("shared", paint::DIM),
            Group::Of(Class::Identity) => ("accounts", paint::DIM),
            Group::Of(Class::Infrastructure) => ("of tools", paint::DIM),
            Group::Open if count == 1 => ("needs you", paint::WARNING),
            Group::Open => ("need you", paint::WARNING),
        };
        if count > 0 {
            parts.push(paint(style, &format!("{count} {word}")));
        }
    }
    let tables = i64::try_from(all.len()).unwrap_or(i64::MAX);
    format!("{}   {}", some(tables, "table"), parts.join(" · "))
}
