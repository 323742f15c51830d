//! One process at work: it takes the database, does the steps in their order, and remembers each.

use tenantry_db::DbError;
use tenantry_prove::report::Report;
use tokio_postgres::Client;

use super::sitting::{Interrupted, words};
use super::{Installation, Work};
use crate::backfill::{self, Walk};
use crate::error::AdoptError;
use crate::finding::Weight;
use crate::journal::{self, Beginning, Entry, Journal, Run, StepStatus};
use crate::lock::{Failed, Held, Lockkeeper};
use crate::operation::{Action, Manner, Operate, Task};
use crate::operations::Operation;
use crate::plan::Plan;
use crate::progress::{Event, State};
use crate::schema::{Schema, difference};
use crate::step::Phase;
use crate::task;

/// A process at work.
#[derive(Debug)]
pub(crate) struct Engine<'a> {
    pub(crate) work: Work<'a>,
    pub(crate) installation: Installation<'a>,
    pub(crate) client: &'a Client,
    /// A second session, for looking while the first one waits.
    pub(crate) watch: &'a Client,
    pub(crate) journal: Journal<'a>,
}

/// How far the work came.
#[derive(Debug)]
pub(crate) enum Reached {
    /// To where it was told.
    End(Option<Box<Report>>),
    /// To a safe point, because it was told to stop or to pause.
    Stop,
}

