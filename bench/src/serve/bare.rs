//! What one writes by hand when nobody thinks of tenants: axum, tokio-postgres, prepared statements, and an id from the
//! request. No log, no limits, no headers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

use super::document::Document;
use super::statements::text;

/// A connection and its statements.
struct Connection {
    client: Client,
    list: Statement,
}

struct Bare {
    connections: Vec<Connection>,
    next: AtomicUsize,
}

impl Bare {
    /// The driver may send several statements down one connection, so nobody waits for a free one.
    fn connection(&self) -> &Connection {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        &self.connections[next % self.connections.len()]
    }
}

/// The routes on so many connections.
pub(super) async fn router(address: &str, connections: usize) -> Result<Router> {
    let address = format!("{address} user=bench_bare password=bench_bare");
    let mut bare = Bare { connections: Vec::new(), next: AtomicUsize::new(0) };
    for _ in 0..connections {
        let client = crate::cluster::connect(&address).await?;
        let list = client.prepare(text::LIST).await?;
        bare.connections.push(Connection { client, list });
    }
    let router =
        Router::new().route("/readyz", get(async || "ready")).route("/bench/documents", get(list));
    Ok(router.with_state(Arc::new(bare)))
}

async fn list(
    State(bare): State<Arc<Bare>>,
    headers: HeaderMap,
) -> Result<Json<Vec<Document>>, Fault> {
    let value = headers.get("x-bench-organization").and_then(|value| value.to_str().ok());
    let organization: Uuid = value.and_then(|value| value.parse().ok()).ok_or(Fault::Request)?;
    let connection = bare.connection();
    let rows = connection.client.query(&connection.list, &[&organization]).await?;
    Ok(Json(rows.iter().map(Document::of_driver).collect::<Result<_, _>>()?))
}

/// What can go wrong.
#[derive(Debug)]
enum Fault {
    Request,
    Database(tokio_postgres::Error),
}

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> axum::response::Response {
        match self {
            Self::Request => StatusCode::BAD_REQUEST.into_response(),
            Self::Database(error) => {
                tracing::error!(%error, "the database");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
