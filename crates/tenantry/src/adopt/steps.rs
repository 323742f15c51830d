//! The steps by phase: what is done, under which lock, and whether it can be taken back. Nothing stands
//! here while something is to be decided, because the steps follow from the decisions.

use tenantry_adopt::classification::Class;
use tenantry_adopt::plan::{Estimate, Plan};
use tenantry_adopt::step::{Phase, Step};
use tenantry_adopt::summary;

use super::columns::{self, Cell};
use super::words::{about, number, size};
use crate::paint;

/// Names are not shortened.
const NAME: usize = 14;

/// The table of the phases, and what all of it costs.
pub(super) fn text(plan: &Plan, width: usize) -> String {
    if plan.steps.is_empty() {
        return String::new();
    }
    let head = ["Steps", "lock", "reversible", ""].map(Cell::new);
    let mut grid = vec![head.map(|cell| cell.in_style(paint::STRONG)).to_vec()];
    for phase in Phase::ALL {
        let steps: Vec<&Step> = plan.steps.iter().filter(|step| step.phase == phase).collect();
        if !steps.is_empty() || phase == Phase::Finish {
            grid.push(line(phase, words(phase, &steps, plan)));
        }
    }
    let lines = columns::lines(&grid, NAME, width.saturating_sub(2));
    let indented: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    format!("{}\n\n  {}", indented.join("\n"), cost(&plan.estimate, width))
}

fn line(phase: Phase, words: String) -> Vec<Cell> {
    let name = Cell::new(format!("{} {}", place(phase), phase.name()));
    let (lock, back) = (Cell::new(lock(phase)), Cell::new(back(phase)));
    let is_later = phase > Phase::Shadow;
    let cells = vec![name, lock, back, Cell::new(words)];
    if is_later { cells.into_iter().map(|cell| cell.in_style(paint::DIM)).collect() } else { cells }
}

/// The number of a phase, from 1.
pub(super) fn place(phase: Phase) -> usize {
    Phase::ALL.iter().position(|other| *other == phase).map_or(0, |place| place + 1)
}

fn words(phase: Phase, steps: &[&Step], plan: &Plan) -> String {
    match phase {
        Phase::Backfill => {
            format!("{} rows, {}", number(plan.estimate.rows), about(plan.estimate.time))
        }
        Phase::Prove => {
            let tables = plan.decisions.tables.values();
            let tenant = tables.filter(|table| table.class == Some(Class::Tenant)).count();
            format!("every attack on {tenant} tables")
        }
        Phase::Finish => "what only the old application needs goes".to_owned(),
        _ => summary::of(steps.iter().map(|step| &step.operation)),
    }
}

/// The strongest lock that a reader or a writer waits for. How long it was really held is told when it is done.
const fn lock(phase: Phase) -> &'static str {
    match phase {
        Phase::Prepare | Phase::Prove => "none",
        Phase::Backfill => "row locks",
        Phase::Expand | Phase::Constrain | Phase::Shadow | Phase::Enforce | Phase::Finish => {
            "an instant"
        }
    }
}

const fn back(phase: Phase) -> &'static str {
    match phase {
        Phase::Enforce | Phase::Prove => "yes, on demand",
        Phase::Finish => "no, on demand",
        _ => "yes",
    }
}

fn cost(estimate: &Estimate, width: usize) -> String {
    let growth = match estimate.growth {
        growth if growth < 1_000_000 => String::new(),
        growth => format!(", {} more on disk", size(growth)),
    };
    let time = about(estimate.time);
    let text = format!(
        "Altogether {time}{growth}. `apply` does 1 to {}; the application runs unchanged all the while.",
        place(Phase::Shadow)
    );
    crate::text::wrap(&text, width.saturating_sub(2)).join("\n  ")
}
