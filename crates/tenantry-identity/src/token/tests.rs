//! Attacks on access tokens, each as a row of a table. The tokens are signed with the server's own
//! key wherever the point is not the signature, so that nothing else refuses them first.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::*;
use crate::signing::SigningKey;

const NOW: i64 = 1_800_000_000;
const SEED: [u8; 32] = [42; 32];

fn key() -> SigningKey {
    SigningKey::of_seed(&SEED).unwrap()
}

fn scheduled(key: SigningKey, signs_from: i64) -> ScheduledKey {
    ScheduledKey { key, signs_from: Timestamp::from_second(signs_from).unwrap() }
}

fn issuer_with(keys: Vec<ScheduledKey>, clock: &Clock) -> TokenIssuer {
    let settings = TokenSettings {
        issuer: "https://tenantry.test".to_owned(),
        audience: "tenantry".to_owned(),
        lifetime: Duration::from_secs(900),
    };
    let keys = KeySet::new(keys, settings.lifetime).unwrap();
    TokenIssuer::new(settings, keys, clock.clone())
}

fn clock() -> Clock {
    Clock::fixed(Timestamp::from_second(NOW).unwrap())
}

fn issuer() -> TokenIssuer {
    issuer_with(vec![scheduled(key(), 0)], &clock())
}

fn subject() -> Subject {
    Subject {
        user: UserId::new(),
        session: SessionId::new(),
        organization: Some(ActiveOrganization {
            id: OrganizationId::new(),
            slug: "acme".parse().unwrap(),
            role: SystemRole::Owner,
        }),
    }
}

fn header() -> Value {
    json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": key().kid() })
}

fn claims() -> Value {
    json!({
        "iss": "https://tenantry.test", "aud": "tenantry",
        "sub": UserId::new(), "sid": SessionId::new(), "jti": "x",
        "iat": NOW, "nbf": NOW, "exp": NOW + 900, "v": 2,
    })
}

