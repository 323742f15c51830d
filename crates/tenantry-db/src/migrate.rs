//! Brings a database to the schema this version needs, and back. One transaction a migration; two at
//! once wait for each other; a migration whose text changed after it was applied is refused.
//!
//! Runs as an administrator, never as a login of the request path.

mod contract;

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use tenantry_core::ContextKeys;
use tenantry_core::secret::MasterSecret;
use tokio_postgres::Client;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::database::Login;
use crate::error::DbError;
use crate::guard::Engine;

pub use contract::contract;

/// One step, forth and back.
#[derive(Debug, Clone)]
pub struct Migration {
    /// Its number, from 1, without gaps.
    pub version: i32,
    /// What it does: `create_projects`.
    pub name: &'static str,
    /// The SQL that does it.
    pub up: Cow<'static, str>,
    /// The SQL that takes it back.
    pub down: Cow<'static, str>,
}

/// The migrations of one part of the system; parts are applied one after the other.
#[derive(Debug, Clone)]
pub struct Component {
    /// The part's name in the history.
    pub name: &'static str,
    /// Its steps in order.
    pub migrations: Vec<Migration>,
}

/// Why migrating stopped. What was applied before stays applied; the failed step left nothing.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database could not be reached or did not answer.
    #[error("the database could not be migrated")]
    Database(#[from] DbError),
    /// A step failed and was rolled back.
    #[error("migration {migration} failed and was rolled back")]
    Step {
        /// Which step.
        migration: String,
        /// What Postgres says.
        #[source]
        source: tokio_postgres::Error,
    },
    /// An applied migration has another text than this version knows.
    #[error("migration {migration} was changed after it was applied to this database")]
    Changed {
        /// Which step.
        migration: String,
    },
    /// The database has migrations that this version does not know: it was migrated by a newer one.
    #[error("the database has migration {migration}, which this version does not know")]
    Unknown {
        /// Which step.
        migration: String,
    },
    /// The login may not do this.
    #[error("the login {login} is not a superuser, and the isolation contract needs one")]
    NotAdministrator {
        /// Whose rights are too few.
        login: String,
    },
}

/// One line of `tenantry migrate status`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `component/0001_create_x`.
    pub label: String,
    /// When it was applied, RFC 3339; absent while it is pending.
    pub applied_at: Option<String>,
}

/// An administrator's connection.
#[derive(Debug)]
pub struct Migrator {
    client: Client,
    components: Vec<Component>,
}

