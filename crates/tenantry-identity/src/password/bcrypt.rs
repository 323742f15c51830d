//! Hashes that came along from systems that use bcrypt. They are only ever checked, never made.
//!
//! bcrypt reads 72 bytes and no more. A longer password is checked by those, which is all the system
//! that made the hash can have known of it, and is stored whole from then on: see [`super::Verdict`].

use super::hash::PasswordHashRefused;
use super::hasher::HashError;

const COSTS: std::ops::RangeInclusive<u32> = 4..=14;

/// Checks the shape and the cost of a bcrypt string without doing any of the work it asks for.
pub(super) fn check_shape(text: &str) -> Result<(), PasswordHashRefused> {
    // `$2x$` marks hashes of an implementation with a fault that nobody should copy.
    if !["$2a$", "$2b$", "$2y$"].iter().any(|prefix| text.starts_with(prefix)) {
        return Err(PasswordHashRefused::UnknownKind);
    }
    let parts: bcrypt::HashParts = text.parse().map_err(|_| PasswordHashRefused::Malformed)?;
    if !text.as_bytes()[4..6].iter().all(u8::is_ascii_digit) {
        return Err(PasswordHashRefused::Malformed);
    }
    if !COSTS.contains(&parts.get_cost()) {
        return Err(PasswordHashRefused::TooCostly);
    }
    Ok(())
}

/// Whether the first 72 bytes of the password give this hash. Slow on purpose.
pub(super) fn matches(text: &str, password: &str) -> Result<bool, HashError> {
    Ok(bcrypt::verify(password, text)?)
}
