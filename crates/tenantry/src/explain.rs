//! `tenantry explain`: the registry of codes, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::adopt;
use crate::codes::{self, Code, FAMILIES};
use crate::exit::Exit;
use crate::paint::{self, paint};
use crate::prove;
use crate::screen::Screen;
use crate::text::wrap;
use crate::trouble::{Problem, Trouble};

/// Explains one code, or lists all of them.
pub(crate) fn run(code: Option<&str>, screen: &Screen) -> Result<Exit, Trouble> {
    let Some(wanted) = code else {
        screen.answer(&if screen.is_json { all_json() } else { all_text() });
        return Ok(Exit::Done);
    };
    if let Some(shown) = prove::explain(wanted, screen.is_json, screen.width) {
        screen.answer(&shown);
        return Ok(Exit::Done);
    }
    if let Some(shown) = adopt::explain(wanted, screen.is_json, screen.width) {
        screen.answer(&shown);
        return Ok(Exit::Done);
    }
    let Some(entry) = codes::find(wanted) else {
        return Err(Problem::slip(format!("there is no code \"{wanted}\""))
            .help("tenantry explain   lists them all")
            .into());
    };
    let shown = if screen.is_json { value(entry).to_string() } else { text(entry, screen.width) };
    screen.answer(&shown);
    Ok(Exit::Done)
}

fn text(entry: &Code, width: usize) -> String {
    let width = width.min(100);
    let mut out =
        format!("{}  {}\n", paint(paint::ERROR, entry.code), paint(paint::STRONG, entry.title));
    for paragraph in [entry.explanation, entry.remedy] {
        out.push('\n');
        for line in wrap(paragraph, width.saturating_sub(2)) {
            let _ = writeln!(out, "  {line}");
        }
    }
    let _ = writeln!(out, "\n  {}", paint(paint::DIM, &ending(entry)));
    out
}

/// How the program ends when it meets the code.
pub(crate) fn ending(entry: &Code) -> String {
    match entry.exit {
        Exit::Done => "A warning: it stops nothing.".to_owned(),
        exit => format!("Exit code {}: {}.", exit.number(), exit.meaning()),
    }
}

fn all_text() -> String {
    let mut out = String::new();
    for family in &FAMILIES {
        let _ = writeln!(
            out,
            "{}",
            paint(paint::STRONG, &format!("{}xx  {}", family.prefix, family.title))
        );
        for entry in family.codes {
            let _ = writeln!(out, "  {}  {}", paint(paint::LINK, entry.code), entry.title);
        }
        out.push('\n');
    }
    for (prefix, title) in prove::RULE_FAMILIES {
        let rules = prove::of_family(prefix);
        if !rules.is_empty() {
            let _ = writeln!(out, "{}", paint(paint::STRONG, &format!("{prefix}xx  {title}")));
        }
        for rule in rules {
            let _ = writeln!(out, "  {}  {}", paint(paint::LINK, rule.code), rule.title);
        }
    }
    let kinds = adopt::kinds_of_findings();
    if !kinds.is_empty() {
        let (prefix, title) = adopt::FAMILY;
        let _ = writeln!(out, "{}", paint(paint::STRONG, &format!("{prefix}xx  {title}")));
    }
    for kind in kinds {
        let _ = writeln!(out, "  {}  {}", paint(paint::LINK, kind.code), kind.title);
    }
    out
}

fn all_json() -> String {
    let rules = prove::RULE_FAMILIES.into_iter().flat_map(|(prefix, _)| prove::of_family(prefix));
    let kinds = adopt::kinds_of_findings().into_iter().map(adopt::FindingKind::value);
    let all = codes::all().map(value).chain(rules.map(prove::rule_value)).chain(kinds);
    Value::Array(all.collect()).to_string()
}

fn value(entry: &Code) -> Value {
    json!({
        "code": entry.code, "title": entry.title, "exit": entry.exit.number(),
        "explanation": entry.explanation, "remedy": entry.remedy,
    })
}
