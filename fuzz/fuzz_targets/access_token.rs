//! Whatever is sent as a bearer token: the reader never panics, and believes only what it has signed itself.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use tenantry_core::{Clock, OrganizationId, SessionId, SystemRole, UserId};
use tenantry_identity::token::{ActiveOrganization, ScheduledKey, Subject, TokenSettings};
use tenantry_identity::{KeySet, SigningKey, TokenIssuer};

static ISSUER: LazyLock<(TokenIssuer, String)> = LazyLock::new(|| {
    let settings = TokenSettings {
        issuer: "https://tenantry.test".to_owned(),
        audience: "tenantry".to_owned(),
        lifetime: Duration::from_secs(900),
    };
    let key = SigningKey::generate().expect("random bytes");
    let key = ScheduledKey { key, signs_from: Timestamp::UNIX_EPOCH };
    let keys = KeySet::new(vec![key], settings.lifetime).expect("one key");
    let clock = Clock::fixed(Timestamp::from_second(1_800_000_000).expect("a time"));
    let issuer = TokenIssuer::new(settings, keys, clock);
    let organization = ActiveOrganization {
        id: OrganizationId::new(),
        slug: "acme".parse().expect("a slug"),
        role: SystemRole::Owner,
    };
    let subject = Subject {
        user: UserId::new(),
        session: SessionId::new(),
        organization: Some(organization),
    };
    let token = issuer.issue(&subject).expect("a token").token.expose().to_owned();
    (issuer, token)
});

fuzz_target!(|data: &[u8]| {
    let (issuer, good) = &*ISSUER;
    let text = String::from_utf8_lossy(data);
    assert!(text == *good || issuer.verify(&text).is_err());
    // An edit of a good one: the first two bytes say where and how long, the rest goes in.
    if let [at, length, rest @ ..] = data {
        let at = usize::from(*at) * 3 % good.len();
        let end = (at + usize::from(*length)).min(good.len());
        let edited = format!("{}{}{}", &good[..at], String::from_utf8_lossy(rest), &good[end..]);
        assert!(edited == *good || issuer.verify(&edited).is_err(), "{edited}");
    }
});
