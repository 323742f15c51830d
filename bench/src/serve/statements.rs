//! The application's SQL: once for the tenants' door and once, word for word the same, for the base without tenancy and
//! for what is written by hand. In the base `$1` is what the request says; at the door it is what the token proves.

use tenantry_db::{Platform, Statement, Tenant};

/// The statements as they are sent.
pub(crate) mod text {
    /// The newest documents.
    pub(crate) const LIST: &str = "select id, title, body, created_at from public.documents where organization_id = $1 order by created_at desc, id desc limit 20";
    /// Fewer of them, as every organization of every size has.
    pub(crate) const NEWEST: &str = "select id, title, body, created_at from public.documents where organization_id = $1 order by created_at desc, id desc limit 10";
    /// One document.
    pub(crate) const GET: &str = "select id, title, body, created_at from public.documents where organization_id = $1 and id = $2";
    /// A new document.
    pub(crate) const INSERT: &str = "insert into public.documents (organization_id, id, title, body) values ($1, $2, $3, $4) returning created_at";
    /// Another title.
    pub(crate) const UPDATE: &str = "update public.documents set title = $3 where organization_id = $1 and id = $2 returning id, title, body, created_at";
    /// One document less.
    pub(crate) const DELETE: &str =
        "delete from public.documents where organization_id = $1 and id = $2 returning id";
    /// What no index helps with.
    pub(crate) const SCAN: &str = "select pg_catalog.count(*) from public.documents where organization_id = $1 and body like $2";
    /// The role of an organization's member.
    pub(crate) const ROLE: &str =
        "select role from tenantry.memberships where organization_id = $1 and user_id = $2";
}

/// At the door of the tenants.
pub(super) mod tenant {
    use super::{Statement, Tenant, text};

    pub(in super::super) const LIST: Statement<Tenant> = Statement::new("LIST", text::LIST);
    pub(in super::super) const NEWEST: Statement<Tenant> = Statement::new("NEWEST", text::NEWEST);
    pub(in super::super) const GET: Statement<Tenant> = Statement::new("GET", text::GET);
    pub(in super::super) const INSERT: Statement<Tenant> = Statement::new("INSERT", text::INSERT);
    pub(in super::super) const UPDATE: Statement<Tenant> = Statement::new("UPDATE", text::UPDATE);
    pub(in super::super) const DELETE: Statement<Tenant> = Statement::new("DELETE", text::DELETE);
    pub(in super::super) const SCAN: Statement<Tenant> = Statement::new("SCAN", text::SCAN);
}

/// In the base: the same text at the platform's door.
pub(super) const UNTENANTED_LIST: Statement<Platform> = Statement::new("LIST", text::LIST);

/// Who an API key belongs to.
pub(crate) const KEY_TEXT: &str =
    "select organization_id, user_id from bench.api_keys where key_sha256 = $1";
pub(super) const KEY: Statement<Platform> = Statement::new("KEY", KEY_TEXT);

/// A record of the audit log, as the door writes it: for the same writes without the door.
pub(crate) const AUDIT: &str = "insert into tenantry.audit_events (organization_id, id, actor, via, action, outcome, subject_kind, subject_id, \
     request_id, address, before_sha256, after_sha256, details) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
