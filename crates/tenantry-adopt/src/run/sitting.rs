//! From taking the database to letting go of it. How it ended is written down before it is told, so that whoever asks later is
//! told the same.

use tenantry_db::DbError;

use super::engine::{Engine, Reached};
use super::{Installation, Outcome, Work};
use crate::error::AdoptError;
use crate::journal::{self, Journal};
use crate::progress::{State, Status};
use crate::session;
use crate::step::Phase;

/// Takes the database, works, and lets go of it. What goes wrong is written down before it is told.
pub(crate) async fn with(
    work: Work<'_>,
    installation: Installation<'_>,
    run: impl AsyncFnOnce(&Engine<'_>) -> Result<Reached, AdoptError>,
) -> Result<Outcome, AdoptError> {
    session::with(work.address, async |client| {
        // Boxed, or the two sessions and all the work between them are one very large value.
        Box::pin(session::with(work.address, async |watch| {
            session::ensure_administrator(client).await?;
            let engine = Engine { work, installation, client, watch, journal: Journal(client) };
            engine.journal.take().await?;
            let database = engine.database().await?;
            let done = Box::pin(run(&engine)).await;
            engine.conclude(done, database).await
        }))
        .await
    })
    .await
}

impl Engine<'_> {
    async fn database(&self) -> Result<String, AdoptError> {
        let asked = "select pg_catalog.current_database()::text";
        Ok(self.watch.query_one(asked, &[]).await.map_err(DbError::from)?.get(0))
    }

    /// Writes down how it ended, on the session that is not in the middle of anything.
    async fn conclude(
        &self,
        done: Result<Reached, AdoptError>,
        database: String,
    ) -> Result<Outcome, AdoptError> {
        let journal = Journal(self.watch);
        let run = journal.run().await?;
        match done {
            Ok(reached) => {
                if matches!(reached, Reached::Stop)
                    && let Some(run) = &run
                    && run.state == State::Applying
                {
                    journal.set_state(State::Paused, run.phase, None).await?;
                }
                let status = match run {
                    Some(_) => journal::status(self.watch).await?,
                    None => nothing_left(database),
                };
                let was_stopped = matches!(reached, Reached::Stop);
                let report = match reached {
                    Reached::End(report) => report.map(|report| *report),
                    Reached::Stop => None,
                };
                Ok(Outcome { status, report, was_stopped })
            }
            Err(error) => {
                let said = error.to_string();
                match run {
                    Some(run) if run.state == State::Applying => {
                        journal.set_state(State::Stopped, run.phase, Some(&said)).await?;
                    }
                    Some(run) if run.state == State::RollingBack => {
                        journal.set_state(State::RollingBack, run.phase, Some(&said)).await?;
                    }
                    Some(_) | None => {}
                }
                Err(error)
            }
        }
    }
}

/// Why the work did not go on.
#[derive(Debug)]
pub(crate) enum Interrupted {
    /// Somebody asked for it.
    Stop,
    /// Something went wrong.
    Error(AdoptError),
}

impl From<AdoptError> for Interrupted {
    fn from(error: AdoptError) -> Self {
        Self::Error(error)
    }
}

/// What PostgreSQL says, with what it adds.
pub(crate) fn words(error: &tokio_postgres::Error) -> String {
    error.as_db_error().map_or_else(
        || error.to_string(),
        |said| match said.detail() {
            Some(detail) => format!("{} ({detail})", said.message()),
            None => said.message().to_owned(),
        },
    )
}

/// After everything was taken back there is no journal to read.
fn nothing_left(database: String) -> Status {
    Status {
        database,
        state: State::RollingBack,
        phase: Phase::Prepare,
        started_at: String::new(),
        plan: String::new(),
        organization: (String::new(), uuid::Uuid::nil()),
        holder: None,
        error: None,
        phases: Vec::new(),
        tables: Vec::new(),
        denials: Vec::new(),
        unbound: Vec::new(),
        copies: Vec::new(),
    }
}
