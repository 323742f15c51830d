//! What came of a run, and what can be done next.

use tenantry_adopt::name::TableName;
use tenantry_adopt::progress::{State, Status};
use tenantry_adopt::run::Outcome;
use tenantry_adopt::step::Phase;
use tenantry_prove::report::Report;
use tenantry_prove::report::words::{grouped, listed};

use super::target::Target;
use super::words::some;
use super::{Manner, connect, programs};
use crate::clean;
use crate::config::Config;
use crate::exit::Exit;
use crate::paint::{self, paint};
use crate::text::wrap;
use crate::trouble::{Problem, Trouble};

/// Where it is told what requests of an application have to say.
const GUIDE: &str = "docs/guides/connect-your-application.md";

/// Tells it, for people or as the last line for programs.
pub(super) fn show(
    config: &Config,
    target: &Target,
    outcome: &Outcome,
    manner: Manner<'_>,
) -> Result<(), Trouble> {
    if manner.screen.is_json {
        manner.screen.answer(&programs::outcome(outcome)?);
        return Ok(());
    }
    let file = config.shown(&connect::usual(config, target));
    let text = text(outcome, &file, target.again(), manner.screen.width.min(120));
    manner.screen.say(&format!("\n{text}"));
    Ok(())
}

/// A state in a word or two.
pub(super) const fn state(state: State) -> &'static str {
    match state {
        State::Applying => "running",
        State::Paused => "paused",
        State::Stopped => "stopped",
        State::Shadow => "nothing enforced on the old logins",
        State::Enforced => "enforced",
        State::Finished => "finished",
        State::RollingBack => "being taken back",
    }
}

/// It ended because somebody did not want to wait.
pub(super) fn at_once(again: &'static str) -> Trouble {
    let problem = Problem::new("TN1116", "interrupted before it could stop by itself")
        .help(format!("{again}   goes on from there"));
    let mut trouble = Trouble::from(problem)
        .outcome("The statement that ran is taken back by the database; what was done stays done.");
    trouble.exit = Exit::Interrupted;
    trouble
}

/// The end of `apply` for a terminal. `file` is where `connect` writes.
pub(super) fn text(outcome: &Outcome, file: &str, again: &str, width: usize) -> String {
    let status = &outcome.status;
    let mut out = wrap(&verdict(outcome), width).join("\n");
    let next = next(status, outcome.was_stopped, file, again);
    let label = next.iter().map(|(label, ..)| label.chars().count()).max().unwrap_or_default();
    let remarked = next.iter().filter(|(.., about)| !about.is_empty());
    let command = remarked.map(|(_, command, _)| command.chars().count()).max();
    let command = command.unwrap_or_default();
    out.push_str(&format!("\n\n{}", paint(paint::STRONG, "Next")));
    for (what, line, about) in next {
        let is_wide = label + command + about.chars().count() + 8 <= width;
        let tail = match about.as_str() {
            "" => String::new(),
            about if is_wide => format!("   {}", paint(paint::DIM, about)),
            about => format!("\n  {:label$}   {}", "", paint(paint::DIM, about)),
        };
        let room = if is_wide && !about.is_empty() { command } else { 0 };
        let line = paint(paint::LINK, &format!("{line:<room$}"));
        out.push_str(&format!("\n  {what:<label$}   {line}{tail}"));
    }
    out
}

fn verdict(outcome: &Outcome) -> String {
    let status = &outcome.status;
    let database = clean::text(&status.database);
    let (name, id) = &status.organization;
    let belongs = format!(
        "Every row belongs to an organization now; the first one is \"{}\", {id}.",
        clean::text(name)
    );
    if outcome.was_stopped {
        let works = if status.phase < Phase::Enforce {
            "and your application works as before"
        } else {
            "so the old logins may be bound already"
        };
        return format!(
            "Stopped safely in {}. What was done stays done, {works}.",
            status.phase.name()
        );
    }
    match status.state {
        State::Finished => {
            let left = exceptions(status);
            format!("{database} is multi-tenant, and nothing of the old way is left.{left}")
        }
        State::Enforced => {
            let attacks = outcome.report.as_ref().map(attacks).unwrap_or_default();
            let bound = if status.unbound.is_empty() {
                "every login of its application is bound"
            } else {
                "every login is bound that row security can bind"
            };
            let left = exceptions(status);
            format!("{database} is multi-tenant: {bound}.{attacks}{left}\n{belongs}")
        }
        State::Shadow => format!(
            "{database} is ready for several organizations, and nothing is enforced on its old logins: your application works as before.\n{belongs}"
        ),
        State::Applying | State::Paused | State::Stopped | State::RollingBack => {
            let then = if status.phase < Phase::Enforce {
                "Your application works as before."
            } else {
                "The old logins are bound, and the result is not attacked yet."
            };
            format!("Done up to {}, as it was asked. {then}", status.phase.name())
        }
    }
}

/// What row security does not reach, a line each, with its line break before it.
fn exceptions(status: &Status) -> String {
    reached_around(status).into_iter().map(|line| format!("\n▲ {line}")).collect()
}

/// Who and what shows rows of every organization all the same, a sentence each.
pub(super) fn reached_around(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    if !status.unbound.is_empty() {
        let logins = clean::text(&listed(&status.unbound));
        lines.push(format!(
            "Row security does not bind {logins}, as a superuser or by bypassrls: let requests connect as tenantry_app."
        ));
    }
    if !status.copies.is_empty() {
        let views: Vec<String> = status.copies.iter().map(TableName::shown).collect();
        let views = clean::text(&listed(&views));
        lines.push(format!(
            "Old logins can read {views}: a materialized view keeps rows of every organization, and has no row security."
        ));
    }
    lines
}

fn attacks(report: &Report) -> String {
    let totals = report.totals();
    let (stopped, all) = (grouped(totals.stopped as u64), grouped(totals.attacks as u64));
    format!(" {stopped} of {all} attacks were stopped.")
}

/// What can be done, how, and a remark.
fn next(
    status: &Status,
    was_stopped: bool,
    file: &str,
    again: &str,
) -> Vec<(&'static str, String, String)> {
    let line = |command: &str| format!("tenantry adopt {command}{again}");
    let connect = ("connect your application", line("connect"), format!("writes {file}"));
    let guide = ("what your code has to do", GUIDE.to_owned(), String::new());
    let back = ("take it back", line("rollback"), "possible until  adopt finish".to_owned());
    if was_stopped && status.phase == Phase::Finish {
        return vec![("go on", line("finish"), String::new())];
    }
    if was_stopped {
        return vec![("go on", line("resume"), String::new()), back];
    }
    match status.state {
        State::Finished => vec![connect, guide],
        State::Enforced => {
            let finish = "drops what only the old application needed".to_owned();
            vec![connect, guide, back, ("when all is well", line("finish"), finish)]
        }
        State::Shadow => {
            let count = i64::try_from(status.denials.len()).unwrap_or(i64::MAX);
            let denied = format!("{} so far", some(count, "statement"));
            vec![
                connect,
                guide,
                ("see what would be denied", line("status"), denied),
                ("bind every login", line("apply --enforce"), "and attack the result".to_owned()),
                back,
            ]
        }
        State::RollingBack => vec![("go on", line("rollback"), String::new())],
        State::Applying | State::Paused | State::Stopped => {
            let then = Phase::ALL.into_iter().find(|phase| *phase > status.phase);
            let then = then.map(|phase| format!("goes on with {}", phase.name()));
            vec![("go on", line("apply"), then.unwrap_or_default()), back]
        }
    }
}
