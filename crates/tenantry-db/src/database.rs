//! The database with its three doors. The pools behind them are private.

use std::sync::Arc;

use tenantry_core::scope::Errand;
use tenantry_core::secret::{MasterSecret, Purpose};
use tenantry_core::{Authorized, Clock, Permission, TenantScope};
use tokio_util::task::TaskTracker;

use crate::audit::{self, Event, Record};
use crate::changes::Changes;
use crate::config::Config;
use crate::connection::Opener;
use crate::error::DbError;
use crate::listener::{Channel, Listener};
use crate::operator_tx::OperatorTx;
use crate::platform_tx::PlatformTx;
use crate::pool::{Manager, Pool, Pooled, get};
use crate::pool_status::PoolStatus;
use crate::presence::{Health, Presence};
use crate::session::{Mode, Parameters, Session};
use crate::statement::{Platform, Statement};
use crate::tenant_tx::{TenantTx, writes};
use crate::wire::Row;

/// The three logins of a running server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    /// Rows of one organization.
    App,
    /// Rows of nobody's organization.
    Platform,
    /// Rows of all organizations, for a reason.
    Operator,
}

impl Login {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::App, Self::Platform, Self::Operator];

    /// The database role.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::App => "tenantry_app",
            Self::Platform => "tenantry_platform",
            Self::Operator => "tenantry_operator",
        }
    }

    /// Its password, derived from the master secret, so that it is stored nowhere else.
    #[must_use]
    pub fn password(self, secret: &MasterSecret) -> String {
        let key = secret.derive(Purpose::DatabaseLogin(self.role()));
        key.bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// How to reach the database.
#[derive(Debug, Clone)]
pub struct Target {
    /// Address and database name. User and password, when present, are those of [`Login::App`].
    pub config: Config,
    /// Whether a transaction pooler stands between: seals are then bound to no backend and short-lived.
    pub is_behind_pooler: bool,
    /// The most connections of the request path. The platform gets about half as many more, operators two,
    /// and the question whether the database is there has one of its own.
    pub connections: usize,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Database {
    doors: Arc<Doors>,
}

#[derive(Debug)]
struct Doors {
    app: Pool,
    platform: Pool,
    operator: Pool,
    presence: Arc<Presence>,
    listening: Opener,
    is_behind_pooler: bool,
    changes: Arc<Changes>,
    clock: Clock,
}

impl Database {
    /// Makes the doors; connects to nothing yet.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when a pool cannot be made.
    pub fn new(
        target: &Target,
        secret: &MasterSecret,
        clock: Clock,
        tasks: &TaskTracker,
    ) -> Result<Self, DbError> {
        let opener = |login: Login| {
            let config = login_config(&target.config, login, secret);
            Opener::new(config, tasks.clone(), target.is_behind_pooler)
        };
        let presence = Presence::new(opener(Login::Platform));
        let pool = |login: Login, most: usize| {
            Manager::new(opener(login), Arc::clone(&presence)).into_pool(most)
        };
        let doors = Doors {
            app: pool(Login::App, target.connections)?,
            platform: pool(Login::Platform, (target.connections / 2).max(2))?,
            operator: pool(Login::Operator, 2)?,
            presence,
            listening: opener(Login::Platform),
            is_behind_pooler: target.is_behind_pooler,
            changes: Arc::default(),
            clock,
        };
        Ok(Self { doors: Arc::new(doors) })
    }

    /// Opens a transaction in the caller's organization. Nothing is sent before its first statement.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when no connection is to be had within two seconds.
    pub async fn tenant<P: Permission>(
        &self,
        caller: &Authorized<P>,
    ) -> Result<TenantTx<P>, DbError> {
        let mode = if writes::<P>() { Mode::Writing } else { Mode::Reading };
        let mut session = Session::new(get(&self.doors.app).await?, mode);
        session.enter(caller.scope(), &self.doors.clock)?;
        Ok(TenantTx::new(session, caller, Arc::clone(&self.doors.changes)))
    }

    /// Opens a transaction on rows that belong to nobody's organization.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when no connection is to be had within two seconds.
    pub async fn platform(&self) -> Result<PlatformTx, DbError> {
        let session = Session::new(get(&self.doors.platform).await?, Mode::Writing);
        let changes = Arc::clone(&self.doors.changes);
        Ok(PlatformTx::new(session, self.doors.clock.clone(), changes))
    }

    /// Looks something up among rows that belong to nobody's organization: one statement that only
    /// reads, in one round trip and without a transaction around it.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn look_up(
        &self,
        statement: &Statement<Platform>,
        parameters: Parameters<'_>,
    ) -> Result<Vec<Row>, DbError> {
        Session::new(get(&self.doors.platform).await?, Mode::Reading)
            .query(statement, parameters)
            .await
    }

    /// Opens a transaction across organizations, for the reason that the errand states.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when no connection is to be had; else what writing the reason answers.
    pub async fn operator(&self, errand: &Errand) -> Result<OperatorTx, DbError> {
        let record = Session::new(get(&self.doors.operator).await?, Mode::Writing);
        OperatorTx::record(record, errand).await?;
        let session = Session::new(get(&self.doors.operator).await?, Mode::Writing);
        Ok(OperatorTx::new(session, Arc::clone(&self.doors.changes)))
    }

    /// Records, in a transaction of its own, that a caller tried what its role does not hold.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn record_denial(
        &self,
        scope: &TenantScope,
        permission: &'static str,
    ) -> Result<(), DbError> {
        let mut session = Session::new(get(&self.doors.app).await?, Mode::Writing);
        session.enter(scope, &self.doors.clock)?;
        let record = Record::new(scope, Event::denied(permission));
        session.finish_with(&audit::INSERT, &record.parameters()).await
    }

    /// How the database is. Asked on a connection of its own, at most once a second; everybody shares
    /// the answer. Takes at most a second and a half.
    pub async fn health(&self) -> Health {
        self.doors.presence.health().await
    }

    /// A connection of the request path, for the checks that must see what it sees.
    pub(crate) async fn inspect(&self) -> Result<Pooled, DbError> {
        get(&self.doors.app).await
    }

    /// What this process knows of changes to access.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.doors.changes
    }

    /// Listens on a connection of its own. `None` behind a pooler, which hands on no announcements.
    ///
    /// # Errors
    /// See [`DbError`].
    pub async fn listen(&self, channel: Channel) -> Result<Option<Listener>, DbError> {
        if self.doors.is_behind_pooler {
            return Ok(None);
        }
        Listener::open(&self.doors.listening, channel).await.map(Some)
    }

    /// How full the pools are.
    #[must_use]
    pub fn pools(&self) -> [(Login, PoolStatus); 3] {
        let Doors { app, platform, operator, .. } = &*self.doors;
        [(Login::App, app), (Login::Platform, platform), (Login::Operator, operator)]
            .map(|(login, pool)| (login, PoolStatus::of(&pool.status())))
    }

    /// The server's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.doors.clock
    }

    /// Closes every connection that is not in use; those in use when they come back.
    pub fn close(&self) {
        for pool in [&self.doors.app, &self.doors.platform, &self.doors.operator] {
            pool.close();
        }
        self.doors.presence.close();
    }
}

/// The configuration of one login: the role of that name with its derived password, unless the
/// application's own login was given.
fn login_config(base: &Config, login: Login, secret: &MasterSecret) -> Config {
    let mut config = base.clone();
    let given = if login == Login::App { base.get_user().map(str::to_owned) } else { None };
    let is_ours = given.as_deref().is_none_or(|user| user == login.role());
    config.user(given.unwrap_or_else(|| login.role().to_owned()));
    if is_ours && (login != Login::App || base.get_password().is_none()) {
        config.password(login.password(secret));
    }
    config
}
