//! The gate before enforcement, and the way back from it: nobody is bound while the application is seen to need what it would
//! be denied, and nobody stays bound by a guard that leaks.

use tenantry_db::DbError;

use super::engine::Engine;
use super::sitting::Interrupted;
use super::{UndoOptions, undo};
use crate::error::AdoptError;
use crate::journal::{Entry, Run, StepStatus};
use crate::operation::Operate;
use crate::operations::Operation;
use crate::progress::State;
use crate::shadow;
use crate::step::Phase;

/// How far back denials count against enforcement, in minutes.
const RECENT: i32 = 24 * 60;

impl Engine<'_> {
    /// Refuses to bind logins that are known to send statements which would be denied, or of which nothing is known yet.
    pub(super) async fn ensure_enforceable(&self, run: &Run) -> Result<(), AdoptError> {
        if self.work.options.accepts_denials {
            return Ok(());
        }
        let denials = shadow::recent(self.watch, RECENT).await?;
        if !denials.is_empty() {
            let tables: std::collections::BTreeSet<String> =
                denials.iter().map(|denial| denial.table.shown()).collect();
            let tables: Vec<String> = tables.into_iter().collect();
            return Err(AdoptError::Refused(format!(
                "{} of the application touched rows without an organization in the last day, on {}",
                if denials.len() == 1 {
                    "one statement".to_owned()
                } else {
                    format!("{} statements", denials.len())
                },
                tables.join(", ")
            )));
        }
        let connected = self.connected(&run.decisions.application.logins).await?;
        if !connected.is_empty() && self.is_fresh().await? {
            return Err(AdoptError::Refused(format!(
                "shadow has only begun, and {} is connected: what it would be denied is not known yet",
                connected.join(", ")
            )));
        }
        Ok(())
    }

    /// Whether shadow has lasted for less than a minute, whoever began it.
    async fn is_fresh(&self) -> Result<bool, AdoptError> {
        let asked = "select coalesce(max(ended_at) > clock_timestamp() - interval '1 minute', true) \
                       from tenantry_adopt.steps where phase = 'shadow'";
        Ok(self.watch.query_one(asked, &[]).await.map_err(DbError::from)?.get(0))
    }

    async fn connected(&self, logins: &[String]) -> Result<Vec<String>, AdoptError> {
        let asked = "select distinct usename::text from pg_catalog.pg_stat_activity \
                      where datname = pg_catalog.current_database() and usename::text = any ($1) order by 1";
        let rows = self.watch.query(asked, &[&logins]).await.map_err(DbError::from)?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// Binds the new login alone again, and gives the unchanged application its keys and rights back. Where a key cannot come
    /// back, because organizations share values already, only the guards are taken away.
    pub(super) async fn return_to_shadow(
        &self,
        run: &Run,
        entries: &[Entry],
    ) -> Result<(), AdoptError> {
        let whole = UndoOptions { to: Some(Phase::Shadow), ..UndoOptions::default() };
        if undo::obstacles(self.watch, run, entries, &whole).await?.0.is_empty() {
            return self.take_back(entries, &whole).await.map(|_| ());
        }
        let guards = entries.iter().rev().filter(|entry| {
            matches!(entry.step.operation, Operation::EnforceGuard(_) | Operation::Prove(_))
                && entry.status != StepStatus::Pending
        });
        for entry in guards {
            for action in &entry.step.operation.rollback() {
                self.undo_action(entry, action).await.map_err(|interrupted| match interrupted {
                    Interrupted::Error(error) => error,
                    Interrupted::Stop => AdoptError::Refused(
                        "the guard leaks, and it was told to stop before all of it was back in shadow; run the same command again".into(),
                    ),
                })?;
            }
            self.journal.set_status(entry.step.number, StepStatus::Pending).await?;
        }
        Ok(self.journal.set_state(State::Shadow, Phase::Shadow, None).await?)
    }
}