impl Migrator {
    /// Connects as an administrator. `components` come after the isolation contract.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database is away.
    pub async fn connect(
        config: &Config,
        components: Vec<Component>,
        tasks: &TaskTracker,
    ) -> Result<Self, MigrateError> {
        let (client, connection) = config.open().await.map_err(DbError::from)?;
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the administrator's connection ended");
            }
        });
        let engine = Engine::detect(&client).await.map_err(DbError::from)?;
        let all = std::iter::once(contract(engine)).chain(components).collect();
        Ok(Self { client, components: all })
    }

    /// The server's version, for example `15.18`.
    ///
    /// # Errors
    /// [`MigrateError::Database`] when the database is away.
    pub async fn version(&self) -> Result<String, MigrateError> {
        let row = self.client.query_one("show server_version", &[]).await.map_err(DbError::from)?;
        let version: String = row.get(0);
        Ok(version.split_whitespace().next().unwrap_or_default().to_owned())
    }

    /// Applies what is pending; answers the labels of what it applied.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn up(&mut self) -> Result<Vec<String>, MigrateError> {
        self.lock().await?;
        let applied = self.apply_pending().await;
        self.unlock(applied).await
    }

    async fn apply_pending(&mut self) -> Result<Vec<String>, MigrateError> {
        let applied = self.rows().await?;
        self.compare(&applied)?;
        let mut labels = Vec::new();
        for component in &self.components {
            for migration in &component.migrations {
                if applied.iter().any(|row| row.is(component, migration)) {
                    continue;
                }
                apply(&mut self.client, component, migration).await?;
                labels.push(label(component.name, migration.version, migration.name));
            }
        }
        Ok(labels)
    }

    /// Takes back the last `steps` migrations; answers their labels.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn down(&mut self, steps: usize) -> Result<Vec<String>, MigrateError> {
        self.lock().await?;
        let taken_back = self.take_back_last(steps).await;
        self.unlock(taken_back).await
    }

    async fn take_back_last(&mut self, steps: usize) -> Result<Vec<String>, MigrateError> {
        let applied = self.rows().await?;
        self.compare(&applied)?;
        let mut labels = Vec::new();
        for row in applied.iter().rev().take(steps) {
            let found = self.components.iter().find_map(|component| {
                let migration =
                    component.migrations.iter().find(|migration| row.is(component, migration))?;
                Some((component, migration))
            });
            let Some((component, migration)) = found else { continue };
            take_back(&mut self.client, component, migration).await?;
            labels.push(row.label());
        }
        Ok(labels)
    }

    /// Every migration this version knows, and when it was applied.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn status(&self) -> Result<Vec<Step>, MigrateError> {
        let exists = self
            .client
            .query_one("select to_regclass('tenantry_history.migrations') is not null", &[]);
        let applied = if exists.await.map_err(DbError::from)?.get(0) {
            self.rows().await?
        } else {
            Vec::new()
        };
        self.compare(&applied)?;
        let steps = self.components.iter().flat_map(|component| {
            component.migrations.iter().map(|migration| Step {
                label: label(component.name, migration.version, migration.name),
                applied_at: applied
                    .iter()
                    .find(|row| row.is(component, migration))
                    .map(|row| row.applied_at.clone()),
            })
        });
        Ok(steps.collect())
    }

    /// Tells the database which seals are genuine and lets the three logins in. Keys that are no
    /// longer live are accepted for two more minutes, which outlasts every seal made with them.
    ///
    /// # Errors
    /// See [`MigrateError`].
    pub async fn install_secrets(
        &mut self,
        secret: &MasterSecret,
        keys: &ContextKeys,
    ) -> Result<(), MigrateError> {
        self.lock().await?;
        let installed = install(&mut self.client, secret, keys).await;
        self.unlock(installed.map_err(MigrateError::from)).await
    }

    async fn lock(&self) -> Result<(), MigrateError> {
        let row = self.client.query_one(
            "select rolsuper, rolname::text from pg_catalog.pg_roles where rolname = current_user",
            &[],
        );
        let row = row.await.map_err(DbError::from)?;
        if !row.get::<_, bool>(0) {
            return Err(MigrateError::NotAdministrator { login: row.get(1) });
        }
        // It holds off other migrators of this database only: an advisory lock belongs to one database.
        let wait = "set lock_timeout = '60s'; select pg_advisory_lock(hashtext('tenantry.migrate')); set lock_timeout = '5s'";
        self.client.batch_execute(wait).await.map_err(DbError::from)?;
        self.client.batch_execute(include_str!("sql/history.sql")).await.map_err(DbError::from)?;
        Ok(())
    }

    /// Lets the next one in, whatever became of the work; the work's own error is the one to tell.
    async fn unlock<T>(&self, work: Result<T, MigrateError>) -> Result<T, MigrateError> {
        let unlocked = self.client.batch_execute("select pg_advisory_unlock_all()").await;
        let done = work?;
        unlocked.map_err(DbError::from)?;
        Ok(done)
    }

    async fn rows(&self) -> Result<Vec<Applied>, MigrateError> {
        let sql = "select component, version, name, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') \
                   from tenantry_history.migrations order by position";
        let rows = self.client.query(sql, &[]).await.map_err(DbError::from)?;
        let applied = rows.iter().map(|row| Applied {
            component: row.get(0),
            version: row.get(1),
            name: row.get(2),
            checksum: row.get(3),
            applied_at: row.get(4),
        });
        Ok(applied.collect())
    }

    fn compare(&self, applied: &[Applied]) -> Result<(), MigrateError> {
        for row in applied {
            let component =
                self.components.iter().find(|component| component.name == row.component);
            let known = component.and_then(|component| {
                component.migrations.iter().find(|known| known.version == row.version)
            });
            let Some(known) = known else {
                return Err(MigrateError::Unknown { migration: row.label() });
            };
            if checksum(known) != row.checksum {
                return Err(MigrateError::Changed { migration: row.label() });
            }
        }
        Ok(())
    }
}