/// Any header and payload, signed with the server's key.
fn signed(header: &[u8], payload: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = key().sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn signed_claims(claims: &str) -> String {
    signed(header().to_string().as_bytes(), claims.as_bytes())
}

fn refused(token: &str) -> TokenError {
    issuer().verify(token).unwrap_err()
}

/// A JSON object with one member's value replaced by text, as it stands.
fn with_raw(object: &Value, member: &str, raw: &str) -> String {
    let mut object = object.clone();
    object[member] = json!("@@");
    object.to_string().replace("\"@@\"", raw)
}

fn without(object: &Value, member: &str) -> String {
    let mut object = object.clone();
    object.as_object_mut().unwrap().remove(member).unwrap();
    object.to_string()
}

#[test]
fn a_token_says_again_what_was_put_in() {
    let issuer = issuer();
    for organization in [None, subject().organization] {
        let subject = Subject { organization, ..subject() };
        let issued = issuer.issue(&subject).unwrap();
        let claims = issuer.verify(issued.token.expose()).unwrap();
        assert_eq!(claims.subject, subject);
        assert_eq!(claims.issued_at.as_second(), NOW);
        assert_eq!((claims.expires_at, issued.expires_in), (issued.expires_at, 900));
        assert_eq!(issued.expires_at.as_second(), NOW + 900);
        let again = issuer.issue(&subject).unwrap();
        assert_ne!(claims.token_id, issuer.verify(again.token.expose()).unwrap().token_id);
    }
}

/// The wire form is as the API's description has it, and another implementation takes it.
#[test]
fn another_implementation_reads_the_token() {
    let subject = subject();
    let issuer = issuer();
    let issued = issuer.issue(&subject).unwrap();
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(
        serde_json::to_value(&issuer.keys().jwks(Timestamp::MAX).keys[0]).unwrap(),
    )
    .unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_issuer(&["https://tenantry.test"]);
    validation.set_audience(&["tenantry"]);
    let read = jsonwebtoken::decode::<Value>(
        issued.token.expose(),
        &jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap(),
        &validation,
    )
    .unwrap();
    assert_eq!(read.header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(read.header.kid.as_deref(), Some(key().kid()));
    let active = subject.organization.unwrap();
    let mut claims = read.claims;
    assert!(claims.as_object_mut().unwrap().remove("jti").is_some());
    assert_eq!(
        claims,
        json!({
            "iss": "https://tenantry.test", "aud": "tenantry",
            "sub": subject.user.to_string(), "sid": subject.session.to_string(),
            "iat": NOW, "nbf": NOW, "exp": NOW + 900, "v": 2,
            "o": { "id": active.id.to_string(), "slg": "acme", "rol": "owner" },
        })
    );
}

/// The tests below would prove nothing if their own signing were wrong.
#[test]
fn a_token_signed_by_hand_is_accepted() {
    assert!(issuer().verify(&signed_claims(&claims().to_string())).is_ok());
}

/// JW-1
#[test]
fn only_the_keys_own_algorithm_is_believed() {
    let payload = claims().to_string();
    for algorithm in [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS512", "RS256", "ES256", "PS256", "eddsa",
        "EDDSA", "Ed25519", "EdDSA ", "EdDSA\0",
    ] {
        let mut header = header();
        header["alg"] = json!(algorithm);
        let token = signed(header.to_string().as_bytes(), payload.as_bytes());
        assert_eq!(refused(&token), TokenError::Header, "{algorithm}");
        let (message, _) = token.rsplit_once('.').unwrap();
        assert_eq!(refused(&format!("{message}.")), TokenError::Header, "{algorithm}, unsigned");
    }
    let message = signed_claims(&payload);
    let (message, _) = message.rsplit_once('.').unwrap();
    assert_eq!(refused(&format!("{message}.")), TokenError::Signature);
    let header = json!({ "typ": "at+jwt", "alg": ["EdDSA"], "kid": key().kid() });
    assert_eq!(
        refused(&signed(header.to_string().as_bytes(), payload.as_bytes())),
        TokenError::Header
    );
}

/// JW-1: the public key, which everybody has, is no secret to authenticate with; nor is any RSA key.
#[test]
fn tokens_of_other_algorithms_made_with_what_everybody_knows_are_refused() {
    use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
    let jwk = key().public_jwk();
    let raw = URL_SAFE_NO_PAD.decode(&jwk.x).unwrap();
    let document = serde_json::to_vec(&jwk).unwrap();
    for secret in [raw.as_slice(), jwk.x.as_bytes(), &document, b""] {
        for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
            let mut header = Header::new(algorithm);
            header.typ = Some("at+jwt".to_owned());
            header.kid = Some(jwk.kid.clone());
            let token = encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap();
            assert_eq!(refused(&token), TokenError::Header);
            // The same authentication code under a header that names our algorithm.
            let (_, code) = token.rsplit_once('.').unwrap();
            let good = signed_claims(&claims().to_string());
            let (message, _) = good.rsplit_once('.').unwrap();
            assert_eq!(refused(&format!("{message}.{code}")), TokenError::Signature);
        }
    }
    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let header = json!({ "typ": "at+jwt", "alg": "RS256", "kid": jwk.kid }).to_string();
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims().to_string())
    );
    let mut signature = vec![0; rsa.public_modulus_len()];
    rsa.sign(
        &aws_lc_rs::signature::RSA_PKCS1_SHA256,
        &aws_lc_rs::rand::SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(refused(&token), TokenError::Header);
}

/// JW-2
#[test]
fn headers_that_bring_or_name_a_key_are_refused() {
    let payload = claims().to_string();
    let attacker = SigningKey::generate().unwrap().public_jwk();
    for (member, value) in [
        ("jku", json!("https://attacker.test/jwks.json")),
        ("x5u", json!("https://attacker.test/chain.pem")),
        ("x5c", json!(["MIIB"])),
        ("jwk", serde_json::to_value(&attacker).unwrap()),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("cty", json!("JWT")),
        ("anything", json!(null)),
    ] {
        let mut header = header();
        header[member] = value;
        let token = signed(header.to_string().as_bytes(), payload.as_bytes());
        assert_eq!(refused(&token), TokenError::Header, "{member}");
    }
}

/// JW-2: an id is looked up among the live keys and nowhere else.
#[test]
fn unknown_and_hostile_key_ids_are_refused() {
    let payload = claims().to_string();
    let big = "k".repeat(7_000);
    let padded = format!("{} ", key().kid());
    for kid in ["", "../../dev/null", "' or 1=1 --", "https://attacker.test/", "\0", &big, &padded]
    {
        let mut header = header();
        header["kid"] = json!(kid);
        // The big one leaves no room for the claims under the cap.
        let payload = if kid.len() > 5_000 { "{}" } else { &payload };
        let expected = if kid.len() > 5_000 { TokenError::TooLong } else { TokenError::UnknownKey };
        assert_eq!(refused(&signed(header.to_string().as_bytes(), payload.as_bytes())), expected);
    }
    for raw in ["null", "7", "[]", "{}"] {
        let header = with_raw(&header(), "kid", raw);
        assert_eq!(refused(&signed(header.as_bytes(), payload.as_bytes())), TokenError::Header);
    }
}

