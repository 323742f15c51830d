//! Who calls: tokens that the server's own keys have signed for sessions that exist. They are made past the door, with
//! the keys as the database keeps them, because signing in two thousand times would hash two thousand passwords.

use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use tenantry_core::secret::Purpose;
use tenantry_core::{Clock, OrganizationId, SessionId, SystemRole, UserId};
use tenantry_identity::token::{ActiveOrganization, ScheduledKey, Subject, TokenSettings};
use tenantry_identity::{KeySet, SigningKey, TokenIssuer};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::data::{self, CALLERS};
use crate::seed::{Kind, id};
use crate::size::Size;

/// Who signs: the address in every token, whatever port a target listens on.
pub(crate) const ISSUER: &str = "http://bench.example";
/// Longer than a run.
const LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Somebody who calls.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The number of the user.
    pub(crate) number: u64,
    pub(crate) organization: Uuid,
    pub(crate) user: Uuid,
    subject: Subject,
}

/// Makes tokens.
#[derive(Debug)]
pub(crate) struct Mint {
    issuer: TokenIssuer,
    size: Size,
}

impl Mint {
    /// With the keys that the server made when it was first opened.
    pub(crate) async fn open(client: &Client, size: Size) -> Result<Self> {
        let wrapping = data::secret()?.derive(Purpose::TokenKeys);
        let sql = "select kid, wrapped, extract(epoch from signs_from)::bigint from tenantry.signing_keys where retired_at is null";
        let mut keys = Vec::new();
        for row in client.query(sql, &[]).await? {
            let (kid, wrapped, from): (String, Vec<u8>, i64) = (row.get(0), row.get(1), row.get(2));
            let key = SigningKey::unwrap(&kid, &wrapped, &wrapping)?;
            keys.push(ScheduledKey { key, signs_from: Timestamp::from_second(from)? });
        }
        let settings = TokenSettings {
            issuer: ISSUER.to_owned(),
            audience: ISSUER.to_owned(),
            lifetime: LIFETIME,
        };
        let keys = KeySet::new(keys, LIFETIME).context("the server has made no signing key")?;
        Ok(Self { issuer: TokenIssuer::new(settings, keys, Clock::system()), size })
    }

    /// The callers of the load.
    pub(crate) fn callers(&self) -> Result<Vec<Caller>> {
        self.size.callers(CALLERS).map(|number| self.caller(number)).collect()
    }

    /// The caller with this number; number 0 is the owner of the organization that makes the noise.
    pub(crate) fn caller(&self, number: u64) -> Result<Caller> {
        let place = number % self.size.organizations();
        let (organization, user) = (id(Kind::Organization, place), id(Kind::User, number));
        let subject = Subject {
            user: UserId::from_uuid(user),
            session: SessionId::from_uuid(id(Kind::Session, number)),
            organization: Some(ActiveOrganization {
                id: OrganizationId::from_uuid(organization),
                slug: format!("organization-{place}").parse()?,
                role: SystemRole::Owner,
            }),
        };
        Ok(Caller { number, organization, user, subject })
    }

    /// One more token of a caller. No two are equal.
    pub(crate) fn token(&self, caller: &Caller) -> Result<String> {
        Ok(self.issuer.issue(&caller.subject)?.token.expose().to_owned())
    }
}
