//! The sessions in which adopt works: an administrator's, quiet, with no name but the system's to be found by accident.

use tenantry_db::{Config, DbError, bootstrap};
use tokio_postgres::Client;

use crate::error::AdoptError;

/// Whoever dies with a statement under way is noticed by the server within a second, so that a killed process leaves no
/// session behind that holds a lock. A transaction that is forgotten ends by itself.
const QUIET: &str = "set application_name = 'tenantry adopt'; set jit = off; set search_path = pg_catalog; \
    set client_connection_check_interval = '1s'; set idle_in_transaction_session_timeout = '60s'; \
    set statement_timeout = 0; set lock_timeout = 0; set row_security = off; set default_transaction_read_only = off; \
    set client_min_messages = warning; set extra_float_digits = 1; set datestyle = 'ISO'; set intervalstyle = 'postgres'";

/// Runs some work on a session of its own, which ends with it.
pub(crate) async fn with<T>(
    address: &Config,
    work: impl AsyncFnOnce(&Client) -> Result<T, AdoptError>,
) -> Result<T, AdoptError> {
    bootstrap::with_client(address, async |client| {
        client.batch_execute(QUIET).await.map_err(DbError::from)?;
        work(client).await
    })
    .await
}

/// Refuses a login that may not do this.
pub(crate) async fn ensure_administrator(client: &Client) -> Result<(), AdoptError> {
    let asked = "select r.rolsuper, r.rolname::text, pg_catalog.pg_is_in_recovery(), \
                        pg_catalog.current_setting('server_version_num')::int4 \
                   from pg_catalog.pg_roles r where r.rolname = current_user";
    let row = client.query_one(asked, &[]).await.map_err(DbError::from)?;
    let (is_superuser, login, is_standby, version): (bool, String, bool, i32) =
        (row.get(0), row.get(1), row.get(2), row.get(3));
    if is_standby {
        return Err(AdoptError::Refused(
            "this server is a standby, which cannot be written".into(),
        ));
    }
    if version < 150_000 {
        return Err(AdoptError::Refused(format!(
            "the server is PostgreSQL {}, and adopting needs 15 or newer",
            version / 10_000
        )));
    }
    if !is_superuser {
        return Err(AdoptError::Refused(format!(
            "the login {login} is not a superuser, and the isolation contract needs one"
        )));
    }
    Ok(())
}
