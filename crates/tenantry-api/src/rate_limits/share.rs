//! The exchange of counts between the servers on one database (RT-2): one statement a second, for all windows that
//! are worth it. Between two exchanges each server knows its own requests exactly and the others' as of the last one.

use jiff::Timestamp;
use tenantry_db::{Database, DbError};
use tenantry_store::StoreError;
use tenantry_store::rate_windows::{self, Total};
use uuid::Uuid;

use super::policy::Policy;
use super::table::Share;
use super::{RateLimiter, WINDOW};

/// The most windows of one exchange; those that are used most come first.
const MOST: usize = 4_096;
/// An address is told of when it has used this part of its quota here. A flood of addresses that call once each is
/// no business of the other servers.
const WORTH_TELLING: u32 = 32;

/// Adds what was counted here since the last exchange, and learns what the others have counted.
pub(crate) async fn share(limiter: &RateLimiter, database: &Database) -> Result<(), StoreError> {
    let shares = collect(limiter);
    if shares.is_empty() {
        return Ok(());
    }
    match exchange(database, &shares).await {
        Ok(totals) => {
            settle(limiter, &shares, &totals);
            Ok(())
        }
        Err(error) => {
            if matches!(error, StoreError::Database(DbError::CommitUnknown(_))) {
                // Added twice, a few requests would count against their caller twice.
                settle(limiter, &shares, &[]);
            }
            Err(error)
        }
    }
}

/// Forgets the windows that have ended on every server, however far their clocks are apart.
pub(crate) async fn forget(limiter: &RateLimiter, database: &Database) -> Result<(), StoreError> {
    let mut tx = database.platform().await?;
    rate_windows::forget(&mut tx, second(limiter.now() - 10 * WINDOW)).await?;
    tx.commit(()).await?;
    Ok(())
}

fn collect(limiter: &RateLimiter) -> Vec<(Policy, Share)> {
    let mut shares = Vec::new();
    for policy in Policy::ALL {
        let least = match policy {
            Policy::Organization | Policy::Key => 1,
            Policy::Address => (limiter.limits.of(policy) / WORTH_TELLING).max(1),
        };
        let found = limiter.table(policy).shares(limiter.now(), least);
        shares.extend(found.into_iter().map(|share| (policy, share)));
    }
    if shares.len() > MOST {
        shares.sort_unstable_by_key(|(_, share)| std::cmp::Reverse(share.used));
        shares.truncate(MOST);
    }
    shares
}

fn name(policy: Policy, share: &Share) -> String {
    format!("{}:{}", policy.name(), Uuid::from_u128(share.caller).simple())
}

fn second(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MIN)
}

async fn exchange(
    database: &Database,
    shares: &[(Policy, Share)],
) -> Result<Vec<Total>, StoreError> {
    let names: Vec<String> = shares.iter().map(|(policy, share)| name(*policy, share)).collect();
    let started_at: Vec<Timestamp> =
        shares.iter().map(|(_, share)| second(share.started_at)).collect();
    let added: Vec<i64> = shares.iter().map(|(_, share)| i64::from(share.added)).collect();
    let mut tx = database.platform().await?;
    let totals = rate_windows::exchange(&mut tx, &names, &started_at, &added).await?;
    Ok(tx.commit(totals).await?.into_inner())
}

fn settle(limiter: &RateLimiter, shares: &[(Policy, Share)], totals: &[Total]) {
    let totals: std::collections::HashMap<(&str, i64), i64> = totals
        .iter()
        .map(|total| ((total.name.as_str(), total.started_at.as_second()), total.count))
        .collect();
    for (policy, share) in shares {
        let name = name(*policy, share);
        let total = totals.get(&(name.as_str(), share.started_at));
        let total = total.map(|total| u32::try_from(*total).unwrap_or(u32::MAX));
        limiter.table(*policy).settle(*share, total);
    }
}
