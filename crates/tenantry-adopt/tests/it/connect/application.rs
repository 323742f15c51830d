//! What an application of its own writes to reach an adopted database with tokio-postgres, as the guide shows it: it knows
//! nothing of Tenantry's crates.
#![expect(clippy::disallowed_methods, reason = "an application has neither our clock nor our door")]

// shown in the guide
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio_postgres::{Client, Error, Transaction};
use uuid::Uuid;

const SET: &str = "select set_config('tenantry.context', $1, true)";
/// What a connection loses between two borrowers: settings, cursors, locks, channels.
const CLEAN: &str = "rollback; reset all; close all; unlisten *; select pg_advisory_unlock_all()";
pub(crate) const MINUTE: Duration = Duration::from_secs(60);

/// Who is asking, as your own authentication found out; the role is owner, admin, member or viewer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who {
    pub(crate) organization: Uuid,
    pub(crate) user: Uuid,
    pub(crate) role: &'static str,
}

/// Makes seals with the key that `tenantry adopt connect` writes.
pub(crate) struct Sealer {
    kid: String,
    mac: Hmac<Sha256>,
    database: String,
}

impl Sealer {
    /// None, if that is no key.
    pub(crate) fn new(key: &str, database: &str) -> Option<Self> {
        let (kid, secret) = key.split_once(':')?;
        let mac = Hmac::new_from_slice(&hex::decode(secret).ok()?).ok()?;
        Some(Self { kid: kid.to_owned(), mac, database: database.to_owned() })
    }

    /// A seal for one connection: `backend` is the process id of its server.
    pub(crate) fn seal(&self, who: Who, backend: i32, lifetime: Duration) -> String {
        let Who { organization, user, role } = who;
        let expiry = SystemTime::now() + lifetime;
        let expiry = expiry.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (kid, nonce) = (&self.kid, Uuid::now_v7().simple());
        let payload =
            format!("v1.{kid}.{organization}.usr:{user}.{role}.{expiry}.{backend}.{nonce}");
        let signed = format!("tenantry.context.v1\n{}\n{payload}", self.database);
        let mac = self.mac.clone().chain_update(signed).finalize().into_bytes();
        format!("{payload}.{}", hex::encode(mac))
    }
}

/// A connection that knows the process id of its server.
pub(crate) struct Connection {
    pub(crate) client: Client,
    pub(crate) backend: i32,
}

impl Connection {
    pub(crate) async fn new(client: Client) -> Result<Self, Error> {
        let backend = client.query_one("select pg_backend_pid()", &[]).await?.get(0);
        Ok(Self { client, backend })
    }

    /// A transaction of one organization; dropped without a commit, it is rolled back.
    pub(crate) async fn organization(
        &mut self,
        sealer: &Sealer,
        who: Who,
    ) -> Result<Transaction<'_>, Error> {
        let seal = sealer.seal(who, self.backend, MINUTE);
        let transaction = self.client.transaction().await?;
        transaction.query_one(SET, &[&seal]).await?;
        Ok(transaction)
    }

    /// For a pool to call before it lends the connection again.
    pub(crate) async fn clean(&self) -> Result<(), Error> {
        self.client.batch_execute(CLEAN).await
    }
}
// to here
