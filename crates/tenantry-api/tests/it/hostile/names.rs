//! What is stored comes back as what was meant: trimmed, in NFC, and otherwise untouched.

use serde_json::json;
use tenantry_testkit::App;
use unicode_normalization::UnicodeNormalization;

use super::strings;
use crate::problem::fields;

#[tokio::test]
async fn a_name_comes_back_exactly_or_is_refused() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    let project = format!("/api/v1/projects/{}", owner.project("Rocket").await);
    let (mut kept, mut refused) = (0, 0);
    for text in strings::all() {
        for path in [project.as_str(), "/api/v1/organizations/current"] {
            let answer = owner.patch(path, &json!({ "name": text })).await;
            if answer.status == 200 {
                kept += 1;
                let expected: String = text.trim().nfc().collect();
                assert_eq!(answer.str("/name"), expected, "{text:?}");
                assert_eq!(owner.get(path).await.str("/name"), expected, "{text:?}");
                assert!(
                    !expected.chars().any(char::is_control)
                        && !expected.contains(['\u{202E}', '\u{200B}', '\u{FEFF}']),
                    "{text:?}"
                );
            } else {
                refused += 1;
                assert_eq!(
                    (answer.status, fields(&answer)),
                    (422, vec!["name"]),
                    "{text:?} {}",
                    answer.text
                );
            }
        }
        let answer = owner.patch(&project, &json!({ "description": text })).await;
        match answer.status {
            200 => assert_eq!(
                owner.get(&project).await.str("/description"),
                text.nfc().collect::<String>(),
                "{text:?}"
            ),
            status => assert_eq!((status, fields(&answer)), (422, vec!["description"]), "{text:?}"),
        }
    }
    assert!(kept > 400 && refused > 200, "{kept} {refused}");
}

/// A suggested slug is always one, whatever the name.
#[tokio::test]
async fn every_name_that_is_kept_makes_a_project_with_a_slug() {
    let app = App::start().await;
    let owner = app.owner("acme").await;
    for text in strings::all() {
        let answer = owner.post("/api/v1/projects", &json!({ "name": text })).await;
        assert!(matches!(answer.status, 201 | 422), "{text:?} {}", answer.text);
        if answer.status == 201 {
            answer.str("/slug").parse::<tenantry_core::name::Slug>().unwrap();
        }
    }
}
