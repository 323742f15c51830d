//! Sealed contexts: what is sealed opens as it was, there and then, and nothing else opens.

use proptest::prelude::*;
use tenantry_core::context::{BadSeal, Connection, ContextKey, ContextKeys};
use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::secret::Key;
use tenantry_core::{Actor, OrganizationId, RequestId, SessionId, SystemRole, UserId};
use uuid::Uuid;

use super::{edited, text, tries};

fn keys(byte: u8) -> ContextKeys {
    ContextKeys::new(ContextKey::new(Key::new([byte; 32])))
}

fn seal(organization: u128, role: SystemRole, connection: &Connection<'_>) -> String {
    let admission = Admission {
        actor: Actor::User(UserId::new()),
        organization: OrganizationId::from_uuid(Uuid::from_u128(organization)),
        role,
        project: None,
        via: Via::Session(SessionId::new()),
        origin: Origin { request: RequestId::new(), address: None },
        expires_at: i64::MAX,
    };
    keys(1).admit(admission).seal(connection).expose().to_owned()
}

fn roles() -> impl Strategy<Value = SystemRole> {
    prop::sample::select(SystemRole::ALL.to_vec())
}

proptest! {
    #![proptest_config(tries(500))]

    #[test]
    fn a_seal_opens_as_it_was_sealed_and_for_no_other_connection(
        organization in any::<u128>(), role in roles(), database in "[a-z_]{1,20}",
        backend in 1..i32::MAX, elsewhere in 1..i32::MAX, now in 0..4_000_000_000_i64,
    ) {
        let here = Connection { database: &database, backend, now };
        let seal = seal(organization, role, &here);
        let open = keys(1).open(&seal, &here).unwrap();
        prop_assert_eq!((open.organization.as_u128(), open.role.as_str()), (organization, role.name()));
        prop_assert_eq!(keys(2).open(&seal, &here), Err(BadSeal));
        prop_assert_eq!(keys(1).open(&seal, &Connection { now: now + 61, ..here }), Err(BadSeal));
        prop_assume!(backend != elsewhere);
        prop_assert_eq!(keys(1).open(&seal, &Connection { backend: elsewhere, ..here }), Err(BadSeal));
    }

    #[test]
    fn an_edited_seal_is_refused(
        organization in any::<u128>(), role in roles(), at in any::<usize>(), kind in any::<u8>(),
        with in prop_oneof![any::<char>(), prop::char::range('.', 'z')],
    ) {
        let here = Connection { database: "app", backend: 7, now: 1_000 };
        let seal = seal(organization, role, &here);
        let edited = edited(&seal, at, kind, with);
        prop_assume!(edited != seal);
        prop_assert_eq!(keys(1).open(&edited, &here), Err(BadSeal));
    }

    #[test]
    fn no_invented_text_is_a_seal(text in prop_oneof![text(), "v1(\\.[0-9a-f:-]{0,40}){7,9}"], now in any::<i64>(), backend in any::<i32>()) {
        prop_assert_eq!(keys(1).open(&text, &Connection { database: "app", backend, now }), Err(BadSeal));
    }
}
