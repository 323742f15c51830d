//! What people look at: the page at `/`, the reference at `/docs`, and what these two load.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::HeaderValue;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};

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

async fn reference(State(service): State<Service>) -> Response {
    page(pages::reference(&openapi::document(&service.settings().public_url)))
}

async fn document(State(service): State<Service>) -> Response {
    axum::Json(openapi::document(&service.settings().public_url)).into_response()
}

fn page(html: String) -> Response {
    let mut response = axum::response::Html(html).into_response();
    let policy = HeaderValue::from_static(pages::CONTENT_SECURITY_POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

async fn asset(media: &'static str, text: &'static str) -> Response {
    let headers = [(CONTENT_TYPE, media), (CACHE_CONTROL, "public, max-age=300")];
    (headers, text).into_response()
}