impl Engine<'_> {
    pub(crate) fn tell(&self, event: Event) {
        (self.work.observer.0)(event);
    }

    pub(crate) fn keeper(&self) -> Lockkeeper<'_> {
        Lockkeeper {
            client: self.client,
            watch: self.watch,
            patience: self.work.options.patience,
            observer: self.work.observer,
            stop: self.work.stop,
        }
    }

    /// Begins or goes on, up to the phase that was named.
    pub(crate) async fn apply(&self, plan: Option<&Plan>) -> Result<Reached, AdoptError> {
        let run = match (self.journal.run().await?, plan) {
            (None, Some(plan)) => self.begin(plan).await?,
            (None, None) => return Err(AdoptError::NotStarted),
            (Some(run), Some(plan)) if plan.decisions.hash() != run.plan_hash => {
                return Err(AdoptError::Refused(format!(
                    "the plan {} is under way, and this is another one",
                    run.plan_hash.chars().take(12).collect::<String>()
                )));
            }
            (Some(run), _) => run,
        };
        match run.state {
            _ if run.phase == Phase::Finish && run.state != State::Finished => {
                return Err(AdoptError::Refused(
                    "it is being finished, and a part is gone already; finish goes on".into(),
                ));
            }
            State::RollingBack => {
                return Err(AdoptError::Refused(
                    "it is being taken back; finish that first".into(),
                ));
            }
            State::Finished => {
                return Err(AdoptError::Refused(
                    "it is finished; there is nothing left to apply".into(),
                ));
            }
            State::Applying | State::Paused | State::Stopped | State::Shadow | State::Enforced => {}
        }
        self.drift(&run).await?;
        self.journal.set_state(State::Applying, run.phase, None).await?;
        self.phases(&run).await
    }

    async fn begin(&self, plan: &Plan) -> Result<Run, AdoptError> {
        let now = Schema::read(self.watch).await?;
        if now.hash() != plan.schema.hash() {
            let difference = difference(&plan.schema.shape(), &now.shape());
            return Err(AdoptError::Drifted { difference });
        }
        let prepare = plan.steps.iter().find_map(|step| match &step.operation {
            Operation::Prepare(prepare) => Some(prepare.id),
            _ => None,
        });
        let Some(organization_id) = prepare else {
            return Err(AdoptError::Refused(format!("it is still to be decided: {}", open(plan))));
        };
        if let Some(objection) = plan.objections().into_iter().next() {
            return Err(AdoptError::Refused(format!(
                "the plan would make the application wait: {objection}"
            )));
        }
        let (hash, shape) = (plan.decisions.hash(), plan.schema.shape());
        let beginning = Beginning {
            decisions: &plan.decisions,
            hash: &hash,
            shape: &shape,
            organization_id,
            steps: &plan.steps,
        };
        self.journal.begin(&beginning).await?;
        self.journal.run().await?.ok_or(AdoptError::NotStarted)
    }

    /// Refuses a schema that somebody else changed since the plan was made.
    pub(crate) async fn drift(&self, run: &Run) -> Result<(), AdoptError> {
        let now = Schema::read(self.watch).await?.shape();
        let mut difference = difference(&run.shape, &now);
        difference.retain(|line| !is_harmless(line));
        if difference.is_empty() { Ok(()) } else { Err(AdoptError::Drifted { difference }) }
    }

    async fn phases(&self, run: &Run) -> Result<Reached, AdoptError> {
        let mut report = None;
        let is_binding = is_binding(run);
        let until = match self.work.options.until {
            until if is_binding => until.max(Phase::Prove),
            until => until,
        };
        for phase in
            Phase::ALL.into_iter().filter(|phase| *phase <= until && *phase < Phase::Finish)
        {
            let entries = self.journal.entries().await?;
            let open: Vec<&Entry> = entries
                .iter()
                .filter(|entry| entry.step.phase == phase && entry.status != StepStatus::Done)
                .collect();
            if open.is_empty() {
                continue;
            }
            if phase == Phase::Enforce && !is_binding {
                self.ensure_enforceable(run).await?;
            }
            self.drift(run).await?;
            self.journal.set_phase(phase).await?;
            self.tell(Event::PhaseBegun { phase, steps: open.len() });
            match Box::pin(self.steps(&open)).await {
                Ok(found) => report = found.or(report),
                Err(Interrupted::Stop) => return Ok(Reached::Stop),
                Err(Interrupted::Error(error)) => {
                    return Err(Box::pin(self.after(run, phase, error)).await?);
                }
            }
            self.told_phase(phase).await?;
        }
        self.rest_state().await?;
        Ok(Reached::End(report.map(Box::new)))
    }

    async fn told_phase(&self, phase: Phase) -> Result<(), AdoptError> {
        let status = journal::status(self.watch).await?;
        if let Some(progress) = status.phases.into_iter().find(|known| known.phase == phase) {
            self.tell(Event::PhaseDone { progress });
        }
        Ok(())
    }

    /// What the state is when nothing is left to do for now.
    pub(super) async fn rest_state(&self) -> Result<(), AdoptError> {
        let entries = self.journal.entries().await?;
        let is_done = |phase: Phase| {
            entries
                .iter()
                .filter(|entry| entry.step.phase == phase)
                .all(|entry| entry.status == StepStatus::Done)
        };
        let has_steps = |phase: &Phase| entries.iter().any(|entry| entry.step.phase == *phase);
        let last =
            Phase::ALL.into_iter().filter(has_steps).take_while(|phase| is_done(*phase)).last();
        let (state, phase) = match last {
            Some(phase) if phase >= Phase::Prove => (State::Enforced, Phase::Prove),
            Some(Phase::Shadow) => (State::Shadow, Phase::Shadow),
            Some(phase) => (State::Paused, phase),
            None => (State::Paused, Phase::Prepare),
        };
        Ok(self.journal.set_state(state, phase, None).await?)
    }

    /// Whoever cannot be bound is let go before it is told, with the keys that the unchanged application needs; whatever goes wrong
    /// with that is the worse news. What may work the next time stays as it is, and so does what other databases' rows are in.
    async fn after(
        &self,
        run: &Run,
        phase: Phase,
        error: AdoptError,
    ) -> Result<AdoptError, AdoptError> {
        let may_work_later = matches!(error, AdoptError::Blocked { .. } | AdoptError::Database(_));
        let entries = self.journal.entries().await?;
        let is_merged = entries.iter().any(|entry| {
            matches!(entry.step.operation, Operation::Merge(_))
                && entry.status != StepStatus::Pending
        });
        if phase >= Phase::Enforce && !may_work_later && !is_merged {
            self.return_to_shadow(run, &entries).await?;
        }
        Ok(error)
    }

    async fn steps(&self, open: &[&Entry]) -> Result<Option<Report>, Interrupted> {
        let schema = Schema::read(self.watch).await.map_err(AdoptError::from)?;
        let mut report = None;
        let mut rest = open;
        while let Some((first, others)) = rest.split_first() {
            let circle: Vec<&Entry> = rest
                .iter()
                .copied()
                .take_while(|entry| backfill::repeats(&entry.step.operation))
                .collect();
            if circle.is_empty() {
                report = self.step(first, &schema).await?.or(report);
                rest = others;
            } else {
                self.circle(&circle).await?;
                rest = &rest[circle.len()..];
            }
        }
        Ok(report)
    }

    /// One step, from the action it got to.
    async fn step(&self, entry: &Entry, schema: &Schema) -> Result<Option<Report>, Interrupted> {
        let (number, operation) = (entry.step.number, &entry.step.operation);
        if entry.status == StepStatus::Pending {
            operation.validate(schema).map_err(|problem| {
                AdoptError::Refused(format!("step {number}, {}: {problem}", operation.title()))
            })?;
        }
        self.journal.set_status(number, StepStatus::Running).await.map_err(AdoptError::from)?;
        self.tell(Event::StepBegun { number, title: operation.title() });
        let mut total = Held::default();
        let mut report = None;
        for (index, action) in operation.start().iter().enumerate().skip(entry.actions_done) {
            self.ensure_going_on().await?;
            let held = match &action.manner {
                Manner::Batches(batches) => {
                    let walk = Walk { engine: self, number, batches };
                    walk.all().await?;
                    self.journal
                        .note_cost(number, index + 1, 0.0, 0.0)
                        .await
                        .map_err(AdoptError::from)?;
                    Held::default()
                }
                Manner::Task(kind) => {
                    report = self.task(*kind, operation).await?.or(report);
                    self.journal
                        .note_cost(number, index + 1, 0.0, 0.0)
                        .await
                        .map_err(AdoptError::from)?;
                    Held::default()
                }
                Manner::Short | Manner::Long | Manner::Concurrent { .. } => {
                    self.statement(entry, index, action).await?
                }
            };
            total.held = total.held.max(held.held);
            total.waited += held.waited;
        }
        self.journal.set_status(number, StepStatus::Done).await.map_err(AdoptError::from)?;
        self.tell(Event::StepDone { number, longest_lock: total.held, waited: total.waited });
        Ok(report)
    }

    /// One statement, unless it is done already.
    async fn statement(
        &self,
        entry: &Entry,
        index: usize,
        action: &Action,
    ) -> Result<Held, Interrupted> {
        let number = entry.step.number;
        let mut held = Held::default();
        if !self.is_done(action).await? {
            let mark = Journal::mark(number, index + 1);
            held = match self.keeper().run(action, &mark).await {
                Ok(held) => held,
                Err(Failed::Statement(error))
                    if backfill::is_moved(&entry.step.operation, action, &error) =>
                {
                    // A row moved to another parent between its children's backfill and the key that would have taken them along.
                    backfill::repair(self, &entry.step.operation).await?;
                    self.keeper()
                        .run(action, &mark)
                        .await
                        .map_err(|failed| self.failure(entry, action, failed))?
                }
                Err(failed) => return Err(self.failure(entry, action, failed)),
            };
        }
        let (held_ms, waited_ms) = (held.held.as_secs_f64() * 1e3, held.waited.as_secs_f64() * 1e3);
        self.journal
            .note_cost(number, index + 1, held_ms, waited_ms)
            .await
            .map_err(AdoptError::from)?;
        Ok(held)
    }

    /// What is not SQL alone.
    pub(crate) async fn task(
        &self,
        kind: Task,
        operation: &Operation,
    ) -> Result<Option<Report>, Interrupted> {
        let context = task::Context {
            address: self.work.address,
            client: self.client,
            operation,
            installation: self.installation,
            observer: self.work.observer,
            stop: self.work.stop,
            sources: self.work.sources,
        };
        let done = Box::pin(task::run(kind, &context)).await?;
        for line in done.lines {
            self.tell(Event::Note { line });
        }
        // A task that was stopped half-way is not done, and is asked for again.
        if done.was_stopped { Err(Interrupted::Stop) } else { Ok(done.report) }
    }

    pub(crate) async fn is_done(&self, action: &Action) -> Result<bool, AdoptError> {
        let row = self.client.query_one(action.done.as_str(), &[]).await.map_err(DbError::from)?;
        Ok(row.get::<_, Option<bool>>(0).unwrap_or(false))
    }

    pub(crate) fn failure(&self, entry: &Entry, action: &Action, failed: Failed) -> Interrupted {
        self.failed(entry.step.number, &entry.step.operation.title(), action, failed)
    }

    pub(crate) fn failed(
        &self,
        number: u32,
        title: &str,
        action: &Action,
        failed: Failed,
    ) -> Interrupted {
        match failed {
            Failed::Stopped => Interrupted::Stop,
            Failed::Database(error) => Interrupted::Error(error.into()),
            Failed::Blocked { table, held, holders } => Interrupted::Error(AdoptError::Blocked {
                table: table.unwrap_or_default(),
                tries: held.tries,
                waited: held.waited,
                holders,
            }),
            Failed::Statement(error) => Interrupted::Error(AdoptError::Step {
                number,
                title: title.to_owned(),
                message: words(&error),
                sql: action.sql.clone(),
            }),
        }
    }

    /// Whether nobody asked to stop or to pause.
    pub(crate) async fn ensure_going_on(&self) -> Result<(), Interrupted> {
        let is_paused = self.journal.is_paused().await.map_err(AdoptError::from)?;
        if is_paused || self.work.stop.is_cancelled() { Err(Interrupted::Stop) } else { Ok(()) }
    }
}

/// What an application's own migration may add while it is adopted: a column of a table that is in the plan, or an index that is
/// no key. Neither lets a row be seen; a new table, key, view or function might.
fn is_harmless(line: &str) -> bool {
    line.starts_with("+ column ") || line.starts_with("+ index ")
}

/// What keeps a plan from having steps.
fn open(plan: &Plan) -> String {
    let open = plan.findings.iter().filter(|finding| finding.weight == Weight::Decision);
    open.map(|finding| finding.title.as_str()).collect::<Vec<_>>().join("; ")
}

/// Whether enforcement was interrupted. Whoever goes on goes through with it: some logins bound and some keys changed is
/// nothing to rest in, and nothing that could be called shadow.
fn is_binding(run: &Run) -> bool {
    run.phase >= Phase::Enforce
        && matches!(run.state, State::Applying | State::Paused | State::Stopped)
}
