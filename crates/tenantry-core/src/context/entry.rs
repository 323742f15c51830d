//! The entry: what a seal says, in the form that costs Postgres least, for `tenantry.enter()`.
//!
//! Its parts are bound one by one, so that nothing is taken apart in SQL; the database's name and the backend are not in
//! it, but under its MAC: Postgres adds its own before it compares. It is never stored, as a seal is in a setting, so
//! what runs later in the transaction cannot read it and use it again.

use std::fmt;

use super::{Connection, ContextKeys, Payload};

/// The separator in front of an entry's message, so that no seal passes for an entry and no entry for a seal.
const DOMAIN: &str = "tenantry.enter.v1";

/// Good for seconds, on one connection, and only by way of `tenantry.enter()`; shown nowhere.
#[derive(Clone)]
pub struct Entry([String; 5]);

impl Entry {
    /// How many parameters a statement takes that only reads: the key's id, the text, the expiry and the MAC.
    pub const FOR_READING: usize = 4;

    /// The values of the parameters, as text: for reading the first [`FOR_READING`](Self::FOR_READING) of them, for
    /// writing all. The fifth is what the column default of an organization's table reads.
    #[must_use]
    pub const fn parameters(&self) -> &[String; 5] {
        &self.0
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Entry(secret)")
    }
}

impl ContextKeys {
    /// An entry for one connection of one database. Behind a pooler there is none: nobody knows the backend.
    pub(crate) fn entry(
        &self,
        payload: &Payload<'_>,
        connection: &Connection<'_>,
    ) -> Option<Entry> {
        if connection.backend == 0 {
            return None;
        }
        let key = &self.0.current;
        let expiry = super::expiry(payload, connection).to_string();
        // Only letters, digits and blanks, as the parameter that keeps it demands, and a digit in front.
        let text = format!(
            "0 {} {} {}",
            payload.organization.simple(),
            hex::encode(payload.actor),
            hex::encode(payload.role),
        );
        let message =
            format!("{DOMAIN}\n{}\n{}\n{expiry}\n{text}", connection.database, connection.backend);
        let mac = hex::encode(key.key.authenticate(&[message.as_bytes()]));
        let context = format!("..{}", payload.organization.hyphenated());
        Some(Entry([key.kid.clone(), text, expiry, mac, context]))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::context::ContextKey;
    use crate::secret::Key;

    #[test]
    fn an_entry_is_bound_to_its_connection_and_says_what_a_seal_says() {
        let keys = ContextKeys::new(ContextKey::new(Key::new([1; 32])));
        let payload = Payload {
            organization: Uuid::from_u128(7),
            actor: "usr:1",
            role: "owner",
            expires_at: 10_000,
        };
        let here = Connection { database: "app", backend: 42, now: 1_000 };
        let entry = keys.entry(&payload, &here).unwrap();
        let [_, text, expiry, mac, context] = entry.parameters();
        assert_eq!(text, "0 00000000000000000000000000000007 7573723a31 6f776e6572");
        assert_eq!((expiry.as_str(), mac.len()), ("1060", 64));
        assert_eq!(context, "..00000000-0000-0000-0000-000000000007");
        for elsewhere in [
            Connection { database: "other", ..here },
            Connection { backend: 43, ..here },
            Connection { now: 1_001, ..here },
        ] {
            assert_ne!(keys.entry(&payload, &elsewhere).unwrap().parameters()[3], *mac);
        }
        assert!(keys.entry(&payload, &Connection { backend: 0, ..here }).is_none());
        assert_eq!(format!("{entry:?}"), "Entry(secret)");
    }
}
