//! Text that must not be shown: what a request hands in as a password or token, and what an answer
//! hands out once.
//!
//! It has no `Display` and no `Serialize` on purpose: whoever writes it out says
//! [`SecretText::expose`], and that word can be searched for.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A text whose `Debug` shows nothing and whose memory is cleared when it is dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretText(String);

impl SecretText {
    /// Takes the text over.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself. The name is loud so that a reviewer sees where a secret leaves.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(secret)")
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

impl schemars::JsonSchema for SecretText {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "SecretText".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "password" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SC-3
    #[test]
    fn a_secret_is_not_shown_by_debug() {
        let secret = SecretText::new("canary-7f3a".to_owned());
        assert!(!format!("{secret:?} {secret:#?}").contains("canary"));
        assert_eq!(secret.expose(), "canary-7f3a");
    }
}
