//! `tenantry adopt plan`: reads a database and writes the plan that a person reviews. A plan that was edited is never written
//! over unasked: it is read again, so that what was decided in it is seen in the tables and steps.

use std::path::Path;

use serde_json::json;
use tenantry_adopt::AdoptError;
use tenantry_adopt::decisions::{Decisions, Source};
use tenantry_adopt::finding::Weight;
use tenantry_adopt::name::TableName;
use tenantry_adopt::plan::{self, Plan, Request};
use tenantry_prove::report::words::listed;

use super::arguments::{PLAN, PlanArguments};
use super::failure::{self, Stage};
use super::file::{self, Found};
use super::target::Target;
use super::words::{brief, number, some};
use super::{Manner, again, difference, findings, programs, steps, tables};
use crate::clean;
use crate::config::Config;
use crate::exit::Exit;
use crate::line::Line;
use crate::paint::{self, paint};
use crate::screen::Screen;
use crate::text::wrap;
use crate::trouble::{Problem, Trouble};

/// Plans, writes and shows.
pub(super) async fn run(
    config: &Config,
    arguments: &PlanArguments,
    manner: Manner<'_>,
) -> Result<Exit, Trouble> {
    let screen = manner.screen;
    let is_piped = arguments.out == Path::new("-");
    if is_piped && (screen.is_json || arguments.sql || arguments.diff) {
        let title = "two things would be written over each other on the standard output";
        return Err(Problem::slip(title).help("give the plan a file: --out FILE").into());
    }
    let target = Target::of(config, &arguments.place)?;
    let found = if is_piped { None } else { file::find(&arguments.out)? };
    let kept = kept(arguments, found.as_ref())?;
    let mut request = request(arguments, kept)?;
    if let Some(found) = found.as_ref().filter(|found| !found.is_edited && !arguments.force) {
        again::take_over(&mut request, &found.text, target.database())
            .map_err(|error| failure::of(&AdoptError::Decisions(error), Stage::Looking))?;
    }
    let plan =
        read(&target, &request, screen).await.map_err(|error| moved(&error, kept.is_some()))?;
    if arguments.diff {
        return differ(arguments, found.as_ref(), &plan, screen);
    }
    if arguments.sql {
        screen.answer(&plan.sql());
        return Ok(exit(arguments, &plan));
    }
    let text = plan.decisions.write(&plan.classification);
    if is_piped {
        screen.answer(&text);
        return Ok(exit(arguments, &plan));
    }
    if kept.is_none() {
        file::write(&arguments.out, &file::sealed(&text), false)?;
    }
    if screen.is_json {
        screen.answer(&programs::plan(&plan, &arguments.out)?);
    } else {
        let ending = ending(&plan, arguments, &target, kept.is_some());
        let plan = clean::calm(&plan).map_err(|error| programs::unreadable(&error))?;
        screen.answer(&text_of(&plan, &ending, manner.is_verbose, screen.width.min(120)));
    }
    Ok(exit(arguments, &plan))
}

/// The text of a plan that somebody has edited, which is then planned with instead of a fresh one.
fn kept<'a>(
    arguments: &PlanArguments,
    found: Option<&'a Found>,
) -> Result<Option<&'a str>, Trouble> {
    let edited = found.filter(|found| found.is_edited && !arguments.force && !arguments.diff);
    let Some(edited) = edited else { return Ok(None) };
    let is_told = arguments.answers.is_some()
        || arguments.mode().is_some()
        || arguments.name.is_some()
        || !arguments.login.is_empty();
    if !is_told {
        return Ok(Some(&edited.text));
    }
    let shown = arguments.out.display();
    Err(Problem::new("TN1103", format!("{shown} was edited, and another plan is asked for"))
        .help("tenantry adopt plan   shows it as it was edited")
        .help("--force   writes a fresh plan over it")
        .help("--out FILE   leaves it, and writes the other one beside it")
        .into())
}

fn request(arguments: &PlanArguments, kept: Option<&str>) -> Result<Request, Trouble> {
    let answers = arguments.answers.as_deref().map(file::read).transpose()?;
    let merge = arguments.merge.iter().map(|address| source(address));
    Ok(Request {
        mode: arguments.mode(),
        root: arguments.root.as_deref().map(table).transpose()?,
        name: arguments.name.clone(),
        logins: arguments.login.clone(),
        decisions: kept.map(str::to_owned),
        answers,
        merge: merge.collect::<Result<_, _>>()?,
        foreign_keys_only: arguments.foreign_keys_only,
    })
}

/// A table as it is typed: of `public` when it says no schema.
fn table(text: &str) -> Result<TableName, Problem> {
    let typed = if text.contains('.') { text.to_owned() } else { format!("public.{text}") };
    typed.parse().map_err(|error: tenantry_adopt::name::BadName| {
        Problem::slip("--root names no table").fact("cause", error.to_string())
    })
}

/// Another database. Its password never gets into the plan.
fn source(address: &str) -> Result<Source, Problem> {
    let wrong = |cause: String| {
        Problem::new("TN0305", "--merge is not a database's address")
            .fact("cause", cause)
            .fact("wanted", "postgres://user@host:port/database")
    };
    let read: tenantry_db::Config =
        address.parse().map_err(|error: tenantry_db::ConfigError| wrong(error.to_string()))?;
    if read.get_password().is_some() {
        return Err(wrong("it holds a password, which the plan's file would show".to_owned())
            .help("leave it out, and set PGPASSWORD"));
    }
    let name = read.get_dbname().unwrap_or_default().to_owned();
    let organization = tenantry_adopt::decisions::Organization {
        slug: name.to_lowercase().replace('_', "-"),
        name,
    };
    Ok(Source { database: address.to_owned(), organization })
}

