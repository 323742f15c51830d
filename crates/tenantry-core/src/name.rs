//! Text that people type, parsed once: after that its rules hold wherever it goes.
//!
//! All of it is brought to Unicode NFC, and characters that cannot be seen (control, bidirectional
//! overrides, U+0000) are refused where a name is meant, so that two names that look alike are alike.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Why a text is refused, as a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NameError(Cow<'static, str>);

fn refuse<T>(message: impl Into<Cow<'static, str>>) -> Result<T, NameError> {
    Err(NameError(message.into()))
}

/// Characters that change how the text around them is shown, or show nothing.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_noncharacter(character: char) -> bool {
    let value = u32::from(character);
    value & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&value)
}

/// One line of text, trimmed, with only characters that can be seen.
fn line(text: &str, most: usize) -> Result<String, NameError> {
    bounded(text, most)?;
    let text = composed(text.trim());
    // Emoji sequences are joined by U+200D: it is the one invisible character that names need.
    if text.chars().any(|c| (is_invisible(c) && c != '\u{200D}') || is_noncharacter(c)) {
        return refuse("must not contain control or invisible characters");
    }
    if text.is_empty() {
        return refuse("must not be empty");
    }
    bounded(&text, most)?;
    Ok(text)
}

/// A text in NFC. Nearly all is in it already, and every name that is read from the database is: to look is a part of
/// what composing costs.
fn composed(text: &str) -> String {
    let is_composed = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    if is_composed { text.to_owned() } else { text.nfc().collect() }
}

/// A text is counted as it was sent and as it is kept: the one is what the API documents, the other what is stored.
fn bounded(text: &str, most: usize) -> Result<(), NameError> {
    if text.chars().count() > most {
        return refuse(format!("must have at most {most} characters"));
    }
    Ok(())
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $schema:tt) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, formatter)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!($schema)
            }
        }
    };
}

text_type! {
    /// What a person, an organization or a project is called: one line, 1 to 120 characters.
    DisplayName, { "type": "string", "minLength": 1, "maxLength": 120, "examples": ["Marketing Campaign"] }
}

impl FromStr for DisplayName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        line(text, 120).map(Self)
    }
}

text_type! {
    #[derive(Default)]
    /// Free text of several lines, up to 4,000 characters; may be empty.
    Description, { "type": "string", "maxLength": 4000, "examples": ["Q1 2025 Campaign"] }
}

impl FromStr for Description {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        bounded(text, 4_000)?;
        let text = composed(text);
        let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
        if !text.chars().all(|c| plain(c) && !is_noncharacter(c)) {
            return refuse("must not contain control characters");
        }
        bounded(&text, 4_000)?;
        Ok(Self(text))
    }
}

text_type! {
    /// An e-mail address, in lower case: the name of an account.
    Email, { "type": "string", "format": "email", "maxLength": 254, "examples": ["user@example.com"] }
}

impl Email {
    /// What stands before the last `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl FromStr for Email {
    type Err = NameError;

    /// Accepts what mail servers accept in practice (RFC 5321 section 4.1.2 without quoted strings
    /// and address literals). Only ASCII: two addresses that look alike must be the same.
    fn from_str(text: &str) -> Result<Self, NameError> {
        const MESSAGE: &str = "must be an e-mail address such as user@example.com";
        bounded(text, 254)?;
        let text = text.trim().to_ascii_lowercase();
        let Some((local, domain)) = text.rsplit_once('@') else { return refuse(MESSAGE) };
        let atom = |part: &str, extra: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || extra.contains(c))
        };
        let local_is_good =
            local.len() <= 64 && local.split('.').all(|part| atom(part, "!#$%&'*+-/=?^_`{|}~"));
        let label = |part: &str| {
            part.len() <= 63 && atom(part, "-") && !part.starts_with('-') && !part.ends_with('-')
        };
        let domain_is_good = domain.contains('.') && domain.split('.').all(label);
        if !local_is_good || !domain_is_good || text.len() > 254 {
            return refuse(MESSAGE);
        }
        Ok(Self(text))
    }
}

text_type! {
    /// A name in addresses: 2 to 48 lower-case letters, digits and inner hyphens.
    Slug, { "type": "string", "pattern": "^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])$", "examples": ["acme"] }
}

/// Slugs that would be read as something else in an address.
pub const RESERVED_SLUGS: &[&str] =
    &["current", "users", "usage", "new", "api", "auth", "console", "operator"];

impl Slug {
    /// The most characters of a slug.
    pub const MAX_LENGTH: usize = 48;

