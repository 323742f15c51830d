//! A report of `prove` as a text that people read, and what is wrong with it whatever was blessed.

use std::fmt::Write as _;

use tenantry_prove::attack::{Attack, Group};
use tenantry_prove::report::{Cell, Kind, Object, Outcome, Report};

use super::NOT_RUN;
use super::tables::Table;

/// Every table with every attack on it, and everything else that the login reaches.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!(
        "Every object of the control plane that {} reaches, and every attack on it. Written by tests/it/endpoints/isolation.rs; \
         `cargo xtask bless` writes it anew.\n\
         0 no rows, x refused, L leaked, ? revealed, / not run, . nothing to try.\n\n",
        report.role
    );
    let mut objects: Vec<&Object> = report.objects.iter().collect();
    objects.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
    let tried: Vec<Attack> =
        Attack::ALL.into_iter().filter(|attack| attack.group() != Group::Reach).collect();
    let titles: Vec<String> = tried.iter().map(|attack| format!("  {attack}")).collect();
    let _ = writeln!(text, "{:<28}{}", "", titles.concat());
    for object in &objects {
        if object.kind == Kind::Function {
            let _ =
                writeln!(text, "{} {}: {}", sign(object.cells.first()), Attack::Call, object.name);
            continue;
        }
        let signs = tried.iter().map(|attack| {
            format!("  {:<width$}", sign(object.cell(*attack)), width = attack.name().len())
        });
        let line = format!("{:<28}{}", object.name, signs.collect::<String>());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

fn sign(cell: Option<&Cell>) -> char {
    match cell.map(|cell| &cell.outcome) {
        Some(Outcome::NoRows) => '0',
        Some(Outcome::Refused) => 'x',
        Some(Outcome::Leaked { .. }) => 'L',
        Some(Outcome::Revealed) => '?',
        Some(Outcome::NotRun { .. }) => '/',
        Some(Outcome::DoesNotApply { .. }) => '.',
        None => ' ',
    }
}

/// What is wrong, a line each: nothing leaks, nothing is told, nothing was left out, no table is missing.
pub(super) fn faults(report: &Report, tables: &[Table]) -> Vec<String> {
    let mut faults = Vec::new();
    for finding in &report.findings {
        faults.push(format!("{} {}: {}", finding.code, finding.object, finding.title));
    }
    for object in &report.objects {
        faults.extend(object.cells.iter().filter_map(|cell| fault(object, cell)));
    }
    for table in tables {
        if !table.is_guarded {
            faults.push(format!("{} can be reached and carries no guard", table.name));
        }
        let found = report.objects.iter().find(|object| object.name == table.name);
        let is_whole = found.is_some_and(|object| {
            let mut tried = Attack::ALL.into_iter().filter(|attack| attack.group() != Group::Reach);
            tried.all(|attack| object.cell(attack).is_some())
        });
        if !is_whole {
            faults.push(format!("{} was not attacked with everything", table.name));
        }
    }
    faults
}

fn fault(object: &Object, cell: &Cell) -> Option<String> {
    let place = format!("{} {}", object.name, cell.attack);
    match &cell.outcome {
        Outcome::Leaked { rows } => Some(format!("{place}: {rows} rows leaked")),
        Outcome::Revealed => Some(format!("{place}: tells what another organization has")),
        Outcome::NotRun { why } => {
            let is_known = NOT_RUN
                .iter()
                .any(|(name, attack, _)| *name == object.name && *attack == cell.attack.name());
            (!is_known).then(|| format!("{place}: was not run, {why}"))
        }
        Outcome::NoRows | Outcome::Refused | Outcome::DoesNotApply { .. } => None,
    }
}
