//! A second implementation of the seal, on purpose: an attacker writes their own. The key is made for the run, put into
//! the database's list of keys inside the transaction, and gone with it; that the genuine seals of it are accepted is
//! what shows that the refused ones were refused for what is wrong with them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::ProveError;
use crate::quote::literal;

/// A throwaway key, and the connection that its seals are for.
#[derive(Debug)]
pub(crate) struct Sealer {
    kid: String,
    key: [u8; 32],
    database: String,
    backend: i32,
    /// Unix seconds by the database's clock.
    now: i64,
}

/// What is wrong with a seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Nothing.
    None,
    /// It ran out an hour ago.
    Expired,
    /// It was made for another connection.
    OtherConnection,
    /// It was made for another database.
    OtherDatabase,
}

impl Sealer {
    pub(crate) fn new(database: &str, backend: i32, now: i64) -> Result<Self, ProveError> {
        let mut key = [0; 32];
        let mut name = [0; 8];
        let random = getrandom::fill(&mut key).and_then(|()| getrandom::fill(&mut name));
        random.map_err(|error| ProveError::Unexpected {
            doing: "making a key".to_owned(),
            message: error.to_string(),
        })?;
        Ok(Self {
            kid: format!("prove{}", hex::encode(name)),
            key,
            database: database.to_owned(),
            backend,
            now,
        })
    }

    /// The statement that makes the database accept the key, until the transaction is rolled back.
    pub(crate) fn install(&self) -> String {
        let pad = |with: u8| {
            let mut pad = [with; 64];
            for (byte, key) in pad.iter_mut().zip(self.key) {
                *byte ^= key;
            }
            hex::encode(pad)
        };
        format!(
            "insert into tenantry_private.context_keys (kid, inner_pad, outer_pad) values ({}, '\\x{}', '\\x{}')",
            literal(&self.kid),
            pad(0x36),
            pad(0x5c),
        )
    }

    /// A seal for an owner of an organization.
    pub(crate) fn seal(&self, organization: &str, person: &str, flaw: Flaw) -> String {
        let expiry = if flaw == Flaw::Expired { self.now - 3_600 } else { self.now + 3_600 };
        let backend = if flaw == Flaw::OtherConnection { self.backend + 1 } else { self.backend };
        let database = if flaw == Flaw::OtherDatabase { "another" } else { &self.database };
        let payload =
            format!("v1.{}.{organization}.usr:{person}.owner.{expiry}.{backend}.prove", self.kid);
        let signed = format!("tenantry.context.v1\n{database}\n{payload}");
        format!("{payload}.{}", self.mac(signed.as_bytes()))
    }

    /// What somebody makes of their own good seal who wants to be in another organization.
    pub(crate) fn forgeries(
        &self,
        own: &str,
        other: &str,
        person: &str,
    ) -> Vec<(&'static str, String)> {
        let good = self.seal(own, person, Flaw::None);
        let payload = good.rsplit_once('.').map_or("", |(payload, _)| payload);
        let unsigned = payload.replace(own, other);
        let zeros = "0".repeat(64);
        vec![
            ("the own seal with the other organization in it", good.replace(own, other)),
            ("a seal with a signature of zeros", format!("{unsigned}.{zeros}")),
            ("a seal without a signature", unsigned.clone()),
            (
                "a seal of a key that there is not",
                good.replace(own, other).replace(&self.kid, "nobody"),
            ),
            ("nothing but the id", other.to_owned()),
            ("a seal of another version", good.replace(own, other).replacen("v1", "v0", 1)),
        ]
    }

    fn mac(&self, text: &[u8]) -> String {
        // HMAC takes a key of any length, so there is nothing that can fail; an empty signature would only be refused.
        Hmac::<Sha256>::new_from_slice(&self.key)
            .map(|mac| hex::encode(mac.chain_update(text).finalize().into_bytes()))
            .unwrap_or_default()
    }
}
