//! Everybody at once, in both organizations and in several sessions: nobody is ever answered from what is remembered of
//! somebody else, of another organization, or of another session.

use serde_json::json;
use tenantry_testkit::{Caller, Watching};

use super::stage::{Stage, holds};

/// JW-5, JW-9
#[tokio::test]
async fn nobody_is_answered_from_what_is_remembered_of_another() {
    let stage = Stage::set().await;
    let _watching = Watching::over(&stage.app.service, stage.app.database.tasks()).await;
    let (acme, north) = (stage.acme(), stage.north.organization);
    // The same person in a second session, which will end in between.
    let login = stage.app.login("mia").await;
    let second = stage.member.with_token(login.str("/access_token"));
    let everybody: [(&Caller, &str, Option<&str>, Option<&str>); 5] = [
        (&stage.owner, "acme@example.com", Some("organization:delete"), None),
        (&stage.admin, "adam@example.com", Some("member:remove"), None),
        (&stage.member, "mia@example.com", Some("project:create"), None),
        (&second, "mia@example.com", None, None),
        (&stage.north, "north@example.com", None, Some("organization:delete")),
    ];
    let hits = stage.hits();
    for round in 0..40 {
        for (caller, email, in_acme, in_north) in everybody {
            let has_ended = round >= 20 && std::ptr::eq(caller, &second);
            let me = caller.get("/auth/me").await;
            assert_eq!(me.status, if has_ended { 401 } else { 200 }, "{}", me.text);
            if has_ended {
                continue;
            }
            assert_eq!(me.str("/user/email"), email);
            // Each holds its own, and what only the next higher role holds it does not.
            if let Some(held) = in_acme {
                assert_eq!(holds(caller, acme, held).await, Ok(true), "{email}");
                let above = match held {
                    "project:create" => "member:remove",
                    _ => "organization:delete",
                };
                let expected = held == "organization:delete";
                assert_eq!(holds(caller, acme, above).await, Ok(expected), "{email}");
            }
            let there = holds(caller, north, "organization:delete").await;
            match in_north {
                Some(_) => assert_eq!(there, Ok(true), "{email}"),
                // The token is for acme, or for the person's own organization.
                None => assert_eq!(there, Err(404), "{email}"),
            }
            if in_acme.is_none() && !std::ptr::eq(caller, &second) {
                assert_eq!(holds(caller, acme, "project:read").await, Err(404), "{email}");
            }
        }
        if round == 19 {
            assert_eq!(second.post("/auth/logout", &json!(null)).await.status, 204);
        }
    }
    assert!(stage.hits() > hits + 400, "most of it was remembered");
}
