//! The application's people become accounts and members, in a few statements however many there are. Asked again, it adds
//! only who is new; whoever was removed from the control plane meanwhile stays removed.

mod counts;
mod place;

use tenantry_db::DbError;
use tokio_postgres::Client;
use uuid::Uuid;

use super::Done;
use super::session::{execute, transaction};
use crate::classification::Mode;
use crate::decisions::People;
use crate::error::AdoptError;
use crate::name::{COLUMN, identifier, literal};
use crate::operations::Enroll;
use place::Place;

const FUNCTIONS: &str = include_str!("enroll/functions.sql");
const PEOPLE: &str = include_str!("enroll/people.sql");
const MEMBERS: &str = include_str!("enroll/members.sql");

/// Enrolls everybody that the plan's table of people names.
pub(super) async fn run(client: &Client, enroll: &Enroll) -> Result<Done, AdoptError> {
    let Some(people) = &enroll.people else {
        transaction(client, async || {
            execute(client, FUNCTIONS).await?;
            execute(client, "comment on table tenantry_adopt.people is 'done'").await
        })
        .await?;
        let line = "the plan names no table of people, so nobody is a member yet; an operator adds the owner";
        return Ok(Done::saying(vec![line.to_owned()]));
    };
    let lines = transaction(client, async || {
        let lines = people_of(client, people, enroll.mode, None).await?;
        execute(client, "comment on table tenantry_adopt.people is 'done'").await?;
        Ok(lines)
    });
    Ok(Done::saying(lines.await?))
}

/// Enrolls those of one organization's rows, or everybody. Inside a transaction.
pub(super) async fn people_of(
    client: &Client,
    people: &People,
    mode: Mode,
    only: Option<Uuid>,
) -> Result<Vec<String>, AdoptError> {
    execute(client, FUNCTIONS).await?;
    let place = Place::find(client, people, mode).await?;
    execute(client, &staging(people, &place, only)).await?;
    // An owner is named for the organization of the plan, not for those of a merge's sources.
    let owner = people.owner.as_deref().filter(|_| only.is_none());
    if let Some(owner) = owner {
        ensure_owner(client, owner).await?;
    }
    let owner =
        owner.map_or_else(|| "null".to_owned(), |owner| format!("{}::text", literal(owner)));
    let members =
        MEMBERS.replace("{{memberships}}", &place.memberships(people)).replace("{{owner}}", &owner);
    execute(client, &members).await?;
    let lines = counts::lines(client, people).await?;
    execute(client, counts::CLEAR).await?;
    Ok(lines)
}

/// The statements that read the table.
fn staging(people: &People, place: &Place, only: Option<Uuid>) -> String {
    let text = |column: &Option<String>| {
        column
            .as_ref()
            .map_or_else(|| "null::text".to_owned(), |name| format!("p.{}::text", identifier(name)))
    };
    let role = match people.role.as_ref().filter(|_| place.has_role) {
        Some(column) => place::role("p", column, people),
        None => "'member'".to_owned(),
    };
    let scope =
        only.map(|id| format!("where p.{} = '{id}'", identifier(COLUMN))).unwrap_or_default();
    let age = place
        .age
        .as_ref()
        .map(|column| format!("p.{} nulls last, ", identifier(column)))
        .unwrap_or_default();
    let values = [
        ("{{table}}", people.table.sql()),
        ("{{key}}", identifier(&people.key)),
        ("{{email}}", identifier(&people.email)),
        ("{{name}}", text(&people.name)),
        ("{{hash}}", text(&people.password_hash)),
        ("{{home}}", place.home()),
        ("{{role}}", role),
        ("{{age}}", age),
        ("{{scope}}", scope),
    ];
    fill(PEOPLE, &values)
}

/// Fills in values in one pass, so that what stands in a name is never filled in again.
fn fill(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        match values.iter().find(|(name, _)| rest.starts_with(name)) {
            Some((name, value)) => {
                filled.push_str(value);
                rest = &rest[name.len()..];
            }
            None => {
                filled.push_str("{{");
                rest = &rest[2..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

/// An owner who is named and not there is a slip that would make somebody else the owner.
async fn ensure_owner(client: &Client, owner: &str) -> Result<(), AdoptError> {
    let asked = "select exists (select from pg_temp.tenantry_people where is_known) \
                     or exists (select from pg_temp.tenantry_people \
                                 where user_id is not null and (key = $1 or email = tenantry_adopt.email_of($1)))";
    let is_there: bool = client.query_one(asked, &[&owner]).await.map_err(DbError::from)?.get(0);
    if is_there {
        return Ok(());
    }
    Err(AdoptError::Refused(format!(
        "{owner:?} shall be the owner, and nobody in the table of people has that key or address"
    )))
}
