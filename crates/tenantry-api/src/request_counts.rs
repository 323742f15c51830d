//! How many requests each organization made, on the way to the database: counted in memory, and saved every two
//! seconds and when the server stops. So a server that is killed loses the last two seconds of its counts, and one
//! whose database is away keeps them and tries again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use tenantry_core::{Clock, OrganizationId};
use tenantry_db::{Database, DbError};
use tenantry_store::{StoreError, request_counts};
use uuid::Uuid;

/// How many organizations are counted at a time: many times what a server admits while its database is away, because
/// admitting takes the database.
const MOST: usize = 65_536;

type Month = (Uuid, Date);

/// The counts that are not saved yet.
#[derive(Debug)]
pub(crate) struct RequestCounts {
    clock: Clock,
    waiting: Mutex<HashMap<Month, i64>>,
}

impl RequestCounts {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, waiting: Mutex::default() }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Month, i64>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request that was admitted to an organization.
    pub(crate) fn count(&self, organization: OrganizationId) {
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        self.add((organization.uuid(), today.first_of_month()), 1);
    }

    fn add(&self, month: Month, requests: i64) {
        let mut waiting = self.waiting();
        if waiting.len() < MOST || waiting.contains_key(&month) {
            *waiting.entry(month).or_insert(0) += requests;
        }
    }

    /// Saves what was counted; keeps it when that fails.
    pub(crate) async fn save(&self, database: &Database) -> Result<(), StoreError> {
        let taken = std::mem::take(&mut *self.waiting());
        if taken.is_empty() {
            return Ok(());
        }
        let saved = add_all(database, &taken).await;
        match &saved {
            Ok(()) => {}
            // They are saved, or they are not: two seconds too few are better than two seconds twice.
            Err(StoreError::Database(DbError::CommitUnknown(_))) => {
                let requests: i64 = taken.values().sum();
                tracing::warn!(requests, "counts of requests may not have been saved");
            }
            Err(_) => taken.into_iter().for_each(|(month, requests)| self.add(month, requests)),
        }
        saved
    }
}

async fn add_all(database: &Database, counts: &HashMap<Month, i64>) -> Result<(), StoreError> {
    let organizations: Vec<Uuid> = counts.keys().map(|(organization, _)| *organization).collect();
    let periods: Vec<Date> = counts.keys().map(|(_, period)| *period).collect();
    let added: Vec<i64> = counts.values().copied().collect();
    let mut tx = database.platform().await?;
    request_counts::add(&mut tx, &organizations, &periods, &added).await?;
    tx.commit(()).await?;
    Ok(())
}
