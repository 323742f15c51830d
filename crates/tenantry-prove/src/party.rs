//! The throwaway organizations. Their ids are new in every run, so that nothing of theirs can be anybody else's.

use uuid::Uuid;

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct Party {
    /// `A` attacks, `B` is attacked, `C` is one that the attacker belongs to but has not entered.
    pub(crate) letter: char,
    /// The organization's id as SQL writes it, of the type that the database uses.
    pub(crate) organization: String,
    /// The id of the person who acts.
    pub(crate) person: String,
    /// A word that stands in the free texts of its rows.
    pub(crate) mark: String,
}

impl Party {
    /// Its word: no other text of the database has it.
    pub(crate) fn word(letter: char) -> String {
        let random = Uuid::from_u128(random()).simple().to_string();
        format!("prove{}{}", letter.to_ascii_lowercase(), random.get(..10).unwrap_or_default())
    }
}

/// A number that nobody else has.
pub(crate) fn random() -> u128 {
    let mut bytes = [0; 16];
    // Without randomness from the system the address of a local still differs from run to run; it names throwaway rows only.
    if getrandom::fill(&mut bytes).is_err() {
        return std::ptr::from_ref(&bytes).addr() as u128;
    }
    u128::from_le_bytes(bytes)
}

/// A random id in the form of version 4 (RFC 9562), which every `uuid` column and most checks take.
pub(crate) fn random_id() -> String {
    uuid::Builder::from_u128(random())
        .with_version(uuid::Version::Random)
        .with_variant(uuid::Variant::RFC4122)
        .into_uuid()
        .to_string()
}
