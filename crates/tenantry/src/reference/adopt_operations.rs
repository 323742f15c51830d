//! The page of every operation of `adopt`: in which phase it is started, what it locks, how it is run, and how it is taken
//! back. What stands there is asked of the operations that the planner makes for a small made-up database, so a statement
//! that changes in the code changes on the page; the words are those that open each operation's own file.

mod sample;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tenantry_adopt::classification::Mode;
use tenantry_adopt::operation::{Action, Lock, Manner, Operate};
use tenantry_adopt::operations::Operation;
use tenantry_adopt::step::{Phase, Step};

const HEAD: &str = "\
# What adopt does: every operation

<!-- Generated from crates/tenantry-adopt/src/operations/; `cargo xtask bless` writes it. -->

Every step of `tenantry adopt apply` is one of these operations on one table, view, function or login. For each: in which
phase it is started, what it locks, and how it is taken back. `tenantry adopt plan --sql` shows the statements for your
own database; [how adopt works](../explanation/how-adopt-works.md) says why they are these.

The SQL is that of a made-up database: `teams`, whose rows become the organizations where it is split; `notes` of a team,
with a unique `slug` and an index that is used; `users` of a team; `countries`, the same for everybody; a view and a
`security definer` function over `notes`; and the login `app`. **Whole** means that all of it is one organization,
**split** that each row of `teams` is one, **merge** that another database of the same form becomes one.

How an action is run:

- **short**: one transaction that changes the catalog alone. It asks for its locks for 200 ms, gives up, rests and asks
  again, twelve times at the most and never for longer than `--lock-timeout`; nobody's session is ended for it. It may
  take five seconds.
- **long**: one transaction without a limit of time, under locks that let the application read and write.
- **concurrent**: outside a transaction; what an interrupted one leaves behind is dropped before the next try.
- **batches**: many small transactions, each with its place in the table; the pace follows the time they take.
- **task**: done by code.

The mark that an action is done is written in its own transaction, and an action that is done is not done again.
";

/// The page.
pub(super) fn page() -> String {
    let samples = samples();
    let mut out = HEAD.to_owned();
    overview(&mut out, &samples);
    for sample in &samples {
        section(&mut out, sample);
    }
    out
}

/// An operation, and the steps that show it: of each mode in which it is another one.
struct Sample {
    shown: Vec<(Mode, Step)>,
}

fn samples() -> Vec<Sample> {
    let plans = [Mode::Split, Mode::Whole, Mode::Merge].map(|mode| (mode, sample::steps(mode)));
    let each = Operation::NAMES.iter().map(|&name| {
        let mut shown: Vec<(Mode, Step)> = Vec::new();
        for (mode, steps) in &plans {
            let Some(step) = best(steps, name) else { continue };
            let is_new =
                |(_, known): &(Mode, Step)| known.operation.start() != step.operation.start();
            if shown.iter().all(is_new) {
                shown.push((*mode, step.clone()));
            }
        }
        assert!(!shown.is_empty(), "no plan of the sample has the operation {name}");
        Sample { shown }
    });
    each.collect()
}

/// The step of this operation on the table that readers know best; else the first one.
fn best<'a>(steps: &'a [Step], name: &str) -> Option<&'a Step> {
    let of_name = || steps.iter().filter(|step| camel(&step.operation) == name);
    let is_of_notes =
        |step: &&Step| step.operation.table().is_some_and(|table| table.name == "notes");
    of_name().find(is_of_notes).or_else(|| of_name().next())
}

/// The operation's name as the journal writes it: `scope-key`.
fn kebab(operation: &Operation) -> String {
    let value = serde_json::to_value(operation).unwrap();
    value["operation"].as_str().unwrap().to_owned()
}

/// As the code writes it: `ScopeKey`.
fn camel(operation: &Operation) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    kebab(operation).split('-').map(capital).collect()
}

impl Sample {
    fn first(&self) -> &Step {
        &self.shown[0].1
    }

    fn title(&self) -> String {
        kebab(&self.first().operation)
    }

    /// Of which phases its steps are, in all modes.
    fn phases(&self) -> String {
        let mut phases: Vec<Phase> = self.shown.iter().map(|(_, step)| step.phase).collect();
        phases.dedup();
        phases.iter().map(|phase| phase.name()).collect::<Vec<_>>().join(", ")
    }

