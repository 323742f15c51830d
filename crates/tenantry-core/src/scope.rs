//! Who is calling, in which organization, until when: and the proof of what they may do there.
//!
//! A [`TenantScope`] is admitted by the holder of the [`ContextKeys`] alone, and the same value is
//! what Postgres verifies: Rust refuses code without a scope, Postgres refuses rows without its seal.

use std::fmt;
use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::Arc;

use crate::context::{Connection, ContextKeys, Entry, Payload, SealedContext};
use crate::id::{KeyId, OrganizationId, ProjectId, RequestId, SessionId, UserId};
use crate::permission::{Permission, PermissionSet};
use crate::role::SystemRole;

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A person with an account.
    User(UserId),
    /// An API key.
    Key(KeyId),
}

/// `usr:<uuid>` or `key:<uuid>`: the form that the seal and the audit log carry.
impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(formatter, "usr:{}", id.uuid()),
            Self::Key(id) => write!(formatter, "key:{}", id.uuid()),
        }
    }
}

/// By what the caller was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// A session of our own sign-in.
    Session(SessionId),
    /// An API key.
    Key(KeyId),
}

/// Where a request came from and what it is called, for logs and the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The request's id.
    pub request: RequestId,
    /// The client's address, when it is known.
    pub address: Option<IpAddr>,
}

/// What whoever holds the keys has found out about a caller: the membership was read, not believed.
#[derive(Debug, Clone)]
pub struct Admission {
    /// Who acts.
    pub actor: Actor,
    /// In which organization.
    pub organization: OrganizationId,
    /// The role of the actor's membership there.
    pub role: SystemRole,
    /// The project that the request names, if it names one.
    pub project: Option<ProjectId>,
    /// By what the caller was recognised.
    pub via: Via,
    /// Where the request came from.
    pub origin: Origin,
    /// Unix seconds after which the caller's credential is no longer good.
    pub expires_at: i64,
}

/// A caller in one organization. Cheap to clone.
#[derive(Clone)]
pub struct TenantScope(Arc<Admitted>);

struct Admitted {
    admission: Admission,
    keys: ContextKeys,
}

impl ContextKeys {
    /// Admits a caller to an organization. Only whoever verified the membership should call this.
    #[must_use]
    pub fn admit(&self, admission: Admission) -> TenantScope {
        TenantScope(Arc::new(Admitted { admission, keys: self.clone() }))
    }
}

impl ContextKeys {
    /// A genuine seal for an organization that nobody has, to ask a database whether it accepts seals.
    #[must_use]
    pub fn probe(&self, connection: &Connection<'_>) -> SealedContext {
        nobody(|payload| self.seal(payload, connection))
    }

    /// The same as an entry.
    #[must_use]
    pub fn probe_entry(&self, connection: &Connection<'_>) -> Option<Entry> {
        nobody(|payload| self.entry(payload, connection))
    }
}

fn nobody<T>(sign: impl FnOnce(&Payload<'_>) -> T) -> T {
    let nobody = uuid::Uuid::max();
    sign(&Payload {
        organization: nobody,
        actor: &format!("usr:{nobody}"),
        role: SystemRole::Owner.name(),
        expires_at: i64::MAX,
    })
}

impl TenantScope {
    /// The organization.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.0.admission.organization
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.0.admission.actor
    }

    /// The account that acts, when it is a person.
    #[must_use]
    pub fn user(&self) -> Option<UserId> {
        match self.actor() {
            Actor::User(user) => Some(user),
            Actor::Key(_) => None,
        }
    }

    /// The role of the actor in the organization.
    #[must_use]
    pub fn role(&self) -> SystemRole {
        self.0.admission.role
    }

    /// The project that the request names.
    #[must_use]
    pub fn project(&self) -> Option<ProjectId> {
        self.0.admission.project
    }

    /// The same scope for a request that names this project. Only whoever saw under this scope that the
    /// project is there should say so.
    #[must_use]
    pub fn in_project(&self, project: ProjectId) -> Self {
        let admission = Admission { project: Some(project), ..self.0.admission.clone() };
        Self(Arc::new(Admitted { admission, keys: self.0.keys.clone() }))
    }

    /// By what the caller was recognised.
    #[must_use]
    pub fn via(&self) -> Via {
        self.0.admission.via
    }

    /// Where the request came from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.0.admission.origin
    }

    /// What the caller may do in the organization.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet {
        self.role().permissions()
    }

    /// Asks for the proof that the caller may do `P`.
    ///
    /// # Errors
    /// [`Denied`] names the permission that is missing.
    pub fn authorize<P: Permission>(&self) -> Result<Authorized<P>, Denied> {
        if self.permissions().contains::<P>() {
            Ok(Authorized { scope: self.clone(), permission: PhantomData })
        } else {
            Err(Denied { permission: P::NAME })
        }
    }

    /// Seals this scope, and no other, for one connection.
    #[must_use]
    pub fn seal(&self, connection: &Connection<'_>) -> SealedContext {
        self.with_payload(|payload| self.0.keys.seal(payload, connection))
    }

    /// The same for a database that keeps verified contexts; none behind a pooler.
    #[must_use]
    pub fn entry(&self, connection: &Connection<'_>) -> Option<Entry> {
        self.with_payload(|payload| self.0.keys.entry(payload, connection))
    }

    fn with_payload<T>(&self, sign: impl FnOnce(&Payload<'_>) -> T) -> T {
        let admission = &self.0.admission;
        sign(&Payload {
            organization: admission.organization.uuid(),
            actor: &admission.actor.to_string(),
            role: admission.role.name(),
            expires_at: admission.expires_at,
        })
    }
}

