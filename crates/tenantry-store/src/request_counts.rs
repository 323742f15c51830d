//! How many requests each organization made in a calendar month (UTC).

use jiff::civil::Date;
use tenantry_db::{Platform, PlatformTx, statements};
use uuid::Uuid;

use crate::error::StoreError;

statements! { Platform:
    ADD = "insert into tenantry.request_counts as c (organization_id, period, requests) \
           select g.organization_id, g.period, g.added from unnest($1::uuid[], $2::date[], $3::bigint[]) as g (organization_id, period, added) \
           order by g.organization_id, g.period \
           on conflict (organization_id, period) do update set requests = c.requests + excluded.requests";
}

/// Adds requests to the months of organizations. The three lists belong together; a month is named by its first day.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn add(
    tx: &mut PlatformTx,
    organizations: &[Uuid],
    periods: &[Date],
    added: &[i64],
) -> Result<(), StoreError> {
    tx.query(&ADD, &[&organizations, &periods, &added]).await?;
    Ok(())
}
