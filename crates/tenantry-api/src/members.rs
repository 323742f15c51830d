//! Members of the request's organization.

use aide::axum::ApiRouter;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Deserialize;
use tenantry_core::id::kind;
use tenantry_core::permission::{member, organization};
use tenantry_core::{Problem, SystemRole, UserId};
use tenantry_db::Event;
use tenantry_store::members::{self, Member, MemberFilter, MemberPatch};
use tenantry_tower::{Authorized, route};

use crate::answer::{Deleted, Listed, Shown, Updated};
use crate::body::Json;
use crate::denial::judged;
use crate::etag::IfMatch;
use crate::failure::Failure;
use crate::path::Named;
use crate::query::{Asked, list_query};
use crate::service::Service;

/// The routes under `/api/v1/organizations/{organization}`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/organizations/users",
            route::get("member_list_current", "List the members of the current organization", list),
        )
        .api_route(
            "/organizations/{organization}/members",
            route::get("member_list", "List members", list),
        )
        .api_route(
            "/organizations/{organization}/members/{user}",
            route::get("member_get", "Show a member", get)
                .merge(route::patch("member_update", "Change a member's role", update))
                .merge(route::put(
                    "member_replace",
                    "Change a member's role (the same as PATCH)",
                    update,
                ))
                .merge(route::delete("member_remove", "Remove a member", remove)),
        )
        .api_route(
            "/organizations/{organization}/leave",
            route::post("member_leave", "Leave the organization", leave),
        )
        .api_route(
            "/organizations/{organization}/transfer",
            route::post("member_transfer", "Hand the ownership over", transfer),
        )
}

list_query! {
    /// Which members.
    MemberQuery {
        /// Those of this role.
        role: Option<SystemRole>,
        /// Those whose name or address contains this, whatever the case; at most 100 characters.
        #[schemars(length(max = 100))]
        search: Option<String>,
    }
}

/// Who becomes the owner.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TransferBody {
    /// A member of the organization. The caller becomes an admin.
    user_id: UserId,
}

/// A text to search for: what Postgres could not compare is no member's name either.
fn search(text: Option<String>) -> Result<Option<String>, Problem> {
    match text {
        Some(text) if text.chars().count() > 100 || text.contains('\0') => Err(Problem::field(
            "search",
            "must have at most 100 characters, and none that is no text",
        )),
        other => Ok(other.filter(|text| !text.is_empty())),
    }
}

async fn list(
    caller: Authorized<member::Read>,
    State(service): State<Service>,
    Asked(query): Asked<MemberQuery>,
) -> Result<Listed<Member>, Failure> {
    let owner = caller.organization().uuid();
    let page = service.page(&query, "members", owner)?;
    let filter = MemberFilter { role: query.role, search: search(query.search)? };
    let mut tx = service.database().tenant(&caller).await?;
    let members = members::list(&mut tx, &filter, &page).await?;
    Ok(Listed(service.page_body(members, "members", owner)))
}

async fn get(
    caller: Authorized<member::Read>,
    State(service): State<Service>,
    Named(user): Named<kind::User>,
) -> Result<Shown<Member>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    Ok(Shown(members::get(&mut tx, user).await?.ok_or_else(|| Problem::not_found("member"))?))
}

async fn update(
    caller: Authorized<member::Update>,
    State(service): State<Service>,
    Named(user): Named<kind::User>,
    if_match: IfMatch,
    Json(patch): Json<MemberPatch>,
) -> Result<Updated<Member>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let changed = members::update(&mut tx, user, &patch).await;
    let (tx, changed) = judged(&service, tx, changed).await?;
    let (before, after) = changed.ok_or_else(|| Problem::not_found("member"))?;
    if_match.check(&before)?;
    let event = Event::new("member.updated", user)
        .before(&before)
        .after(&after)
        .with("role_before", before.role.name())
        .with("role", after.role.name());
    Ok(Updated(tx.commit(event, after).await?))
}

async fn remove(
    caller: Authorized<member::Remove>,
    State(service): State<Service>,
    Named(user): Named<kind::User>,
    if_match: IfMatch,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let removed = members::remove(&mut tx, user).await;
    let (tx, removed) = judged(&service, tx, removed).await?;
    let before = removed.ok_or_else(|| Problem::not_found("member"))?;
    if_match.check(&before)?;
    let event = Event::new("member.removed", user).before(&before);
    Ok(Deleted(tx.commit(event, ()).await?))
}

async fn leave(
    caller: Authorized<member::Leave>,
    State(service): State<Service>,
) -> Result<Deleted, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    let left = members::leave(&mut tx).await?.ok_or_else(|| Problem::not_found("member"))?;
    let event = Event::new("member.left", left.user_id).before(&left);
    Ok(Deleted(tx.commit(event, ()).await?))
}

async fn transfer(
    caller: Authorized<organization::Transfer>,
    State(service): State<Service>,
    Json(body): Json<TransferBody>,
) -> Result<Updated<Member>, Failure> {
    if caller.scope().user() == Some(body.user_id) {
        return Err(Problem::field("user_id", "must be somebody else").into());
    }
    let mut tx = service.database().tenant(&caller).await?;
    let changed = members::transfer(&mut tx, body.user_id).await;
    let (tx, changed) = judged(&service, tx, changed).await?;
    let (before, after) =
        changed.ok_or_else(|| Problem::field("user_id", "names no member of this organization"))?;
    let event = Event::new("organization.transferred", body.user_id).before(&before).after(&after);
    Ok(Updated(tx.commit(event, after).await?))
}
