//! Ids and values that are the same on every machine: made of a kind, a number and one seed. The ids have the layout of
//! a version 7 UUID and grow with their number, as real ones do with time; that decides how well they fit an index.

use uuid::Uuid;

const SEED: u64 = 0x7465_6e61_6e74_7279;
/// The first moment, in milliseconds: the first of June 2026.
const FIRST: u64 = 1_780_272_000_000;

/// What is named.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Kind {
    Organization = 1,
    User,
    Session,
    Document,
    Event,
    Project,
}

/// SplitMix64: good enough to scatter, and the same everywhere.
pub(crate) const fn scatter(value: u64) -> u64 {
    let value = value.wrapping_add(SEED).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The moment of the thing with this number, in milliseconds.
pub(crate) const fn moment(number: u64) -> u64 {
    FIRST + number
}

/// The id of the thing with this number.
pub(crate) const fn id(kind: Kind, number: u64) -> Uuid {
    let random = scatter(number.wrapping_mul(8).wrapping_add(kind as u64));
    let high = (moment(number) << 16) | 0x7000 | (random >> 52);
    let low = (0b10 << 62) | (random & (u64::MAX >> 2));
    Uuid::from_u64_pair(high, low)
}

/// The text of the API key with this number.
pub(crate) fn key_text(number: u64) -> String {
    format!("tk_bench_{number:012}_{:016x}", scatter(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_7_differ_by_kind_and_grow_with_their_number() {
        let one = id(Kind::User, 1);
        assert_eq!((one.get_version_num(), one.get_variant()), (7, uuid::Variant::RFC4122));
        assert_ne!(one, id(Kind::Session, 1));
        assert!(one < id(Kind::User, 2));
        assert_eq!(one, id(Kind::User, 1));
    }
}
