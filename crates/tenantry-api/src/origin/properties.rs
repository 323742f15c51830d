//! Whatever stands in `X-Forwarded-For`, the client's address is one that a trusted proxy vouches for (RT-4).

use std::net::IpAddr;

use http::{HeaderMap, HeaderValue};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;

use super::client;

fn headers(values: &[Vec<u8>]) -> HeaderMap {
    let values = values.iter().filter_map(|value| HeaderValue::from_bytes(value).ok());
    values.map(|value| (http::HeaderName::from_static("x-forwarded-for"), value)).collect()
}

/// Few different addresses, so that trusted ones and others stand beside each other.
fn addresses() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        (0..6_u8).prop_map(|last| IpAddr::from([10, 0, 0, last])),
        (0..6_u8).prop_map(|last| IpAddr::from([0, 0, 0, 0, 0, 0, 0, u16::from(last)])),
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 16]>().prop_map(|bytes| IpAddr::from(bytes).to_canonical()),
    ]
}

proptest! {
    #![proptest_config(Config { cases: 1_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_stranger_is_not_believed_whatever_it_sends(
        peer in addresses(), trusted in vec(addresses(), 0..4), values in vec(vec(any::<u8>(), 0..60), 0..3),
    ) {
        let address = client(peer, &headers(&values), &trusted);
        prop_assert!(address == peer || trusted.contains(&peer));
    }

    #[test]
    fn nothing_left_of_the_first_stranger_counts(
        peer in addresses(), trusted in vec(addresses(), 1..5), hops in vec(addresses(), 0..8), forged in "[ ,.:0-9a-f]{0,40}",
    ) {
        let written: Vec<String> = hops.iter().map(ToString::to_string).collect();
        let plain = client(peer, &headers(&[written.join(",").into_bytes()]), &trusted);
        let known = trusted.contains(&peer);
        let stranger = hops.iter().rev().find(|hop| !trusted.contains(hop));
        let expected = if known { stranger.or(hops.first()).copied().unwrap_or(peer) } else { peer };
        prop_assert_eq!(plain, expected);
        if stranger.is_some() {
            // Whatever the stranger put in front of its own address changes nothing.
            let longer = client(peer, &headers(&[forged.into_bytes(), written.join(" , ").into_bytes()]), &trusted);
            prop_assert_eq!(longer, expected);
        }
    }
}
