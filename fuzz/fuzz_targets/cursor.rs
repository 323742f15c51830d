//! Whatever is sent as a cursor: only this list's own is read, and it reads as it was made.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use tenantry_core::page::{CursorKey, List, Position};
use tenantry_core::secret::Key;
use uuid::Uuid;

fuzz_target!(|data: &[u8]| {
    let list = List { name: "projects", owner: Uuid::from_u128(1) };
    // Under a key that nothing here is made with: libFuzzer remembers what it has seen compared, good cursors too.
    let unused = CursorKey::new(Key::new([4; 32]));
    assert!(unused.decode(&list, &String::from_utf8_lossy(data)).is_err());
    let key = CursorKey::new(Key::new([3; 32]));
    let [moment @ .., kind, with] = data else { return };
    let Some((moment, id)) = moment.split_first_chunk::<8>() else { return };
    let Some((id, rest)) = id.split_first_chunk::<16>() else { return };
    let Ok(created_at) = Timestamp::from_microsecond(i64::from_le_bytes(*moment)) else { return };
    let position = Position { created_at, id: Uuid::from_bytes(*id) };
    let cursor = key.encode(&list, position);
    assert_eq!(key.decode(&list, &cursor), Ok(position));
    assert!(key.decode(&List { name: "members", ..list }, &cursor).is_err());
    assert!(key.decode(&List { owner: Uuid::from_u128(2), ..list }, &cursor).is_err());
    let mut edited = cursor.clone().into_bytes();
    let at = usize::from(*kind) % edited.len();
    edited.splice(at..(at + 1 + rest.len()).min(cursor.len()), [*with].iter().chain(rest).copied());
    let edited = String::from_utf8_lossy(&edited);
    assert!(edited == cursor || key.decode(&list, &edited).is_err());
});
