//! What people look at: the page at `/`, the reference at `/docs`, and what these two load.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use crate::health;
use crate::openapi;
use crate::pages::{self, HomeView};
use crate::service::Service;

/// The pages. They hold nothing of any organization, and so have no guard.
pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/", get(home))
        .route("/docs", get(reference))
        .route("/openapi.json", get(document))
        .route(
            "/assets/tenantry.css",
            get(|| asset("text/css; charset=utf-8", pages::stylesheet())),
        )
        .route("/assets/tenantry.svg", get(|| asset("image/svg+xml", pages::mark())))
}

async fn home(State(service): State<Service>) -> Response {
    let settings = service.settings();
    page(pages::home(&HomeView {
        version: settings.version,
        postgres_version: settings.postgres_version.clone(),
        public_url: settings.public_url.clone(),
        ready: health::is_ready(&service).await,
    }))
}

/// What is the same for everybody, made once: it takes long to make, and anybody may ask for it as often as they like.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    document: OnceLock<Bytes>,
    reference: OnceLock<Bytes>,
}

async fn reference(State(service): State<Service>) -> Response {
    let make = || pages::reference(&openapi::document(&service.settings().public_url)).into();
    page(service.prepared().reference.get_or_init(make).clone())
}

async fn document(State(service): State<Service>) -> Response {
    let prepared = &service.prepared().document;
    let bytes = match prepared.get() {
        Some(bytes) => bytes.clone(),
        None => match serde_json::to_vec(&openapi::document(&service.settings().public_url)) {
            Ok(made) => prepared.get_or_init(|| made.into()).clone(),
            Err(error) => {
                tracing::error!(%error, "the OpenAPI document cannot be written");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        },
    };
    ([(CONTENT_TYPE, "application/json")], bytes).into_response()
}

fn page(html: impl Into<Body>) -> Response {
    let mut response = axum::response::Html(html.into()).into_response();
    let policy = HeaderValue::from_static(pages::CONTENT_SECURITY_POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

async fn asset(media: &'static str, text: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, media), (CACHE_CONTROL, "public, max-age=300")];
    (headers, text).into_response()
}
