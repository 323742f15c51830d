//! The vocabulary of Tenantry: what an organization, a caller, a permission and a sealed context *are*.
//!
//! Nothing here does input or output. A newcomer's usual surprise: a [`TenantScope`] cannot be
//! built, only admitted by whoever holds the [`ContextKeys`], and an [`Authorized`] cannot be built
//! either, only asked of a scope.

pub mod clock;
pub mod context;
pub mod id;
pub mod metadata;
pub mod name;
pub mod page;
pub mod permission;
pub mod problem;
pub mod role;
pub mod scope;
pub mod secret;

pub use clock::Clock;
pub use context::{ContextKeys, SealedContext};
pub use id::*;
pub use metadata::{Metadata, MetadataPatch, Settings, SettingsPatch};
pub use page::{Page, Paged};
pub use permission::{Access, Permission, PermissionSet, Reads, Writes};
pub use problem::{ErrorCode, FieldError, Problem};
pub use role::{ProjectRole, SystemRole};
pub use scope::{Actor, Authorized, Denied, TenantScope};
