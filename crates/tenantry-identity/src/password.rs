//! A password as it was typed, and what is done with it: judged once, hashed, and checked.
//!
//! Taking a [`Password`] in does not judge it: people with an older, shorter password must still be
//! able to sign in. [`PasswordPolicy::check`] is asked only where a password is chosen.

mod argon;
mod bcrypt;
mod hash;
mod hasher;
mod policy;
mod weakness;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use zeroize::Zeroizing;

pub use argon::{Argon2Parameters, ParametersRefused};
pub use hash::{PasswordHash, PasswordHashRefused};
pub use hasher::{HashError, Hasher, Verdict};
pub use policy::{PasswordPolicy, PasswordRefused, PolicyTooWeak};

use crate::secret_text::SecretText;

/// Why a text cannot be a password at all, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordInvalid {
    /// More characters than anybody types; hashing it would only cost time.
    #[error("must have at most {most} characters", most = Password::MAX_LENGTH)]
    TooLong,
    /// Contains U+0000, which other systems take for the end of the text.
    #[error("must not contain the character U+0000")]
    Null,
}

/// A password: Unicode NFKC, otherwise exactly what was typed. Nothing is trimmed or cut off.
#[derive(Clone)]
pub struct Password {
    text: SecretText,
    /// What was typed, when that is not NFKC: hashes that were made elsewhere know only this.
    typed: Option<SecretText>,
}

impl Password {
    /// The most code points that are taken in, before and after NFKC.
    pub const MAX_LENGTH: usize = 1_024;

    /// The text that is judged and hashed.
    pub(crate) fn text(&self) -> &str {
        self.text.expose()
    }

    /// The texts to try against a stored hash, the one that new hashes are made of first.
    fn spellings(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.text).chain(&self.typed).map(SecretText::expose)
    }
}

impl FromStr for Password {
    type Err = PasswordInvalid;

    fn from_str(typed: &str) -> Result<Self, PasswordInvalid> {
        let fits = |text: &str| text.chars().nth(Self::MAX_LENGTH).is_none();
        if !fits(typed) {
            return Err(PasswordInvalid::TooLong);
        }
        if typed.contains('\0') {
            return Err(PasswordInvalid::Null);
        }
        let typed = SecretText::new(typed.to_owned());
        if is_nfkc_quick(typed.expose().chars()) == IsNormalized::Yes {
            return Ok(Self { text: typed, typed: None });
        }
        // Room for the longest text there can be, so that growing leaves no copies behind.
        let mut text = String::with_capacity(typed.expose().len() * 4);
        text.extend(typed.expose().nfkc());
        let text = SecretText::new(text);
        if !fits(text.expose()) {
            return Err(PasswordInvalid::TooLong);
        }
        let differs = text.expose() != typed.expose();
        Ok(Self { text, typed: differs.then_some(typed) })
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(secret)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Password {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Password".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "password",
            "minLength": PasswordPolicy::DEFAULT_MIN_LENGTH,
            "maxLength": Self::MAX_LENGTH,
            "examples": ["securepassword123"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// PW-1, PW-2
    #[test]
    fn a_password_is_kept_as_typed_but_for_nfkc() {
        for text in ["", " a b ", "👩‍👩‍👧 emoji and spaces", &"x".repeat(128), &"é".repeat(1_024)]
        {
            assert_eq!(text.parse::<Password>().unwrap().text(), text);
        }
        let composed: Password = "caf\u{e9} cr\u{e8}me".parse().unwrap();
        let decomposed: Password = "cafe\u{301} cre\u{300}me".parse().unwrap();
        assert_eq!(composed.text(), decomposed.text());
        assert_eq!(composed.spellings().count(), 1);
        assert_eq!(
            decomposed.spellings().collect::<Vec<_>>(),
            ["caf\u{e9} cr\u{e8}me", "cafe\u{301} cre\u{300}me"]
        );
    }

    /// PW-1: nothing is hashed before the length is known.
    #[test]
    fn what_is_far_too_long_is_refused_at_once() {
        let start = std::time::Instant::now();
        // U+FDFA is one code point that NFKC makes eighteen of.
        for text in ["x".repeat(1_025), "x".repeat(10_000_000), "\u{fdfa}".repeat(1_000)] {
            assert_eq!(text.parse::<Password>().unwrap_err(), PasswordInvalid::TooLong);
        }
        assert!(start.elapsed() < std::time::Duration::from_millis(500));
        assert_eq!("before\0after".parse::<Password>().unwrap_err(), PasswordInvalid::Null);
    }

    /// SC-3
    #[test]
    fn debug_shows_nothing_and_json_is_read() {
        let password: Password = serde_json::from_str(r#""canary\u00e9 7f3a""#).unwrap();
        assert_eq!(password.text(), "canaryé 7f3a");
        assert_eq!(format!("{password:?}"), "Password(secret)");
        assert!(serde_json::from_str::<Password>(r#""a\u0000b""#).is_err());
        assert!(serde_json::from_str::<Password>(r#""\ud800""#).is_err());
        assert!(serde_json::from_str::<Password>("7").is_err());
    }
}
