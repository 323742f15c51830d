//! A schema as `pg_dump` writes it: what must be as it was after an operation was taken back.

use std::path::PathBuf;
use std::process::Command;

use tenantry_embedded::Binaries;
use tenantry_testkit::TestDatabase;
use tokio_postgres::config::Host;

/// The whole schema, without what changes from one run of `pg_dump` to the next.
#[expect(
    clippy::disallowed_methods,
    reason = "the place of the PostgreSQL binaries is the machine's"
)]
pub(crate) fn dump(database: &TestDatabase) -> String {
    let config = database.admin_config();
    let explicit = std::env::var_os("TENANTRY_POSTGRES_BIN").map(PathBuf::from);
    let path = std::env::var_os("PATH");
    let binaries = Binaries::find(explicit.as_deref(), path.as_deref()).unwrap();
    let Host::Unix(socket_dir) = &config.get_hosts()[0] else { panic!("no socket") };
    let output = Command::new(binaries.directory.join("pg_dump"))
        .args(["--schema-only", "--port"])
        .arg(config.get_ports()[0].to_string())
        .arg("--host")
        .arg(socket_dir)
        .args(["--username", config.get_user().unwrap(), database.name()])
        .env("PGPASSWORD", String::from_utf8_lossy(config.get_password().unwrap()).as_ref())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let changes = |line: &&str| line.starts_with("\\restrict") || line.starts_with("\\unrestrict");
    text.lines().filter(|line| !changes(line)).collect::<Vec<_>>().join("\n")
}
