//! Access tokens and refresh tokens as strangers send them: nothing invented or edited is believed, and nothing
//! that is sent makes the reader panic.

use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::Config;
use tenantry_core::{Clock, OrganizationId, SessionId, SystemRole, UserId};
use tenantry_identity::token::{ActiveOrganization, ScheduledKey, Subject, TokenSettings};
use tenantry_identity::{KeySet, OrganizationName, RefreshToken, SigningKey, TokenIssuer};
use uuid::Uuid;

const NOW: i64 = 1_800_000_000;

fn issuer() -> TokenIssuer {
    let settings = TokenSettings {
        issuer: "https://tenantry.test".to_owned(),
        audience: "tenantry".to_owned(),
        lifetime: Duration::from_secs(900),
    };
    let key =
        ScheduledKey { key: SigningKey::generate().unwrap(), signs_from: Timestamp::UNIX_EPOCH };
    let keys = KeySet::new(vec![key], settings.lifetime).unwrap();
    TokenIssuer::new(settings, keys, Clock::fixed(Timestamp::from_second(NOW).unwrap()))
}

fn subject(user: u128, organization: Option<u128>, slug: &str) -> Subject {
    Subject {
        user: UserId::from_uuid(Uuid::from_u128(user)),
        session: SessionId::new(),
        organization: organization.map(|id| ActiveOrganization {
            id: OrganizationId::from_uuid(Uuid::from_u128(id)),
            slug: slug.parse().unwrap(),
            role: SystemRole::Member,
        }),
    }
}

fn tries(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}

/// The text with one character replaced, taken out or put in.
fn edited(text: &str, at: usize, kind: u8, with: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at % characters.len();
    match kind % 3 {
        0 => characters[at] = with,
        1 => drop(characters.remove(at)),
        _ => characters.insert(at, with),
    }
    characters.into_iter().collect()
}

proptest! {
    #![proptest_config(tries(300))]

    #[test]
    fn a_token_says_what_was_put_in_and_to_no_other_server(
        user in any::<u128>(), organization in any::<Option<u128>>(), slug in "[a-z][a-z0-9]{1,20}x",
    ) {
        let (ours, theirs) = (issuer(), issuer());
        let subject = subject(user, organization, &slug);
        let token = ours.issue(&subject).unwrap().token;
        prop_assert_eq!(&ours.verify(token.expose()).unwrap().subject, &subject);
        prop_assert!(theirs.verify(token.expose()).is_err());
    }

    #[test]
    fn an_edited_token_is_refused(
        user in any::<u128>(), at in any::<usize>(), kind in any::<u8>(),
        with in prop_oneof![any::<char>(), prop::char::range('-', 'z')],
    ) {
        let issuer = issuer();
        let token = issuer.issue(&subject(user, Some(1), "acme")).unwrap().token;
        let edited = edited(token.expose(), at, kind, with);
        prop_assume!(edited != token.expose());
        prop_assert!(issuer.verify(&edited).is_err());
    }

    #[test]
    fn parts_of_two_tokens_are_no_token(one in any::<u128>(), other in any::<u128>(), from in 0..3_usize) {
        prop_assume!(one != other);
        let issuer = issuer();
        let [one, other] = [one, other].map(|user| issuer.issue(&subject(user, None, "")).unwrap().token);
        let mut parts: Vec<&str> = one.expose().split('.').collect();
        let others: Vec<&str> = other.expose().split('.').collect();
        // The headers are the same, so only the other two make a mixture.
        parts[from] = others[from];
        prop_assert_eq!(issuer.verify(&parts.join(".")).is_ok(), from == 0);
    }

    #[test]
    fn no_invented_text_is_a_token(
        text in prop_oneof![any::<String>(), "[A-Za-z0-9_-]{0,200}(\\.[A-Za-z0-9_-]{0,200}){0,4}", "eyJ[.A-Za-z0-9_-]{0,300}"],
    ) {
        prop_assert!(issuer().verify(&text).is_err());
    }

    #[test]
    fn a_refresh_token_is_read_as_it_is_or_not_at_all(
        bytes in any::<[u8; 32]>(), at in any::<usize>(), kind in any::<u8>(), with in any::<char>(),
    ) {
        let token = RefreshToken::from_bytes(&bytes);
        prop_assert_eq!(RefreshToken::parse(token.expose()).unwrap().hash(), token.hash());
        let edited = edited(token.expose(), at, kind, with);
        prop_assume!(edited != token.expose());
        if let Ok(other) = RefreshToken::parse(&edited) {
            prop_assert_ne!(other.hash(), token.hash());
        }
    }

    #[test]
    fn any_text_names_one_organization_or_none(text in prop_oneof![any::<String>(), "[a-z0-9-]{1,50}", "org_[0-9a-z]{26}"]) {
        let (id, slug) = (text.parse::<OrganizationId>(), text.parse());
        let expected = id.map(OrganizationName::Id).ok().or_else(|| slug.map(OrganizationName::Slug).ok());
        prop_assert!(text.parse::<OrganizationId>().is_err() || text.parse::<tenantry_core::name::Slug>().is_err());
        prop_assert_eq!(OrganizationName::parse(&text), expected);
    }
}
