//! What is remembered of callers between their requests: sessions, memberships, profiles, and the
//! organizations that slugs name. Each question has one function here, which asks the database when no
//! remembered answer holds; whoever asks the store past it only loses time.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tenantry_core::name::Slug;
use tenantry_core::page::Page;
use tenantry_core::{OrganizationId, SessionId, UserId};
use tenantry_db::changes::Subject;
use tenantry_store::admissions::{self, Admission};
use tenantry_store::directory::{self, Membership};
use tenantry_store::users::{self, User};

use crate::error::IdentityError;
use crate::identity::Identity;
use crate::memory::{Found, Memory, MemoryStatus};

/// How many answers of each kind are remembered.
const MOST: usize = 10_000;
/// How many organizations a profile lists.
const MOST_ORGANIZATIONS: u16 = 100;

/// Who asks: an account in one of its sessions.
type Who = (UserId, SessionId);

/// The memories of one process.
#[derive(Debug)]
pub(crate) struct Remembered {
    sessions: Memory<Who, Option<Timestamp>>,
    members: Memory<(Who, OrganizationId), Option<Arc<Admission>>>,
    profiles: Memory<UserId, Option<Arc<Profile>>>,
    slugs: Memory<Slug, Option<OrganizationId>>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self {
            sessions: Memory::new("session", MOST),
            members: Memory::new("membership", MOST),
            profiles: Memory::new("profile", MOST),
            slugs: Memory::new("slug", MOST),
        }
    }
}

/// An account and where it is a member.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The account.
    pub user: User,
    /// Its memberships, the newest first; at most 100.
    pub memberships: Vec<Membership>,
}

impl Profile {
    fn subjects(&self) -> Vec<Subject> {
        let organizations = self.memberships.iter().map(|membership| membership.organization.id);
        let user = Subject::User(self.user.id.uuid());
        [user].into_iter().chain(organizations.map(organization)).collect()
    }
}

fn organization(id: OrganizationId) -> Subject {
    Subject::Organization(id.uuid())
}

fn person((user, session): Who) -> [Subject; 2] {
    [Subject::User(user.uuid()), Subject::Session(session.uuid())]
}

impl Identity {
    /// Until when a session of this user lives; nothing when it does not.
    pub(crate) async fn session(&self, who: Who) -> Result<Option<Timestamp>, IdentityError> {
        let now = self.now();
        let lives = |end: &Option<Timestamp>| end.is_some_and(|end| end > now);
        let read = async || {
            let value = admissions::session(&self.0.database, who, now).await?;
            Ok(Found { value, subjects: value.map(|_| person(who).into()) })
        };
        self.0.remembered.sessions.ask(self.0.database.changes(), who, lives, read).await
    }

    /// A live session, and its user's membership in one organization.
    pub(crate) async fn admission(
        &self,
        who: Who,
        wanted: OrganizationId,
    ) -> Result<Option<Arc<Admission>>, IdentityError> {
        let now = self.now();
        let lives = |found: &Option<Arc<Admission>>| {
            found.as_ref().is_some_and(|admission| admission.session_expires_at > now)
        };
        let read = async || {
            let value = admissions::member(&self.0.database, who, wanted, now).await?.map(Arc::new);
            let is_member = value.as_ref().is_some_and(|found| found.membership.is_some());
            let subjects = || person(who).into_iter().chain([organization(wanted)]).collect();
            Ok(Found { value, subjects: is_member.then(subjects) })
        };
        let (memory, changes) = (&self.0.remembered.members, self.0.database.changes());
        memory.ask(changes, (who, wanted), lives, read).await
    }

    /// An account and its organizations.
    ///
    /// # Errors
    /// The store's.
    pub async fn profile(&self, user: UserId) -> Result<Option<Arc<Profile>>, IdentityError> {
        let read = async || {
            let mut tx = self.0.database.platform().await?;
            let Some(user) = users::get(&mut tx, user).await? else {
                return Ok(Found { value: None, subjects: None });
            };
            let page = Page { limit: MOST_ORGANIZATIONS, after: None };
            let memberships = directory::list(&mut tx, user.id, &page).await?.data;
            let profile = Profile { user, memberships };
            let subjects = Some(profile.subjects());
            Ok(Found { value: Some(Arc::new(profile)), subjects })
        };
        let (memory, changes) = (&self.0.remembered.profiles, self.0.database.changes());
        memory.ask(changes, user, Option::is_some, read).await
    }

    /// A profile's membership in the organization that a token names, or none. Only the newest
    /// memberships are in a profile that has many; the others are read.
    ///
    /// # Errors
    /// The store's.
    pub async fn active(
        &self,
        profile: &Profile,
        named: OrganizationId,
    ) -> Result<Option<Membership>, IdentityError> {
        let found = profile.memberships.iter().find(|one| one.organization.id == named);
        if found.is_some() || profile.memberships.len() < usize::from(MOST_ORGANIZATIONS) {
            return Ok(found.cloned());
        }
        let mut tx = self.0.database.platform().await?;
        Ok(directory::get(&mut tx, profile.user.id, named).await?)
    }

    /// The organization that a slug names.
    pub(crate) async fn organization_of(
        &self,
        slug: &Slug,
    ) -> Result<Option<OrganizationId>, IdentityError> {
        let read = async || {
            let value = directory::find_slug(&self.0.database, slug).await?;
            Ok(Found { value, subjects: value.map(|id| vec![organization(id)]) })
        };
        let (memory, changes) = (&self.0.remembered.slugs, self.0.database.changes());
        memory.ask(changes, slug.clone(), Option::is_some, read).await
    }

    /// The numbers of everything that is remembered here.
    #[must_use]
    pub fn memories(&self) -> [MemoryStatus; 5] {
        let Remembered { sessions, members, profiles, slugs } = &self.0.remembered;
        let tokens = self.0.tokens.memory();
        [tokens, sessions.status(), members.status(), profiles.status(), slugs.status()]
    }

    /// How long ago the last successful reading of changes began; `None` before the first one, while
    /// nothing is remembered.
    #[must_use]
    pub fn unseen(&self) -> Option<Duration> {
        self.0.database.changes().unseen()
    }
}
