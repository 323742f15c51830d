//! A database's schema as `pg_dump` writes it: what two states of a database are compared by.

use std::path::PathBuf;
use std::process::Command;

use tenantry_embedded::Binaries;
use tokio_postgres::config::Host;

use crate::database::TestDatabase;

impl TestDatabase {
    /// The schema, with these options of `pg_dump` beside `--schema-only`, and without the commands for psql that hold another
    /// random key each time.
    pub fn dump(&self, options: &[&str]) -> String {
        let config = self.admin_config();
        let explicit = std::env::var_os("TENANTRY_POSTGRES_BIN").map(PathBuf::from);
        let path = std::env::var_os("PATH");
        let binaries = Binaries::find(explicit.as_deref(), path.as_deref()).unwrap();
        let Host::Unix(socket_dir) = &config.get_hosts()[0] else { panic!("no socket") };
        let output = Command::new(binaries.directory.join("pg_dump"))
            .arg("--schema-only")
            .args(options)
            .args(["--port", &config.get_ports()[0].to_string()])
            .arg("--host")
            .arg(socket_dir)
            .args(["--username", config.get_user().unwrap(), self.name()])
            .env("PGPASSWORD", String::from_utf8_lossy(config.get_password().unwrap()).as_ref())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        let is_kept =
            |line: &&str| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict");
        text.lines().filter(is_kept).collect::<Vec<_>>().join("\n")
    }
}