/// JW-2, JW-4: another server's key does not sign for ours, even under our key's id.
#[test]
fn another_servers_key_under_our_key_id_is_refused() {
    let other = SigningKey::generate().unwrap();
    let token = signed_claims(&claims().to_string());
    let (message, _) = token.rsplit_once('.').unwrap();
    let signature = other.sign(message.as_bytes()).unwrap();
    let forged = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(refused(&forged), TokenError::Signature);
    let theirs = issuer_with(vec![scheduled(other, 0)], &clock()).issue(&subject()).unwrap();
    assert_eq!(refused(theirs.token.expose()), TokenError::UnknownKey);
}

/// JW-3: a wrong type is refused, never taken for absent. The hostile values of each time claim.
#[test]
fn times_must_be_integers_in_range() {
    for member in ["exp", "nbf", "iat"] {
        for raw in [
            "\"9999999999\"",
            "-1",
            "1e400",
            "null",
            "[9999999999]",
            "9223372036854775808",
            "18446744073709551616",
            "1.5",
            "1800000900.0",
            "18e8",
            "-0",
            "true",
            "{}",
            "\"\"",
            "9223372036854775807",
            "-9223372036854775808",
            "253402300800",
            "NaN",
            "Infinity",
            "0x7fffffff",
            "01800000900",
            "",
        ] {
            let token = signed_claims(&with_raw(&claims(), member, raw));
            assert_eq!(refused(&token), TokenError::Claims, "{member}: {raw}");
        }
        let token = signed_claims(&without(&claims(), member));
        assert_eq!(refused(&token), TokenError::Claims, "{member} missing");
    }
    for (iat, nbf, exp) in [(NOW + 1, NOW, NOW + 900), (NOW, NOW + 900, NOW + 900)] {
        let mut claims = claims();
        (claims["iat"], claims["nbf"], claims["exp"]) = (json!(iat), json!(nbf), json!(exp));
        assert_eq!(refused(&signed_claims(&claims.to_string())), TokenError::Claims);
    }
}

/// JW-3, SE-1: the edges, a second to either side.
#[test]
fn a_token_is_valid_from_its_first_second_to_its_last() {
    let clock = clock();
    let issuer = issuer_with(vec![scheduled(key(), 0)], &clock);
    let issued = issuer.issue(&subject()).unwrap();
    for (offset, expected) in [
        (-6, Some(TokenError::NotYetValid)),
        (-5, None),
        (0, None),
        (899, None),
        (900, Some(TokenError::Expired)),
        (901, Some(TokenError::Expired)),
        (1_000_000_000, Some(TokenError::Expired)),
    ] {
        clock.advance(offset);
        // A token of a key that was never replaced is believed to its end, whenever that is.
        assert_eq!(issuer.verify(issued.token.expose()).err(), expected, "{offset}");
        clock.advance(-offset);
    }
}

/// JW-4
#[test]
fn issuer_audience_type_and_version_must_be_exactly_ours() {
    for (member, raw, expected) in [
        ("iss", "\"https://tenantry.test/\"", TokenError::Issuer),
        ("iss", "\"https://TENANTRY.test\"", TokenError::Issuer),
        ("iss", "\"https://tenantry.test\\u0000\"", TokenError::Issuer),
        ("iss", "[\"https://tenantry.test\"]", TokenError::Claims),
        ("iss", "null", TokenError::Claims),
        ("aud", "\"tenantry2\"", TokenError::Audience),
        ("aud", "\"\"", TokenError::Audience),
        ("aud", "[\"tenantry\"]", TokenError::Claims),
        ("aud", "[\"tenantry\", \"other\"]", TokenError::Claims),
        ("v", "1", TokenError::Claims),
        ("v", "\"2\"", TokenError::Claims),
        ("v", "258", TokenError::Claims),
        ("jti", "\"\"", TokenError::Claims),
        ("sub", "\"org_01h455vb4pex5vsknk084sn02q\"", TokenError::Claims),
        ("sub", "\"usr_01h455vb4pex5vsknk084sn02q\\u0000\"", TokenError::Claims),
        ("sid", "\"usr_01h455vb4pex5vsknk084sn02q\"", TokenError::Claims),
        ("sid", "\"\"", TokenError::Claims),
        ("o", "null", TokenError::Claims),
        ("o", "{}", TokenError::Claims),
        ("o", "\"org_01h455vb4pex5vsknk084sn02q\"", TokenError::Claims),
        ("admin", "true", TokenError::Claims),
    ] {
        let token = signed_claims(&with_raw(&claims(), member, raw));
        assert_eq!(refused(&token), expected, "{member}: {raw}");
    }
    for member in ["iss", "aud", "sub", "sid", "jti", "v"] {
        assert_eq!(refused(&signed_claims(&without(&claims(), member))), TokenError::Claims);
    }
    for kind in ["JWT", "jwt", "AT+JWT", "at+jwt ", "application/at+jwt", "invitation+jwt", ""] {
        let mut header = header();
        header["typ"] = json!(kind);
        let token = signed(header.to_string().as_bytes(), claims().to_string().as_bytes());
        assert_eq!(refused(&token), TokenError::Header, "{kind}");
    }
    let untyped = without(&header(), "typ");
    assert_eq!(
        refused(&signed(untyped.as_bytes(), claims().to_string().as_bytes())),
        TokenError::Header
    );
}

