//! Accounts: signing up, in, over and out. The passwords and tokens themselves are the identity's.

use aide::axum::ApiRouter;
use axum::extract::State;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tenantry_core::name::{DisplayName, Email};
use tenantry_core::{OrganizationId, Problem, SystemRole};
use tenantry_identity::{Grant, Password, Profile, SecretText, SignUp};
use tenantry_store::directory::{Membership, OrganizationSummary};
use tenantry_store::users::User;
use tenantry_tower::{Public, SignedIn, route};

use crate::answer::{Created, Deleted, Granted, Shown};
use crate::body::Json;
use crate::failure::Failure;
use crate::service::Service;

/// The routes under `/auth`.
pub(crate) fn routes() -> ApiRouter<Service> {
    ApiRouter::new()
        .api_route(
            "/signup",
            route::post("account_signup", "Sign up with a new organization", signup),
        )
        .api_route("/login", route::post("account_login", "Sign in", login))
        .api_route(
            "/refresh",
            route::post("account_refresh", "Exchange a refresh token for a new pair", refresh),
        )
        .api_route(
            "/switch",
            route::post("account_switch", "Get a token for another organization", switch),
        )
        .api_route("/logout", route::post("account_logout", "Sign out", logout))
        .api_route("/me", route::get("account_get", "Show who is signed in", me))
}

/// A new account and its organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SignUpBody {
    /// The name for signing in.
    email: Email,
    /// At least 15 characters; anything goes, a few words do well.
    password: Password,
    /// What the person is called.
    #[schemars(example = &"Test User")]
    name: DisplayName,
    /// What the organization is called.
    #[schemars(example = &"My Organization")]
    organization_name: DisplayName,
}

/// Address and password.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LoginBody {
    /// The account.
    email: Email,
    /// Its password.
    password: Password,
    /// The organization to sign in to; the first one joined when absent.
    #[serde(default)]
    organization_id: Option<OrganizationId>,
}

/// A refresh token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RefreshBody {
    /// The refresh token of the last answer.
    refresh_token: SecretText,
    /// The organization that the new token is for; the same as before when absent.
    #[serde(default)]
    organization_id: Option<OrganizationId>,
}

/// Another organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SwitchBody {
    /// The organization that the token is for.
    organization_id: OrganizationId,
}

/// An organization with the role the caller has in it.
#[derive(Debug, Serialize, JsonSchema)]
struct ActiveOrganization {
    #[serde(flatten)]
    organization: OrganizationSummary,
    /// The caller's role there.
    #[schemars(example = &"owner")]
    role: SystemRole,
}

impl From<Membership> for ActiveOrganization {
    fn from(membership: Membership) -> Self {
        Self { organization: membership.organization, role: membership.role }
    }
}

/// A secret on its way to the one it is for; shown nowhere else.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
struct Shared(String);

impl std::fmt::Debug for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Shared(secret)")
    }
}

/// A pair of tokens (RFC 6749, section 5.1) and whom they are for.
#[derive(Debug, Serialize, JsonSchema)]
struct TokenPair {
    /// Send it as `Authorization: Bearer …`.
    access_token: Shared,
    /// Exchange it at `/auth/refresh`; good once.
    refresh_token: Shared,
    /// Always `Bearer`.
    #[schemars(example = &"Bearer")]
    token_type: &'static str,
    /// For how many seconds the access token is good.
    #[schemars(example = 900)]
    expires_in: u64,
    /// The account.
    user: User,
    /// The organization that the access token is for.
    organization: Option<ActiveOrganization>,
}

impl From<Grant> for TokenPair {
    fn from(grant: Grant) -> Self {
        Self {
            access_token: Shared(grant.access.token.expose().to_owned()),
            refresh_token: Shared(grant.refresh.expose().to_owned()),
            token_type: "Bearer",
            expires_in: grant.access.expires_in,
            user: grant.user,
            organization: grant.membership.map(ActiveOrganization::from),
        }
    }
}

/// An access token of the same session for another organization.
#[derive(Debug, Serialize, JsonSchema)]
struct AccessToken {
    /// Send it as `Authorization: Bearer …`.
    access_token: Shared,
    /// Always `Bearer`.
    #[schemars(example = &"Bearer")]
    token_type: &'static str,
    /// For how many seconds it is good.
    #[schemars(example = 900)]
    expires_in: u64,
    /// The organization that it is for.
    organization: ActiveOrganization,
}

/// Who is signed in.
#[derive(Debug, Serialize, JsonSchema)]
struct Me {
    /// The account.
    user: User,
    /// The organizations the account is in, the one joined last first; at most 100.
    organizations: Vec<Membership>,
    /// The organization that the token is for.
    organization: Option<ActiveOrganization>,
    /// What the account may do in that organization.
    permissions: Vec<&'static str>,
}

async fn signup(
    caller: Public,
    State(service): State<Service>,
    Json(body): Json<SignUpBody>,
) -> Result<Created<TokenPair>, Failure> {
    let SignUpBody { email, password, name, organization_name } = body;
    let new = SignUp { email, password, name, organization_name };
    let grant = service.identity().sign_up(new, caller.origin).await?;
    Ok(Created(grant.map(TokenPair::from)))
}

async fn login(
    caller: Public,
    State(service): State<Service>,
    Json(body): Json<LoginBody>,
) -> Result<Granted<TokenPair>, Failure> {
    let LoginBody { email, password, organization_id } = body;
    let grant =
        service.identity().sign_in(&email, password, organization_id, caller.origin).await?;
    Ok(Granted(grant.into()))
}

async fn refresh(
    caller: Public,
    State(service): State<Service>,
    Json(body): Json<RefreshBody>,
) -> Result<Granted<TokenPair>, Failure> {
    let token = body.refresh_token.expose();
    let grant = service.identity().refresh(token, body.organization_id, caller.origin).await?;
    Ok(Granted(grant.into()))
}

async fn switch(
    caller: SignedIn,
    State(service): State<Service>,
    Json(body): Json<SwitchBody>,
) -> Result<Granted<AccessToken>, Failure> {
    let (access, membership) = service.identity().switch(&caller, body.organization_id).await?;
    Ok(Granted(AccessToken {
        access_token: Shared(access.token.expose().to_owned()),
        token_type: "Bearer",
        expires_in: access.expires_in,
        organization: membership.into(),
    }))
}

async fn logout(caller: SignedIn, State(service): State<Service>) -> Result<Deleted, Failure> {
    Ok(Deleted(service.identity().sign_out(&caller).await?))
}

async fn me(caller: SignedIn, State(service): State<Service>) -> Result<Shown<Me>, Failure> {
    let identity = service.identity();
    let profile = identity.profile(caller.user()).await?;
    let profile = profile.ok_or_else(|| Problem::not_found("account"))?;
    let Profile { user, memberships } = (*profile).clone();
    let active = match caller.named_organization() {
        Some(named) => identity.active(&profile, named).await?,
        None => None,
    };
    let permissions =
        active.as_ref().map(|active| active.role.permissions().names()).unwrap_or_default();
    Ok(Shown(Me {
        user,
        organizations: memberships,
        organization: active.map(ActiveOrganization::from),
        permissions,
    }))
}
