//! Bodies byte by byte: what is no UTF-8, no JSON, too deep, too long, said twice.

use axum::body::Body;
use http::Request;
use serde_json::json;
use tenantry_testkit::{Answer, App, Caller};

use crate::problem::{assert_problem, assert_well_formed, fields};

async fn send(caller: &Caller, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri("/api/v1/projects")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", caller.token.as_deref().unwrap()));
    caller.exchange(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    // Overlong forms, surrogates, beyond the last character, cut off, lone continuations.
    for bytes in [
        &b"\xc0\x80"[..],
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xa0\x80\xed\xb0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xfe",
        b"\xff",
        b"\x80",
        b"\xbf",
        b"\xc3",
        b"\xe2\x82",
        b"\xf0\x9f\x99",
        b"a\xffb",
    ] {
        for template in [
            (&b"{\"name\":\""[..], &b"\"}"[..]),
            (b"{\"", b"\":1}"),
            (b"", b""),
            (b"{\"name\":\"a\"}", b""),
        ] {
            let body = [template.0, bytes, template.1].concat();
            let answer = send(&owner, body).await;
            assert!(matches!(answer.status, 400 | 422), "{bytes:?} {}", answer.text);
            assert_well_formed(&answer, "");
        }
    }
    // Byte order marks and other encodings are no JSON (RFC 8259, section 8.1).
    for body in [&b"\xef\xbb\xbf{\"name\":\"a\"}"[..], b"\xff\xfe{\0}\0", b"\0{\0}", b"{\0\"\0n\0"]
    {
        assert_problem(&send(&owner, body.to_vec()).await, 400, "malformed_body");
    }
}

/// What no parser of JSON may accept.
const NO_JSON: &[&str] = &[
    "",
    " ",
    "{",
    "}",
    "{]",
    "[}",
    "nul",
    "tru",
    "NaN",
    "Infinity",
    "'a'",
    "{'name':'a'}",
    "{name:\"a\"}",
    "{\"name\":\"a\",}",
    "{,}",
    "{\"name\"}",
    "{\"name\":}",
    "{\"name\" \"a\"}",
    "{\"name\":\"a\"}}",
    "{\"name\":\"a\"}{}",
    "{\"name\":\"a\"} x",
    "{\"name\":\"a\"}\0",
    "// x\n{\"name\":\"a\"}",
    "{\"name\":\"a\"/**/}",
    "{\"name\":\"a\nb\"}",
    "{\"name\":\"a\tb\"}",
    "{\"name\":\"\\a\"}",
    "{\"name\":\"\\x41\"}",
    "{\"name\":01}",
    "{\"name\":+1}",
    "{\"name\":.5}",
    "{\"name\":1.}",
    "{\"name\":1e}",
    "{\"name\":0x1}",
    "{\"name\":--1}",
    "{\"name\":1e+}",
    "{\"name\":\"a",
    "{\"name\":\"\\u00\"}",
    "{\"name\":\"\\u{41}\"}",
    "\"",
    "[",
    "[1",
    "[1,",
    "1,",
    "\u{feff}{}",
    "{\"a\":1 \"b\":2}",
];

/// JSON that is not the body, and the field that is named.
const WRONG_JSON: &[(&str, &str)] = &[
    ("{\"name\":\"a\\u0000b\"}", "name"),
    ("{\"name\":\"\\ud800\"}", "name"),
    ("{\"name\":\"\\udc00\\ud800\"}", "name"),
    ("{\"name\":\"\\ud83d\"}", "name"),
    ("{\"name\":\"a\",\"name\":\"b\"}", "name"),
    ("{\"name\":\"a\",\"n\\u0061me\":\"b\"}", "name"),
    ("{\"name\":1e400}", "name"),
    ("{\"name\":-0}", "name"),
    ("{\"name\":123456789012345678901234567890}", "name"),
    ("{\"name\":null}", "name"),
    ("{\"Name\":\"a\"}", "Name"),
    ("{\"name \":\"a\"}", "name "),
    ("{\"\":\"a\"}", ""),
    ("[]", ""),
    ("[\"a\"]", ""),
    ("\"a\"", ""),
    ("1", ""),
    ("true", ""),
    ("null", ""),
];

/// VA-1, VA-2
#[tokio::test]
async fn json_is_read_strictly() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    for text in NO_JSON {
        let answer = send(&owner, (*text).to_owned()).await;
        assert!(matches!(answer.status, 400 | 422), "{text:?} {}", answer.text);
        assert_well_formed(&answer, text);
    }
    for (text, field) in WRONG_JSON {
        let answer = send(&owner, (*text).to_owned()).await;
        assert_eq!((answer.status, fields(&answer)), (422, vec![*field]), "{text} {}", answer.text);
        assert_well_formed(&answer, text);
    }
    for (text, name) in [
        ("{\"name\":\"\\ud83d\\ude42\"}", "🙂"),
        ("{\"n\\u0061me\":\"\\u0041\"}", "A"),
        (" \r\n\t{ \"name\" : \"x\" }\n", "x"),
        ("{\"name\":\"\\/\\\"\\\\\"}", "/\"\\"),
    ] {
        assert_eq!(send(&owner, text.to_owned()).await.str("/name"), name, "{text}");
    }
}

