//! Typed ids in their text form.

use proptest::prelude::*;
use tenantry_core::{OrganizationId, ProjectId};
use uuid::Uuid;

use super::{edited, text, tries};

/// Texts that are nearly ids.
fn nearly() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        "org_[0-9a-z]{24,28}",
        "[a-zO]{2,4}_?[0-9a-hjkmnp-tv-z]{26}",
        "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
    ]
}

proptest! {
    #![proptest_config(tries(2_000))]

    #[test]
    fn an_id_survives_both_text_forms_and_json(number in any::<u128>()) {
        let id = OrganizationId::from_uuid(Uuid::from_u128(number));
        prop_assert_eq!(id.to_string().parse(), Ok(id));
        prop_assert_eq!(id.uuid().to_string().parse(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(serde_json::from_str::<OrganizationId>(&json).unwrap(), id);
    }

    #[test]
    fn texts_sort_as_ids_do(one in any::<u128>(), other in any::<u128>()) {
        let [one, other] = [one, other].map(|number| ProjectId::from_uuid(Uuid::from_u128(number)));
        prop_assert_eq!(one.cmp(&other), one.to_string().cmp(&other.to_string()));
    }

    #[test]
    fn what_reads_as_an_id_is_written_the_same_way(text in nearly()) {
        if let Ok(id) = text.parse::<OrganizationId>() {
            let is_bare = text.to_lowercase() == id.uuid().to_string();
            prop_assert!(text == id.to_string() || is_bare, "{} is read as {}", text, id);
        }
    }

    #[test]
    fn an_edited_id_is_another_id_or_none(
        number in any::<u128>(), at in any::<usize>(), kind in any::<u8>(), with in any::<char>(),
    ) {
        let id = OrganizationId::from_uuid(Uuid::from_u128(number));
        let text = edited(&id.to_string(), at, kind, with);
        if let Ok(read) = text.parse::<OrganizationId>() {
            prop_assert_eq!(read == id, text == id.to_string());
        }
        prop_assert!(id.to_string().parse::<ProjectId>().is_err());
    }
}
