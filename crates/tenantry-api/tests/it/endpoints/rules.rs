//! What must hold in the grid, whatever was blessed.

use tenantry_core::SystemRole;
use tenantry_testkit::Answer;

use super::objects::{Kind, Object};
use super::principals::{Principal, Side, Standing};
use super::world::World;
use crate::operations::Operation;
use crate::problem::assert_well_formed;

/// The owner is let in first: a later 404 is then no coincidence.
pub(crate) async fn control(world: &World, operation: &Operation, objects: &[Object]) {
    let owner = world.principals.iter().find(|principal| principal.name == "owner").unwrap();
    let answer = world.send(operation, &owner.caller, &objects[0]).await;
    assert!((200..300).contains(&answer.status), "{}: {}", operation.id, answer.text);
    if operation.writes() {
        world.restore_all().await;
    }
}

/// Judges one principal's answers to one operation.
pub(crate) fn judge_row(
    operation: &Operation,
    principal: &Principal,
    objects: &[Object],
    answers: &[Answer],
) {
    for (object, answer) in objects.iter().zip(answers) {
        let place =
            format!("{} as {} on {}: {}", operation.id, principal.name, object.label, answer.text);
        if answer.status >= 400 {
            assert_well_formed(answer, "");
        }
        if principal.is_unknown() {
            assert_eq!(answer.status, 401, "{place}");
            let challenge =
                answer.headers.get("www-authenticate").unwrap_or_else(|| panic!("{place}"));
            assert!(challenge.to_str().unwrap().starts_with("Bearer realm="), "{place}");
        } else if let Some(permission) = operation.permission() {
            let writes = operation.writes();
            judge_permission((permission, writes), principal, object, answer, &place);
        } else if object.kind == Kind::Deleted {
            // Only who owned it restores it; to everybody else it is as absent as any other.
            let expected = if principal.name == "owner" { 200 } else { 404 };
            assert_eq!(answer.status, expected, "{place}");
        }
    }
    if !principal.is_unknown() {
        judge_difference(principal, objects, answers);
    }
}

fn judge_permission(
    (permission, writes): (&str, bool),
    principal: &Principal,
    object: &Object,
    answer: &Answer,
    place: &str,
) {
    let is_in = |side| matches!(principal.standing, Standing::Member(home, _) if home == side);
    let role = |side| match principal.standing {
        Standing::Member(home, role) if home == side => Some(role),
        Standing::Member(..) | Standing::Outsider | Standing::Unknown => None,
    };
    match object.kind {
        Kind::Of(side) if is_in(side) => match answer.status {
            // Nothing in the request says which organization.
            409 => assert!(!principal.has_organization && object.header.is_none(), "{place}"),
            status => assert_status(status, role(side), permission, place),
        },
        // Seen by owners, admins and its members; changed by those whose role in it allows it as well.
        Kind::Restricted if is_in(Side::Acme) && is_in_restricted(principal) => {
            let status = answer.status;
            match role(Side::Acme) {
                Some(SystemRole::Member) if writes => assert_eq!(status, 403, "{place}"),
                other => assert_status(status, other, permission, place),
            }
        }
        // The body is looked at only after the permission, in whichever organization the request names.
        Kind::BadBody if answer.status == 422 => {
            let Standing::Member(_, role) = principal.standing else { panic!("{place}") };
            assert!(role.permissions().contains_name(permission), "{place}");
        }
        // The organization of the token, if there is one that is left.
        Kind::Current => match (principal.standing, principal.has_organization) {
            (Standing::Member(_, role), true) => {
                assert_status(answer.status, Some(role), permission, place)
            }
            (Standing::Member(..), false) => assert_eq!(answer.status, 409, "{place}"),
            _ => assert_eq!(answer.status, 404, "{place}"),
        },
        // A missing permission is no news about an object: it may come before.
        _ if answer.status == 403 => {
            let Standing::Member(_, role) = principal.standing else { panic!("{place}") };
            assert!(!role.permissions().contains_name(permission), "{place}");
        }
        _ => {
            let is_none = !principal.has_organization && answer.status == 409;
            assert!(answer.status == 404 || is_none, "{place}");
        }
    }
}

/// Whether an object is there for somebody at all, whatever they may do with it: on HTTP and in the database.
pub(crate) fn is_visible(principal: &Principal, object: &Object) -> bool {
    let Standing::Member(home, _) = principal.standing else { return false };
    match object.kind {
        Kind::Of(side) => side == home,
        Kind::Restricted => home == Side::Acme && is_in_restricted(principal),
        Kind::Current => true,
        _ => false,
    }
}

/// Owners and admins, and the one principal that was let in.
pub(crate) fn is_in_restricted(principal: &Principal) -> bool {
    matches!(principal.standing, Standing::Member(_, SystemRole::Owner | SystemRole::Admin))
        || principal.name == "project viewer"
}

fn assert_status(status: u16, role: Option<SystemRole>, permission: &str, place: &str) {
    let may = role.is_some_and(|role| {
        // No principal manages a project by its role there.
        let is_managers = permission == "project_member:update";
        role.permissions().contains_name(permission) && (!is_managers || role >= SystemRole::Admin)
    });
    assert_eq!((200..300).contains(&status), may, "{place}");
    assert!(may || status == 403, "{place}");
}

/// AZ-4: what is another organization's is answered exactly like what does not exist.
fn judge_difference(principal: &Principal, objects: &[Object], answers: &[Answer]) {
    let find =
        |wanted: &dyn Fn(&Object) -> bool| objects.iter().position(wanted).map(|at| &answers[at]);
    for (object, answer) in objects.iter().zip(answers) {
        let is_absent_there =
            |other: &Object| other.kind == Kind::Absent && other.level == object.level;
        let Some(absent) = find(&is_absent_there) else { continue };
        let is_foreign = match object.kind {
            Kind::Of(side) => {
                !matches!(principal.standing, Standing::Member(home, _) if home == side)
            }
            Kind::ForeignChild => true,
            // A name that cannot be one is refused as such where the body is checked.
            Kind::Malformed => answer.status != 422,
            _ => false,
        };
        let is_like_absent = objects.iter().any(|other| {
            is_absent_there(other) && other.header.is_some() == object.header.is_some()
        });
        if is_foreign && is_like_absent {
            assert_eq!(visible(answer), visible(absent), "{} on {}", principal.name, object.label);
        }
    }
}

/// All that a client can see but the request's own id.
fn visible(answer: &Answer) -> (u16, String, usize, Vec<String>) {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        // What is left of a quota is one less after each request, whatever was asked.
        .filter(|(name, _)| !["x-request-id", "ratelimit"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    headers.sort();
    (answer.status, answer.redacted(), answer.text.len(), headers)
}
