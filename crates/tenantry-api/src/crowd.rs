//! Who is here, by address: no single client may take all the places. IPv6 clients are told apart by their /64, for
//! that much is given to a single household.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Visitors counted by address.
#[derive(Debug)]
pub(crate) struct Crowd {
    limit: usize,
    here: Mutex<HashMap<IpAddr, usize>>,
}

/// One visit. Dropped, it is over.
#[derive(Debug)]
pub(crate) struct Visit {
    crowd: Arc<Crowd>,
    from: IpAddr,
}

impl Crowd {
    /// Nobody yet, and at most so many of one address.
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, here: Mutex::default() })
    }

    /// One more from this address, unless there are enough.
    pub(crate) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Visit> {
        let from = source(address);
        let mut here = self.here();
        let count = here.entry(from).or_default();
        if *count >= self.limit {
            return None;
        }
        *count += 1;
        drop(here);
        Some(Visit { crowd: Arc::clone(self), from })
    }

    fn here(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.here.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let mut here = self.crowd.here();
        if let Some(count) = here.get_mut(&self.from) {
            *count -= 1;
            // An address that left is forgotten, or the map would grow with every address ever seen.
            if *count == 0 {
                here.remove(&self.from);
            }
        }
    }
}

/// What stands for a client: its IPv4 address, or the network of its IPv6 address.
fn source(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_so_many_places_and_an_ipv6_network_counts_as_one() {
        // LM-1
        let crowd = Crowd::new(2);
        let enter = |address: &str| crowd.enter(address.parse().unwrap());
        let (first, second) = (enter("192.0.2.1"), enter("::ffff:192.0.2.1"));
        assert!(first.is_some() && second.is_some() && enter("192.0.2.1").is_none());
        assert!(enter("192.0.2.2").is_some());
        let homes = [enter("2001:db8:0:1::1"), enter("2001:db8:0:1:ffff::2")];
        assert!(homes.iter().all(Option::is_some) && enter("2001:db8:0:1::3").is_none());
        assert!(enter("2001:db8:0:2::1").is_some());
        drop(first);
        assert!(enter("192.0.2.1").is_some());
        drop((second, homes));
        assert!(crowd.here().is_empty(), "whoever left is forgotten");
    }
}
