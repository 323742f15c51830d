//! What only `serve --demo` needs: whether a database is a demo's, members from the first moment, and a past. The two
//! organizations of a demo have fixed ids, which nobody can choose who comes in by HTTP: that is how they are known.

use tenantry_core::{OrganizationId, SystemRole, UserId};
use tenantry_db::{Config, Database, Platform, PlatformTx, bootstrap, statements};
use uuid::Uuid;

use crate::error::StoreError;
use crate::row::Columns;

statements! { Platform:
    STATE = "select count(*) filter (where organization_id = $1) as shown, count(*) filter (where organization_id = $2) as hidden, \
             count(*) filter (where organization_id not in ($1, $2)) as others from tenantry.organization_slugs";
    JOIN = "insert into tenantry.memberships (organization_id, user_id, role) values ($1, $2, $3)";
}

/// The statements that move what was just made into the last 30 days, in its order.
pub mod past {
    use tenantry_db::{Administrator, statements};

    statements! { Administrator:
        /// Otherwise the triggers would touch every row again, and refuse to change a record at all.
        WITHOUT_TRIGGERS = "set local session_replication_role = replica";
        MOMENTS = "create temporary table demo_moments on commit drop as \
            select at, statement_timestamp() - interval '30 days' + interval '29 days 22 hours' \
                       * ((row_number() over (order by at) - 1 + 0.8 * random()) / count(*) over ()) as moved \
            from (select created_at as at from tenantry.users union select updated_at from tenantry.users \
                  union select created_at from tenantry.organizations union select updated_at from tenantry.organizations \
                  union select created_at from tenantry.memberships union select updated_at from tenantry.memberships \
                  union select created_at from tenantry.clients union select updated_at from tenantry.clients \
                  union select created_at from tenantry.projects union select updated_at from tenantry.projects \
                  union select created_at from tenantry.project_members union select updated_at from tenantry.project_members \
                  union select created_at from tenantry.account_events union select created_at from tenantry.audit_events) moments";
        USERS = "update tenantry.users t set created_at = c.moved, updated_at = u.moved \
            from demo_moments c, demo_moments u where c.at = t.created_at and u.at = t.updated_at";
        ORGANIZATIONS = "update tenantry.organizations t set created_at = c.moved, updated_at = u.moved \
            from demo_moments c, demo_moments u where c.at = t.created_at and u.at = t.updated_at";
        MEMBERSHIPS = "update tenantry.memberships t set created_at = c.moved, updated_at = u.moved \
            from demo_moments c, demo_moments u where c.at = t.created_at and u.at = t.updated_at";
        CLIENTS = "update tenantry.clients t set created_at = c.moved, updated_at = u.moved \
            from demo_moments c, demo_moments u where c.at = t.created_at and u.at = t.updated_at";
        PROJECTS = "update tenantry.projects t set created_at = c.moved, updated_at = u.moved \
            from demo_moments c, demo_moments u where c.at = t.created_at and u.at = t.updated_at";
        PROJECT_MEMBERS = "update tenantry.project_members t set created_at = c.moved, updated_at = u.moved \
            from demo_moments c, demo_moments u where c.at = t.created_at and u.at = t.updated_at";
        ACCOUNT_EVENTS = "update tenantry.account_events t set created_at = c.moved from demo_moments c where c.at = t.created_at";
        AUDIT_EVENTS = "update tenantry.audit_events t set created_at = c.moved from demo_moments c where c.at = t.created_at";
    }
}

/// The organization to look at.
#[must_use]
pub const fn shown() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_7e6a_6e74_0001))
}

/// The organization that its members never see.
#[must_use]
pub const fn hidden() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(0x0190_0000_0000_7000_8000_7e6a_6e74_0002))
}

/// Whose database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoState {
    /// Nobody's: there is no organization.
    Empty,
    /// A demo's that was made to the end. Visitors may have founded organizations beside it.
    Made,
    /// A demo's whose making was interrupted.
    HalfMade,
    /// Somebody's.
    Foreign {
        /// How many organizations there are.
        organizations: i64,
    },
}

/// Looks whose database it is.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn state(database: &Database) -> Result<DemoState, StoreError> {
    let rows = database.look_up(&STATE, &[&shown().uuid(), &hidden().uuid()]).await?;
    let Some(row) = rows.first() else { return Ok(DemoState::Empty) };
    let count = |name| row.column::<i64>(name);
    Ok(match (count("shown")?, count("hidden")?, count("others")?) {
        (0, 0, 0) => DemoState::Empty,
        (0, 0, organizations) => DemoState::Foreign { organizations },
        // The hidden one is made last.
        (_, 0, _) | (0, _, _) => DemoState::HalfMade,
        _ => DemoState::Made,
    })
}

/// Makes somebody a member of the organization that the transaction founds.
///
/// # Errors
/// [`StoreError::Gone`].
pub async fn join(
    tx: &mut PlatformTx,
    organization: OrganizationId,
    user: UserId,
    role: SystemRole,
) -> Result<(), StoreError> {
    tx.query(&JOIN, &[&organization.uuid(), &user.uuid(), &role.name()]).await?;
    Ok(())
}

/// Moves everything that is there into the last 30 days. For a database that holds a fresh demo and nothing else.
///
/// # Errors
/// [`StoreError::Database`]; also when the login is no administrator's.
pub async fn give_a_past(administrator: &Config) -> Result<(), StoreError> {
    Ok(bootstrap::run(administrator, past::STATEMENTS).await?)
}