impl fmt::Debug for TenantScope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TenantScope")
            .field("organization", &self.organization())
            .field("actor", &self.actor())
            .field("role", &self.role())
            .finish_non_exhaustive()
    }
}

/// The caller is a member, but the role does not hold the permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the permission {permission} is missing")]
pub struct Denied {
    /// The missing permission's name.
    pub permission: &'static str,
}

/// The proof that a caller may do `P` in one organization: a handler's first argument.
pub struct Authorized<P> {
    scope: TenantScope,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Authorized<P> {
    /// The caller.
    #[must_use]
    pub fn scope(&self) -> &TenantScope {
        &self.scope
    }

    /// The organization.
    #[must_use]
    pub fn organization(&self) -> OrganizationId {
        self.scope.organization()
    }
}

impl<P> Clone for Authorized<P> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), permission: PhantomData }
    }
}

impl<P: Permission> fmt::Debug for Authorized<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Authorized<{}>({:?})", P::NAME, self.scope)
    }
}

/// A person who is signed in, whatever the organization: for what belongs to the account itself.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn {
    user: UserId,
    session: SessionId,
    organization: Option<OrganizationId>,
    origin: Origin,
}

impl ContextKeys {
    /// Recognises a signed-in person. Only whoever verified the token and read the session may call
    /// this. `organization` is the one that the token names: nobody has looked up a membership yet.
    #[must_use]
    pub const fn recognise(
        &self,
        (user, session): (UserId, SessionId),
        organization: Option<OrganizationId>,
        origin: Origin,
    ) -> SignedIn {
        SignedIn { user, session, organization, origin }
    }
}

impl SignedIn {
    /// The account.
    #[must_use]
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// The session.
    #[must_use]
    pub const fn session(&self) -> SessionId {
        self.session
    }

    /// The organization that the token names, not verified.
    #[must_use]
    pub const fn named_organization(&self) -> Option<OrganizationId> {
        self.organization
    }

    /// Where the request came from.
    #[must_use]
    pub const fn origin(&self) -> Origin {
        self.origin
    }
}

/// A person who may work across organizations. Made by whoever holds the keys, after looking it up.
#[derive(Debug, Clone, Copy)]
pub struct Operator {
    user: UserId,
    origin: Origin,
}

/// Work across organizations for a stated reason.
#[derive(Debug, Clone)]
pub struct Errand {
    /// Who does it.
    pub user: UserId,
    /// Where the request came from.
    pub origin: Origin,
    reason: String,
}

/// The reason for working across organizations is too short to mean anything to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an operator's reason has 10 to 500 characters")]
pub struct NoReason;

impl ContextKeys {
    /// Recognises an operator. Only whoever looked the account up in the operators may call this.
    #[must_use]
    pub const fn operator(&self, user: UserId, origin: Origin) -> Operator {
        Operator { user, origin }
    }
}

impl Operator {
    /// States why the work across organizations is done; it is written to the operators' log.
    ///
    /// # Errors
    /// [`NoReason`] when the reason has fewer than 10 or more than 500 characters.
    pub fn because(&self, reason: &str) -> Result<Errand, NoReason> {
        let reason = reason.trim();
        if !(10..=500).contains(&reason.chars().count()) || reason.contains('\0') {
            return Err(NoReason);
        }
        Ok(Errand { user: self.user, origin: self.origin, reason: reason.to_owned() })
    }
}

impl Errand {
    /// The stated reason.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}
