//! The registry of permissions: one unit type each, so that a handler can name what it needs.
//!
//! A permission belongs to one membership. There is deliberately no way to unite the permissions of
//! a user over several organizations.

use std::fmt;

/// Whether a permission lets its holder change anything.
pub trait Access: Send + Sync + 'static {
    /// True for [`Writes`].
    const WRITES: bool;
}

/// The access of a permission that only reads: its transactions are read only in Postgres too.
#[derive(Debug)]
pub enum Reads {}
/// The access of a permission that changes something.
#[derive(Debug)]
pub enum Writes {}

impl Access for Reads {
    const WRITES: bool = false;
}
impl Access for Writes {
    const WRITES: bool = true;
}

/// Which accesses a transaction of this access may be used for: writing covers reading.
#[diagnostic::on_unimplemented(
    message = "a transaction that only reads cannot be used for a permission that writes",
    note = "open the transaction with the writing permission instead"
)]
pub trait Covers<A: Access>: Access {}
impl Covers<Self> for Reads {}
impl Covers<Reads> for Writes {}
impl Covers<Self> for Writes {}

/// A permission as a type, for example `project::Create`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a permission",
    note = "permissions are the unit types in `tenantry_core::permission`, such as `project::Create`"
)]
pub trait Permission: fmt::Debug + Send + Sync + 'static {
    /// The name that roles list, for example `project:create`.
    const NAME: &'static str;
    /// Its place in the registry.
    const INDEX: u8;
    /// Whether it reads or writes.
    type Access: Access;
}

/// One line of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermissionInfo {
    /// `resource:action`.
    pub name: &'static str,
    /// The shorter name that some applications know it by.
    pub alias: Option<&'static str>,
    /// Whether it changes anything.
    pub writes: bool,
    /// What its holder may do, as a sentence without its subject.
    pub description: &'static str,
}

macro_rules! permissions {
    ($($module:ident { $($(#[doc = $doc:literal])+ $name:ident: $access:ident = $text:literal $(, $alias:literal)?;)+ })+) => {
        $(
            #[doc = concat!("Permissions of the resource `", stringify!($module), "`.")]
            pub mod $module {
                $(
                    $(#[doc = $doc])+
                    #[derive(Debug)]
                    pub enum $name {}
                    impl super::Permission for $name {
                        const NAME: &'static str = $text;
                        const INDEX: u8 = super::index_of($text);
                        type Access = super::$access;
                    }
                )+
            }
        )+
        /// Every permission, in the order of their bits. Append only within a release line.
        pub const REGISTRY: &[PermissionInfo] = &[$($(PermissionInfo {
            name: $text,
            alias: permissions!(@alias $($alias)?),
            writes: <$access as Access>::WRITES,
            description: concat!($($doc),+),
        }),+),+];
    };
    (@alias $alias:literal) => { Some($alias) };
    (@alias) => { None };
}

permissions! {
    organization {
        /// See the organization's name, settings and state.
        Read: Reads = "organization:read", "org:read";
        /// Change the organization's name, slug and settings.
        Update: Writes = "organization:update", "org:update";
        /// Delete the organization.
        Delete: Writes = "organization:delete", "org:delete";
        /// Change the organization's plan and billing.
        Billing: Writes = "organization:billing", "org:billing";
        /// Hand the ownership over to another member.
        Transfer: Writes = "organization:transfer";
    }
    project {
        /// Create a project.
        Create: Writes = "project:create";
        /// See projects.
        Read: Reads = "project:read";
        /// Change a project.
        Update: Writes = "project:update";
        /// Delete a project.
        Delete: Writes = "project:delete";
    }
    agent {
        /// Use the application's agents.
        Use: Writes = "agent:use";
        /// Configure the application's agents.
        Configure: Writes = "agent:configure";
    }
    content {
        /// Create content.
        Create: Writes = "content:create";
        /// See content.
        Read: Reads = "content:read";
        /// Change content.
        Update: Writes = "content:update";
        /// Delete content.
        Delete: Writes = "content:delete";
        /// Publish content.
        Publish: Writes = "content:publish";
    }
    member {
        /// See who is a member.
        Read: Reads = "member:read";
        /// Invite people.
        Invite: Writes = "member:invite";
        /// Change a member's role.
        Update: Writes = "member:update";
        /// Remove a member.
        Remove: Writes = "member:remove";
        /// Leave the organization.
        Leave: Writes = "member:leave";
    }
    client {
        /// Create a client.
        Create: Writes = "client:create";
        /// See clients.
        Read: Reads = "client:read";
        /// Change a client.
        Update: Writes = "client:update";
        /// Delete a client.
        Delete: Writes = "client:delete";
    }
    project_member {
        /// Choose the members of a project that one manages; owners and admins, of every project.
        Update: Writes = "project_member:update";
    }
    audit {
        /// See the audit log.
        Read: Reads = "audit:read";
        /// Export the audit log.
        Export: Reads = "audit:export";
    }
    usage {
        /// See usage and limits.
        Read: Reads = "usage:read";
    }
}

/// Text comparison that also runs while compiling.
const fn same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[expect(clippy::panic, reason = "runs while compiling: an unknown name is a build error")]
#[expect(clippy::cast_possible_truncation, reason = "the registry has fewer than 64 entries")]
const fn index_of(name: &str) -> u8 {
    let mut index = 0;
    while index < REGISTRY.len() {
        if same(REGISTRY[index].name, name) {
            return index as u8;
        }
        index += 1;
    }
    panic!("a permission that is not in the registry")
}

/// A set of permissions: what one membership may do.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// The permissions of these names.
    ///
    /// # Panics
    /// While compiling, when a name is not in the registry.
    #[must_use]
    pub const fn of(names: &[&str]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < names.len() {
            bits |= 1 << index_of(names[index]);
            index += 1;
        }
        Self(bits)
    }

    /// Every permission there is.
    #[must_use]
    pub const fn all() -> Self {
        Self((1 << REGISTRY.len()) - 1)
    }

    /// These without those.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// These and those.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `P` is among them.
    #[must_use]
    pub fn contains<P: Permission>(self) -> bool {
        self.0 & (1 << P::INDEX) != 0
    }

    /// Whether the permission of this name, or alias, is among them. Unknown names are not.
    #[must_use]
    pub fn contains_name(self, name: &str) -> bool {
        self.infos().any(|info| info.name == name || info.alias == Some(name))
    }

    /// The lines of the registry that are in the set, in the registry's order.
    pub fn infos(self) -> impl Iterator<Item = &'static PermissionInfo> {
        REGISTRY
            .iter()
            .enumerate()
            .filter(move |(index, _)| self.0 & (1 << index) != 0)
            .map(|(_, info)| info)
    }

    /// Their names, in the registry's order.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        self.infos().map(|info| info.name).collect()
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.names()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_are_unique_and_well_formed() {
        let mut names: Vec<&str> =
            REGISTRY.iter().flat_map(|info| std::iter::once(info.name).chain(info.alias)).collect();
        let count = names.len();
        for name in &names {
            let (resource, action) = name.split_once(':').unwrap();
            assert!(!resource.is_empty() && !action.is_empty());
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
        assert!(REGISTRY.len() < 64);
    }

    #[test]
    fn an_alias_means_the_same_and_an_unknown_name_means_nothing() {
        let set = PermissionSet::of(&["organization:read"]);
        assert!(set.contains_name("org:read") && set.contains::<organization::Read>());
        assert!(
            !set.contains_name("org:reads")
                && !set.contains_name("")
                && !set.contains::<organization::Update>()
        );
        assert!(!PermissionSet::default().contains_name("org:read"));
    }
}
