//! What the form takes, from whom, and what it says when something is wrong.

use super::{MEDIA, PASSWORD, assert_nothing_happened, form, operator, send, start};

/// WB-3
#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let (app, token) = start().await;
    for headers in [
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "null")],
        &[("origin", "https://evil.example"), ("host", "127.0.0.1:8000")],
        &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:8000.evil.example")],
    ] {
        let answer = send(&app, &token, operator("grace@example.com"), headers).await;
        assert_eq!((answer.status, answer.str("/code")), (400, "malformed_request"), "{headers:?}");
    }
    assert_nothing_happened(&app, &token).await;
    // As a browser sends the form of the page itself.
    let own = [
        ("sec-fetch-site", "same-origin"),
        ("origin", "http://localhost:1"),
        ("host", "localhost:1"),
    ];
    assert_eq!(send(&app, &token, operator("grace@example.com"), &own).await.status, 201);
}

/// VA-1, LM-1
#[tokio::test]
async fn only_a_form_within_limits_is_read() {
    let (app, token) = start().await;
    let json =
        format!("{{\"name\":\"a\",\"email\":\"a@example.com\",\"password\":\"{PASSWORD}\"}}");
    for (media, body, status) in [
        ("application/json", json.as_str(), 415),
        ("multipart/form-data; boundary=x", "--x--", 415),
        ("text/plain", &operator("a@example.com"), 415),
        ("", &operator("a@example.com"), 415),
        (MEDIA, &form(&[("name", &"a".repeat(300_000))]), 413),
        (MEDIA, &format!("{}&name=b", operator("a@example.com")), 400),
        (MEDIA, &format!("{}&role=owner", operator("a@example.com")), 400),
        (MEDIA, "name=%FF&email=a%40example.com&password=x", 400),
    ] {
        let answer = send(&app, &token, body.to_owned(), &[("content-type", media)]).await;
        assert_eq!(answer.status, status, "{media} {}", answer.text);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert_nothing_happened(&app, &token).await;
    for (method, status) in [("PUT", 405), ("DELETE", 405), ("PATCH", 405)] {
        let method = method.parse().unwrap();
        assert_eq!(
            app.anonymous().send(method, &format!("/setup/{token}"), None).await.status,
            status
        );
    }
    let media = [("content-type", "application/x-www-form-urlencoded;charset=UTF-8")];
    assert_eq!(send(&app, &token, operator("a@example.com"), &media).await.status, 201);
}

/// SC-2, PW-1: the policy of signing up.
#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_the_link_stays_good() {
    let (app, token) = start().await;
    let evil = "\"><script>alert(1)</script>";
    for (fields, part) in [
        (
            [("name", ""), ("email", "grace@example.com"), ("password", PASSWORD)],
            "id=\"name-error\"",
        ),
        ([("name", "Grace"), ("email", evil), ("password", PASSWORD)], "id=\"email-error\""),
        (
            [("name", "Grace"), ("email", "grace@example.com"), ("password", "canary-short")],
            "id=\"password-error\"",
        ),
        (
            [("name", "Grace"), ("email", "grace@example.com"), ("password", "passwordpassword")],
            "id=\"password-error\"",
        ),
        (
            [
                ("name", "Grace"),
                ("email", "grace@example.com"),
                ("password", "canary \0 with a null in it"),
            ],
            "id=\"password-error\"",
        ),
        ([("name", evil), ("email", ""), ("password", "")], "id=\"email-error\""),
    ] {
        let answer = send(&app, &token, form(&fields), &[]).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
        assert!(answer.text.contains(part), "{part}: {}", answer.text);
        assert!(
            !answer.text.contains("<script") && !answer.text.contains("canary"),
            "{}",
            answer.text
        );
        assert!(answer.text.contains("Nothing was created."));
    }
    assert_nothing_happened(&app, &token).await;
    // Somebody has the address already.
    app.owner("acme").await;
    let taken = send(&app, &token, operator("acme@example.com"), &[]).await;
    assert_eq!(taken.status, 422, "{}", taken.text);
    assert!(
        taken.text.contains("id=\"email-error\"")
            && taken.text.contains("value=\"Grace Operator\"")
    );
    assert_eq!(send(&app, &token, operator("grace@example.com"), &[]).await.status, 201);
}
