//! Where a request comes from: its id, and the client's address as far as it can be believed.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request};
use http::HeaderMap;
use tenantry_core::RequestId;
use tenantry_core::scope::Origin;

/// The origin of a request that came in over a connection.
pub(crate) fn of(request: &Request, trusted: &[IpAddr]) -> Origin {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical());
    let address = peer.map(|peer| client(peer, request.headers(), trusted));
    Origin { request: RequestId::new(), address }
}

/// The address of the client behind `peer`, who is on the other end of the connection, when the proxies of these
/// addresses are `trusted`: the right-most address of `X-Forwarded-For` that is not one of them. Everything left of
/// it was written by whoever likes (RT-4).
#[must_use]
pub fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut believed = peer;
    while let Some(hop) = hops.pop() {
        let Ok(address) = hop.parse::<IpAddr>() else { return believed };
        believed = address.to_canonical();
        if !trusted.contains(&believed) {
            return believed;
        }
    }
    believed
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        // RT-4
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let stranger: IpAddr = "203.0.113.9".parse().unwrap();
        let headers = |value: &str| {
            [("x-forwarded-for", value)]
                .into_iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect::<HeaderMap>()
        };
        let forwarded = headers("6.6.6.6, 198.51.100.7, 10.0.0.1");
        assert_eq!(client(stranger, &forwarded, &[proxy]), stranger);
        assert_eq!(client(proxy, &forwarded, &[proxy]).to_string(), "198.51.100.7");
        assert_eq!(client(proxy, &headers("garbage"), &[proxy]), proxy);
        assert_eq!(client(proxy, &HeaderMap::new(), &[proxy]), proxy);
    }
}
