//! The layout of a data directory: where each file of the cluster is, and how the directory itself is made. Only
//! `postgres/` and `run/` belong to the account that runs the database; everything else stays ours, so that a
//! captured database cannot rewrite who may connect to it.

use std::fs::{DirBuilder, DirEntry, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;

use crate::account::Account;
use crate::error::EmbeddedError;
use crate::failure;
use crate::password::random_hexadecimal;

/// A data directory, by its canonical path.
#[derive(Debug, Clone)]
pub(crate) struct DataDirectory {
    path: PathBuf,
}

impl DataDirectory {
    /// Creates the directory when it is absent, closed to everybody else.
    pub(crate) fn open(path: &Path) -> Result<Self, EmbeddedError> {
        let is_new = !path.exists();
        if is_new {
            let of_io = |error| failure::of_io("create", path, error);
            // What lies above is made as any program makes it: the database's account must pass through.
            if let Some(above) = path.parent() {
                std::fs::create_dir_all(above).map_err(of_io)?;
            }
            DirBuilder::new().mode(0o700).create(path).map_err(of_io)?;
        }
        let canonical = path.canonicalize().map_err(|error| failure::of_io("open", path, error))?;
        let directory = Self { path: canonical };
        if is_new {
            // The directory usually lies in a project: its password and data must not be committed by mistake.
            directory.write(".gitignore", "*\n", 0o600)?;
        }
        Ok(directory)
    }

    /// Lets the database's account pass through (not list) when it is not ours.
    pub(crate) fn open_passage(&self, account: &Account) -> Result<(), EmbeddedError> {
        let of_io = |error| failure::of_io("open the passage through", &self.path, error);
        if account.switch_to().is_none() {
            return Ok(());
        }
        let metadata = std::fs::metadata(&self.path).map_err(of_io)?;
        if metadata.uid() != geteuid().as_raw() || metadata.mode() & 0o011 == 0o011 {
            return Ok(());
        }
        let passable = Permissions::from_mode((metadata.mode() & 0o7777) | 0o011);
        std::fs::set_permissions(&self.path, passable).map_err(of_io)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The cluster itself, PostgreSQL's own data directory.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.path.join("postgres")
    }

    /// A name for a cluster that is being created. No two tries share one: a first try that was killed may
    /// have left a process that still writes there.
    pub(crate) fn unfinished_cluster(&self) -> Result<PathBuf, EmbeddedError> {
        Ok(self.path.join(format!("{UNFINISHED}-{}", random_hexadecimal::<8>()?)))
    }

    /// What starts that were killed left half-made.
    pub(crate) fn unfinished(&self) -> Result<Vec<PathBuf>, EmbeddedError> {
        let entries =
            self.path.read_dir().map_err(|error| failure::of_io("list", &self.path, error))?;
        let is_unfinished = |entry: &DirEntry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with(UNFINISHED)
                || UNFINISHED_FILES.iter().any(|prefix| name.starts_with(prefix))
        };
        Ok(entries.filter_map(Result::ok).filter(is_unfinished).map(|entry| entry.path()).collect())
    }

    pub(crate) fn run(&self) -> PathBuf {
        self.path.join("run")
    }

    pub(crate) fn password(&self) -> PathBuf {
        self.path.join(PASSWORD)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.path.join("postgres.log")
    }

    pub(crate) fn lock(&self) -> PathBuf {
        self.path.join("lock")
    }

    /// Writes a file whole: nobody ever sees half of it, also after a power failure (once [`Self::sync`] has
    /// run), and a link in its place is replaced, not followed.
    pub(crate) fn write(
        &self,
        name: &str,
        text: &str,
        mode: u32,
    ) -> Result<PathBuf, EmbeddedError> {
        let path = self.path.join(name);
        let temporary = self.path.join(format!("{name}.new-{}", random_hexadecimal::<8>()?));
        std::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&temporary)
            .and_then(|mut file| {
                // The umask may have taken away more than we want.
                file.set_permissions(Permissions::from_mode(mode))?;
                file.write_all(text.as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| std::fs::rename(&temporary, &path))
            .map_err(|error| failure::of_io("write", &path, error))?;
        Ok(path)
    }

    /// Makes renames and new names in the directory survive a power failure.
    pub(crate) fn sync(&self) -> Result<(), EmbeddedError> {
        std::fs::File::open(&self.path)
            .and_then(|directory| directory.sync_all())
            .map_err(|error| failure::of_io("sync", &self.path, error))
    }
}

/// The name of the file that keeps the superuser's password.
pub(crate) const PASSWORD: &str = "superuser.password";

/// What the names of files begin with that a killed start may leave half-written.
const UNFINISHED_FILES: [&str; 4] =
    ["initdb.password-", "superuser.password.new-", "postgresql.conf.new-", "pg_hba.conf.new-"];

/// What the name of a cluster begins with while it is not complete.
const UNFINISHED: &str = "postgres.new";

/// Creates a directory that only `account` may enter, or checks that the one in its place is exactly that.
/// Following a link is never right here: whoever made it could point the database anywhere.
pub(crate) fn private_directory(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            require_private(path, account)?;
        }
        Err(error) => return Err(failure::of_io("create", path, error)),
    }
    let Some((user, group)) = account.switch_to() else { return Ok(()) };
    std::os::unix::fs::lchown(path, Some(user), Some(group))
        .map_err(|error| failure::of_io("hand over", path, error))
}

fn require_private(path: &Path, account: &Account) -> Result<(), EmbeddedError> {
    let metadata =
        std::fs::symlink_metadata(path).map_err(|error| failure::of_io("look at", path, error))?;
    let unsafe_because = |reason: &str| {
        Err(EmbeddedError::SocketDirectoryUnsafe {
            directory: path.to_path_buf(),
            reason: reason.to_owned(),
        })
    };
    if !metadata.is_dir() {
        unsafe_because("it is not a directory")
    } else if ![geteuid().as_raw(), account.user].contains(&metadata.uid()) {
        unsafe_because("it belongs to another account")
    } else if metadata.mode() & 0o077 != 0 {
        unsafe_because("it is open to other accounts")
    } else {
        Ok(())
    }
}
