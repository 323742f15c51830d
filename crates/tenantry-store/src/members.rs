//! Members of an organization: accounts with a role in it.
//!
//! Names and addresses of accounts come from definer functions that show those of members and of
//! nobody else. That an organization keeps an owner, and who may change whom, the database checks too.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tenantry_core::name::{DisplayName, Email};
use tenantry_core::page::{Page, Paged, Position};
use tenantry_core::permission::{member, organization};
use tenantry_core::{Permission, SystemRole, UserId};
use tenantry_db::{Row, Tenant, TenantTx, statements};

use crate::error::StoreError;
use crate::row::Columns;

statements! { Tenant:
    PAGE = "select user_id, email, name, role, created_at, updated_at from tenantry.members($1, $2, $3, $4, $5, $6)";
    GET = "select user_id, email, name, role, created_at, updated_at from tenantry.member($1, $2)";
    LOCK_OWNERS = "select organization_id from tenantry.organizations where organization_id = $1 for no key update";
    UPDATE = "update tenantry.memberships set role = $3 where organization_id = $1 and user_id = $2 returning user_id";
    DELETE = "delete from tenantry.memberships where organization_id = $1 and user_id = $2 returning user_id";
}

/// A member of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Member {
    /// The account.
    pub user_id: UserId,
    /// What the person is called.
    #[schemars(example = &"Test User")]
    pub name: DisplayName,
    /// The account's address.
    pub email: Email,
    /// The role in this organization.
    pub role: SystemRole,
    /// Since when.
    pub joined_at: Timestamp,
    /// When the role was last changed.
    pub updated_at: Timestamp,
}

impl Member {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: row.id("user_id")?,
            name: row.parsed("name")?,
            email: row.parsed("email")?,
            role: row.parsed("role")?,
            joined_at: row.column("created_at")?,
            updated_at: row.column("updated_at")?,
        })
    }

    fn position(&self) -> Position {
        Position { created_at: self.joined_at, id: self.user_id.uuid() }
    }
}

/// What may be changed of a member.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberPatch {
    /// The role. Nobody gives one above their own.
    #[schemars(example = &"member")]
    pub role: SystemRole,
}

/// Which members a list shows.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Those of this role.
    pub role: Option<SystemRole>,
    /// Those whose name or address contains this text, whatever the case.
    pub search: Option<String>,
}

/// A page of the organization's members, who joined last first.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list(
    tx: &mut TenantTx<member::Read>,
    filter: &MemberFilter,
    page: &Page,
) -> Result<Paged<Member>, StoreError> {
    let behind = page.behind();
    let role = filter.role.map(SystemRole::name);
    let rows = tx
        .query(&PAGE, &[&role, &filter.search, &behind.created_at, &behind.id, &page.fetch_limit()])
        .await?;
    let members = rows.iter().map(Member::read).collect::<Result<Vec<_>, _>>()?;
    Ok(Paged::from_rows(members, page, Member::position))
}

/// One member.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get<P: Permission>(
    tx: &mut TenantTx<P>,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    tx.query_opt(&GET, &[&user.uuid()]).await?.as_ref().map(Member::read).transpose()
}

/// A member as it is while nobody else changes memberships of the organization: two who change each
/// other wait here, and the second one sees what the first one did.
async fn get_alone<P: Permission>(
    tx: &mut TenantTx<P>,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    tx.query_one(&LOCK_OWNERS, &[]).await?;
    get(tx, user).await
}

/// The role that the caller has now: it may have been taken since the request was let in.
pub(crate) async fn own_role<P: Permission>(
    tx: &mut TenantTx<P>,
) -> Result<SystemRole, StoreError> {
    let user = tx.scope().user().ok_or(StoreError::NotAllowed)?;
    let caller = get(tx, user).await?.ok_or(StoreError::NotAllowed)?;
    if caller.role.permissions().contains::<P>() {
        Ok(caller.role)
    } else {
        Err(StoreError::NotAllowed)
    }
}

/// Changes a member's role; answers how it was and how it is.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the member's role, or the new one, is above the caller's;
/// [`StoreError::LastOwner`].
pub async fn update(
    tx: &mut TenantTx<member::Update>,
    user: UserId,
    patch: &MemberPatch,
) -> Result<Option<(Member, Member)>, StoreError> {
    let Some(before) = get_alone(tx, user).await? else { return Ok(None) };
    let own = own_role(tx).await?;
    if before.role > own || patch.role > own {
        return Err(StoreError::NotAllowed);
    }
    tx.query_one(&UPDATE, &[&user.uuid(), &patch.role.name()]).await?;
    Ok(get(tx, user).await?.map(|after| (before, after)))
}

/// Removes a member from the organization and from its projects; answers who it was.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the member's role is above the caller's; [`StoreError::LastOwner`].
pub async fn remove(
    tx: &mut TenantTx<member::Remove>,
    user: UserId,
) -> Result<Option<Member>, StoreError> {
    let Some(before) = get_alone(tx, user).await? else { return Ok(None) };
    if before.role > own_role(tx).await? {
        return Err(StoreError::NotAllowed);
    }
    tx.query_one(&DELETE, &[&user.uuid()]).await?;
    Ok(Some(before))
}

/// Takes the caller out of the organization; answers who it was.
///
/// # Errors
/// [`StoreError::LastOwner`].
pub async fn leave(tx: &mut TenantTx<member::Leave>) -> Result<Option<Member>, StoreError> {
    let Some(user) = tx.scope().user() else { return Ok(None) };
    let Some(before) = get_alone(tx, user).await? else { return Ok(None) };
    tx.query_one(&DELETE, &[&user.uuid()]).await?;
    Ok(Some(before))
}

/// Makes another member an owner and the caller an admin, at once; answers how the new owner was and is.
///
/// # Errors
/// [`StoreError::NotAllowed`] when the caller is no owner any more.
pub async fn transfer(
    tx: &mut TenantTx<organization::Transfer>,
    user: UserId,
) -> Result<Option<(Member, Member)>, StoreError> {
    let Some(before) = get_alone(tx, user).await? else { return Ok(None) };
    own_role(tx).await?;
    let caller = tx.scope().user().ok_or(StoreError::NotAllowed)?;
    if caller != user {
        tx.query_one(&UPDATE, &[&user.uuid(), &SystemRole::Owner.name()]).await?;
        tx.query_one(&UPDATE, &[&caller.uuid(), &SystemRole::Admin.name()]).await?;
    }
    Ok(get(tx, user).await?.map(|after| (before, after)))
}
