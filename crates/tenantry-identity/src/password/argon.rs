//! Argon2id: how much work a hash is, and the work itself.
//!
//! Two kinds of bounds stand here: the floor for hashes we make (OWASP), and the ceiling for hashes
//! that come from elsewhere, because their cost is chosen by whoever wrote them.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq;

use super::hash::{PasswordHash, PasswordHashRefused};
use super::hasher::HashError;

const SALT_BYTES: usize = 16;
const OUTPUT_BYTES: usize = 32;
/// 128 MiB, in KiB.
const MOST_MEMORY: u32 = 131_072;
const MOST_PASSES: u32 = 16;
const MOST_LANES: u32 = 8;
/// Memory times passes, in KiB: about half a second of one core.
const MOST_WORK: u64 = 524_288;

/// The parameters are weaker than OWASP's floor, or dearer than this server will ever work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "argon2id with m={memory} KiB, t={passes}, p={lanes} is out of bounds: the least are m=47104,t=1, \
     m=19456,t=2, m=12288,t=3, m=9216,t=4 and m=7168,t=5; the most is m=131072, with m times t up to 524288"
)]
pub struct ParametersRefused {
    memory: u32,
    passes: u32,
    lanes: u32,
}

/// How much work one Argon2id hash is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Parameters {
    memory: u32,
    passes: u32,
    lanes: u32,
}

impl Default for Argon2Parameters {
    /// OWASP's least: 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { memory: 19_456, passes: 2, lanes: 1 }
    }
}

impl Argon2Parameters {
    /// For hashes that this server makes: memory in KiB, passes over it, lanes.
    ///
    /// # Errors
    /// Less than OWASP's floor or more than the ceiling.
    pub const fn new(memory: u32, passes: u32, lanes: u32) -> Result<Self, ParametersRefused> {
        let least = match passes {
            1 => 47_104,
            2 => 19_456,
            3 => 12_288,
            4 => 9_216,
            _ => 7_168,
        };
        let parameters = Self { memory, passes, lanes };
        if memory < least || !parameters.are_bounded() {
            return Err(ParametersRefused { memory, passes, lanes });
        }
        Ok(parameters)
    }

    /// The least work Argon2id can be: for tests of what surrounds it. A server never uses it.
    #[must_use]
    pub const fn trivial_for_tests() -> Self {
        Self { memory: 8, passes: 1, lanes: 1 }
    }

    /// The memory that one hash takes while it runs, in KiB.
    #[must_use]
    pub const fn memory(&self) -> u32 {
        self.memory
    }

    const fn are_bounded(self) -> bool {
        matches!(self.lanes, 1..=MOST_LANES)
            && matches!(self.passes, 1..=MOST_PASSES)
            && self.memory >= self.lanes * 8
            && self.memory <= MOST_MEMORY
            && self.memory as u64 * self.passes as u64 <= MOST_WORK
    }

    fn argon2(self, version: Version, output: usize) -> Result<Argon2<'static>, argon2::Error> {
        let params = Params::new(self.memory, self.passes, self.lanes, Some(output))?;
        Ok(Argon2::new(Algorithm::Argon2id, version, params))
    }

    /// Hashes with a fresh salt. Slow on purpose.
    pub(super) fn hash(self, password: &str) -> Result<PasswordHash, HashError> {
        let mut salt = [0; SALT_BYTES];
        getrandom::fill(&mut salt)?;
        let mut output = [0; OUTPUT_BYTES];
        self.argon2(Version::V0x13, OUTPUT_BYTES)?.hash_password_into(
            password.as_bytes(),
            &salt,
            &mut output,
        )?;
        Ok(self.stored(&salt, &output))
    }

    /// A hash of no password, as costly to check as a real one: nobody knows what would give it.
    pub(super) fn hash_of_nothing(self) -> Result<PasswordHash, getrandom::Error> {
        let mut random = [0; SALT_BYTES + OUTPUT_BYTES];
        getrandom::fill(&mut random)?;
        let (salt, output) = random.split_at(SALT_BYTES);
        Ok(self.stored(salt, output))
    }

    fn stored(self, salt: &[u8], output: &[u8]) -> PasswordHash {
        let Self { memory, passes, lanes } = self;
        let text = format!(
            "$argon2id$v=19$m={memory},t={passes},p={lanes}${}${}",
            STANDARD_NO_PAD.encode(salt),
            STANDARD_NO_PAD.encode(output)
        );
        PasswordHash::argon2id(
            text,
            StoredArgon2id {
                parameters: self,
                version: Version::V0x13,
                salt: salt.to_vec(),
                output: output.to_vec(),
            },
        )
    }
}