/// JW-7: a member that is given twice is refused wherever it stands, however it is spelled.
#[test]
fn members_given_twice_are_refused() {
    let claims = claims().to_string();
    let inside = claims.trim_end_matches('}');
    for extra in [
        r#""exp":9999999999"#,
        r#""\u0065xp":9999999999"#,
        r#""sub":"usr_01h455vb4pex5vsknk084sn02q""#,
        r#""o":{"id":"org_01h455vb4pex5vsknk084sn02q","id":"org_01h455vb4pex5vsknk084sn02q","slg":"acme","rol":"owner"}"#,
    ] {
        let token = signed_claims(&format!("{inside},{extra}}}"));
        assert_eq!(refused(&token), TokenError::Claims, "{extra}");
    }
    let header = header().to_string();
    let inside = header.trim_end_matches('}');
    for extra in [r#""alg":"EdDSA""#, r#""alg":"none""#, r#""\u0061lg":"EdDSA""#, r#""kid":"x""#] {
        let token = signed(format!("{inside},{extra}}}").as_bytes(), claims.as_bytes());
        assert_eq!(refused(&token), TokenError::Header, "{extra}");
    }
}

/// JW-7: nothing but three parts of strict base64url of strict JSON; none of it panics.
#[test]
fn malformed_tokens_are_refused() {
    let good = signed_claims(&claims().to_string());
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    for token in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        header.to_owned(),
        format!("{header}.{payload}"),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{signature}"),
        format!("{good}="),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}\0"),
        format!("{header}\0.{payload}.{signature}"),
        format!("{header}.{payload}.{signature}é"),
        format!("Bearer {good}"),
        format!(
            "{header}.{payload}.{}",
            URL_SAFE.encode(URL_SAFE_NO_PAD.decode(signature).unwrap())
        ),
        format!("{}.{payload}.{signature}", STANDARD.encode(b"\xfb\xff\xfe")),
    ] {
        let error = refused(&token);
        assert!(matches!(error, TokenError::Malformed | TokenError::Header), "{token}: {error}");
    }
    // Well-formed outside, hostile inside.
    let deep = "[".repeat(3_000);
    let bom = format!("\u{feff}{}", claims());
    let twice = format!("{}{}", claims(), claims());
    for payload in
        ["", "null", "[]", "{}", "7", "\"\"", "{", "\0", "{\"exp\":}", &deep, &bom, &twice]
    {
        assert_eq!(refused(&signed_claims(payload)), TokenError::Claims, "{payload}");
        let token = signed(payload.as_bytes(), claims().to_string().as_bytes());
        assert_eq!(refused(&token), TokenError::Header, "{payload}");
    }
    for bytes in [&b"\xff\xfe"[..], b"{\"iss\":\"\xc3\x28\"}", b"{\"iss\":\"\\ud800\"}"] {
        let token = signed(header_bytes().as_slice(), bytes);
        assert_eq!(refused(&token), TokenError::Claims);
    }
}

fn header_bytes() -> Vec<u8> {
    header().to_string().into_bytes()
}

/// JW-7: what is too long is not looked at.
#[test]
fn huge_tokens_are_refused_in_no_time() {
    let good = signed_claims(&claims().to_string());
    for token in [
        "a".repeat(8_193),
        ".".repeat(10_000_000),
        format!("{good}{}", "A".repeat(10_000_000)),
        signed_claims(&with_raw(&claims(), "jti", &format!("\"{}\"", "j".repeat(8_192)))),
    ] {
        let issuer = issuer();
        // Reading it would take as long each time; a busy machine holds up one call, not three.
        let took = (0..3).map(|_| {
            let start = Instant::now();
            assert_eq!(issuer.verify(&token).unwrap_err(), TokenError::TooLong);
            start.elapsed()
        });
        let took = took.min().unwrap();
        assert!(took < Duration::from_millis(1), "{took:?}");
    }
    // Just under the cap is a token like any other.
    let jti = format!("\"{}\"", "j".repeat(5_500));
    assert!(issuer().verify(&signed_claims(&with_raw(&claims(), "jti", &jti))).is_ok());
}

