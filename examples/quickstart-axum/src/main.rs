//! An application's own table beside the control plane: `cargo run -p quickstart-axum`, sign up as in the README, use
//! `/api/notes`. No handler compares organizations: its first argument admits, the door binds `$1`, Postgres filters.
use axum::{Router, extract::State};
use tenantry_api::{Created, Failure, Json, Service, ServiceSettings, Shown, serve};
use tenantry_core::context::{ContextKey, ContextKeys};
use tenantry_core::secret::{MasterSecret, Purpose};
use tenantry_core::{Clock, permission::content};
use tenantry_db::migrate::{Component, Migration, Migrator};
use tenantry_db::{Config, Database, DbError, Event, Statement, Target, Tenant, preflight};
use tenantry_embedded::{Cluster, Options};
use tenantry_identity::{Identity, IdentitySettings};
use tenantry_store::migrations::control_plane;
use tenantry_tower::{Authorized, route};

const UP: &str = "create table notes (organization_id uuid not null, id uuid default gen_random_uuid(), \
                  body text not null, primary key (organization_id, id)); select tenantry.protect('notes')";
const INSERT: Statement<Tenant> =
    Statement::new("INSERT", "insert into notes (organization_id, body) values ($1, $2)");
const LIST: Statement<Tenant> =
    Statement::new("LIST", "select body from notes where organization_id = $1 order by id limit 9");

#[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
struct Note {
    body: String,
}

async fn list(
    caller: Authorized<content::Read>,
    State(service): State<Service>,
) -> Result<Shown<Vec<Note>>, Failure> {
    let rows = service.database().tenant(&caller).await?.query(&LIST, &[]).await?;
    let notes = rows.iter().map(|row| row.try_get(0).map(|body| Note { body }));
    Ok(Shown(notes.collect::<Result<_, _>>().map_err(DbError::Row)?))
}

async fn create(
    caller: Authorized<content::Create>,
    State(service): State<Service>,
    Json(note): Json<Note>,
) -> Result<Created<Note>, Failure> {
    let mut tx = service.database().tenant(&caller).await?;
    tx.query(&INSERT, &[&note.body]).await?;
    Ok(Created(tx.commit(Event::new("note.created", caller.organization()), note).await?))
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for a terminal")]
async fn main() -> anyhow::Result<()> {
    let cluster =
        Cluster::start(&Options { data_dir: ".quickstart".into(), ..Options::default() })?;
    let (mut config, tasks) = (Config::new(), tokio_util::task::TaskTracker::new());
    config.host_path(cluster.socket_dir()).port(cluster.port()).dbname("postgres");
    let target = Target { config: config.clone(), is_behind_pooler: false, connections: 4 };
    config.user(cluster.superuser()).password(cluster.password());
    // An example may show its secret. Yours comes from a file or a secret store: it is the key to everything.
    let secret = MasterSecret::parse("published-in-this-file-7f3a9c51e8d24b06")?;
    let keys = ContextKeys::new(ContextKey::new(secret.derive(Purpose::Context)));
    let down = "drop table notes".into();
    let notes = Migration { version: 1, name: "create_notes", up: UP.into(), down };
    let parts = vec![control_plane(), Component { name: "quickstart", migrations: vec![notes] }];
    let mut migrator = Migrator::connect(&config, parts, &tasks).await?;
    migrator.up().await?;
    migrator.install_secrets(&secret, &keys).await?;
    let database = Database::new(&target, &secret, Clock::system(), &tasks)?;
    let report = preflight::run(&database, &keys).await?;
    anyhow::ensure!(report.findings.is_empty(), "not safe to serve: {:?}", report.findings);
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8000".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("{url}/api/notes");
    let settings = IdentitySettings { issuer: url.clone(), ..IdentitySettings::default() };
    let people = Identity::open(database.clone(), &secret, keys, settings, Clock::system()).await?;
    let service = Service::new(people, database, ServiceSettings::new(url, report.version));
    let notes = route::get("note_list", "List notes", list);
    let notes = notes.merge(route::post("note_create", "Write a note", create));
    let router = service.router_with(Router::new().route("/api/notes", notes.into()));
    serve(listener, router, &tasks, async { drop(tokio::signal::ctrl_c().await) }).await;
    Ok(cluster.stop()?)
}
