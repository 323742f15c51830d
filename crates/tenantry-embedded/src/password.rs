//! The superuser's password: made once from the system's randomness, kept in a file that only we can read. It
//! exists so that no `trust` line is needed; losing the file loses the way in, not the data.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::error::EmbeddedError;
use crate::failure;

/// Bytes of randomness in a password; written as twice as many hexadecimal digits.
const PASSWORD_BYTES: usize = 24;

/// A fresh random password.
pub(crate) fn random() -> Result<String, EmbeddedError> {
    random_hexadecimal::<PASSWORD_BYTES>()
}

/// `BYTES` random bytes in hexadecimal, also good for names nobody can guess.
pub(crate) fn random_hexadecimal<const BYTES: usize>() -> Result<String, EmbeddedError> {
    let mut bytes = [0_u8; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| EmbeddedError::NoRandomness { error })?;
    Ok(hex::encode(bytes))
}

/// The password that an earlier start saved.
pub(crate) fn read(path: &Path) -> Result<String, EmbeddedError> {
    match std::fs::read_to_string(path) {
        Ok(text) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
        Ok(_) => Err(EmbeddedError::PasswordMissing { path: path.to_path_buf() }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(EmbeddedError::PasswordMissing { path: path.to_path_buf() })
        }
        Err(error) => Err(failure::of_io("read", path, error)),
    }
}

/// The file that hands the password to `initdb`; gone when dropped.
#[derive(Debug)]
pub(crate) struct PasswordFile {
    path: PathBuf,
}

impl PasswordFile {
    /// Writes the password for the cluster's account to read, under a name nobody can have prepared.
    pub(crate) fn create(
        directory: &Path,
        account: &Account,
        password: &str,
    ) -> Result<Self, EmbeddedError> {
        let path = directory.join(format!("initdb.password-{}", random_hexadecimal::<8>()?));
        let handed_over = Self { path };
        let file = write_private(&handed_over.path, password)
            .map_err(|error| failure::of_io("write", &handed_over.path, error))?;
        if let Some((user, group)) = account.switch_to() {
            std::os::unix::fs::fchown(&file, Some(user), Some(group))
                .map_err(|error| failure::of_io("hand over", &handed_over.path, error))?;
        }
        Ok(handed_over)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for PasswordFile {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "could not remove the password file");
        }
    }
}

fn write_private(path: &Path, content: &str) -> std::io::Result<std::fs::File> {
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    writeln!(file, "{content}")?;
    Ok(file)
}
