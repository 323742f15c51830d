//! The words of the page. Everything with a figure in it comes from the report; what stands here by itself says how it
//! was measured and holds for every run.

use std::fmt::Write as _;

use crate::report::{Report, Round, Row, Workload};
use crate::statistics::Spread;
use crate::table::{HEADS, cells, digits, ratio_text, thousands, verdict, wish};

const METHOD: &str = "\
Every target is a process of its own on one machine together with PostgreSQL and the load, so requests a second are what is left for \
a target beside the other two. **CPU time a request** says more: it is what the kernel counted for the target and its children, for \
PostgreSQL's processes (those that ended meanwhile included) and for the load. **Memory** is the proportional share of the target and \
its children, without PostgreSQL. Targets take turns within each round, a different one \
first each time; ratios are made of figures of the same round, and shown as median [least–most]. The load keeps its connections open and \
asks again as soon as it is answered (a closed loop, which is kind to a target that stalls; W12 sends by a timetable instead). Any answer \
but a 2xx, or a shorter one than a good one is, ends the run; in every 64th answer of a list the rows are counted. \
A constant answer of axum is measured between the rounds. A round at whose ends its CPU time was not within 15 % of the others' does not count \
and is repeated, whatever was measured in it; where too few of three times as many count, the figures are void and no page is written of them.

PostgreSQL is a private cluster as Tenantry runs it, with `fsync`, `synchronous_commit` and `full_page_writes` on, and `shared_buffers` \
of 1 GB (128 MB for size S), reached by its Unix socket by all targets. Every target has at least 16 connections to it for the work that is measured, and the load sends no more at a time. \
Our targets are built as they are shipped, with thin link-time optimisation (profile `dist`); the server writes its line of log for each request, and counts rate limits \
that nobody reaches. A request that is a transaction in one target is one in all of them.

The peers under `bench/peers` are small programs of our own, written as the documentation of their libraries shows it; whoever knows \
one better is welcome to make it faster. What each of them does more and less than Tenantry stands in `bench/peers/README.md`.
";

/// The whole page.
pub(super) fn of(report: &Report) -> String {
    let mut page = String::from("# What tenancy costs, and what others cost\n\n");
    let _ = writeln!(
        page,
        "Written by the benchmark suite from `bench/results/performance.json`; not edited by hand. {}:\n\n```sh\n{}\n```\n",
        report.date, report.command
    );
    page.push_str(&machine(report));
    page.push_str(&goals(report));
    page.push_str("## How it was measured\n\n");
    page.push_str(METHOD);
    page.push('\n');
    page.push_str(&data(report));
    for workload in &report.workloads {
        page.push_str(&section(workload));
    }
    page.push_str(&losses(report));
    page.trim_end().to_owned() + "\n"
}

fn machine(report: &Report) -> String {
    let machine = &report.machine;
    let memory = machine.memory_bytes as f64 / 1_073_741_824.0;
    let mut text = format!(
        "{} cores of {}, {memory:.0} GB of memory, Linux {}. {} rounds of {} s, data of size {}.\n\n",
        machine.cores,
        machine.processor,
        machine.kernel,
        report.rounds,
        report.seconds,
        report.size.name()
    );
    text.push_str("| program | version |\n|---|---|\n");
    let shown = machine.versions.iter().filter(|(name, _)| is_shown(name));
    for (name, version) in shown {
        let _ = writeln!(text, "| {name} | {version} |");
    }
    text.push_str("\nThe JSON file has the versions of all packages of the peers.\n\n");
    for absent in &report.absent {
        let _ = writeln!(text, "Not measured: {absent}\n");
    }
    text
}

/// Packages that decide how fast a peer is. What they bring along is in the JSON file.
const SHOWN: [&str; 16] = [
    "fastapi",
    "starlette",
    "uvicorn",
    "uvloop",
    "pyjwt",
    "asyncpg",
    "pydantic",
    "hono",
    "@hono/node-server",
    "jose",
    "pg",
    "better-auth",
    "kysely",
    "axum",
    "sqlx",
    "python",
];