/// JW-1: every single changed character is noticed, whichever it is changed to.
#[test]
fn a_token_with_any_character_changed_is_refused() {
    let issuer = issuer();
    let issued = issuer.issue(&subject()).unwrap();
    let good = issued.token.expose();
    for index in 0..good.len() {
        for replacement in ["A", "B", "_", "-", ".", "", "="] {
            let changed = format!("{}{replacement}{}", &good[..index], &good[index + 1..]);
            if changed != good {
                assert!(issuer.verify(&changed).is_err(), "character {index}: {replacement:?}");
            }
        }
        assert!(issuer.verify(&good[..index]).is_err());
    }
}

/// JW-8: across a rotation no token that was good is refused, and none outlives its key.
#[test]
fn rotation_refuses_no_good_token() {
    let clock = clock();
    let issuer = issuer_with(vec![scheduled(key(), 0)], &clock);
    let before = issuer.issue(&subject()).unwrap();
    let next = SigningKey::generate().unwrap();
    let next_kid = next.kid().to_owned();
    let due = issuer.keys().next_key(clock.now(), Duration::from_secs(3_600)).unwrap();
    assert_eq!(due.as_second(), NOW + 86_400);
    issuer.replace_keys(
        KeySet::new(
            vec![scheduled(key(), 0), ScheduledKey { key: next, signs_from: due }],
            issuer.settings().lifetime,
        )
        .unwrap(),
    );
    assert!(issuer.verify(before.token.expose()).is_ok());
    assert_eq!(issuer.keys().jwks(clock.now()).keys.len(), 2, "published ahead");

    clock.advance(86_399);
    let last = issuer.issue(&subject()).unwrap();
    clock.advance(1);
    let first = issuer.issue(&subject()).unwrap();
    let kid = |token: &IssuedToken| {
        compact::Parts::split(token.token.expose()).unwrap().header().unwrap().kid
    };
    assert_eq!((kid(&last), kid(&first)), (key().kid().to_owned(), next_kid));
    clock.advance(898);
    assert!(issuer.verify(last.token.expose()).is_ok(), "signed with the key before");
    assert!(issuer.verify(first.token.expose()).is_ok());

    clock.advance(3_700);
    assert_eq!(issuer.verify(last.token.expose()).unwrap_err(), TokenError::UnknownKey);
    assert_eq!(issuer.keys().jwks(clock.now()).keys.len(), 1);
    assert_eq!(issuer.keys().retired(clock.now()), [key().kid()]);
}

/// JW-8: four threads issue and check while the keys are replaced under them.
#[test]
fn replacing_the_keys_under_load_fails_no_check() {
    let issuer = issuer();
    let done = std::sync::atomic::AtomicBool::new(false);
    let checks = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut checks = 0u32;
                    while !done.load(std::sync::atomic::Ordering::SeqCst) {
                        let token = issuer.issue(&subject()).unwrap();
                        issuer.verify(token.token.expose()).unwrap();
                        checks += 1;
                    }
                    checks
                })
            })
            .collect();
        let mut seeds = vec![SEED];
        for round in 0..20u8 {
            seeds.push([round; 32]);
            let keys = seeds.iter().zip(0..).map(|(seed, signs_from)| {
                scheduled(SigningKey::of_seed(seed).unwrap(), NOW - 20 + signs_from)
            });
            let keys = KeySet::new(keys.collect(), issuer.settings().lifetime).unwrap();
            issuer.replace_keys(keys);
            std::thread::sleep(Duration::from_millis(5));
        }
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        workers.into_iter().map(|worker| worker.join().unwrap()).sum::<u32>()
    });
    assert!(checks > 100, "{checks}");
}

/// SC-3
#[test]
fn neither_tokens_nor_keys_are_shown_by_debug() {
    let issuer = issuer();
    let issued = issuer.issue(&subject()).unwrap();
    let shown = format!("{issued:?} {issuer:?} {:?}", refused("canary.canary.canary"));
    assert!(!shown.contains(issued.token.expose()) && !shown.contains("canary"), "{shown}");
    assert!(!shown.contains(&URL_SAFE_NO_PAD.encode(SEED)), "{shown}");
}
