//! The operations of the OpenAPI document, as the tests walk over them.

use http::Method;
use serde_json::Value;
use tenantry_core::permission::REGISTRY;

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// `project_create`
    pub(crate) id: String,
    /// Its method.
    pub(crate) method: Method,
    /// Its path, with `{organization}` and `{project}` in it.
    pub(crate) path: String,
    /// What the document says of it.
    pub(crate) document: Value,
}

impl Operation {
    /// The permission it needs.
    pub(crate) fn permission(&self) -> Option<&str> {
        self.document["x-tenantry-permission"].as_str()
    }

    /// Whether anybody may call it.
    pub(crate) fn is_public(&self) -> bool {
        self.document["x-tenantry-public"] == true
    }

    /// Whether it needs somebody who is signed in, in whatever organization.
    pub(crate) fn needs_sign_in_only(&self) -> bool {
        self.document["x-tenantry-signed-in"] == true
    }

    /// Whether it changes anything: what needs a permission that only reads does not, whatever its method.
    pub(crate) fn writes(&self) -> bool {
        let reads = |name: &str| REGISTRY.iter().any(|info| info.name == name && !info.writes);
        self.method != Method::GET && !self.permission().is_some_and(reads)
    }

    /// The statuses that the document lists.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        let responses = self.document["responses"].as_object().unwrap();
        responses.keys().map(|status| status.parse().unwrap()).collect()
    }
}

/// The document of the server in the tests.
pub(crate) fn document() -> Value {
    tenantry_api::openapi::document("http://127.0.0.1:8000")
}

/// Every operation, in the document's order.
pub(crate) fn all() -> Vec<Operation> {
    let document = document();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(id) = operation["operationId"].as_str() else { continue };
            all.push(Operation {
                id: id.to_owned(),
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                document: operation.clone(),
            });
        }
    }
    all
}
