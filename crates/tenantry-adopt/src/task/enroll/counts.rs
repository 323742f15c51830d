//! What enrolling came to, in words: who became what, and who was left out and why.

use tenantry_db::DbError;
use tokio_postgres::Client;

use crate::decisions::People;
use crate::error::AdoptError;

/// The staging tables go at once, because a merge enrolls several times in one transaction's life.
pub(super) const CLEAR: &str = "drop table pg_temp.tenantry_people, pg_temp.tenantry_accounts, pg_temp.tenantry_members, pg_temp.tenantry_joined";

const COUNTS: &str = "select \
    (select pg_catalog.count(*) from pg_temp.tenantry_people where not is_known and user_id is not null), \
    (select pg_catalog.count(*) from pg_temp.tenantry_accounts where is_made), \
    (select pg_catalog.count(*) from pg_temp.tenantry_accounts where not is_made), \
    (select pg_catalog.count(*) from pg_temp.tenantry_joined), \
    (select pg_catalog.count(*) from pg_temp.tenantry_people where not had_email), \
    (select pg_catalog.count(*) from pg_temp.tenantry_people where had_email and email is null), \
    (select pg_catalog.count(*) from pg_temp.tenantry_people where email is not null and not is_known) \
        - (select pg_catalog.count(*) from pg_temp.tenantry_accounts), \
    (select pg_catalog.count(*) from pg_temp.tenantry_accounts where is_made and hash is not null), \
    (select pg_catalog.count(*) from pg_temp.tenantry_accounts where is_made and had_hash and hash is null), \
    (select pg_catalog.count(*) from pg_temp.tenantry_people p where p.user_id is not null \
        and not exists (select from tenantry.memberships m where m.user_id = p.user_id))";

/// A line for each count that is not zero; the first one always.
pub(super) async fn lines(client: &Client, people: &People) -> Result<Vec<String>, AdoptError> {
    let row = client.query_one(COUNTS, &[]).await.map_err(DbError::from)?;
    let count = |place: usize| row.get::<_, i64>(place);
    let table = people.table.shown();
    let mut lines = vec![format!(
        "{} new people of {table}: {} accounts made, {} members",
        count(0),
        count(1),
        count(3)
    )];
    let more = [
        (2, "had an account already, which is used"),
        (4, "have no address, and became no account"),
        (5, "have an address that is none, and became no account"),
        (6, "have the address of an older row, and are the same account"),
        (7, "sign in with the password they have"),
        (8, "have a password hash that cannot be checked here, and choose a new password"),
        (9, "are in no organization"),
    ];
    lines.extend(
        more.into_iter()
            .filter(|(place, _)| count(*place) > 0)
            .map(|(place, words)| format!("{} {words}", count(place))),
    );
    Ok(lines)
}
