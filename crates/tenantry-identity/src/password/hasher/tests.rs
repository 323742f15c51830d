//! Tests of the hashing pool: verdicts, upgrades, and that it stays bounded under a flood.

use std::time::Instant;

use super::*;

fn hasher() -> Hasher {
    Hasher::new(2, 64, Argon2Parameters::trivial_for_tests()).unwrap()
}

fn password(text: &str) -> Password {
    text.parse().unwrap()
}

fn upgraded(verdict: Verdict) -> PasswordHash {
    match verdict {
        Verdict::RightButUpgrade(hash) => hash,
        Verdict::Right | Verdict::Wrong => panic!("no upgrade: {verdict:?}"),
    }
}

/// PW-2
#[tokio::test]
async fn only_the_very_password_is_right() {
    let hasher = hasher();
    let long = "x".repeat(128);
    let stored = hasher.hash(password(&format!("{long} end"))).await.unwrap();
    let right = hasher.verify(password(&format!("{long} end")), Some(&stored)).await.unwrap();
    assert!(matches!(right, Verdict::Right));
    for other in [long.clone(), format!("{long} enD"), format!("{long} end "), String::new()] {
        let verdict = hasher.verify(password(&other), Some(&stored)).await.unwrap();
        assert!(matches!(verdict, Verdict::Wrong), "{other}");
    }
}

/// PW-2: both ways of writing é sign in, and the stored hash is of the composed one.
#[tokio::test]
async fn composed_and_decomposed_letters_are_the_same_password() {
    let hasher = hasher();
    let stored = hasher.hash(password("cafe\u{301} noir at eight")).await.unwrap();
    for text in ["caf\u{e9} noir at eight", "cafe\u{301} noir at eight"] {
        let verdict = hasher.verify(password(text), Some(&stored)).await.unwrap();
        assert!(matches!(verdict, Verdict::Right), "{text}");
    }
}

