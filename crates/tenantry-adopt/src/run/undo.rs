//! Taking back, and finishing. Taking back goes from the last step to the first and asks of each action whether there is
//! something left to undo, so that it can be interrupted and repeated like everything else.

use tenantry_db::DbError;
use tokio_postgres::Client;

use super::engine::{Engine, Reached};
use super::sitting::Interrupted;
use super::{UndoOptions, Undoing};
use crate::classification::Mode;
use crate::error::AdoptError;
use crate::journal::{self, Entry, Journal, Run, StepStatus};
use crate::name::{COLUMN, TableName, identifier, literal};
use crate::operation::{Action, Lock, Manner, Operate};
use crate::operations::Operation;
use crate::progress::{Event, State};
use crate::step::Phase;
use crate::task;

/// What taking back would do.
pub(super) async fn undoing(client: &Client, options: &UndoOptions) -> Result<Undoing, AdoptError> {
    let journal = Journal(client);
    let run = journal.run().await?.ok_or(AdoptError::NotStarted)?;
    let entries = journal.entries().await?;
    let status = journal::status(client).await?;
    let obstacles = obstacles(client, &run, &entries, options).await?;
    let lines = Phase::ALL
        .into_iter()
        .rev()
        .filter(|phase| options.to.is_none_or(|to| *phase > to))
        .filter_map(|phase| {
            let begun =
                to_undo(&entries, options).filter(|entry| entry.step.phase == phase).count();
            let words = status.phases.iter().find(|known| known.phase == phase)?.words.clone();
            (begun > 0).then_some((phase, words))
        })
        .collect();
    Ok(Undoing { status, lines, obstacles: obstacles.0, help: obstacles.1 })
}

/// The steps that have to be undone, the last first.
fn to_undo<'a>(entries: &'a [Entry], options: &'a UndoOptions) -> impl Iterator<Item = &'a Entry> {
    entries.iter().rev().filter(|entry| {
        options.to.is_none_or(|to| entry.step.phase > to)
            && matches!(entry.status, StepStatus::Running | StepStatus::Done)
    })
}

/// What would be lost or mixed, and what to do about it.
pub(super) async fn obstacles(
    client: &Client,
    run: &Run,
    entries: &[Entry],
    options: &UndoOptions,
) -> Result<(Vec<String>, Vec<String>), AdoptError> {
    let (mut found, mut help) = (Vec::new(), Vec::new());
    if options.to.is_some_and(|to| to > Phase::Shadow) {
        found.push(
            "whoever is bound is bound until shadow: it can be taken back to shadow, or further"
                .to_owned(),
        );
        return Ok((found, help));
    }
    if run.phase == Phase::Finish {
        found.push("it is finished: what the old application needed is gone".to_owned());
        return Ok((found, help));
    }
    let undone: Vec<&Entry> = to_undo(entries, options).collect();
    let swapped = undone.iter().filter_map(|entry| match &entry.step.operation {
        Operation::SwapKey(key) if !options.keep.contains(&key.old.name) => Some(key),
        _ => None,
    });
    for key in swapped {
        let rows = client.query(key.collisions().as_str(), &[]).await.map_err(DbError::from)?;
        if !rows.is_empty() {
            let (name, table) = (&key.old.name, key.table.shown());
            found.push(format!(
                "the unique key {name} of {table} cannot come back: organizations now share values"
            ));
            help.push(format!(
                "keep it per organization with --keep {name}, or change one of the rows first"
            ));
        }
    }
    let mixed = if run.mode() == Mode::Split || options.mixes_organizations {
        Vec::new()
    } else {
        mixed(client, &undone, run).await?
    };
    if !mixed.is_empty() {
        found.push(format!("rows of several organizations are in {}; without the column nobody could tell them apart", mixed.join(", ")));
        help.push(
            "remove the other organizations' rows, or mix them on purpose with --mix-organizations"
                .to_owned(),
        );
    }
    if options.to.is_none() {
        found.extend(task::losses(client).await?);
    }
    Ok((found, help))
}

/// The tables whose column would go although rows of other organizations are in them.
async fn mixed(client: &Client, undone: &[&Entry], run: &Run) -> Result<Vec<String>, AdoptError> {
    let mut mixed = Vec::new();
    for entry in undone {
        let Operation::AddOrganization(added) = &entry.step.operation else { continue };
        if has_others(client, &added.table, run.organization_id).await? {
            mixed.push(added.table.shown());
        }
    }
    mixed.sort();
    Ok(mixed)
}

/// Whether an organization other than this one has rows in a table. Two range scans of the scoped index.
async fn has_others(
    client: &Client,
    table: &TableName,
    organization: uuid::Uuid,
) -> Result<bool, AdoptError> {
    let there = format!(
        "select exists (select from pg_catalog.pg_attribute where attrelid = pg_catalog.to_regclass({}) and attname = '{COLUMN}' and not attisdropped)",
        literal(&table.sql())
    );
    if !client.query_one(there.as_str(), &[]).await.map_err(DbError::from)?.get::<_, bool>(0) {
        return Ok(false);
    }
    let (name, column) = (table.sql(), identifier(COLUMN));
    let asked = format!(
        "select exists (select from {name} where {column} < $1) or exists (select from {name} where {column} > $1)"
    );
    Ok(client.query_one(asked.as_str(), &[&organization]).await.map_err(DbError::from)?.get(0))
}

/// In the middle of a step there is no safe point to stop at; the same command goes on.
fn untold(interrupted: Interrupted) -> AdoptError {
    match interrupted {
        Interrupted::Error(error) => error,
        Interrupted::Stop => AdoptError::Refused(
            "it was told to stop while taking back; run the same command again".into(),
        ),
    }
}

