//! The verdict in words before everything, and the figures at the end. Nothing is said to hold that was not tried.

use std::fmt::Write as _;

use tenantry_prove::report::words::{grouped, kinds_in_words, listed};
use tenantry_prove::report::{Part, Report, Verdict};

use super::findings::counts;

use crate::exit::Exit;
use crate::paint::{self, paint};
use crate::text::wrap;

/// The sentence that the report comes to, and what was attacked.
pub(super) fn verdict(report: &Report, width: usize) -> String {
    let (mark, style) = match report.verdict() {
        Verdict::Leaks => ("✕", paint::ERROR),
        Verdict::HeldInPart => ("○", paint::WARNING),
        Verdict::Held => ("●", paint::GOOD.bold()),
    };
    let mut out = String::new();
    for (index, line) in
        wrap(&format!("{}.", report.headline()), width.saturating_sub(2)).iter().enumerate()
    {
        let mark = if index == 0 { paint(style, mark) } else { " ".to_owned() };
        let _ = writeln!(out, "{mark} {}", paint(style, line));
    }
    for line in wrap(&attacked(report), width.saturating_sub(2)) {
        let _ = writeln!(out, "  {line}");
    }
    let database =
        format!("{}   PostgreSQL {}   schema {}", report.database, report.server, report.schema);
    out.push('\n');
    for (label, text) in [("database", &database), ("role", &report.role), ("entered", &report.way)]
    {
        for (index, line) in wrap(text, width.saturating_sub(13)).iter().enumerate() {
            let label = paint(paint::DIM, &format!("{:<9}", if index == 0 { label } else { "" }));
            let _ = writeln!(out, "  {label}  {line}");
        }
    }
    out
}

fn attacked(report: &Report) -> String {
    let tried = report.objects.iter().filter(|object| !object.cells.is_empty());
    if !report.parts.contains(&Part::Attack) {
        let parts: Vec<String> =
            report.parts.iter().map(|part| format!("{}s", part.name())).collect();
        return format!("Only {} ran: nothing was attacked.", listed(&parts));
    }
    format!(
        "Two throwaway organizations attacked each other on {}. Everything was rolled back.",
        kinds_in_words(tried)
    )
}

/// What somebody who reads the verdict must know beside it.
pub(super) fn remarks(report: &Report, width: usize) -> String {
    let mut out = String::new();
    for remark in &report.remarks {
        for (index, line) in wrap(remark, width.saturating_sub(8)).iter().enumerate() {
            let label = if index == 0 { "note" } else { "" };
            let _ = writeln!(
                out,
                "  {}  {}",
                paint(paint::DIM, &format!("{label:<4}")),
                paint(paint::DIM, line)
            );
        }
    }
    out
}

/// The figures, the files, and how the program ends.
pub(super) fn figures(
    report: &Report,
    files: &[(&'static str, String)],
    exit: Exit,
    width: usize,
) -> String {
    let mut lines = cells(report, width);
    let found = counts(report);
    if !found.is_empty() {
        lines.push(format!("found {}", listed(&found)));
    }
    lines.extend(files.iter().map(|(kind, path)| format!("{kind:<6} {path}")));
    let mut ending = vec![format!("{:.1} s", report.seconds), format!("exit {}", exit.number())];
    if lines.len() == 1 {
        ending = vec![ending.join("   ")];
    }
    let last = lines.len() - 1;
    let mut out = String::new();
    for (index, line) in lines.iter().enumerate() {
        let end = match index {
            0 => ending.first(),
            index if index == last => ending.get(1),
            _ => None,
        };
        let Some(end) = end else {
            let _ = writeln!(out, "{line}");
            continue;
        };
        let gap = width.saturating_sub(line.chars().count() + end.len()).max(3);
        let _ = writeln!(out, "{line}{}{}", " ".repeat(gap), paint(paint::DIM, end));
    }
    out
}

/// The figures of the cells, on as many lines as they need beside the time.
fn cells(report: &Report, width: usize) -> Vec<String> {
    let totals = report.totals();
    if !report.parts.contains(&Part::Attack) {
        return vec!["nothing was attacked".to_owned()];
    }
    let figure =
        |count: usize, word: &str| (count > 0).then(|| format!("{} {word}", grouped(count as u64)));
    if totals.attacks == totals.stopped && totals.attacks > 0 && totals.not_run == 0 {
        let tables = report.objects.iter().filter(|object| !object.cells.is_empty());
        let all = grouped(totals.attacks as u64);
        let text = format!("{all} of {all} attacks stopped on {}", kinds_in_words(tables));
        return wrap(&text, width.saturating_sub(12));
    }
    let tables = report.objects.iter().filter(|object| object.leaks());
    let leaked = format!("leaked on {}", kinds_in_words(tables));
    let parts = [
        Some(format!("{} attacks", grouped(totals.attacks as u64))),
        figure(totals.stopped, "stopped"),
        figure(totals.leaked, &leaked),
        figure(
            totals.revealed,
            if totals.revealed == 1 { "reveals existence" } else { "reveal existence" },
        ),
        figure(totals.not_run, "not run"),
        figure(
            totals.do_not_apply,
            if totals.do_not_apply == 1 { "does not apply" } else { "do not apply" },
        ),
    ];
    let mut lines: Vec<String> = Vec::new();
    for part in parts.into_iter().flatten() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() + 3 + 12 <= width => {
                line.push_str(" · ");
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    lines
}
