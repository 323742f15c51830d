//! A schema as text, as `pg_dump` sees it: what two databases are compared by.

use std::path::PathBuf;
use std::process::Command;

use tenantry_embedded::Binaries;
use tenantry_testkit::TestDatabase;
use tokio_postgres::config::Host;

/// Lines of a dump that say nothing of the schema.
const NOISE: [&str; 5] =
    ["--", "SET ", "SELECT pg_catalog.set_config", "\\restrict", "\\unrestrict"];

/// The schema without its history of migrations.
#[expect(
    clippy::disallowed_methods,
    reason = "the place of the PostgreSQL binaries is the machine's"
)]
pub(crate) fn schema(database: &TestDatabase) -> String {
    let config = database.admin_config();
    let explicit = std::env::var_os("TENANTRY_POSTGRES_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH");
    let binaries = Binaries::find(explicit.as_deref(), path.as_deref()).unwrap();
    let Host::Unix(socket_dir) = &config.get_hosts()[0] else { panic!("no socket") };
    let output = Command::new(binaries.directory.join("pg_dump"))
        .args(["--schema-only", "--exclude-schema=tenantry_history", "--port"])
        .arg(config.get_ports()[0].to_string())
        .arg("--host")
        .arg(socket_dir)
        .args(["--username", config.get_user().unwrap(), database.name()])
        .env("PGPASSWORD", String::from_utf8_lossy(config.get_password().unwrap()).as_ref())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut kept: Vec<&str> =
        text.lines().filter(|line| !NOISE.iter().any(|noise| line.starts_with(noise))).collect();
    kept.dedup_by(|next, before| next.is_empty() && before.is_empty());
    format!("{}\n", kept.join("\n").trim())
}
