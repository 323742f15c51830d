//! One constant answer of axum. Nothing of ours is in it, so when its cost changes between two rounds, the machine has
//! changed and not the code.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

/// The routes.
pub(super) fn router() -> Router {
    let hello = async || ([(CONTENT_TYPE, "application/json")], r#"{"hello":"world"}"#);
    Router::new().route("/hello", get(hello)).route("/readyz", get(async || "ready"))
}
