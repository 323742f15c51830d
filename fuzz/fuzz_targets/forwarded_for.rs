//! Whatever stands in `X-Forwarded-For`: a stranger is never believed, and what a stranger sends through a trusted proxy
//! moves nothing.
#![no_main]

use std::net::IpAddr;

use http::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use tenantry_api::origin::client;

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

fuzz_target!(|data: &[u8]| {
    let proxy = IpAddr::from([10, 0, 0, 1]);
    let stranger = IpAddr::from([203, 0, 113, 9]);
    let mut headers = HeaderMap::new();
    for line in data.split(|byte| *byte == b'\n') {
        if let Ok(value) = HeaderValue::from_bytes(line) {
            headers.append(FORWARDED, value);
        }
    }
    assert_eq!(client(stranger, &headers, &[proxy]), stranger);
    let _believed = client(proxy, &headers, &[proxy]);
    headers.append(FORWARDED, HeaderValue::from_static("203.0.113.9, 10.0.0.1"));
    assert_eq!(client(proxy, &headers, &[proxy]), stranger);
});