/// Asks the database, and shows on a terminal what is being read.
pub(super) async fn read(
    target: &Target,
    request: &Request,
    screen: &Screen,
) -> Result<Plan, AdoptError> {
    let line = Line::new(screen);
    let head = format!("Reading {} …", target.database());
    line.show(&head, "");
    let progress = |what: String| line.show(&head, &what);
    plan::plan(&target.address, request, &progress).await
}

/// An edited plan for a schema that is no more.
fn moved(error: &AdoptError, is_kept: bool) -> Trouble {
    let mut trouble = failure::of(error, Stage::Looking);
    if is_kept
        && matches!(error, AdoptError::Drifted { .. })
        && let Some(problem) = trouble.problems.first_mut()
    {
        problem.help = vec![
            "tenantry adopt plan --diff   shows what it means for the plan".to_owned(),
            "tenantry adopt plan --out FILE   writes a fresh one beside yours".to_owned(),
            "tenantry adopt plan --force   writes a fresh one over yours".to_owned(),
        ];
    }
    trouble
}

fn differ(
    arguments: &PlanArguments,
    found: Option<&Found>,
    plan: &Plan,
    screen: &Screen,
) -> Result<Exit, Trouble> {
    let shown = clean::text(&arguments.out.display().to_string());
    let Some(found) = found else {
        return Err(Problem::new("TN1101", format!("{shown} cannot be read"))
            .fact("cause", "there is no such file")
            .help("tenantry adopt plan   reads the database and writes one")
            .into());
    };
    let old = Decisions::read(&found.text)
        .map_err(|error| failure::of(&AdoptError::Decisions(error), Stage::Looking))?;
    let changes = difference::between(&old, &plan.decisions);
    let is_moved = old.schema != plan.decisions.schema;
    if screen.is_json {
        let lines: Vec<String> = changes.iter().map(difference::Change::plain).collect();
        screen.answer(&json!({ "schema_moved": is_moved, "changes": lines }).to_string());
    } else {
        let mut lines: Vec<String> = changes.iter().map(difference::Change::shown).collect();
        let what = match (is_moved, changes.is_empty()) {
            (_, false) => format!("A fresh plan differs from {shown}:"),
            (false, true) => format!("A fresh plan says what {shown} says."),
            (true, true) => {
                format!("The schema changed, and a fresh plan decides what {shown} decides.")
            }
        };
        lines.insert(0, what);
        screen.answer(&lines.join("\n"));
    }
    let is_other = is_moved || !changes.is_empty();
    Ok(if arguments.exit_code && is_other { Exit::Pending } else { Exit::Done })
}

fn exit(arguments: &PlanArguments, plan: &Plan) -> Exit {
    let is_pending = !plan.steps.is_empty() || is_open(plan);
    if arguments.exit_code && is_pending { Exit::Pending } else { Exit::Done }
}

/// Whether something is to be decided.
pub(super) fn is_open(plan: &Plan) -> bool {
    plan.decisions.tables.values().any(|decision| decision.class.is_none())
        || plan.findings.iter().any(|finding| finding.weight == Weight::Decision)
}

/// The plan for a terminal.
pub(super) fn text_of(plan: &Plan, ending: &str, is_verbose: bool, width: usize) -> String {
    let parts = [
        wrap(&reading(plan), width).join("\n"),
        tables::text(plan, is_verbose, width),
        steps::text(plan, width),
        findings::text(&plan.findings, is_verbose, width),
        ending.to_owned(),
    ];
    let parts: Vec<&str> =
        parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// `Read voiceforge: 12 tables, 1 view, 2 functions and 1,903,118 rows. Nothing was changed.`
fn reading(plan: &Plan) -> String {
    let schema = &plan.schema;
    let tables = schema.tables.iter().filter(|table| table.partition_of.is_none()).count();
    let leaves = schema.tables.iter().filter(|table| !table.is_partitioned);
    let rows: i64 = leaves.map(|table| table.statistics.rows).sum();
    let counted =
        [(tables, "table"), (schema.views.len(), "view"), (schema.functions.len(), "function")];
    let mut parts: Vec<String> = counted
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| some(i64::try_from(count).unwrap_or(i64::MAX), noun))
        .collect();
    parts.push(format!("{} rows", number(rows)));
    format!("Read {}: {}. Nothing was changed.", schema.database, listed(&parts))
}

/// Where the plan is, and what comes next.
fn ending(plan: &Plan, arguments: &PlanArguments, target: &Target, is_kept: bool) -> String {
    let shown = arguments.out.display();
    let hash = plan.decisions.hash();
    let hash = paint(paint::DIM, &format!("sha256 {}", brief(&hash)));
    let file = if is_kept {
        format!("{shown} is as you edited it   {hash}")
    } else {
        format!("Wrote {shown}   {hash}")
    };
    let again = target.again();
    let next = if is_open(plan) {
        format!("Decide in it what is open, then:  tenantry adopt plan{again}")
    } else if arguments.out == Path::new(PLAN) {
        format!("Review it, then:  tenantry adopt apply{again}")
    } else {
        format!("Review it, then:  tenantry adopt apply --plan {shown}{again}")
    };
    format!("{file}\n{next}")
}
