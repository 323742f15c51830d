//! Who and what is in a demo. Everybody is called Demo, and their addresses lead nowhere (RFC 2606).

use tenantry_core::SystemRole;
use tenantry_identity::DemoPerson;

use super::{DemoError, parsed};

/// Somebody invented.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// What the person is called.
    pub name: &'static str,
    /// The address for signing in.
    pub email: &'static str,
    /// The role.
    pub role: SystemRole,
}

impl Person {
    pub(super) fn invent(&self) -> Result<DemoPerson, DemoError> {
        Ok(DemoPerson { name: parsed(self.name)?, email: parsed(self.email)?, role: self.role })
    }
}

/// An invented organization.
#[derive(Debug, Clone, Copy)]
pub struct Organization {
    /// Its name.
    pub name: &'static str,
    /// Its name in addresses.
    pub slug: &'static str,
    /// Who founds it.
    pub owner: Person,
}

const ADA: Person =
    Person { name: "Ada Demo", email: "ada@demo.example.com", role: SystemRole::Owner };

/// The people of the organization, every role among them. The first one founds it.
pub const PEOPLE: [Person; 5] = [
    ADA,
    Person { name: "Ben Demo", email: "ben@demo.example.com", role: SystemRole::Admin },
    Person { name: "Cleo Demo", email: "cleo@demo.example.com", role: SystemRole::Member },
    Person { name: "Dan Demo", email: "dan@demo.example.com", role: SystemRole::Member },
    Person { name: "Eve Demo", email: "eve@demo.example.com", role: SystemRole::Viewer },
];

/// The organization to look at.
pub const ORGANIZATION: Organization =
    Organization { name: "Demo Organization", slug: "demo", owner: ADA };

/// The organization that none of [`PEOPLE`] sees: for them it does not exist.
pub const HIDDEN: Organization = Organization {
    name: "Hidden Demo Organization",
    slug: "demo-hidden",
    owner: Person { name: "Zoe Demo", email: "zoe@demo.example.com", role: SystemRole::Owner },
};
