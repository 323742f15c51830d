//! Typed ids: a prefix that says what kind of thing is meant, and a `UUIDv7`.
//!
//! The text form is a `TypeID` (`org_01jd…`: lower-case Crockford base 32, 26 characters); Postgres
//! stores the bare UUID. Ids are never capabilities: they are ordered by time and may be guessed.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// A kind of thing that has ids.
pub trait IdKind: Send + Sync + 'static {
    /// What stands before the underscore, for example `org`.
    const PREFIX: &'static str;
    /// What people call it, for example `organization`.
    const NOUN: &'static str;
}

/// The id of one `K`.
pub struct Id<K> {
    uuid: Uuid,
    kind: PhantomData<fn() -> K>,
}

/// The text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {article} {noun} id: it should look like {prefix}_01h455vb4pex5vsknk084sn02q")]
pub struct IdError {
    prefix: &'static str,
    noun: &'static str,
    article: &'static str,
}

macro_rules! id_kinds {
    ($($(#[$doc:meta])* $alias:ident = $kind:ident, $prefix:literal, $noun:literal;)*) => {
        /// The kinds, one uninhabited type each.
        pub mod kind {
            $(#[doc = concat!("The kind of ", $noun, " ids.")]
            #[derive(Debug)]
            pub enum $kind {}
            impl super::IdKind for $kind {
                const PREFIX: &'static str = $prefix;
                const NOUN: &'static str = $noun;
            })*
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
        /// Every prefix with its noun, for the documents.
        pub const ID_KINDS: &[(&str, &str)] = &[$(($prefix, $noun)),*];
    };
}

// The registry: alphabetical by type, append only. A prefix is never given to another kind.
id_kinds! {
    /// Names a client: a customer of an organization.
    ClientId = Client, "cli", "client";
    /// Names one entry of an audit log.
    EventId = Event, "evt", "audit event";
    /// Names an API key.
    KeyId = Key, "key", "API key";
    /// Names an organization: the tenant.
    OrganizationId = Organization, "org", "organization";
    /// Names a project inside an organization.
    ProjectId = Project, "prj", "project";
    /// Names one request, in logs and in problems.
    RequestId = Request, "req", "request";
    /// Names a signed-in session.
    SessionId = Session, "ses", "session";
    /// Names an account.
    UserId = User, "usr", "user";
}

impl<K: IdKind> Id<K> {
    /// A fresh id; later ids sort after earlier ones (`UUIDv7`, RFC 9562 section 5.7).
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes UUIDs")]
    pub fn new() -> Self {
        Self::from_uuid(Uuid::now_v7())
    }

    /// The id that Postgres stores as this UUID.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self { uuid, kind: PhantomData }
    }

    /// What Postgres stores.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }
}

impl<K: IdKind> Default for Id<K> {
    fn default() -> Self {
        Self::new()
    }
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn encode(uuid: Uuid) -> [u8; 26] {
    let mut value = uuid.as_u128();
    let mut text = [b'0'; 26];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(value & 31) as usize];
        value >>= 5;
    }
    text
}

fn decode(text: &str) -> Option<Uuid> {
    let bytes = text.as_bytes();
    // 26 places hold 130 bits: the first may only carry three of its five.
    if bytes.len() != 26 || !(b'0'..=b'7').contains(&bytes[0]) {
        return None;
    }
    let mut value: u128 = 0;
    for byte in bytes {
        let place = ALPHABET.iter().position(|letter| letter == byte)?;
        value = (value << 5) | place as u128;
    }
    Some(Uuid::from_u128(value))
}

/// The text form of an id whose kind is known by its prefix only.
#[must_use]
pub fn shown(prefix: &str, uuid: Uuid) -> String {
    format!("{prefix}_{}", String::from_utf8_lossy(&encode(uuid)))
}

/// The UUID of an id of any kind of the registry.
#[must_use]
pub fn parse_any(text: &str) -> Option<Uuid> {
    let (prefix, rest) = text.split_once('_')?;
    ID_KINDS.iter().find(|(known, _)| *known == prefix)?;
    decode(rest)
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = encode(self.uuid);
        write!(formatter, "{}_{}", K::PREFIX, std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = IdError;

    /// Reads `org_…` or a bare hyphenated UUID. Another kind's prefix is refused.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let vowel = K::NOUN.starts_with(['a', 'e', 'i', 'o', 'A']);
        let article = if vowel { "an" } else { "a" };
        let refused = IdError { prefix: K::PREFIX, noun: K::NOUN, article };
        let uuid = match text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')) {
            Some(rest) => decode(rest),
            None if text.len() == 36 => Uuid::try_parse(text).ok(),
            None => None,
        };
        uuid.map(Self::from_uuid).ok_or(refused)
    }
}

// Written by hand, because a derive would ask the kind to be Clone, Eq and so on.
impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl<K: IdKind> schemars::JsonSchema for Id<K> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("{}_id", K::NOUN).into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": format!("The id of one {}.", K::NOUN),
            "examples": [format!("{}_01h455vb4pex5vsknk084sn02q", K::PREFIX)],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        for _ in 0..1_000 {
            let id = OrganizationId::new();
            assert_eq!(id.to_string().parse::<OrganizationId>().unwrap(), id);
            assert_eq!(id.uuid().to_string().parse::<OrganizationId>().unwrap(), id);
        }
        let most = OrganizationId::from_uuid(Uuid::max());
        assert_eq!(most.to_string(), "org_7zzzzzzzzzzzzzzzzzzzzzzzzz");
        assert_eq!(most.to_string().parse::<OrganizationId>().unwrap(), most);
    }

    #[test]
    fn the_reference_vector_of_the_typeid_specification_holds() {
        let uuid: Uuid = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        assert_eq!(UserId::from_uuid(uuid).to_string(), "usr_01h455vb4pex5vsknk084sn02q");
    }

    #[test]
    fn what_is_not_an_id_of_this_kind_is_refused() {
        let project = ProjectId::new().to_string();
        for text in [
            project.as_str(),
            "",
            "org_",
            "org",
            "org_01h455vb4pex5vsknk084sn02",
            "org_81h455vb4pex5vsknk084sn02q",
            "org_01H455VB4PEX5VSKNK084SN02Q",
            "org_01h455vb4pex5vsknk084sn0 q",
            "org_01h455vb4pex5vsknk084sn02é",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a80}",
        ] {
            assert!(text.parse::<OrganizationId>().is_err(), "{text}");
        }
    }

    #[test]
    fn prefixes_are_unique() {
        let mut prefixes: Vec<_> = ID_KINDS.iter().map(|(prefix, _)| prefix).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), ID_KINDS.len());
    }
}