fn is_shown(name: &str) -> bool {
    let package = name.split_once('/').map(|(_, package)| package.to_lowercase());
    package.is_none_or(|package| SHOWN.contains(&package.as_str()))
}

fn goals(report: &Report) -> String {
    let mut text = String::from(
        "## Goals\n\nSet before anything was measured.\n\n| workload | what | goal | measured | |\n|---|---|---|---|---|\n",
    );
    for goal in &report.goals {
        let (wanted, measured) = wish(goal);
        let met = verdict(goal.is_met());
        let met = if goal.is_met() == Some(false) { format!("**{met}**") } else { met.to_owned() };
        let _ =
            writeln!(text, "| {} | {} | {wanted} | {measured} | {met} |", goal.workload, goal.what);
    }
    text + "\n"
}

fn data(report: &Report) -> String {
    let mut text = String::from(
        "| data | organizations | users | documents | API keys | database | made in |\n|---|---|---|---|---|---|---|\n",
    );
    for made in &report.data {
        let size = made.size;
        let megabytes = made.database_bytes as f64 / 1_048_576.0;
        let number = |value: u64| thousands(value as f64);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} | {} MB | {:.0} s |",
            size.name(),
            number(size.organizations()),
            number(size.users()),
            number(size.documents() + size.large()),
            number(size.keys()),
            thousands(megabytes),
            made.seconds
        );
    }
    text.push_str("\nThe documents are there twice: once protected, once for the peers. One organization of size M has a million of them. The rows of an organization are scattered over its table, as time would have scattered them.\n\n");
    text
}

fn section(workload: &Workload) -> String {
    let mut text = format!("## {}: {}\n\n{}\n\n", workload.id, workload.title, workload.how);
    if !workload.rows.is_empty() {
        let _ = writeln!(text, "| {} |\n|{}", HEADS.join(" | "), "---|".repeat(HEADS.len()));
        for row in &workload.rows {
            let _ = writeln!(text, "| {} |", cells(row).join(" | "));
        }
        text.push('\n');
        text.push_str(&cheaper(&workload.rows));
    }
    if !workload.figures.is_empty() {
        text.push_str("| what | figure |\n|---|---|\n");
        for figure in &workload.figures {
            let _ =
                writeln!(text, "| {} | {} {} |", figure.name, digits(figure.value), figure.unit);
        }
        text.push('\n');
    }
    let refused: u64 =
        workload.rows.iter().flat_map(|row| &row.rounds).map(|round| round.refused).sum();
    if refused > 0 {
        let each = workload.rows.iter().map(|row| {
            let refused: u64 = row.rounds.iter().map(|round| round.refused).sum();
            format!("{} {}", row.name, thousands(refused as f64))
        });
        let _ = writeln!(text, "Refused: {}.\n", each.collect::<Vec<_>>().join("; "));
    }
    let loads = workload.rows.iter().flat_map(|row| &row.rounds).map(|round| round.load_average);
    if let Some(load) = Spread::of(&loads.collect::<Vec<_>>()) {
        let _ = write!(text, "Load average {:.1} to {:.1}", load.least, load.most);
        if let Some(reference) = workload.reference {
            let _ = write!(
                text,
                "; reference {:.1} µs [{:.1}–{:.1}]",
                reference.median, reference.least, reference.most
            );
        }
        if workload.repeated > 0 {
            let _ = write!(text, "; {} rounds repeated", workload.repeated);
        }
        text.push_str(".\n\n");
    }
    text
}

