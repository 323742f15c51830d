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
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, Statement};
use uuid::Uuid;

use super::document::Document;
use super::statements::{KEY_TEXT, text};

/// A connection and its statements.
struct Connection {
    client: Client,
    list: Statement,
    key: Statement,
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
        let key = client.prepare(KEY_TEXT).await?;
        bare.connections.push(Connection { client, list, key });
    }
    let router = Router::new()
        .route("/readyz", get(async || "ready"))
        .route("/bench/documents", get(list))
        .route("/bench/key", get(key));
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

#[derive(Debug, Serialize)]
struct Owner {
    organization: Uuid,
    user: Uuid,
}

async fn key(State(bare): State<Arc<Bare>>, headers: HeaderMap) -> Result<Json<Owner>, Fault> {
    let shown = headers.get("x-bench-key").ok_or(Fault::Request)?;
    let hash = Sha256::digest(shown);
    let connection = bare.connection();
    let row = connection.client.query_opt(&connection.key, &[&hash.as_slice()]).await?;
    let row = row.ok_or(Fault::Request)?;
    Ok(Json(Owner { organization: row.try_get(0)?, user: row.try_get(1)? }))
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
