//! Records of what was done. A change and its record share one commit.

use serde::Serialize;
use sha2::{Digest, Sha256};
use tenantry_core::scope::{Origin, Via};
use tenantry_core::{EventId, IdKind, TenantScope};
use uuid::Uuid;

use crate::statement::{Statement, Tenant};

/// What a change did, for the audit log of its organization.
#[derive(Debug, Clone)]
pub struct Event {
    pub(crate) action: &'static str,
    pub(crate) outcome: &'static str,
    pub(crate) subject_kind: &'static str,
    pub(crate) subject_id: Option<Uuid>,
    pub(crate) before: Option<[u8; 32]>,
    pub(crate) after: Option<[u8; 32]>,
    pub(crate) details: serde_json::Value,
}

impl Event {
    /// Something happened to one thing: `Event::new("project.created", project.id)`.
    #[must_use]
    pub fn new<K: IdKind>(action: &'static str, subject: tenantry_core::id::Id<K>) -> Self {
        Self {
            action,
            outcome: "done",
            subject_kind: K::PREFIX,
            subject_id: Some(subject.uuid()),
            before: None,
            after: None,
            details: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// A caller tried what its role does not hold.
    #[must_use]
    pub fn denied(permission: &'static str) -> Self {
        Self {
            action: "permission.denied",
            outcome: "denied",
            subject_kind: "permission",
            subject_id: None,
            before: None,
            after: None,
            details: serde_json::json!({ "permission": permission }),
        }
    }

    /// How the thing was before: only a hash of it is kept.
    #[must_use]
    pub fn before<T: Serialize>(mut self, value: &T) -> Self {
        self.before = fingerprint(value);
        self
    }

    /// How the thing is now: only a hash of it is kept.
    #[must_use]
    pub fn after<T: Serialize>(mut self, value: &T) -> Self {
        self.after = fingerprint(value);
        self
    }

    /// More about it. Never a secret: everybody who may read the log reads this.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        if let serde_json::Value::Object(details) = &mut self.details {
            details.insert(name.to_owned(), value.into());
        }
        self
    }
}

fn fingerprint<T: Serialize>(value: &T) -> Option<[u8; 32]> {
    serde_json::to_vec(value).ok().map(|bytes| Sha256::digest(bytes).into())
}

/// The one statement that writes the log.
pub(crate) const INSERT: Statement<Tenant> = Statement::new(
    "INSERT_AUDIT_EVENT",
    "insert into tenantry.audit_events (organization_id, id, actor, via, action, outcome, subject_kind, subject_id, \
     request_id, address, before_sha256, after_sha256, details) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
);

/// The values of [`INSERT`], in an array that outlives the call.
#[derive(Debug)]
pub(crate) struct Record {
    organization: Uuid,
    id: Uuid,
    actor: String,
    via: String,
    request: Uuid,
    address: Option<std::net::IpAddr>,
    event: Event,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

impl Record {
    pub(crate) fn new(scope: &TenantScope, event: Event) -> Self {
        let Origin { request, address } = scope.origin();
        Self {
            organization: scope.organization().uuid(),
            id: EventId::new().uuid(),
            actor: scope.actor().to_string(),
            via: match scope.via() {
                Via::Session(id) => format!("ses:{}", id.uuid()),
                Via::Key(id) => format!("key:{}", id.uuid()),
            },
            request: request.uuid(),
            address,
            before: event.before.map(Vec::from),
            after: event.after.map(Vec::from),
            event,
        }
    }

    pub(crate) fn parameters(&self) -> [&(dyn tokio_postgres::types::ToSql + Sync); 13] {
        let event = &self.event;
        [
            &self.organization,
            &self.id,
            &self.actor,
            &self.via,
            &event.action,
            &event.outcome,
            &event.subject_kind,
            &event.subject_id,
            &self.request,
            &self.address,
            &self.before,
            &self.after,
            &event.details,
        ]
    }
}
