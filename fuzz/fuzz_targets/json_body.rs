//! Whatever is sent as a body: it is read as JSON or refused with 4xx, and never nested deeper than is allowed.
#![no_main]

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::FromRequest;
use http::Request;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tenantry_api::Json;
use tenantry_core::name::{Description, DisplayName, Email, Slug};
use tenantry_core::{OrganizationId, SystemRole};
use tokio::runtime::Runtime;

/// A body with a field of each kind.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape matters")]
struct Sample {
    name: DisplayName,
    #[serde(default)]
    slug: Option<Slug>,
    #[serde(default)]
    email: Option<Email>,
    #[serde(default)]
    description: Option<Description>,
    #[serde(default)]
    organization_id: Option<OrganizationId>,
    #[serde(default)]
    role: Option<SystemRole>,
    #[serde(default)]
    more: Vec<Value>,
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_current_thread().build().expect("a runtime"));

fn read<T: serde::de::DeserializeOwned>(data: &[u8]) -> Option<T> {
    let request = Request::post("/")
        .header("content-type", "application/json")
        .body(Body::from(data.to_vec()))
        .expect("a request");
    match RUNTIME.block_on(Json::<T>::from_request(request, &())) {
        Ok(Json(value)) => Some(value),
        Err(refusal) => {
            assert!(matches!(refusal.0.code.status(), 400 | 413 | 422), "{refusal:?}");
            None
        }
    }
}

fn depth(value: &Value) -> usize {
    let children: Vec<&Value> = match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => return 0,
    };
    1 + children.into_iter().map(depth).max().unwrap_or(0)
}

fuzz_target!(|data: &[u8]| {
    let _sample: Option<Sample> = read(data);
    let value: Option<Value> = read(data);
    if let Some(value) = &value {
        assert!(depth(value) <= 32);
        assert!(serde_json::from_slice::<Value>(data).is_ok());
    }
});