    /// What opens the operation's file.
    fn words(&self) -> String {
        let file = self.title().replace('-', "_") + ".rs";
        let path = operations().join(file);
        let source = std::fs::read_to_string(&path).unwrap();
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(str::trim).collect::<Vec<_>>().join("\n")
    }
}

fn operations() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tenantry-adopt/src/operations")
}

fn overview(out: &mut String, samples: &[Sample]) {
    out.push_str(
        "\n| operation | phase | strongest lock | taken back under | at `finish` |\n|---|---|---|---|---|\n",
    );
    for sample in samples {
        let (title, operation) = (sample.title(), &sample.first().operation);
        let all = |actions: fn(&Operation) -> Vec<Action>| {
            let each = sample.shown.iter().flat_map(|(_, step)| actions(&step.operation));
            strongest(&each.collect::<Vec<_>>())
        };
        let done_then =
            |is_nothing: bool, otherwise: &str, actions: fn(&Operation) -> Vec<Action>| {
                if is_nothing { otherwise.to_owned() } else { all(actions) }
            };
        let finish = done_then(operation.complete().is_empty(), "–", Operation::complete);
        let back =
            done_then(operation.rollback().is_empty(), "nothing to undo", Operation::rollback);
        let (phases, lock) = (sample.phases(), all(Operation::start));
        let _ = writeln!(out, "| [{title}](#{title}) | {phases} | {lock} | {back} | {finish} |");
    }
}

fn strongest(actions: &[Action]) -> String {
    let locks = actions.iter().flat_map(|action| &action.locks).map(|(_, lock)| *lock);
    locks.max().map_or_else(|| "none on a table".to_owned(), |lock| lock.name().to_owned())
}

fn section(out: &mut String, sample: &Sample) {
    let _ = write!(
        out,
        "\n## {}\n\n{}\n\n**Phase:** {}.\n",
        sample.title(),
        sample.words(),
        sample.phases()
    );
    for (mode, step) in &sample.shown {
        let operation = &step.operation;
        let of_mode =
            if sample.shown.len() > 1 { format!(" ({})", word(*mode)) } else { String::new() };
        let _ = write!(out, "\n### {}: {}{of_mode}\n", sample.title(), operation.title());
        actions(out, "Start", &operation.start());
        actions(out, "Taken back", &operation.rollback());
        actions(out, "At finish", &operation.complete());
        if operation.rollback().is_empty() {
            out.push_str("\n**Taken back:** nothing to undo.\n");
        }
    }
}

const fn word(mode: Mode) -> &'static str {
    match mode {
        Mode::Whole => "whole",
        Mode::Split => "split",
        Mode::Merge => "merge",
    }
}

fn actions(out: &mut String, when: &str, actions: &[Action]) {
    for (index, action) in actions.iter().enumerate() {
        let number = if actions.len() > 1 { format!(" {}", index + 1) } else { String::new() };
        let _ =
            write!(out, "\n**{when}{number}:** {}; {}.\n", manner(&action.manner), locks(action));
        let sql = action.sql.trim();
        let _ = match &action.manner {
            Manner::Batches(_) | Manner::Task(_) => writeln!(out, "\n> {sql}"),
            Manner::Short | Manner::Long | Manner::Concurrent { .. } => {
                writeln!(out, "\n```sql\n{sql}\n```")
            }
        };
    }
}

const fn manner(manner: &Manner) -> &'static str {
    match manner {
        Manner::Short => "short",
        Manner::Long => "long",
        Manner::Concurrent { .. } => "concurrent",
        Manner::Batches(_) => "batches",
        Manner::Task(_) => "task",
    }
}

/// Each lock with its tables, in the order in which they are taken.
fn locks(action: &Action) -> String {
    let mut found: Vec<(Lock, Vec<String>)> = Vec::new();
    for (table, lock) in &action.locks {
        match found.last_mut().filter(|(known, _)| known == lock) {
            Some((_, tables)) => tables.push(table.shown()),
            None => found.push((*lock, vec![table.shown()])),
        }
    }
    if found.is_empty() {
        return "no lock on a table".to_owned();
    }
    let each =
        found.iter().map(|(lock, tables)| format!("{} on {}", lock.name(), tables.join(", ")));
    each.collect::<Vec<_>>().join(", ")
}
