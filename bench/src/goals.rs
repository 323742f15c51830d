//! The goals that were set before anything was measured, and what a run says of each. Ratios are the medians of the
//! ratios of the same rounds.

use crate::report::{Goal, Round, Row, Workload};
use crate::statistics::Spread;

/// How a goal is read off a run.
#[derive(Clone, Copy)]
enum Measure {
    /// Requests a second of one row against another's.
    Rate(&'static str, &'static str),
    /// CPU time (target and PostgreSQL) of the second row against the first's: how many times less the first takes.
    Cpu(&'static str, &'static str),
    /// CPU microseconds of a row's request.
    Cost(&'static str),
    /// 99th percentile of one row against another's.
    Tail(&'static str, &'static str),
    /// A figure.
    Figure(&'static str),
}

struct Wish {
    workload: &'static str,
    what: &'static str,
    measure: Measure,
    wanted: f64,
    is_most: bool,
    unit: &'static str,
}

const fn least(workload: &'static str, what: &'static str, measure: Measure, wanted: f64) -> Wish {
    Wish { workload, what, measure, wanted, is_most: false, unit: "×" }
}

const fn most(
    workload: &'static str,
    what: &'static str,
    measure: Measure,
    wanted: (f64, &'static str),
) -> Wish {
    Wish { workload, what, measure, wanted: wanted.0, is_most: true, unit: wanted.1 }
}

const OURS: &str = "tenantry";
const FORGETFUL: &str = "tenantry, from the database";

const WISHES: [Wish; 17] = [
    least("W1", "list against no tenancy", Measure::Rate(OURS, "untenanted"), 0.90),
    least("W1", "list against FastAPI", Measure::Rate(OURS, "fastapi"), 10.0),
    least(
        "W1s",
        "sealed against a plain setting",
        Measure::Rate("sealed, verified once", "plain setting"),
        0.85,
    ),
    least("W2 insert", "insert with audit against raw", Measure::Rate(OURS, "raw SQL"), 0.7),
    least("W2 update", "update with audit against raw", Measure::Rate(OURS, "raw SQL"), 0.7),
    least("W2 delete", "delete with audit against raw", Measure::Rate(OURS, "raw SQL"), 0.7),
    most("W3", "who is signed in", Measure::Cost(OURS), (60.0, "µs")),
    most("W4", "permission check, from the database", Measure::Cost(FORGETFUL), (180.0, "µs")),
    least(
        "W4",
        "permission check, from the database, against Better Auth, CPU",
        Measure::Cpu(FORGETFUL, "better-auth"),
        25.0,
    ),
    least("W5", "100 members against Better Auth, CPU", Measure::Cpu(OURS, "better-auth"), 10.0),
    most(
        "W11",
        "overheads of the sizes differ by",
        Measure::Figure("overheads, in answers of the reference, differ by"),
        (10.0, "%"),
    ),
    most(
        "W12",
        "others' p99, limits by default",
        Measure::Tail("others beside it, limits by default", "others alone"),
        (2.0, "×"),
    ),
    most(
        "W12",
        "others' p99, without limits",
        Measure::Tail("others beside it, without limits", "others alone"),
        (2.0, "×"),
    ),
    most("W15", "cold start", Measure::Figure("cold start, with initdb"), (3.0, "s")),
    most("W15", "warm start", Measure::Figure("warm start"), (0.7, "s")),
    most("W15", "idle, the server", Measure::Figure("idle, the server"), (25.0, "MB")),
    most("W15", "idle, with its cluster", Measure::Figure("idle, with its cluster"), (50.0, "MB")),
];

/// Every goal with what was measured of it.
pub(crate) fn judge(workloads: &[Workload]) -> Vec<Goal> {
    let goal = |wish: &Wish| {
        let workload = workloads.iter().find(|workload| workload.id == wish.workload);
        Goal {
            workload: wish.workload.to_owned(),
            what: wish.what.to_owned(),
            wanted: wish.wanted,
            is_most: wish.is_most,
            unit: wish.unit.to_owned(),
            measured: workload.and_then(|workload| read(workload, wish.measure)),
        }
    };
    WISHES.iter().map(goal).collect()
}

fn read(workload: &Workload, measure: Measure) -> Option<f64> {
    let row = |name: &str| workload.rows.iter().find(|row| row.name == name);
    let ratio = |own: &str, base: &str, of: fn(&Round) -> f64| {
        let (own, base) = (values(row(own)?, of), values(row(base)?, of));
        Some(Spread::of_ratios(&own, &base)?.median)
    };
    match measure {
        Measure::Rate(own, base) => ratio(own, base, Round::rate),
        Measure::Cpu(own, base) => ratio(base, own, Round::total_us),
        Measure::Tail(own, base) => ratio(own, base, |round| round.p99_ms),
        Measure::Cost(own) => Some(Spread::of(&values(row(own)?, Round::total_us))?.median),
        Measure::Figure(name) => {
            Some(workload.figures.iter().find(|figure| figure.name == name)?.value)
        }
    }
}

fn values(row: &Row, of: fn(&Round) -> f64) -> Vec<f64> {
    row.rounds.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_met_missed_or_was_not_measured() {
        let round =
            |answered, server_us| Round { answered, seconds: 1.0, server_us, ..Round::default() };
        let rows = vec![
            Row::new("untenanted", vec![round(100, 50.0), round(200, 50.0)], None),
            Row::new(OURS, vec![round(95, 60.0), round(190, 60.0)], None),
        ];
        let list = Workload { id: "W1".to_owned(), rows, ..Workload::default() };
        let goals = judge(&[list]);
        let found: Vec<Option<bool>> = goals.iter().map(Goal::is_met).collect();
        assert_eq!(goals[0].measured, Some(0.95));
        assert_eq!(found[..3], [Some(true), None, None]);
    }
}
