//! Asking whether the caller may do something, for user interfaces and for services that decide by themselves. The
//! answer is about the caller and one organization; what a project's own members may do in it, the database is asked.

use std::borrow::Cow;

use aide::axum::ApiRouter;
use axum::extract::State;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use tenantry_core::permission::{PermissionInfo, REGISTRY, organization, project};
use tenantry_core::{Problem, ProjectId};
use tenantry_store::project_members::{self, Standing};
use tenantry_tower::{Authorized, route};

use crate::answer::Granted;
use crate::body::Json;
use crate::failure::Failure;
use crate::service::Service;

/// How many permissions one request asks about.
const MOST: usize = 64;

/// The route under `/api/v1/organizations/{organization}`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new().api_route(
        "/organizations/{organization}/permissions/check",
        route::post("permission_check", "Ask what the caller may do", check),
    )
}

/// What is asked.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CheckBody {
    /// Names of permissions, 1 to 64.
    #[schemars(length(min = 1, max = 64), example = &["project:create", "project:update"])]
    permissions: Vec<PermissionName>,
    /// The project that it is about. What its own members may do in it is then looked at too.
    #[serde(default)]
    project_id: Option<ProjectId>,
}

/// The name of a permission, or its shorter one.
#[derive(Debug)]
struct PermissionName(&'static PermissionInfo);

impl<'de> Deserialize<'de> for PermissionName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        let info = REGISTRY.iter().find(|info| info.name == name || info.alias == Some(&*name));
        info.map(Self).ok_or_else(|| serde::de::Error::custom("names no permission"))
    }
}

impl JsonSchema for PermissionName {
    fn schema_name() -> Cow<'static, str> {
        "PermissionName".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> =
            REGISTRY.iter().flat_map(|info| [info.name].into_iter().chain(info.alias)).collect();
        json_schema!({ "type": "string", "enum": names })
    }
}

/// What the caller may do.
#[derive(Debug, Serialize, JsonSchema)]
struct Check {
    /// Whether all of it is held.
    holds_all: bool,
    /// Each permission that was asked about, in the same order.
    permissions: Vec<Held>,
}

/// One permission.
#[derive(Debug, Serialize, JsonSchema)]
struct Held {
    /// Its name.
    #[schemars(example = &"project:create")]
    permission: &'static str,
    /// Whether the caller holds it.
    is_held: bool,
}

async fn check(
    caller: Authorized<organization::Read>,
    State(service): State<Service>,
    Json(body): Json<CheckBody>,
) -> Result<Granted<Check>, Failure> {
    if body.permissions.is_empty() || body.permissions.len() > MOST {
        return Err(Problem::field("permissions", "must name 1 to 64 permissions").into());
    }
    let standing = match body.project_id {
        Some(id) => Some(standing(&service, &caller, id).await?),
        None => None,
    };
    let role = caller.scope().role();
    let held = |PermissionName(info): PermissionName| Held {
        permission: info.name,
        is_held: role.permissions().contains_name(info.name)
            && standing.as_ref().is_none_or(|standing| standing.allows(role, info)),
    };
    let permissions: Vec<Held> = body.permissions.into_iter().map(held).collect();
    Ok(Granted(Check { holds_all: permissions.iter().all(|one| one.is_held), permissions }))
}

/// How the caller stands to a project that it sees.
async fn standing(
    service: &Service,
    caller: &Authorized<organization::Read>,
    id: ProjectId,
) -> Result<Standing, Failure> {
    let not_found = || Problem::not_found("project");
    let caller = caller.scope().authorize::<project::Read>().map_err(|_| not_found())?;
    let mut tx = service.database().tenant(&caller).await?;
    Ok(project_members::standing(&mut tx, id).await?.ok_or_else(not_found)?)
}
