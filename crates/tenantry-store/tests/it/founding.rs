//! Two organizations, each founded by its own user through the store, as sign-up does it.

use tenantry_core::name::{DisplayName, Email};
use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::{
    Actor, Authorized, Clock, ContextKeys, OrganizationId, Permission, RequestId, SessionId,
    SystemRole, TenantScope, UserId,
};
use tenantry_db::{Database, Event, TenantTx};
use tenantry_store::directory::{Membership, OrganizationSummary};
use tenantry_store::organizations::{self, NewOrganization, Organization};
use tenantry_store::{StoreError, users};
use tenantry_testkit::TestDatabase;

/// Somebody with an organization.
#[derive(Debug)]
pub(crate) struct Owner {
    pub(crate) user: UserId,
    pub(crate) organization: Organization,
    pub(crate) scope: TenantScope,
}

/// A migrated database with two owners in it.
#[derive(Debug)]
pub(crate) struct Ground {
    pub(crate) database: TestDatabase,
    pub(crate) doors: Database,
    pub(crate) clock: Clock,
    pub(crate) a: Owner,
    pub(crate) b: Owner,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create().await;
        let clock = Clock::system();
        let doors = database.open(clock.clone());
        let keys = database.keys();
        let a = sign_up(&doors, &keys, "alpha").await;
        let b = sign_up(&doors, &keys, "bravo").await;
        Self { database, doors, clock, a, b }
    }

    /// A transaction of one of the owners.
    pub(crate) async fn tx<P: Permission>(&self, owner: &Owner) -> TenantTx<P> {
        let caller: Authorized<P> = owner.scope.authorize().unwrap();
        self.doors.tenant(&caller).await.unwrap()
    }

    /// How many records of an action an organization has.
    pub(crate) async fn records(&self, owner: &Owner, action: &str) -> i64 {
        let sql = format!(
            "select count(*) from tenantry.audit_events where organization_id = $1 and action = '{action}'"
        );
        self.database.count(&sql, owner.scope.organization().uuid()).await
    }
}

pub(crate) fn owner_scope(
    keys: &ContextKeys,
    organization: OrganizationId,
    user: UserId,
) -> TenantScope {
    keys.admit(Admission {
        actor: Actor::User(user),
        organization,
        role: SystemRole::Owner,
        project: None,
        via: Via::Session(SessionId::new()),
        origin: Origin { request: RequestId::new(), address: None },
        expires_at: Clock::system().unix_seconds() + 3_600,
    })
}

/// Makes an account with an organization.
pub(crate) async fn sign_up(doors: &Database, keys: &ContextKeys, name: &str) -> Owner {
    let mut tx = doors.platform().await.unwrap();
    let email: Email = format!("{name}@example.com").parse().unwrap();
    let display: DisplayName = name.parse().unwrap();
    let user = users::create(&mut tx, &email, &display, "a hash").await.unwrap().id;
    found_in(tx, doors, keys, user, &NewOrganization { name: display, slug: None }).await.unwrap()
}

/// Founds one more organization for an account.
pub(crate) async fn found(
    doors: &Database,
    keys: &ContextKeys,
    user: UserId,
    new: &NewOrganization,
) -> Result<Owner, StoreError> {
    let tx = doors.platform().await.unwrap();
    found_in(tx, doors, keys, user, new).await
}

async fn found_in(
    mut tx: tenantry_db::PlatformTx,
    doors: &Database,
    keys: &ContextKeys,
    user: UserId,
    new: &NewOrganization,
) -> Result<Owner, StoreError> {
    let id = OrganizationId::new();
    let scope = owner_scope(keys, id, user);
    let slug = organizations::free_slug(&mut tx, id, new).await?;
    let membership = Membership {
        organization: OrganizationSummary { id, slug, name: new.name.clone() },
        role: SystemRole::Owner,
        joined_at: doors.clock().now(),
    };
    let organization = organizations::found(&mut tx, &scope, user, &membership).await?;
    let event = Event::new("organization.created", id);
    let organization =
        tx.commit_founding(&scope, event, organization).await.map_err(StoreError::from)?;
    Ok(Owner { user, organization: organization.into_inner(), scope })
}
