//! Rights that everybody has until the isolation contract takes them: which these are is found out by installing the
//! contract and rolling it back, so that no list here can differ from the contract's.

use tenantry_db::DbError;
use tenantry_db::guard::Engine;
use tenantry_db::migrate::contract;
use tokio_postgres::Client;

use crate::error::AdoptError;
use crate::name::literal;
use crate::task::session::execute;

const RIGHTS: &str = include_str!("rights.sql");
const KEEP: &str = include_str!("keep.sql");
/// The statements that give everything back, for the withdrawal.
pub(super) const RESTORE: &str = include_str!("restore.sql");

/// What a grantee has on an object, before and after.
#[derive(Debug)]
pub(super) struct Touched {
    object: String,
    grantee: String,
    before: Vec<String>,
    after: Vec<String>,
}

/// Everything that the contract changes of rights on what is not ours.
pub(super) async fn touched(client: &Client) -> Result<Vec<Touched>, AdoptError> {
    let engine = Engine::detect(client).await.map_err(DbError::from)?;
    execute(client, "begin; set local search_path = pg_catalog; set local lock_timeout = '60s'")
        .await?;
    let found = compare(client, engine).await;
    execute(client, "rollback").await?;
    found
}

/// Its way back is tried as well: it gives to everybody what somebody may have taken from everybody long ago.
async fn compare(client: &Client, engine: Engine) -> Result<Vec<Touched>, AdoptError> {
    let note =
        |name: &str| format!("create temporary table tenantry_{name} on commit drop as {RIGHTS}");
    let migrations = contract(engine).migrations;
    execute(client, &note("rights")).await?;
    for migration in &migrations {
        execute(client, &migration.up).await?;
    }
    execute(client, &note("after")).await?;
    for migration in migrations.iter().rev() {
        execute(client, &migration.down).await?;
    }
    let difference = format!(
        "select object, grantee, coalesce(b.rights, '{{}}'), coalesce(a.rights, '{{}}') \
           from pg_temp.tenantry_rights b full join pg_temp.tenantry_after a using (object, grantee) \
           full join ({RIGHTS}) d using (object, grantee) \
          where b.rights is distinct from a.rights or b.rights is distinct from d.rights"
    );
    let rows = client.query(&difference, &[]).await.map_err(DbError::from)?;
    let read = |row: &tokio_postgres::Row| Touched {
        object: row.get(0),
        grantee: row.get(1),
        before: row.get(2),
        after: row.get(3),
    };
    Ok(rows.iter().map(read).collect())
}

/// Writes down what there was, and gives the application's logins in their own name what they had as anybody.
pub(super) async fn keep(
    client: &Client,
    touched: &[Touched],
    logins: &[String],
) -> Result<(), AdoptError> {
    let insert = "insert into tenantry_adopt.rights (object, grantee, before) values ($1, $2, $3)";
    for line in touched {
        let values: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
            &[&line.object, &line.grantee, &line.before];
        client.execute(insert, values).await.map_err(DbError::from)?;
    }
    execute(client, &format!("create temporary table tenantry_rights on commit drop as {RIGHTS}"))
        .await?;
    let lost: Vec<&Touched> = touched.iter().filter(|line| line.grantee == "public").collect();
    let objects: Vec<&str> = lost.iter().map(|line| line.object.as_str()).collect();
    let before: Vec<String> = lost.iter().map(|line| line.before.join(",")).collect();
    let after: Vec<String> = lost.iter().map(|line| line.after.join(",")).collect();
    let logins = logins.to_vec();
    client.execute(KEEP, &[&logins, &objects, &before, &after]).await.map_err(DbError::from)?;
    execute(client, &each_kept("grant %s on %s to %s", "true")).await
}

/// SQL that takes from an old login, when it is bound by row security, what it was given to go on as before: temporary
/// tables, other sessions' statements, large objects. Does nothing where nothing was given.
#[must_use]
pub fn take_rights(login: &str) -> String {
    each_kept("revoke %s on %s from %s", &is_login(login))
}

/// SQL that gives it back.
#[must_use]
pub fn give_back_rights(login: &str) -> String {
    each_kept("grant %s on %s to %s", &is_login(login))
}

fn is_login(login: &str) -> String {
    format!("grantee = pg_catalog.quote_ident({})", literal(login))
}

fn each_kept(statement: &str, condition: &str) -> String {
    format!(
        "do $tenantry$ declare line record; begin \
           for line in select object, grantee, given from tenantry_adopt.rights, pg_catalog.unnest(kept) given \
                        where ({condition}) and pg_catalog.to_regrole(grantee) is not null order by 1, 2, 3 loop \
             execute pg_catalog.format('{statement}', line.given, line.object, line.grantee); \
           end loop; end $tenantry$"
    )
}
