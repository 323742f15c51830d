//! Encrypted connections to a PostgreSQL that takes no others, with a certificate for `localhost` by an authority of
//! the test.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use tenantry_core::Clock;
use tenantry_db::{Config, Database, DbError, Health, Target, bootstrap};
use tenantry_testkit::{TEMPLATE, TestCluster, secret};
use tokio_util::task::TaskTracker;

/// A server on a port of this machine. Dropped, it is gone.
#[derive(Debug)]
struct Server {
    postgres: Child,
    port: u16,
    password: String,
    directory: TempDir,
}

impl Server {
    /// Starts a migrated cluster with other settings than its own: on TCP, with or without encryption.
    fn start(is_encrypted: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (cluster, _) = TestCluster::start(directory.path());
        let (binaries, password) = (cluster.binaries().to_owned(), cluster.password().to_owned());
        cluster.stop().unwrap();
        let data = directory.path().join("cluster/postgres");
        let owner = std::fs::metadata(&data).unwrap();
        let place = |name: &str, text: &str| {
            let path = directory.path().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
            path
        };
        certify(&place);
        let kind = if is_encrypted { "hostssl" } else { "host" };
        let access = place("hba.conf", &format!("{kind} all all 127.0.0.1/32 scram-sha-256\n"));
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = Command::new(binaries.join("postgres"));
        command.current_dir("/").arg("-D").arg(&data).stdout(Stdio::null()).stderr(Stdio::null());
        for setting in [
            format!("hba_file={}", access.display()),
            format!("ssl={}", if is_encrypted { "on" } else { "off" }),
            format!("ssl_cert_file={}", directory.path().join("server.pem").display()),
            format!("ssl_key_file={}", directory.path().join("server.key").display()),
            "listen_addresses=127.0.0.1".to_owned(),
            "unix_socket_directories=".to_owned(),
            format!("port={port}"),
        ] {
            command.arg("-c").arg(setting);
        }
        if owner.uid() != std::fs::metadata("/proc/self").unwrap().uid() {
            command.gid(owner.gid()).uid(owner.uid());
        }
        let postgres = command.spawn().unwrap();
        // The last line of its lock file says when it takes connections.
        let lock = data.join("postmaster.pid");
        while !std::fs::read_to_string(&lock).is_ok_and(|text| text.contains("ready")) {
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { postgres, port, password, directory }
    }

    /// Where an administrator gets in, with the encryption that `mode` says.
    fn address(&self, host: &str, mode: &str) -> Config {
        let (port, password) = (self.port, &self.password);
        let mode = mode
            .replace("OURS", &self.file("authority.pem"))
            .replace("STRANGERS", &self.file("stranger.pem"));
        let address =
            format!("postgres://tenantry_superuser:{password}@{host}:{port}/{TEMPLATE}?{mode}");
        address.parse().unwrap()
    }

    fn file(&self, name: &str) -> String {
        self.directory.path().join(name).to_string_lossy().into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = self.postgres.id().to_string();
        // A fast stop; the process is waited for, so that its directory can be removed.
        let told = Command::new("kill").arg("-INT").arg(pid).status();
        if !told.is_ok_and(|status| status.success()) {
            drop(self.postgres.kill());
        }
        drop(self.postgres.wait());
    }
}

/// An authority, a certificate for `localhost` by it, and an authority that has nothing to do with them.
fn certify(place: &dyn Fn(&str, &str) -> PathBuf) {
    let authority = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = parameters.self_signed(&key).unwrap();
        (certificate.pem(), Issuer::new(parameters, key))
    };
    let (ours, issuer) = authority("ours");
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = parameters.signed_by(&key, &issuer).unwrap();
    for (name, text) in [
        ("authority.pem", ours),
        ("stranger.pem", authority("a stranger").0),
        ("server.pem", certificate.pem()),
        ("server.key", key.serialize_pem()),
    ] {
        assert!(Path::is_absolute(&place(name, &text)));
    }
}

/// What is verified is what the mode says, and nothing falls back to what was not asked for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sslmode_believes_what_it_says() {
    let server = tokio::task::spawn_blocking(|| Server::start(true)).await.unwrap();
    for (host, mode, is_good) in [
        ("localhost", "sslmode=disable", false),
        ("localhost", "sslmode=prefer", true),
        ("localhost", "connect_timeout=5", true),
        ("localhost", "sslmode=require", true),
        ("localhost", "sslmode=require&sslrootcert=OURS", true),
        ("localhost", "sslmode=require&sslrootcert=STRANGERS", false),
        ("localhost", "sslmode=verify-ca&sslrootcert=OURS", true),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=OURS", true),
        ("localhost", "sslmode=verify-ca&sslrootcert=STRANGERS", false),
        ("localhost", "sslmode=verify-full&sslrootcert=OURS", true),
        // The certificate is for the name and not for the number.
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=OURS", false),
        ("localhost", "sslmode=verify-full&sslrootcert=STRANGERS", false),
    ] {
        let seen = bootstrap::measure(&server.address(host, mode), &Clock::system()).await;
        assert_eq!(seen.is_ok(), is_good, "{host} {mode}: {seen:?}");
    }
}

/// The doors go through it, with the logins whose passwords are derived.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doors_are_encrypted_like_the_administrator() {
    let server = tokio::task::spawn_blocking(|| Server::start(true)).await.unwrap();
    let tasks = TaskTracker::new();
    for (mode, health) in [
        ("sslmode=verify-full&sslrootcert=OURS", Health::Well),
        ("sslmode=verify-full&sslrootcert=STRANGERS", Health::Away),
    ] {
        let config = server.address("localhost", mode);
        let target = Target { config, is_behind_pooler: false, connections: 2 };
        let database = Database::new(&target, &secret(), Clock::system(), &tasks).unwrap();
        assert_eq!(database.health().await, health);
        database.close();
    }
}

/// `require` never goes on without encryption; `prefer` does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_encryption_is_refused_by_whoever_requires_it() {
    let server = tokio::task::spawn_blocking(|| Server::start(false)).await.unwrap();
    for (mode, is_good) in [
        ("sslmode=disable", true),
        ("sslmode=prefer", true),
        ("sslmode=require", false),
        ("sslmode=verify-ca&sslrootcert=OURS", false),
        ("sslmode=verify-full&sslrootcert=OURS", false),
    ] {
        let seen = bootstrap::measure(&server.address("localhost", mode), &Clock::system()).await;
        assert_eq!(seen.is_ok(), is_good, "{mode}: {seen:?}");
        if let Err(error) = seen {
            assert!(matches!(error, DbError::Encryption(_)), "{error:?}");
        }
    }
}
