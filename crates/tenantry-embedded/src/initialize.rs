//! Creates a cluster with `initdb`. The cluster is made under another name and renamed when it is complete and on
//! disk, so a first start that is killed half-way can never leave something that looks like a cluster.

use std::io::ErrorKind;
use std::path::Path;

use crate::account::Account;
use crate::binaries::Binaries;
use crate::command;
use crate::data_directory::{DataDirectory, PASSWORD, private_directory};
use crate::error::EmbeddedError;
use crate::failure;
use crate::password::{self, PasswordFile};

/// The cluster's superuser.
pub(crate) const SUPERUSER: &str = "tenantry_superuser";

/// Character classes of Unicode (so that `lower('É')` is `é`) with an order that never changes between machines.
/// PostgreSQL 17 brings its own; older ones use the C library's where there is one.
const UNICODE_BUILT_IN: &[&str] = &["--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
const UNICODE_OF_THE_SYSTEM: &[&str] = &["--locale=C", "--lc-ctype=C.UTF-8"];
const PLAIN: &[&str] = &["--no-locale"];

/// What keeps `initdb` from syncing where [`sync`] does.
const SYNC_LATER: &[&str] = if cfg!(target_os = "linux") { &["--no-sync"] } else { &[] };

/// The major version of the cluster that is there, or nothing when none is.
pub(crate) fn existing_major(cluster: &Path) -> Result<Option<u32>, EmbeddedError> {
    let not_a_cluster = || EmbeddedError::NotACluster { directory: cluster.to_path_buf() };
    let file = cluster.join("PG_VERSION");
    match std::fs::read_to_string(&file) {
        Ok(text) => text.trim().parse().map(Some).map_err(|_| not_a_cluster()),
        Err(error) if error.kind() == ErrorKind::NotFound && !cluster.exists() => Ok(None),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(not_a_cluster()),
        Err(error) => Err(failure::of_io("read", &file, error)),
    }
}

/// Creates the cluster and saves its superuser's password.
pub(crate) fn create(
    directory: &DataDirectory,
    binaries: &Binaries,
    account: &Account,
) -> Result<(), EmbeddedError> {
    let password = password::random()?;
    let unfinished = directory.unfinished_cluster()?;
    private_directory(&unfinished, account)?;
    let created = fill(directory, &unfinished, binaries, account, &password)
        // The password first: a cluster without one could not be entered, a password without a cluster harms nobody.
        .and_then(|()| sync(&unfinished))
        .and_then(|()| directory.write(PASSWORD, &format!("{password}\n"), 0o600))
        .and_then(|_| {
            std::fs::rename(&unfinished, directory.cluster())
                .map_err(|error| failure::of_io("rename", &unfinished, error))
        })
        .and_then(|()| directory.sync());
    if created.is_err() {
        // The failure itself is what matters; what is left is removed by the next start at the latest.
        if let Err(error) = std::fs::remove_dir_all(&unfinished) {
            tracing::debug!(path = %unfinished.display(), %error, "left an unfinished cluster");
        }
    }
    created
}

/// Runs `initdb`, with the best locale that it takes.
fn fill(
    directory: &DataDirectory,
    unfinished: &Path,
    binaries: &Binaries,
    account: &Account,
    password: &str,
) -> Result<(), EmbeddedError> {
    let password_file = PasswordFile::create(directory.path(), account, password)?;
    let run = |locale| initdb(unfinished, binaries, account, &password_file, locale);
    if binaries.version.major >= 17 {
        return run(UNICODE_BUILT_IN);
    }
    match run(UNICODE_OF_THE_SYSTEM) {
        Err(EmbeddedError::InitializationFailed { output })
            if output.contains("invalid locale name") =>
        {
            tracing::warn!("the system has no C.UTF-8 locale; upper and lower case are ASCII only");
            run(PLAIN)
        }
        finished => finished,
    }
}

/// Writes the new cluster to disk. One call for the whole file system took a fifth of the time of `initdb`'s
/// own thousand calls, and it is the only moment when that much is new.
#[cfg(target_os = "linux")]
fn sync(unfinished: &Path) -> Result<(), EmbeddedError> {
    let of_io = |error| failure::of_io("sync", unfinished, error);
    let directory = std::fs::File::open(unfinished).map_err(of_io)?;
    nix::unistd::syncfs(directory).map_err(|errno| of_io(errno.into()))
}

/// Elsewhere `initdb` has done it.
#[cfg(not(target_os = "linux"))]
fn sync(_unfinished: &Path) -> Result<(), EmbeddedError> {
    Ok(())
}

fn initdb(
    unfinished: &Path,
    binaries: &Binaries,
    account: &Account,
    password: &PasswordFile,
    locale: &[&str],
) -> Result<(), EmbeddedError> {
    let program = binaries.program("initdb");
    let output = command::as_account(&program, account, "KILL")
        .args(["--data-checksums", "--auth=scram-sha-256", "--encoding=UTF8"])
        .args(["--no-instructions"].iter().chain(SYNC_LATER))
        .args(locale)
        .arg(format!("--username={SUPERUSER}"))
        .arg("--pwfile")
        .arg(password.path())
        .arg("--pgdata")
        .arg(unfinished)
        .current_dir("/")
        .output()
        .map_err(|error| EmbeddedError::Spawn { program, error })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    // The unfinished directory will be gone when somebody reads this; the one that holds it will not.
    Err(failure::of_initialization(unfinished.parent().unwrap_or(unfinished), said))
}