#[derive(Debug)]
struct Applied {
    component: String,
    version: i32,
    name: String,
    checksum: String,
    applied_at: String,
}

impl Applied {
    fn is(&self, component: &Component, migration: &Migration) -> bool {
        self.component == component.name && self.version == migration.version
    }

    fn label(&self) -> String {
        label(&self.component, self.version, &self.name)
    }
}

fn label(component: &str, version: i32, name: &str) -> String {
    format!("{component}/{version:04}_{name}")
}

fn checksum(migration: &Migration) -> String {
    Sha256::digest(migration.up.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a migration made belongs to the administrator who ran it; it is handed to the owner role.
const HAND_OVER: &str = "do $$ declare made record; begin
    for made in select c.oid::regclass as name, case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end as kind
                  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                  join pg_catalog.pg_roles r on r.oid = c.relowner
                 where n.nspname = 'tenantry' and c.relkind in ('r', 'p', 'v', 'S') and r.rolname = current_user
    loop execute format('alter %s %s owner to tenantry_owner', made.kind, made.name); end loop;
    for made in select p.oid::regprocedure as name from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                  join pg_catalog.pg_roles r on r.oid = p.proowner
                 where n.nspname = 'tenantry' and r.rolname = current_user
    loop execute format('alter function %s owner to tenantry_owner', made.name); end loop;
end $$";

async fn apply(
    client: &mut Client,
    component: &Component,
    migration: &Migration,
) -> Result<(), MigrateError> {
    let failed = |source| MigrateError::Step {
        migration: label(component.name, migration.version, migration.name),
        source,
    };
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.batch_execute(&migration.up).await.map_err(failed)?;
    transaction.batch_execute(HAND_OVER).await.map_err(failed)?;
    let insert = "insert into tenantry_history.migrations (component, version, name, checksum) values ($1, $2, $3, $4)";
    transaction
        .execute(
            insert,
            &[&component.name, &migration.version, &migration.name, &checksum(migration)],
        )
        .await
        .map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

async fn take_back(
    client: &mut Client,
    component: &Component,
    migration: &Migration,
) -> Result<(), MigrateError> {
    let failed = |source| MigrateError::Step {
        migration: label(component.name, migration.version, migration.name),
        source,
    };
    let transaction = client.transaction().await.map_err(failed)?;
    transaction.batch_execute(&migration.down).await.map_err(failed)?;
    let delete = "delete from tenantry_history.migrations where component = $1 and version = $2";
    transaction.execute(delete, &[&component.name, &migration.version]).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// Everybody changes roles one after the other. Not an advisory lock: two databases would not share it.
const LOCK_ROLES: &str = "lock table pg_catalog.pg_authid in share row exclusive mode";

async fn install(
    client: &mut Client,
    secret: &MasterSecret,
    keys: &ContextKeys,
) -> Result<(), DbError> {
    let transaction = client.transaction().await?;
    let mut live = Vec::new();
    for key in keys.live() {
        let (inner, outer) = key.pads();
        let upsert = "insert into tenantry_private.context_keys (kid, inner_pad, outer_pad) values ($1, $2, $3) \
                      on conflict (kid) do update set retired_at = null";
        transaction.execute(upsert, &[&key.kid(), &inner.as_slice(), &outer.as_slice()]).await?;
        live.push(key.kid());
    }
    let retire = "update tenantry_private.context_keys set retired_at = statement_timestamp() + interval '2 minutes' \
                  where retired_at is null and not kid = any ($1)";
    transaction.execute(retire, &[&live]).await?;
    // Roles belong to the whole server: of two databases that are migrated at once, one waits here.
    transaction.batch_execute(LOCK_ROLES).await?;
    for login in Login::ALL {
        // A verifier, not the password: what stands in a log or a statistics view lets nobody in.
        let verifier =
            postgres_protocol::password::scram_sha_256(login.password(secret).as_bytes());
        transaction
            .batch_execute(&format!("alter role {} password '{verifier}'", login.role()))
            .await?;
    }
    Ok(transaction.commit().await?)
}
