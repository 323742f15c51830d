//! The peer `better-auth-rs`: the Rust implementation of Better Auth with its organization plugin on axum and PostgreSQL.
//! Its answers, its tables and its SQL are its own; only the bulk of the data and the credentials are made here.

mod credentials;
mod database;
mod settings;

use std::error::Error;
use std::sync::Arc;

use axum::{Router, routing::get};
use better_auth::RateLimitConfig;
use better_auth::handlers::AxumIntegration;
use better_auth::plugins::{OrganizationPlugin, SessionManagementPlugin};
use better_auth::{AuthBuilder, AuthConfig};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use settings::{Phase, Settings};

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let settings = Settings::from_environment()?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(settings.workers)
        .enable_all()
        .build()?
        .block_on(run(&settings))
}

async fn run(settings: &Settings) -> Result<(), Failure> {
    let pool = database::connect(settings).await?;
    if settings.phase != Phase::Serve {
        database::prepare(&pool, settings).await?;
        if let Some(path) = &settings.tokens {
            credentials::write(&pool, settings.credentials, path).await?;
        }
    }
    match settings.phase {
        Phase::Prepare => Ok(()),
        Phase::Serve | Phase::Both => serve(pool, settings).await,
    }
}

async fn serve(pool: PgPool, settings: &Settings) -> Result<(), Failure> {
    let router = router(pool, settings).await?;
    let listener = TcpListener::bind(("127.0.0.1", settings.port)).await?;
    let mut stop = signal(SignalKind::terminate())?;
    tokio::select! {
        ended = axum::serve(listener, router).into_future() => ended?,
        _ = stop.recv() => {}
    }
    Ok(())
}

/// Its own routes under its own base path, with the defaults but for the rate limit, which would end the measurement.
async fn router(pool: PgPool, settings: &Settings) -> Result<Router, Failure> {
    let configuration = AuthConfig::new("benchmark-only-0123456789abcdef-not-a-secret")
        .base_url(format!("http://127.0.0.1:{}", settings.port));
    let auth = AuthBuilder::new(configuration)
        .database(database::adapter(pool))
        .rate_limit(RateLimitConfig::new().enabled(false))
        .plugin(SessionManagementPlugin::new())
        .plugin(OrganizationPlugin::new())
        .build()
        .await?;
    let auth = Arc::new(auth);
    let routes = auth.clone().axum_router().with_state(auth);
    Ok(Router::new()
        .route("/healthz", get(async || r#"{"status":"ok"}"#))
        .nest("/api/auth", routes))
}
