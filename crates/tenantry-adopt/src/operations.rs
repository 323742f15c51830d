//! Every operation there is, one file each.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::operation::{Action, Operate};
use crate::schema::Schema;

mod add_organization;
mod backfill;
mod context_default;
mod enforce_guard;
mod enroll;
mod fill_by_trigger;
mod grant;
mod guard;
mod index_definition;
mod index_tree;
mod merge;
mod partition;
mod prepare;
mod prove;
mod question;
mod require_organization;
mod scope_foreign_key;
mod scope_index;
mod scope_key;
mod scope_view;
mod statement;
mod swap_key;
mod take_rights;
mod tame_function;

pub use add_organization::AddOrganization;
pub use backfill::Backfill;
pub use context_default::ContextDefault;
pub use enforce_guard::EnforceGuard;
pub use enroll::Enroll;
pub use fill_by_trigger::FillByTrigger;
pub use grant::Grant;
pub use guard::Guard;
pub use merge::Merge;
pub use partition::Partition;
pub use prepare::Prepare;
pub use prove::Prove;
pub use require_organization::RequireOrganization;
pub use scope_foreign_key::ScopeForeignKey;
pub use scope_index::ScopeIndex;
pub use scope_key::ScopeKey;
pub use scope_view::ScopeView;
pub use swap_key::SwapKey;
pub use take_rights::TakeRights;
pub use tame_function::TameFunction;

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident;)+) => {
        /// An operation, with what it needs to know.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "operation", rename_all = "kebab-case")]
        pub enum Operation { $($(#[$doc])* $name($name),)+ }

        $(impl From<$name> for Operation {
            fn from(operation: $name) -> Self { Self::$name(operation) }
        })+

        impl Operation {
            /// The names of all of them, as the journal writes them.
            pub const NAMES: &[&str] = &[$(stringify!($name)),+];

            fn inner(&self) -> &dyn Operate {
                match self { $(Self::$name(operation) => operation,)+ }
            }
        }
    };
}

operations! {
    /// The contract, the control plane and the organizations.
    Prepare;
    /// The column.
    AddOrganization;
    /// A trigger that fills it while the application does not.
    FillByTrigger;
    /// A default that reads the context.
    ContextDefault;
    /// Existing rows.
    Backfill;
    /// `not null`.
    RequireOrganization;
    /// A unique key that begins with the organization, beside the old one.
    ScopeKey;
    /// A foreign key that carries the organization, in place of the old one.
    ScopeForeignKey;
    /// An index that begins with the organization.
    ScopeIndex;
    /// Other databases' rows.
    Merge;
    /// What the request path's login may do.
    Grant;
    /// Row security, for the new login only.
    Guard;
    /// The people.
    Enroll;
    /// The scoped key takes the old one's place.
    SwapKey;
    /// A view reads with the rights of whoever asks.
    ScopeView;
    /// A function that ran with its owner's rights is bound by row security.
    TameFunction;
    /// What the old logins may no longer do.
    TakeRights;
    /// Row security, for everybody.
    EnforceGuard;
    /// The attack.
    Prove;
}

impl Operate for Operation {
    fn title(&self) -> String {
        self.inner().title()
    }

    fn table(&self) -> Option<&TableName> {
        self.inner().table()
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        self.inner().validate(schema)
    }

    fn start(&self) -> Vec<Action> {
        self.inner().start()
    }

    fn complete(&self) -> Vec<Action> {
        self.inner().complete()
    }

    fn rollback(&self) -> Vec<Action> {
        self.inner().rollback()
    }
}
