//! Cursors of lists (PG-1).

use jiff::Timestamp;
use proptest::prelude::*;
use tenantry_core::page::{BadCursor, CursorKey, List, Position};
use tenantry_core::secret::Key;
use uuid::Uuid;

use super::{edited, text, tries};

fn positions() -> impl Strategy<Value = Position> {
    let moments = Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond();
    (moments, any::<u128>()).prop_map(|(moment, id)| Position {
        created_at: Timestamp::from_microsecond(moment).unwrap(),
        id: Uuid::from_u128(id),
    })
}

fn key() -> CursorKey {
    CursorKey::new(Key::new([7; 32]))
}

proptest! {
    #![proptest_config(tries(1_000))]

    #[test]
    fn a_cursor_says_where_its_list_goes_on_and_nothing_to_another(
        position in positions(), owner in any::<u128>(), other in any::<u128>(), name in "[a-z]{1,12}", alien in "[a-z]{1,12}",
    ) {
        let list = List { name: &name, owner: Uuid::from_u128(owner) };
        let cursor = key().encode(&list, position);
        prop_assert_eq!(key().decode(&list, &cursor), Ok(position));
        prop_assume!(owner != other && name != alien);
        for elsewhere in [List { owner: Uuid::from_u128(other), ..list }, List { name: &alien, ..list }] {
            prop_assert_eq!(key().decode(&elsewhere, &cursor), Err(BadCursor));
        }
        let foreign = CursorKey::new(Key::new([8; 32]));
        prop_assert_eq!(foreign.decode(&list, &cursor), Err(BadCursor));
    }

    #[test]
    fn an_edited_cursor_is_refused(
        position in positions(), at in any::<usize>(), kind in any::<u8>(), with in prop_oneof![any::<char>(), prop::char::range('0', 'z')],
    ) {
        let list = List { name: "projects", owner: Uuid::from_u128(1) };
        let cursor = key().encode(&list, position);
        let edited = edited(&cursor, at, kind, with);
        prop_assume!(edited != cursor);
        prop_assert_eq!(key().decode(&list, &edited), Err(BadCursor));
    }

    #[test]
    fn no_invented_text_is_a_cursor(text in prop_oneof![text(), "[A-Za-z0-9_-]{54}"]) {
        let list = List { name: "projects", owner: Uuid::from_u128(1) };
        prop_assert_eq!(key().decode(&list, &text), Err(BadCursor));
    }
}
