//! The result on a terminal: one table a workload, one line a target, the base first.

use crate::report::{Goal, Report, Row, Workload};
use crate::statistics::Spread;

/// The heads of the columns; the first is of words and the others of numbers.
pub(crate) const HEADS: [&str; 10] = [
    "target",
    "req/s",
    "min–max",
    "p50 ms",
    "p99 ms",
    "target µs",
    "PostgreSQL µs",
    "load µs",
    "MB",
    "× base [min–max]",
];

/// The cells of one line.
pub(crate) fn cells(row: &Row) -> [String; 10] {
    let summary = &row.summary;
    let ratio = summary.rate_ratio.map_or_else(|| "1".to_owned(), |ratio| ratio_text(&ratio));
    let cost = |value: f64| if value > 0.0 { digits(value) } else { "–".to_owned() };
    [
        row.name.clone(),
        thousands(summary.rate.median),
        format!("{}–{}", thousands(summary.rate.least), thousands(summary.rate.most)),
        digits(summary.p50_ms),
        digits(summary.p99_ms),
        cost(summary.server_us),
        cost(summary.postgres_us),
        cost(summary.load_us),
        cost(summary.proportional / 1_048_576.0),
        ratio,
    ]
}

/// A ratio with the span of its rounds.
pub(crate) fn ratio_text(ratio: &Spread) -> String {
    let Spread { median, least, most } = *ratio;
    format!("{median:.2} [{least:.2}–{most:.2}]")
}

/// Three digits that mean something.
pub(crate) fn digits(value: f64) -> String {
    if value >= 100.0 {
        thousands(value)
    } else if value >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// A whole number with commas.
pub(crate) fn thousands(value: f64) -> String {
    let plain = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What became of a goal.
pub(crate) const fn verdict(is_met: Option<bool>) -> &'static str {
    match is_met {
        Some(true) => "met",
        Some(false) => "missed",
        None => "not measured",
    }
}

/// What was wanted, and what was measured.
pub(crate) fn wish(goal: &Goal) -> (String, String) {
    let sign = if goal.is_most { "≤" } else { "≥" };
    let unit = &goal.unit;
    let measured =
        goal.measured.map_or_else(|| "–".to_owned(), |value| format!("{} {unit}", digits(value)));
    (format!("{sign} {} {unit}", goal.wanted), measured)
}

/// Shows a run.
pub(crate) fn print(report: &Report) {
    for workload in &report.workloads {
        println!("\n{}", text(workload));
    }
    println!("\nGoals");
    let rows = report.goals.iter().map(|goal| {
        let (wanted, measured) = wish(goal);
        let met = verdict(goal.is_met()).to_owned();
        vec![goal.workload.clone(), goal.what.clone(), wanted, measured, met]
    });
    print!("{}", aligned(&rows.collect::<Vec<_>>(), 2));
    for absent in &report.absent {
        println!("\nNot measured: {absent}");
    }
    let void: Vec<&str> = report.void().map(|workload| workload.id.as_str()).collect();
    if !void.is_empty() {
        println!("\nVoid, because the reference did not keep still: {}", void.join(", "));
    }
}

fn text(workload: &Workload) -> String {
    let mut head = format!("{}  {}", workload.id, workload.title);
    if workload.connections > 0 {
        head.push_str(&format!(", {} connections", workload.connections));
    }
    let mut text = format!("{head}\n");
    if !workload.rows.is_empty() {
        let heads = HEADS.iter().map(ToString::to_string).collect();
        let rows = workload.rows.iter().map(|row| cells(row).to_vec());
        text.push_str(&aligned(&std::iter::once(heads).chain(rows).collect::<Vec<_>>(), 1));
    }
    let figures = workload
        .figures
        .iter()
        .map(|figure| vec![figure.name.clone(), digits(figure.value), figure.unit.clone()]);
    text.push_str(&aligned(&figures.collect::<Vec<_>>(), 1));
    if let Some(reference) = workload.reference {
        let Spread { median, least, most } = reference;
        text.push_str(&format!("  reference {median:.1} µs [{least:.1}–{most:.1}]\n"));
    }
    if workload.repeated > 0 {
        text.push_str(&format!("  {} rounds were repeated\n", workload.repeated));
    }
    if let Some(why) = &workload.void {
        text.push_str(&format!("  VOID: {why}\n"));
    }
    text
}

/// Lines whose first `words` columns stand left and the others right.
fn aligned(rows: &[Vec<String>], words: usize) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width =
        |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(index, (cell, width))| {
            if index < words { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_as_long_as_they_mean_something() {
        assert_eq!(digits(1234.4), "1,234");
        assert_eq!(digits(12.34), "12.3");
        assert_eq!(digits(1.234), "1.23");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
        assert_eq!(thousands(-999.0), "-999");
    }

    #[test]
    fn words_stand_left_and_numbers_right() {
        let rows =
            vec![vec!["a".to_owned(), "10".to_owned()], vec!["bcd".to_owned(), "9".to_owned()]];
        assert_eq!(aligned(&rows, 1), "  a    10\n  bcd   9\n");
    }
}