/// LM-1: body 256 KiB, depth 32, 1,000 things.
#[tokio::test]
async fn bodies_are_bounded_to_the_byte() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let padded = |length: usize| format!("{{\"name\":\"a\"{}}}", " ".repeat(length - 12));
    assert_eq!(padded(20).len(), 20);
    assert_eq!(send(&owner, padded(256 * 1024)).await.status, 201);
    assert_problem(&send(&owner, padded(256 * 1024 + 1)).await, 413, "body_too_large");
    assert_problem(&send(&owner, "x".repeat(8 * 1024 * 1024)).await, 413, "body_too_large");
    let endless = futures_util::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b' '; 4_096]));
    assert_problem(&send(&owner, Body::from_stream(endless)).await, 413, "body_too_large");
    let broken = futures_util::stream::iter([Ok(vec![b'{']), Err(std::io::Error::other("gone"))]);
    assert_problem(&send(&owner, Body::from_stream(broken)).await, 400, "malformed_body");
    // The object itself is one level.
    let deep = |depth: usize| {
        format!("{{\"name\":\"a\",\"x\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
    };
    assert_eq!(fields(&send(&owner, deep(32)).await), ["x"]);
    assert_problem(&send(&owner, deep(33)).await, 400, "malformed_body");
    for bomb in [
        "[".repeat(200_000),
        "{\"a\":".repeat(40_000),
        format!("[{}]", "0,".repeat(100_000)),
        "[{".repeat(100_000),
    ] {
        assert_problem(&send(&owner, bomb).await, 400, "malformed_body");
    }
    let wide = |count: usize| format!("{{\"name\":\"a\",\"x\":[{}0]}}", "0,".repeat(count - 1));
    assert_eq!(fields(&send(&owner, wide(1_000)).await), ["x"]);
    assert_problem(&send(&owner, wide(1_001)).await, 400, "malformed_body");
}

/// LM-1: address 8 KiB, headers 16 KiB.
#[tokio::test]
async fn addresses_and_headers_are_bounded_to_the_byte() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let start = "/api/v1/projects?cursor=";
    let long = |length: usize| format!("{start}{}", "A".repeat(length - start.len()));
    assert_problem(&owner.get(&long(8 * 1024)).await, 400, "invalid_cursor");
    assert_problem(&owner.get(&long(8 * 1024 + 1)).await, 414, "uri_too_long");
    assert_problem(
        &app.anonymous().get(&format!("/{}", "a".repeat(20_000))).await,
        414,
        "uri_too_long",
    );
    // Name, value and four bytes each.
    let with = |length: usize| {
        app.anonymous().with_header("x-filler", "a".repeat(length - "x-filler".len() - 4))
    };
    assert_eq!(with(16 * 1024).get("/livez").await.status, 200);
    assert_problem(&with(16 * 1024 + 1).get("/livez").await, 431, "headers_too_large");
    let many = (0..2_100).fold(app.anonymous(), |caller, _| caller.with_header("x-a", "1"));
    assert_problem(&many.get("/livez").await, 431, "headers_too_large");
}

/// LM-1: a body that does not come is a 408 after thirty seconds, which pass at once here.
#[tokio::test]
async fn a_body_that_never_ends_is_given_up() {
    let app = App::start().await;
    let body =
        Body::from_stream(futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>());
    let request = Request::builder()
        .method("POST")
        .uri("/auth/login")
        .header("content-type", "application/json")
        .body(body)
        .unwrap();
    tokio::time::pause();
    let started = tokio::time::Instant::now();
    let answer = app.anonymous().exchange(request).await;
    assert_problem(&answer, 408, "timeout");
    let waited = started.elapsed().as_secs();
    assert!((30..32).contains(&waited), "{waited}");
    tokio::time::resume();
    assert_eq!(app.anonymous().post("/auth/login", &json!({})).await.status, 422);
}
