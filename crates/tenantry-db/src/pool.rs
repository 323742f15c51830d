//! The pools behind the doors. Private, like the connections in them. Whoever waits here does not wait
//! longer than a request has patience for, and not at all while the database is known to be away.

use std::sync::Arc;
use std::time::Instant;

use deadpool::managed::{Metrics, PoolError, RecycleError, RecycleResult};

use crate::connection::{Connection, Opener};
use crate::error::DbError;
use crate::patience;
use crate::presence::Presence;
use crate::wire::WireError;

/// Keeps the connections of one login.
#[derive(Debug)]
pub(crate) struct Manager {
    opener: Opener,
    presence: Arc<Presence>,
}

pub(crate) type Pool = deadpool::managed::Pool<Manager>;
pub(crate) type Pooled = deadpool::managed::Object<Manager>;

impl Manager {
    pub(crate) const fn new(opener: Opener, presence: Arc<Presence>) -> Self {
        Self { opener, presence }
    }

    pub(crate) const fn opener(&self) -> &Opener {
        &self.opener
    }

    pub(crate) const fn presence(&self) -> &Arc<Presence> {
        &self.presence
    }

    /// A pool of at most `most` connections.
    pub(crate) fn into_pool(self, most: usize) -> Result<Pool, DbError> {
        Pool::builder(self)
            .max_size(most)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|_| DbError::away("the pool could not be made"))
    }
}

impl deadpool::managed::Manager for Manager {
    type Type = Connection;
    type Error = WireError;

    async fn create(&self) -> Result<Connection, WireError> {
        // Read before: an outage that begins meanwhile makes this connection an old one.
        let outage = self.presence.outages();
        let mut connection = self.opener.open().await?;
        connection.outage = outage;
        Ok(connection)
    }

    async fn recycle(&self, connection: &mut Connection, _: &Metrics) -> RecycleResult<WireError> {
        // Nobody knows what an outage did to the connections of before. Trying them one after the other
        // would cost each borrower its patience; so all of them are replaced.
        connection.is_spoilt |= connection.outage != self.presence.outages();
        if connection.is_spoilt || connection.wire.is_closed() {
            return Err(RecycleError::message("closed"));
        }
        Ok(())
    }
}

/// Borrows a connection.
///
/// # Errors
/// [`DbError::Unavailable`] when none is to be had within what the request has left of its patience (RE-6), and
/// at once while the database is away (RE-4).
pub(crate) async fn get(pool: &Pool) -> Result<Pooled, DbError> {
    let presence = pool.manager().presence();
    let started = Instant::now();
    let borrowed =
        tokio::time::timeout(patience::left(), presence.wait_for(Box::pin(pool.get()))).await;
    patience::spend(started.elapsed());
    match borrowed {
        Err(_) => Err(DbError::away("no connection became free in time")),
        Ok(Err(absent)) => Err(absent.into()),
        Ok(Ok(Ok(pooled))) => Ok(pooled),
        Ok(Ok(Err(error))) => {
            presence.suspect();
            Err(refused(error))
        }
    }
}

fn refused(error: PoolError<WireError>) -> DbError {
    match error {
        PoolError::Timeout(_) => DbError::away("no connection became free in time"),
        PoolError::Backend(error) => match DbError::from(error) {
            DbError::Unexpected(source) | DbError::Encryption(source) => DbError::Unavailable {
                reason: "the database refused the connection",
                source: Some(source),
            },
            other => other,
        },
        PoolError::Closed => DbError::away("the server is stopping"),
        PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_) => {
            DbError::away("the pool is not usable")
        }
    }
}
