//! Names, addresses and slugs (VA-1).

use std::fmt::{Debug, Display};
use std::str::FromStr;

use proptest::prelude::*;
use tenantry_core::OrganizationId;
use tenantry_core::name::{Description, DisplayName, Email, RESERVED_SLUGS, Slug};

use super::{text, tries};

/// Once read, a value is written as it will be read again.
fn is_settled<T: FromStr + Display + PartialEq + Debug>(
    text: &str,
) -> Result<Option<T>, TestCaseError> {
    let Ok(value) = text.parse::<T>() else { return Ok(None) };
    let again = value.to_string().parse::<T>().ok();
    prop_assert_eq!(again.as_ref(), Some(&value), "{:?}", text);
    prop_assert_eq!(again.map(|again| again.to_string()), Some(value.to_string()));
    Ok(Some(value))
}

fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200c}' | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fffe}'..='\u{ffff}')
}

/// Slugs as people choose them, and such that an ending could make an id of.
fn slug() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9][a-z0-9-]{0,46}[a-z0-9]",
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}"
    ]
}

proptest! {
    #![proptest_config(tries(2_000))]

    #[test]
    fn a_display_name_reads_as_it_was_written_and_hides_nothing(text in text()) {
        if let Some(name) = is_settled::<DisplayName>(&text)? {
            prop_assert!(!name.as_str().chars().any(is_hidden), "{:?}", name);
            prop_assert_eq!(name.as_str().trim(), name.as_str());
            // As it was sent, too: that is what the API's description promises to refuse.
            for text in [name.as_str(), &text] {
                prop_assert!((1..=120).contains(&text.chars().count()));
            }
        }
    }

    #[test]
    fn a_description_reads_as_it_was_written_and_controls_nothing(text in text()) {
        if let Some(description) = is_settled::<Description>(&text)? {
            let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
            prop_assert!(description.as_str().chars().all(is_plain));
            prop_assert!(text.chars().count() <= 4_000);
        }
    }

    #[test]
    fn an_address_reads_as_it_was_written_and_has_two_plain_halves(
        text in prop_oneof![text(), "[a-zA-Z0-9.+'@ -]{0,20}@[a-zA-Z0-9.-]{0,20}"],
    ) {
        if let Some(email) = is_settled::<Email>(&text)? {
            let written = email.as_str();
            prop_assert!(written.is_ascii() && written.len() <= 254 && text.len() <= 254);
            prop_assert!(!written.chars().any(|c| c.is_ascii_uppercase() || c.is_whitespace() || c.is_control()));
            prop_assert_eq!(written.matches('@').count(), 1);
            prop_assert!(!email.local_part().is_empty());
        }
    }

    #[test]
    fn a_slug_reads_as_it_was_written_and_is_no_id(text in prop_oneof![text(), slug()]) {
        if let Some(slug) = is_settled::<Slug>(&text)? {
            prop_assert_eq!(slug.as_str(), &text);
            prop_assert!(slug.as_str().parse::<OrganizationId>().is_err());
            prop_assert!(!RESERVED_SLUGS.contains(&slug.as_str()));
        }
    }

    #[test]
    fn every_name_has_a_slug(text in text(), random in "[0-9a-z]{12,26}") {
        if let Ok(name) = text.parse::<DisplayName>() {
            for slug in Slug::suggest(&name).attempts(&random, false) {
                prop_assert_eq!(slug.as_str().parse::<Slug>().ok(), Some(slug.clone()), "{:?}", name);
            }
        }
    }

    #[test]
    fn every_slug_can_have_an_ending(text in slug(), random in "[0-9a-z]{12,26}") {
        if let Ok(slug) = text.parse::<Slug>() {
            for slug in slug.attempts(&random, false) {
                prop_assert_eq!(slug.as_str().parse::<Slug>().ok(), Some(slug.clone()));
            }
        }
    }
}