/// The same comparison by CPU time, which a busy machine disturbs less.
fn cheaper(rows: &[Row]) -> String {
    let each = rows.iter().filter_map(|row| {
        let ratio = row.summary.cpu_ratio?;
        Some(format!("{} {}", row.name, ratio_text(&ratio)))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() {
        return String::new();
    }
    format!(
        "CPU time of the base against each, target and PostgreSQL together (more is cheaper): {}.\n\n",
        each.join("; ")
    )
}

/// What was missed, and who was faster or cheaper.
fn losses(report: &Report) -> String {
    let missed = report.goals.iter().filter(|goal| goal.is_met() == Some(false)).map(|goal| {
        let (wanted, measured) = wish(goal);
        format!("- {}, {}: {measured} where {wanted} was wanted.", goal.workload, goal.what)
    });
    let beaten = report.workloads.iter().flat_map(|workload| {
        let own = workload.rows.iter().filter(|row| row.is_own);
        own.filter_map(|own| beaten(workload, own)).collect::<Vec<_>>()
    });
    let lines: Vec<String> = missed.chain(beaten).collect();
    let lines = if lines.is_empty() {
        "No goal was missed, and nothing in these tables was faster or cheaper.".to_owned()
    } else {
        format!(
            "{}\n\nWhy, and what was tried: [the price of tenancy](../explanation/the-price-of-tenancy.md).",
            lines.join("\n")
        )
    };
    format!("## Where we lose\n\n{lines}\n")
}

/// By whom one of ours is beaten in the same rounds, and in what.
fn beaten(workload: &Workload, own: &Row) -> Option<String> {
    let better = |of: fn(&Round) -> f64, is_more_better: bool| {
        let others = workload.rows.iter().filter(|row| !row.is_own && row.name != own.name);
        let each = others.filter_map(|row| {
            let ratio = if is_more_better {
                Spread::of_ratios(&values(row, of), &values(own, of))
            } else {
                Spread::of_ratios(&values(own, of), &values(row, of))
            };
            let ratio = ratio.filter(|ratio| ratio.median > 1.0)?.median;
            Some(format!("\"{}\" {ratio:.2} ×", row.name))
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let found = [
        ("answers more often", better(Round::rate, true)),
        ("takes less CPU time", better(Round::total_us, false)),
        ("has the shorter 99th percentile", better(|round| round.p99_ms, false)),
    ];
    let found = found.into_iter().filter(|(_, who)| !who.is_empty());
    let found: Vec<String> = found.map(|(what, who)| format!("{what}: {who}")).collect();
    (!found.is_empty())
        .then(|| format!("- {} \"{}\". {}.", workload.id, own.name, found.join("; ")))
}

fn values(row: &Row, of: fn(&Round) -> f64) -> Vec<f64> {
    row.rounds.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals;
    use crate::machine::Machine;
    use crate::size::Size;

    fn sample() -> Report {
        let round =
            |answered, server_us| Round { answered, seconds: 1.0, server_us, ..Round::default() };
        let base = vec![round(10_000, 50.0), round(12_000, 50.0)];
        let own = vec![round(8_000, 60.0), round(9_600, 60.0)];
        let rows = vec![
            Row::new("untenanted", base.clone(), None),
            Row { is_own: true, ..Row::new("tenantry", own, Some(&base)) },
        ];
        let (id, title) = ("W1".to_owned(), "list".to_owned());
        let workloads = vec![Workload { id, title, rows, ..Workload::default() }];
        let goals = goals::judge(&workloads);
        Report {
            date: "2026-11-22".to_owned(),
            command: "cargo xtask bench".to_owned(),
            size: Size::S,
            rounds: 2,
            seconds: 1,
            machine: Machine::default(),
            data: Vec::new(),
            workloads,
            goals,
            absent: Vec::new(),
        }
    }

    #[test]
    fn a_missed_goal_and_a_faster_base_stand_where_we_lose() {
        let page = of(&sample());
        assert!(page.contains("| tenantry | 8,800 | 8,000–9,600 |"), "{page}");
        let (_, losses) = page.split_once("## Where we lose").unwrap();
        assert!(
            losses.contains("W1, list against no tenancy: 0.80 × where ≥ 0.9 × was wanted."),
            "{losses}"
        );
        let beaten = "- W1 \"tenantry\". answers more often: \"untenanted\" 1.25 ×; takes less CPU time: \"untenanted\" 1.20 ×.";
        assert!(losses.contains(beaten), "{losses}");
        assert!(!losses.contains("FastAPI"), "what was not measured was not lost");
    }
}