/// A stored Argon2id hash, taken apart.
#[derive(Clone)]
pub(super) struct StoredArgon2id {
    pub(super) parameters: Argon2Parameters,
    version: Version,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl StoredArgon2id {
    /// Reads a PHC string without doing any of the work it asks for.
    pub(super) fn parse(text: &str) -> Result<Self, PasswordHashRefused> {
        use PasswordHashRefused::{Malformed, TooCostly};
        let phc = argon2::PasswordHash::new(text).map_err(|_| Malformed)?;
        let version = match phc.version {
            Some(19) => Version::V0x13,
            Some(16) | None => Version::V0x10,
            Some(_) => return Err(Malformed),
        };
        // Anything besides these three (a key id, associated data) would be needed to check it.
        if phc.params.iter().count() != 3 {
            return Err(Malformed);
        }
        let number = |name: &str| phc.params.get_decimal(name).ok_or(Malformed);
        let parameters =
            Argon2Parameters { memory: number("m")?, passes: number("t")?, lanes: number("p")? };
        if !parameters.are_bounded() {
            return Err(TooCostly);
        }
        let (Some(salt), Some(output)) = (phc.salt, phc.hash) else { return Err(Malformed) };
        if output.len() < 16 {
            return Err(Malformed);
        }
        let (salt, output) = (salt.to_vec(), output.as_bytes().to_vec());
        Ok(Self { parameters, version, salt, output })
    }

    /// Whether it was made of this password. Slow on purpose.
    pub(super) fn matches(&self, password: &str) -> Result<bool, HashError> {
        let mut output = vec![0; self.output.len()];
        self.parameters.argon2(self.version, output.len())?.hash_password_into(
            password.as_bytes(),
            &self.salt,
            &mut output,
        )?;
        Ok(output.ct_eq(&self.output).into())
    }

    /// Whether a hash made today would look like this one.
    pub(super) fn is_made_with(&self, parameters: Argon2Parameters) -> bool {
        self.parameters == parameters
            && self.version == Version::V0x13
            && self.salt.len() >= SALT_BYTES
            && self.output.len() >= OUTPUT_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PW-4
    #[test]
    fn only_parameters_between_floor_and_ceiling_are_taken() {
        assert_eq!(Argon2Parameters::new(19_456, 2, 1), Ok(Argon2Parameters::default()));
        for (memory, passes, lanes) in
            [(47_104, 1, 1), (7_168, 5, 1), (65_536, 3, 4), (131_072, 4, 8)]
        {
            assert!(Argon2Parameters::new(memory, passes, lanes).is_ok(), "{memory} {passes}");
        }
        for (memory, passes, lanes) in [
            (19_455, 2, 1),
            (19_456, 1, 1),
            (7_167, 5, 1),
            (19_456, 0, 1),
            (19_456, 2, 0),
            (19_456, 2, 9),
            (131_073, 1, 1),
            (131_072, 5, 1),
            (u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert!(Argon2Parameters::new(memory, passes, lanes).is_err(), "{memory} {passes}");
        }
    }

    /// PW-4: the default, with the string that is stored.
    #[test]
    fn a_hash_made_with_the_default_is_a_phc_string_with_a_salt_of_its_own() {
        let parameters = Argon2Parameters::default();
        let one = parameters.hash("securepassword123").unwrap();
        let other = parameters.hash("securepassword123").unwrap();
        assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.as_str());
        assert_ne!(one.as_str(), other.as_str());
        let read = StoredArgon2id::parse(one.as_str()).unwrap();
        assert!(read.matches("securepassword123").unwrap());
        assert!(!read.matches("securepassword124").unwrap());
        assert!(read.is_made_with(parameters));
    }

    /// The reference implementation's own test vector (phc-winner-argon2, test.c, Argon2id v=19).
    #[test]
    fn a_hash_of_the_reference_implementation_is_checked() {
        let text = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        let read = StoredArgon2id::parse(text).unwrap();
        assert!(read.matches("password").unwrap());
        assert!(!read.is_made_with(Argon2Parameters::default()));
    }
}
