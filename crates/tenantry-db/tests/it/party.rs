//! An organization of the arena with a row in every kind of table. All its texts contain its secret word,
//! so that a leak is seen wherever it comes out.

use tenantry_core::scope::{Admission, Origin, Via};
use tenantry_core::{
    Actor, ContextKeys, OrganizationId, RequestId, SessionId, SystemRole, TenantScope, UserId,
};
use tokio_postgres::Client;
use uuid::Uuid;

/// One organization and what belongs to it.
#[derive(Debug)]
pub(crate) struct Party {
    pub(crate) organization: OrganizationId,
    pub(crate) user: UserId,
    pub(crate) scope: TenantScope,
    pub(crate) project: Uuid,
    pub(crate) note: Uuid,
    pub(crate) event: Uuid,
    pub(crate) secret: String,
}

/// The owner's scope in an organization, good for an hour.
pub(crate) fn scope(
    keys: &ContextKeys,
    organization: OrganizationId,
    user: UserId,
    now: i64,
) -> TenantScope {
    keys.admit(Admission {
        actor: Actor::User(user),
        organization,
        role: SystemRole::Owner,
        project: None,
        via: Via::Session(SessionId::new()),
        origin: Origin { request: RequestId::new(), address: None },
        expires_at: now + 3_600,
    })
}

/// An application's table, as an application would make it.
const NOTES: &str = "
    create table public.notes (
        organization_id uuid not null,
        id              uuid not null,
        project_id      uuid,
        body            text not null,
        updated_at      timestamptz,
        primary key (organization_id, id),
        foreign key (organization_id, project_id) references tenantry.projects (organization_id, id) on delete cascade
    );
    select tenantry.protect('public.notes');";

impl Party {
    /// The application's table.
    pub(crate) async fn prepare(admin: &Client) {
        admin.batch_execute(NOTES).await.unwrap();
    }

    /// Ids and words that no row has.
    pub(crate) fn nobody(keys: &ContextKeys, now: i64) -> Self {
        Self::named("nobody", keys, now)
    }

    fn named(name: &str, keys: &ContextKeys, now: i64) -> Self {
        let (organization, user) = (OrganizationId::new(), UserId::new());
        Self {
            organization,
            user,
            scope: scope(keys, organization, user, now),
            project: Uuid::from_u128(organization.uuid().as_u128() + 1),
            note: Uuid::from_u128(organization.uuid().as_u128() + 2),
            event: Uuid::from_u128(organization.uuid().as_u128() + 3),
            secret: format!("{name}-{}", organization.uuid().simple()),
        }
    }

    /// An organization with everything, made past every guard.
    pub(crate) async fn found(admin: &Client, keys: &ContextKeys, name: &str, now: i64) -> Self {
        let party = Self::named(name, keys, now);
        let insert = party.fill(
            "insert into tenantry.users (id, email, name) values ('{user}', '{secret}@example.com', '{secret}');
             insert into tenantry.organizations (organization_id, slug, name) values ('{organization}', '{secret}', '{secret}');
             insert into tenantry.organization_slugs (slug, organization_id) values ('{secret}', '{organization}');
             insert into tenantry.memberships (organization_id, user_id, role) values ('{organization}', '{user}', 'owner');
             insert into tenantry.projects (organization_id, id, slug, name, created_by) values ('{organization}', '{project}', '{secret}', '{secret}', '{secret}');
             insert into tenantry.audit_events (organization_id, id, actor, via, action, request_id)
                  values ('{organization}', '{event}', '{secret}', 'test', 'project.created', '{event}');
             insert into public.notes (organization_id, id, project_id, body) values ('{organization}', '{note}', '{project}', '{secret}');",
        );
        admin.batch_execute(&insert).await.unwrap();
        party
    }

    /// Puts the ids of this organization into a statement, as an attacker who knows them all would.
    pub(crate) fn fill(&self, sql: &str) -> String {
        sql.replace("{organization}", &self.organization.uuid().to_string())
            .replace("{user}", &self.user.uuid().to_string())
            .replace("{project}", &self.project.to_string())
            .replace("{note}", &self.note.to_string())
            .replace("{event}", &self.event.to_string())
            .replace("{secret}", &self.secret)
            .replace("{fresh}", &Uuid::from_u128(SessionId::new().uuid().as_u128()).to_string())
    }

    /// A text without this organization's ids and words, so that two can be compared.
    pub(crate) fn mask(&self, text: &str) -> String {
        let ids = [self.organization.uuid(), self.user.uuid(), self.project, self.note, self.event];
        let masked = text.replace(&self.secret, "SECRET");
        ids.iter().fold(masked, |masked, id| masked.replace(&id.to_string(), "ID"))
    }

    /// Whether a text names anything of this organization.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let ids = [self.organization.uuid(), self.user.uuid(), self.project, self.note, self.event];
        text.contains(&self.secret) || ids.iter().any(|id| text.contains(&id.to_string()))
    }
}
