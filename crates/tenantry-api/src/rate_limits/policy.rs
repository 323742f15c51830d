//! The three policies and their quotas.

/// Requests a minute; 0 switches a policy off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimits {
    /// Of all members of one organization together.
    pub organization: u32,
    /// Of one session or one API key.
    pub key: u32,
    /// Of one client address, IPv6 by its /64, without credentials that are valid.
    pub address: u32,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self { organization: 6_000, key: 1_200, address: 300 }
    }
}

impl RateLimits {
    pub(crate) const fn of(&self, policy: Policy) -> u32 {
        match policy {
            Policy::Organization => self.organization,
            Policy::Key => self.key,
            Policy::Address => self.address,
        }
    }
}

/// Whose requests are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Policy {
    Organization,
    Key,
    Address,
}

impl Policy {
    pub(crate) const ALL: [Self; 3] = [Self::Organization, Self::Key, Self::Address];

    /// As `RateLimit-Policy` names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Key => "key",
            Self::Address => "address",
        }
    }

    /// Who has called too often, for a person.
    pub(crate) const fn subject(self) -> &'static str {
        match self {
            Self::Organization => "This organization",
            Self::Key => "This session",
            Self::Address => "This address",
        }
    }
}