/// PW-4
#[tokio::test]
async fn a_hash_with_other_parameters_is_upgraded_at_sign_in() {
    let old = hasher().hash(password("orchid lantern tram")).await.unwrap();
    let hasher = Hasher::new(1, 1, Argon2Parameters::default()).unwrap();
    let verdict = hasher.verify(password("orchid lantern tram"), Some(&old)).await.unwrap();
    let new = upgraded(verdict);
    assert!(new.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    let verdict = hasher.verify(password("orchid lantern tram"), Some(&new)).await.unwrap();
    assert!(matches!(verdict, Verdict::Right));
    let verdict = hasher.verify(password("orchid lantern tran"), Some(&old)).await.unwrap();
    assert!(matches!(verdict, Verdict::Wrong));
}

/// PW-6
#[tokio::test]
async fn bcrypt_hashes_sign_in_and_become_argon2id() {
    let hasher = hasher();
    let made = bcrypt::hash_with_result("securepassword123", 4).unwrap();
    for version in [bcrypt::Version::TwoA, bcrypt::Version::TwoB, bcrypt::Version::TwoY] {
        let stored = PasswordHash::parse(&made.format_for_version(version)).unwrap();
        let verdict = hasher.verify(password("securepassword123"), Some(&stored)).await.unwrap();
        assert!(upgraded(verdict).as_str().starts_with("$argon2id$"));
        let verdict = hasher.verify(password("securepassword124"), Some(&stored)).await.unwrap();
        assert!(matches!(verdict, Verdict::Wrong));
    }
    // A published vector of OpenBSD's own regression test.
    let known = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
    let stored = PasswordHash::parse(known).unwrap();
    assert!(hasher.verify(password("U*U"), Some(&stored)).await.unwrap().is_right());
}

/// PW-2, PW-6: after the upgrade only one of two passwords that bcrypt cannot tell apart is right.
#[tokio::test]
async fn a_password_over_72_bytes_is_pinned_whole_by_its_first_sign_in() {
    let hasher = hasher();
    let head = "é".repeat(36);
    let (mine, other) = (format!("{head} and my end"), format!("{head} and another"));
    let stored = PasswordHash::parse(&bcrypt::hash(&mine, 4).unwrap()).unwrap();
    let new = upgraded(hasher.verify(password(&mine), Some(&stored)).await.unwrap());
    assert!(matches!(hasher.verify(password(&mine), Some(&new)).await.unwrap(), Verdict::Right));
    assert!(matches!(hasher.verify(password(&other), Some(&new)).await.unwrap(), Verdict::Wrong));
    let shorter = "é".repeat(35);
    let verdict = hasher.verify(password(&shorter), Some(&stored)).await.unwrap();
    assert!(matches!(verdict, Verdict::Wrong));
}

/// PW-6: another system hashed the bytes as typed; ours hash NFKC.
#[tokio::test]
async fn an_imported_hash_of_a_spelling_that_is_not_nfkc_signs_in_and_is_upgraded() {
    let hasher = hasher();
    let typed = "ｐａｓｓ ｐｈｒａｓｅ １２";
    let stored = PasswordHash::parse(&bcrypt::hash(typed, 4).unwrap()).unwrap();
    let new = upgraded(hasher.verify(password(typed), Some(&stored)).await.unwrap());
    let verdict = hasher.verify(password("pass phrase 12"), Some(&new)).await.unwrap();
    assert!(matches!(verdict, Verdict::Right));
}

/// AE-1: without an account the same work is done, and the answer is always the same. How alike the
/// times are is measured on a quiet machine; here it is shown that the work is not skipped, which
/// would be a factor of a hundred and more.
#[tokio::test]
async fn an_unknown_account_is_wrong_and_takes_as_long() {
    let hasher = Hasher::new(1, 1, Argon2Parameters::default()).unwrap();
    let stored = hasher.hash(password("orchid lantern tram")).await.unwrap();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..15 {
        for (times, stored) in [(&mut known, Some(&stored)), (&mut unknown, None)] {
            let start = Instant::now();
            let verdict = hasher.verify(password("something else"), stored).await.unwrap();
            times.push(start.elapsed());
            assert!(matches!(verdict, Verdict::Wrong));
        }
    }
    assert!(hasher.0.nothing.is_made_with(Argon2Parameters::default()));
    // The quickest of each is the least disturbed by what else the machine does.
    let quickest = |times: &[Duration]| times.iter().min().unwrap().as_secs_f64();
    let ratio = quickest(&unknown) / quickest(&known);
    println!("unknown / known = {ratio:.3}");
    assert!((0.2..5.0).contains(&ratio), "{ratio}");
}

/// PW-5: the pool runs two, lets three wait, and sends the rest away at once.
#[tokio::test]
async fn a_flood_is_bounded_and_the_surplus_is_told_to_come_back() {
    let hasher = Hasher::new(2, 3, Argon2Parameters::default()).unwrap();
    let attempts = (0..200).map(|_| {
        let hasher = hasher.clone();
        async move { hasher.verify(password("something else"), None).await }
    });
    let verdicts = futures_util::future::join_all(attempts).await;
    let wrong = verdicts.iter().filter(|one| matches!(one, Ok(Verdict::Wrong))).count();
    let busy = verdicts
        .iter()
        .filter(|one| matches!(one, Err(HashError::Busy { retry_after }) if !retry_after.is_zero()))
        .count();
    assert_eq!((wrong, busy), (5, 195));
    assert!(hasher.verify(password("something else"), None).await.is_ok());
    assert_eq!(hasher.0.places.available_permits(), 5);
}

/// PW-5: a request that goes away while it waits does not keep its place.
#[tokio::test]
async fn a_dropped_request_gives_its_place_back() {
    let hasher = Hasher::new(1, 1, Argon2Parameters::trivial_for_tests()).unwrap();
    let slot = Arc::clone(&hasher.0.slots).acquire_owned().await.unwrap();
    let running = Arc::clone(&hasher.0.places).acquire_owned().await.unwrap();
    for _ in 0..10 {
        let waiting = hasher.verify(password("something else"), None);
        let timed_out = tokio::time::timeout(Duration::from_millis(2), waiting).await;
        assert!(timed_out.is_err(), "it ran although the only slot is taken");
    }
    assert_eq!(hasher.0.places.available_permits(), 1);
    drop((slot, running));
    assert!(hasher.verify(password("something else"), None).await.is_ok());
}

/// PW-5: the thread that serves requests is free while hashes run.
#[tokio::test(flavor = "current_thread")]
async fn hashing_does_not_hold_up_the_async_thread() {
    let hasher = Hasher::new(1, 8, Argon2Parameters::default()).unwrap();
    let mut hashing = Box::pin(hasher.hash(password("orchid lantern tram")));
    let mut ticks = 0u32;
    loop {
        tokio::select! {
            biased;
            hash = &mut hashing => { hash.unwrap(); break; }
            () = task::yield_now() => ticks += 1,
        }
    }
    assert!(ticks > 10, "the thread was blocked: {ticks} ticks");
}

/// SC-3
#[test]
fn the_pool_shows_its_bounds_and_no_hash() {
    let shown = format!("{:?}", hasher());
    assert!(shown.contains("free_places: 66") && !shown.contains("argon2id"), "{shown}");
}
