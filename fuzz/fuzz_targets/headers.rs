//! Whatever stands in the headers that name a caller and an organization, through the extractors that read them.
#![no_main]

use std::sync::{Arc, LazyLock};

use axum::extract::FromRequestParts;
use http::{HeaderName, HeaderValue, Request};
use libfuzzer_sys::fuzz_target;
use tenantry_core::scope::SignedIn;
use tenantry_core::{Denied, ErrorCode, Problem, TenantScope};
use tenantry_identity::OrganizationName;
use tenantry_tower::{Decision, Gate, Gatekeeper, Knock};
use tokio::runtime::Runtime;

/// Reads all that a gate reads, believes nothing.
struct Nosy;

fn look(knock: &Knock<'_>) -> Problem {
    if let Ok(token) = knock.bearer() {
        assert!(token.is_ascii() && !token.starts_with(' '));
    }
    for name in ["x-organization-id", "x-organization"] {
        if let Ok(Some(text)) = knock.header(name) {
            let _named = OrganizationName::parse(text);
        }
    }
    Problem::new(ErrorCode::Unauthenticated, "Nobody comes in here.")
}

impl Gate for Nosy {
    fn admit<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<TenantScope, Problem>> {
        Box::pin(async move { Err(look(&knock)) })
    }

    fn recognise<'a>(&'a self, knock: Knock<'a>) -> Decision<'a, Result<SignedIn, Problem>> {
        Box::pin(async move { Err(look(&knock)) })
    }

    fn refused<'a>(&'a self, _: &'a TenantScope, _: Denied) -> Decision<'a, ()> {
        Box::pin(async {})
    }
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));
const NAMES: [HeaderName; 3] = [
    http::header::AUTHORIZATION,
    HeaderName::from_static("x-organization-id"),
    HeaderName::from_static("x-organization"),
];

fuzz_target!(|data: &[u8]| {
    let mut request = Request::new(());
    request.extensions_mut().insert(Gatekeeper(Arc::new(Nosy)));
    // Lines, each for one header in turn, so that headers also stand twice.
    for (line, name) in data.split(|byte| *byte == b'\n').zip(NAMES.iter().cycle()) {
        let value = if name == http::header::AUTHORIZATION && !line.starts_with(b"B") {
            [b"Bearer ", line].concat()
        } else {
            line.to_vec()
        };
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            request.headers_mut().append(name, value);
        }
    }
    let mut parts = request.into_parts().0;
    let refused = RUNTIME.block_on(tenantry_tower::SignedIn::from_request_parts(&mut parts, &()));
    assert!(refused.is_err());
});