    /// A slug made from a name: what is not a letter or digit becomes a hyphen. Names without any
    /// Latin letter or digit give `organization`.
    #[must_use]
    pub fn suggest(name: &DisplayName) -> Self {
        let mut slug = String::new();
        for character in name.0.nfkd().filter(char::is_ascii) {
            if character.is_ascii_alphanumeric() {
                slug.push(character.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(40);
        let slug = slug.trim_end_matches('-');
        slug.parse().unwrap_or_else(|_| {
            let stem: String =
                slug.chars().take(Self::MAX_LENGTH - "organization-".len()).collect();
            let text = format!("organization-{stem}");
            Self(text.trim_end_matches('-').to_owned())
        })
    }

    /// The slugs to try, one after the other: this one, and, unless it was asked for as it is, this
    /// one with an ending from a random text, which is free but for a chance of one in a billion.
    pub fn attempts(&self, random: &str, is_asked_for: bool) -> impl Iterator<Item = Self> {
        let ending = |length: usize| random.get(random.len().saturating_sub(length)..);
        let endings: [Option<&str>; 2] =
            if is_asked_for { [None, None] } else { [ending(6), ending(12)] };
        let more: Vec<Self> =
            endings.into_iter().flatten().map(|ending| self.with_ending(ending)).collect();
        std::iter::once(self.clone()).chain(more)
    }

    /// The same slug with a short ending, for when the plain one is taken.
    #[must_use]
    pub fn with_ending(&self, ending: &str) -> Self {
        let room = Self::MAX_LENGTH - ending.len() - 1;
        let stem: String = self.0.chars().take(room).collect();
        let stem = stem.trim_end_matches('-');
        let text = format!("{stem}-{ending}");
        Self(if is_shaped_like_an_id(&text) { format!("{stem}{ending}") } else { text })
    }
}

/// An id must never be mistaken for a slug, nor a slug for an id.
fn is_shaped_like_an_id(text: &str) -> bool {
    text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

impl FromStr for Slug {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let shaped = (2..=Self::MAX_LENGTH).contains(&text.len())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            && !text.starts_with('-')
            && !text.ends_with('-');
        if !shaped {
            return refuse("must have 2 to 48 lower-case letters, digits or inner hyphens");
        }
        if RESERVED_SLUGS.contains(&text) {
            return refuse("is reserved");
        }
        if is_shaped_like_an_id(text) {
            return refuse("must not look like an id");
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused_and_ordinary_ones_kept() {
        // VA-1
        for text in ["", "   ", "a\0b", "a\nb", "a\u{202E}b", "\u{200B}", "a\u{FEFF}", "\u{FFFE}"] {
            assert!(text.parse::<DisplayName>().is_err(), "{text:?}");
        }
        assert!("x".repeat(121).parse::<DisplayName>().is_err());
        for text in ["Ω", "O'Brien & Söhne", "<script>alert(1)</script>", "👩‍👩‍👧", "株式会社"]
        {
            assert_eq!(text.parse::<DisplayName>().unwrap().as_str(), text);
        }
        assert_eq!("  Cafe\u{301} ".parse::<DisplayName>().unwrap().as_str(), "Café");
        assert!("a\0".parse::<Description>().is_err() && "a\nb\t".parse::<Description>().is_ok());
    }

    #[test]
    fn addresses_are_read_like_mail_servers_read_them() {
        for text in ["Test@Example.com", "a+b@c-d.example", "o'brien@x.y.z"] {
            assert_eq!(text.parse::<Email>().unwrap().as_str(), text.to_lowercase());
        }
        for text in [
            "",
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a@@b.c",
            "a b@c.d",
            "a@b..c",
            "a@-b.c",
            "a\0@b.c",
            ".a@b.c",
            "é@b.c",
            "a@b.c\n d",
        ] {
            assert!(text.parse::<Email>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_slug_can_be_suggested_for_every_name() {
        for (name, slug) in [
            ("Test Organization", "test-organization"),
            ("  --Ünïcode & Söhne!! ", "unicode-sohne"),
            ("株式会社", "organization"),
            ("current", "organization-current"),
            ("7", "organization-7"),
            // Shaped like an id, which no slug may be, and then too long with the prefix.
            (
                "01890a5d-ac96-774b-bcce-b302099a8057",
                "organization-01890a5d-ac96-774b-bcce-b302099a805",
            ),
        ] {
            let name: DisplayName = name.parse().unwrap();
            assert_eq!(Slug::suggest(&name).as_str(), slug);
            assert!(Slug::suggest(&name).as_str().parse::<Slug>().is_ok());
        }
        let long = Slug::suggest(&"a b ".repeat(29).parse().unwrap());
        assert!(long.with_ending("k3x9q2").as_str().parse::<Slug>().is_ok());
    }

    #[test]
    fn what_is_not_a_slug_is_refused() {
        for text in [
            "",
            "a",
            "A-b",
            "-ab",
            "ab-",
            "a b",
            "ä1",
            "current",
            "аcme",
            "01890a5d-ac96-774b-bcce-b302099a8057",
        ] {
            assert!(text.parse::<Slug>().is_err(), "{text:?}");
        }
    }
}
