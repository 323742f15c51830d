//! Writes a [`Trouble`]: as a small tree for people, or as one line of JSON for programs. The two say the same.

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::json;

use super::{Problem, Trouble};
use crate::mask::mask;
use crate::paint::{self, paint};
use crate::text::wrap;

/// For whom the trouble is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// For people.
    Text,
    /// For programs: one line of JSON.
    Json,
}

/// Writes it to the standard error. A closed standard error is nobody's business any more.
pub(crate) fn report(trouble: &Trouble, style: Style, width: usize) {
    let text = match style {
        Style::Text => text(trouble, width),
        Style::Json => line(trouble),
    };
    let _closed = writeln!(anstream::stderr().lock(), "{}", text.trim_end());
}

/// Writes a warning to the standard error, for people.
pub(crate) fn caution(problem: &Problem, width: usize) {
    let mut out = String::new();
    tree(&mut out, problem, "warning", width);
    let _closed = writeln!(anstream::stderr().lock(), "{}", out.trim_end());
}

/// For people.
pub(crate) fn text(trouble: &Trouble, width: usize) -> String {
    let mut out = String::new();
    for problem in &trouble.problems {
        tree(&mut out, problem, "error", width);
    }
    let exit = format!("exit {}", trouble.exit.number());
    let outcome = mask(&trouble.outcome);
    let gap = width.saturating_sub(outcome.chars().count() + exit.len()).clamp(3, 40);
    let _ = write!(out, "{outcome}{}{}", " ".repeat(gap), paint(paint::DIM, &exit));
    out
}

/// `word` is `error` or `warning`.
fn tree(out: &mut String, problem: &Problem, word: &str, width: usize) {
    let style = if word == "error" { paint::ERROR } else { paint::WARNING };
    let code = problem.code.map(|code| format!("[{code}]")).unwrap_or_default();
    let title = mask(&problem.title);
    let indent = " ".repeat(4);
    for (index, line) in
        wrap(&title, width.saturating_sub(word.len() + code.len() + 2)).iter().enumerate()
    {
        if index == 0 {
            let head = paint(style, &format!("{word}{code}:"));
            let _ = writeln!(out, "{head} {}", paint(paint::STRONG, line));
        } else {
            let _ = writeln!(out, "{indent}{}", paint(paint::STRONG, line));
        }
    }
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for (label, text) in &problem.facts {
        rows.push((label, wrap(&mask(text), width.saturating_sub(14))));
    }
    if !problem.help.is_empty() {
        let lines = problem.help.iter().map(|line| mask(line));
        rows.push(("help", lines.flat_map(|line| help_lines(line, width)).collect()));
    }
    if let Some(code) = problem.code {
        rows.push(("more", vec![format!("tenantry explain {code}")]));
    }
    let last = rows.len().saturating_sub(1);
    for (index, (label, lines)) in rows.iter().enumerate() {
        let (branch, stem) = if index == last { ("└─", "  ") } else { ("├─", "│ ") };
        for (number, line) in lines.iter().enumerate() {
            let (mark, label) = if number == 0 { (branch, *label) } else { (stem, "") };
            let _ = writeln!(out, "  {} {label:<8} {line}", paint(paint::DIM, mark));
        }
    }
}

/// A statement or a command stays on one line, to be copied; a sentence about one is broken like other prose.
fn help_lines(line: String, width: usize) -> Vec<String> {
    let is_statement = line.ends_with(';');
    let is_prose = !is_statement && ["; ", ", ", "`"].iter().any(|mark| line.contains(mark));
    if is_prose { wrap(&line, width.saturating_sub(14)) } else { vec![line] }
}

fn line(trouble: &Trouble) -> String {
    let problem = |problem: &Problem| {
        let facts: Vec<_> = problem
            .facts
            .iter()
            .map(|(label, text)| json!({ "label": label, "text": mask(text) }))
            .collect();
        let help: Vec<_> = problem.help.iter().map(|line| mask(line)).collect();
        json!({ "code": problem.code, "title": mask(&problem.title), "facts": facts, "help": help })
    };
    let problems: Vec<_> = trouble.problems.iter().map(problem).collect();
    let title = trouble.problems.first().map(|first| mask(&first.title));
    let body = json!({
        "level": "ERROR", "message": title, "problems": problems,
        "outcome": mask(&trouble.outcome), "exit": trouble.exit.number(),
    });
    body.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble() -> Trouble {
        Problem::new("TN0501", "the database at postgres://app:hunter2@db/x cannot be reached")
            .fact("cause", "connection refused by the other side, which is a sentence that is long enough to be broken at eighty columns")
            .help("DATABASE_URL=postgres://app:hunter2@db2/x tenantry serve")
            .into()
    }

    #[test]
    fn text_and_json_say_the_same_and_neither_says_a_password() {
        // SC-3
        for shown in [text(&trouble(), 80), line(&trouble())] {
            assert!(!shown.contains("hunter2"), "{shown}");
            for part in ["TN0501", "cannot be reached", "postgres://app:***@db2/x", "Nothing"] {
                assert!(shown.contains(part), "{part} in {shown}");
            }
        }
    }

    #[test]
    fn no_line_of_prose_is_wider_than_the_terminal() {
        for width in [60, 80, 120] {
            let plain = anstream::adapter::strip_str(&text(&trouble(), width)).to_string();
            let prose = plain.lines().filter(|line| !line.contains("DATABASE_URL="));
            assert!(prose.clone().all(|line| line.chars().count() <= width), "{width}: {plain}");
        }
    }
}