impl Engine<'_> {
    /// Takes back what was applied.
    pub(super) async fn rollback(&self, options: &UndoOptions) -> Result<Reached, AdoptError> {
        let run = self.journal.run().await?.ok_or(AdoptError::NotStarted)?;
        let entries = self.journal.entries().await?;
        let (obstacles, help) = obstacles(self.watch, &run, &entries, options).await?;
        if !obstacles.is_empty() {
            return Err(AdoptError::Lossy { obstacles, help });
        }
        self.journal.set_state(State::RollingBack, run.phase, None).await?;
        self.take_back(&entries, options).await
    }

    /// Takes back, when it is known that nothing is lost.
    pub(super) async fn take_back(
        &self,
        entries: &[Entry],
        options: &UndoOptions,
    ) -> Result<Reached, AdoptError> {
        for phase in Phase::ALL.into_iter().rev() {
            let of_phase: Vec<&Entry> =
                to_undo(entries, options).filter(|entry| entry.step.phase == phase).collect();
            if of_phase.is_empty() {
                continue;
            }
            self.tell(Event::PhaseBegun { phase, steps: of_phase.len() });
            for entry in &of_phase {
                if self.work.stop.is_cancelled() {
                    return Ok(Reached::Stop);
                }
                match self.undo_step(entry, options).await {
                    Ok(()) => {}
                    Err(Interrupted::Stop) => return Ok(Reached::Stop),
                    Err(Interrupted::Error(error)) => return Err(error),
                }
            }
            let status = journal::status(self.watch).await?;
            if let Some(mut progress) = status.phases.into_iter().find(|known| known.phase == phase)
            {
                progress.done = of_phase.len();
                self.tell(Event::PhaseDone { progress });
            }
        }
        self.undone(options).await?;
        Ok(Reached::End(None))
    }

    async fn undo_step(&self, entry: &Entry, options: &UndoOptions) -> Result<(), Interrupted> {
        let (number, operation) = (entry.step.number, &entry.step.operation);
        self.tell(Event::StepBegun { number, title: operation.title() });
        let is_kept =
            matches!(operation, Operation::SwapKey(key) if options.keep.contains(&key.old.name));
        if !is_kept {
            for action in &operation.rollback() {
                if let Manner::Task(kind) = &action.manner {
                    if !self.is_done(action).await? {
                        self.task(*kind, operation).await.map_err(untold)?;
                    }
                } else {
                    self.undo_action(entry, action).await?;
                }
            }
        }
        self.journal.forget_cursor(number).await.map_err(AdoptError::from)?;
        self.journal.set_status(number, StepStatus::Undone).await.map_err(AdoptError::from)?;
        let none = std::time::Duration::ZERO;
        self.tell(Event::StepDone { number, longest_lock: none, waited: none });
        Ok(())
    }

    /// One statement of taking back, unless there is nothing left to undo.
    pub(super) async fn undo_action(
        &self,
        entry: &Entry,
        action: &Action,
    ) -> Result<(), Interrupted> {
        if self.is_done(action).await? {
            return Ok(());
        }
        let done = self.keeper().run(action, "select").await;
        done.map(drop).map_err(|failed| self.failure(entry, action, failed))
    }

    /// What remains when everything that was to be undone is.
    async fn undone(&self, options: &UndoOptions) -> Result<(), AdoptError> {
        if options.to.is_none() {
            return self.forget().await;
        }
        for entry in self.journal.entries().await? {
            if entry.status == StepStatus::Undone {
                self.journal.set_status(entry.step.number, StepStatus::Pending).await?;
            }
        }
        self.rest_state().await
    }

    /// The journal itself goes last, by the same door as everything else: sessions of the application may still look at the
    /// recorder.
    async fn forget(&self) -> Result<(), AdoptError> {
        let action = Action::locking(
            vec![(TableName::new("tenantry_adopt", "denials"), Lock::AccessExclusive)],
            "drop schema if exists tenantry_adopt cascade".to_owned(),
            "select pg_catalog.to_regnamespace('tenantry_adopt') is null".to_owned(),
        );
        let run = self.keeper().run(&action, "select").await;
        run.map(|_| ())
            .map_err(|failed| untold(self.failed(0, "forget the adoption", &action, failed)))
    }

    /// Drops what only the old application needed.
    pub(super) async fn finish(&self) -> Result<Reached, AdoptError> {
        let run = self.journal.run().await?.ok_or(AdoptError::NotStarted)?;
        match run.state {
            State::Enforced => {}
            State::Finished => return Ok(Reached::End(None)),
            State::Applying | State::Stopped | State::Paused if run.phase == Phase::Finish => {}
            State::Applying
            | State::Paused
            | State::Stopped
            | State::Shadow
            | State::RollingBack => {
                return Err(AdoptError::Refused(
                    "only what is enforced can be finished; the application still has its old way in".into(),
                ));
            }
        }
        self.drift(&run).await?;
        self.journal.set_state(State::Applying, Phase::Finish, None).await?;
        let entries = self.journal.entries().await?;
        self.tell(Event::PhaseBegun { phase: Phase::Finish, steps: entries.len() });
        for entry in &entries {
            match self.ensure_going_on().await {
                Ok(()) => {}
                Err(Interrupted::Stop) => return Ok(Reached::Stop),
                Err(Interrupted::Error(error)) => return Err(error),
            }
            for action in &entry.step.operation.complete() {
                match self.undo_action(entry, action).await {
                    Ok(()) => {}
                    Err(Interrupted::Stop) => return Ok(Reached::Stop),
                    Err(Interrupted::Error(error)) => return Err(error),
                }
            }
        }
        self.journal.set_state(State::Finished, Phase::Finish, None).await?;
        Ok(Reached::End(None))
    }
}
