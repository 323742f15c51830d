//! What an organization uses, each with its limit. The counts are kept by triggers, in the transaction
//! of each change; requests are added up by the servers every other second.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use tenantry_core::permission::usage;
use tenantry_db::{Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Tenant:
    COUNTS = "select meter, used, coalesce(most, tenantry.default_limit(meter)) as most from tenantry.usage_counts where organization_id = $1";
    STORED = "select tenantry.requests_of($1, $2) as requests, tenantry.stored_bytes($1) as stored";
}

/// How much of one thing is used, and how much may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Meter {
    /// How much is used.
    pub used: i64,
    /// How much may be used; null for no limit.
    pub limit: Option<i64>,
}

/// What an organization uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Usage {
    /// The first moment of the calendar month (UTC) that requests are counted for.
    pub period_start: Timestamp,
    /// The first moment of the next month: requests start at zero again.
    pub period_end: Timestamp,
    /// Members of the organization.
    pub members: Meter,
    /// Projects, without those that were deleted.
    pub projects: Meter,
    /// Clients, without those that were deleted.
    pub clients: Meter,
    /// Requests of the period to any address, counted with a delay of some seconds.
    pub requests: Meter,
    /// Bytes of the organization's clients and projects as they are stored, deleted ones among them.
    pub storage_bytes: Meter,
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its first day.
    pub first: Date,
    start: Timestamp,
    end: Timestamp,
}

impl Period {
    /// The month of a moment, in UTC.
    #[must_use]
    pub fn of(now: Timestamp) -> Self {
        let first = now.to_zoned(jiff::tz::TimeZone::UTC).date().first_of_month();
        let next = first.last_of_month().tomorrow().unwrap_or(first);
        let midnight = |date: Date| {
            date.to_zoned(jiff::tz::TimeZone::UTC).map_or(now, |moment| moment.timestamp())
        };
        Self { first, start: midnight(first), end: midnight(next) }
    }
}

/// What the organization uses in a period.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get(tx: &mut TenantTx<usage::Read>, period: Period) -> Result<Usage, StoreError> {
    let rows = tx.query(&COUNTS, &[]).await?;
    let count = |name: &str| -> Result<Meter, StoreError> {
        for row in &rows {
            if row.column::<String>("meter")? == name {
                return Ok(Meter { used: row.column("used")?, limit: row.column("most")? });
            }
        }
        Ok(Meter { used: 0, limit: None })
    };
    let row = tx.query_one(&STORED, &[&period.first]).await?;
    let unlimited = |used| Meter { used, limit: None };
    Ok(Usage {
        period_start: period.start,
        period_end: period.end,
        members: count("members")?,
        projects: count("projects")?,
        clients: count("clients")?,
        requests: unlimited(row.column("requests")?),
        storage_bytes: unlimited(row.column("stored")?),
    })
}
