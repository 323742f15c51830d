//! The operating system account that the database runs as. PostgreSQL refuses to run as root, so root hands the
//! database to an account without privileges; everybody else runs it as themselves.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::unistd::{Uid, User, getegid, geteuid};

use crate::binaries::Binaries;
use crate::command;
use crate::error::EmbeddedError;
use crate::failure;

/// Accounts that root may hand the database to, best first. `nobody` is not among them: other services share
/// it, and whoever shares the account owns the data.
const CANDIDATES: [&str; 2] = ["postgres", "tenantry"];

/// Who the database's processes run as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// The account's name, or its number when it has none.
    pub(crate) name: String,
    /// The user id.
    pub(crate) user: u32,
    /// The primary group id.
    pub(crate) group: u32,
    switched: bool,
}

impl Account {
    /// The account for a data directory whose cluster, when it exists, is at `cluster`. An existing cluster
    /// keeps its owner: changing the owner of a tree that somebody else can write to is not safe as root.
    pub(crate) fn choose(cluster: &Path) -> Result<Self, EmbeddedError> {
        let ourselves = geteuid();
        let owner = match std::fs::symlink_metadata(cluster) {
            Ok(metadata) => Some((metadata.uid(), metadata.gid())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(failure::of_io("look at", cluster, error)),
        };
        match owner {
            None if ourselves.is_root() => Self::candidate(),
            Some((owner, group)) if ourselves.is_root() && owner != 0 => {
                Self::of(owner, group, true)
            }
            Some(_) if ourselves.is_root() && !cluster.join("PG_VERSION").exists() => {
                Err(EmbeddedError::NotACluster { directory: cluster.to_path_buf() })
            }
            Some((owner, group)) if ourselves.is_root() || owner != ourselves.as_raw() => {
                Err(EmbeddedError::ForeignOwner {
                    directory: cluster.to_path_buf(),
                    owner: Self::of(owner, group, false)?.name,
                    ourselves: Self::of(ourselves.as_raw(), group, false)?.name,
                })
            }
            _ => Self::of(ourselves.as_raw(), getegid().as_raw(), false),
        }
    }

    /// The user and group to switch to before running anything, or nothing when we already are that account.
    pub(crate) fn switch_to(&self) -> Option<(u32, u32)> {
        self.switched.then_some((self.user, self.group))
    }

    /// Makes sure that the account can run the binaries and get to `directory`.
    pub(crate) fn require_access(
        &self,
        binaries: &Binaries,
        directory: &Path,
    ) -> Result<(), EmbeddedError> {
        if !self.switched {
            return Ok(());
        }
        if let Err(error) = self.probe(binaries, Path::new("/")) {
            return Err(EmbeddedError::Spawn { program: binaries.program("postgres"), error });
        }
        // From the root down, the first directory that the account cannot enter is the one to name.
        let mut path: Vec<PathBuf> = directory.ancestors().map(Path::to_path_buf).collect();
        path.reverse();
        let entered = self.probe(binaries, directory).is_ok();
        let closed = path.into_iter().find(|step| !entered && self.probe(binaries, step).is_err());
        match closed {
            None => Ok(()),
            Some(closed) => Err(EmbeddedError::NotTraversable {
                directory: closed,
                data_dir: directory.to_path_buf(),
                account: self.name.clone(),
            }),
        }
    }

    /// Runs a harmless program as the account inside `directory`: the kernel answers whether it may, with
    /// access lists and security modules counted in.
    fn probe(&self, binaries: &Binaries, directory: &Path) -> std::io::Result<()> {
        let output = command::as_account(&binaries.program("postgres"), self, "KILL")
            .arg("--version")
            .current_dir(directory)
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(std::io::Error::new(std::io::ErrorKind::PermissionDenied, message))
    }

    fn candidate() -> Result<Self, EmbeddedError> {
        for name in CANDIDATES {
            let found = User::from_name(name).map_err(|errno| look_up_failed(name, errno))?;
            if let Some(user) = found.filter(|user| !user.uid.is_root()) {
                return Ok(Self::from_user(user, true));
            }
        }
        Err(EmbeddedError::NoUnprivilegedAccount)
    }

    /// The account with a user id; `group` is its group when it has no entry of its own.
    fn of(id: u32, group: u32, switched: bool) -> Result<Self, EmbeddedError> {
        let user = User::from_uid(Uid::from_raw(id))
            .map_err(|errno| look_up_failed(&id.to_string(), errno))?;
        Ok(user.map_or_else(
            || Self { name: format!("#{id}"), user: id, group, switched },
            |user| Self::from_user(user, switched),
        ))
    }

    fn from_user(user: User, switched: bool) -> Self {
        Self { name: user.name, user: user.uid.as_raw(), group: user.gid.as_raw(), switched }
    }
}

fn look_up_failed(account: &str, errno: nix::Error) -> EmbeddedError {
    failure::of_io("look up the account", Path::new(account), errno.into())
}
