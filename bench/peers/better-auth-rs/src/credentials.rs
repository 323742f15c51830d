//! One line for each credential: the cookie of an owner's session, a tab, the organization.
//! The sessions are made by the crate's own adapter; a sign-in would only add the price of a password hash.

use std::fmt::Write as _;
use std::path::Path;

use better_auth::SessionOps;
use better_auth::types::CreateSession;
use chrono::{Duration, Utc};
use sqlx::PgPool;

use crate::{Failure, database};

/// Owners that are spread over all organizations, so that neighbours in the tables are not measured together.
const OWNERS: &str =
    "select user_id, organization_id from member where role = 'owner' order by md5(id) limit $1";

pub async fn write(pool: &PgPool, count: i64, path: &Path) -> Result<(), Failure> {
    let owners: Vec<(String, String)> = sqlx::query_as(OWNERS).bind(count).fetch_all(pool).await?;
    let adapter = database::adapter(pool.clone());
    let mut lines = String::new();
    // Where there are fewer organizations than credentials, an owner has several, as a person with several devices has.
    for (user, organization) in owners.iter().cycle().take(usize::try_from(count)?) {
        let session = adapter.create_session(session_of(user, organization)).await?;
        writeln!(lines, "better-auth.session-token={}\t{organization}", session.token)?;
    }
    std::fs::write(path, lines)?;
    Ok(())
}

fn session_of(user: &str, organization: &str) -> CreateSession {
    CreateSession {
        user_id: user.to_owned(),
        expires_at: Utc::now() + Duration::days(7),
        ip_address: None,
        user_agent: None,
        impersonated_by: None,
        active_organization_id: Some(organization.to_owned()),
    }
}
