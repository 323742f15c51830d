//! How often an organization, a session and an address may call (RT-1). Windows are fixed and last a minute, so that
//! `RateLimit` can promise when all of the quota is back; each caller's minute begins at a second of its own. A
//! newcomer's usual surprise: the decision is always made in this process, from counts that several servers on one
//! database exchange once a second (RT-2), so a database that is away never stops or refuses anybody here.

mod headers;
mod policy;
mod share;
mod tab;
mod table;

use std::net::IpAddr;

use tenantry_core::Clock;
use uuid::Uuid;

pub(crate) use policy::Policy;
pub use policy::RateLimits;
pub(crate) use share::{forget, share};
pub(crate) use tab::Tab;

use table::{Standing, WindowTable};

/// Seconds of a window.
const WINDOW: i64 = 60;
/// How many callers of each policy are counted at a time. The memory is taken once, and never grows.
const ORGANIZATIONS: usize = 8_192;
const KEYS: usize = 16_384;
const ADDRESSES: usize = 32_768;

/// The counts of this process, and the limits they are held against.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limits: RateLimits,
    clock: Clock,
    organizations: WindowTable,
    keys: WindowTable,
    addresses: WindowTable,
}

impl RateLimiter {
    pub(crate) fn new(limits: RateLimits, clock: Clock) -> Self {
        let table =
            |policy, callers| WindowTable::new(if limits.of(policy) == 0 { 0 } else { callers });
        Self {
            limits,
            clock,
            organizations: table(Policy::Organization, ORGANIZATIONS),
            keys: table(Policy::Key, KEYS),
            addresses: table(Policy::Address, ADDRESSES),
        }
    }

    fn table(&self, policy: Policy) -> &WindowTable {
        match policy {
            Policy::Organization => &self.organizations,
            Policy::Key => &self.keys,
            Policy::Address => &self.addresses,
        }
    }

    fn now(&self) -> i64 {
        self.clock.unix_seconds()
    }

    /// Counts a request of a caller, unless its quota is used up; nothing when the policy is off.
    pub(crate) fn take(&self, policy: Policy, caller: Uuid) -> Option<Standing> {
        let quota = self.quota(policy)?;
        Some(self.table(policy).take(caller.as_u128(), self.now(), quota))
    }

    /// How a caller stands, without counting anything.
    pub(crate) fn look(&self, policy: Policy, caller: Uuid) -> Option<Standing> {
        let quota = self.quota(policy)?;
        Some(self.table(policy).look(caller.as_u128(), self.now(), quota))
    }

    fn quota(&self, policy: Policy) -> Option<u32> {
        Some(self.limits.of(policy)).filter(|quota| *quota > 0)
    }
}

/// Whom the policy of addresses counts: an IPv4 address, or the network of an IPv6 address, which is what one
/// subscriber is given.
pub(crate) fn network(address: IpAddr) -> Uuid {
    const NETWORK: u128 = !0 << 64;
    Uuid::from_u128(match address.to_canonical() {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits() & NETWORK,
    })
}

#[cfg(test)]
mod tests;
