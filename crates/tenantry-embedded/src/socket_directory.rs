//! Where the server's Unix socket lies. The kernel limits a socket's path to about a hundred bytes, so a deep
//! data directory cannot hold its own socket; then a short private directory under /tmp does.

use std::path::{Path, PathBuf};

use crate::account::Account;
use crate::data_directory::{DataDirectory, private_directory};
use crate::error::EmbeddedError;

/// Names the socket file only; nothing listens on a TCP port.
pub(crate) const PORT: u16 = 5432;

/// The longest path of a socket that every system takes (107 on Linux, 103 on macOS).
const LONGEST_SOCKET_PATH: usize = 103;

/// The directory of the socket; one under /tmp goes away with this value.
#[derive(Debug)]
pub(crate) struct SocketDirectory {
    path: PathBuf,
    is_temporary: bool,
}

impl SocketDirectory {
    /// Creates (or checks) the directory.
    pub(crate) fn prepare(
        directory: &DataDirectory,
        account: &Account,
    ) -> Result<Self, EmbeddedError> {
        let own = directory.run();
        let is_temporary = !fits(&own);
        let path = if is_temporary { short_path(directory.path()) } else { own };
        private_directory(&path, account)?;
        Ok(Self { path, is_temporary })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for SocketDirectory {
    fn drop(&mut self) {
        if self.is_temporary
            && let Err(error) = std::fs::remove_dir(&self.path)
        {
            tracing::warn!(path = %self.path.display(), %error, "could not remove the socket's directory");
        }
    }
}

/// The name of the socket file.
pub(crate) fn socket_file() -> String {
    format!(".s.PGSQL.{PORT}")
}

/// Whether a socket in the directory can be bound, and named in PostgreSQL's lists and connection strings,
/// where commas separate and quotes and backslashes have meanings of their own.
fn fits(directory: &Path) -> bool {
    let Some(text) = directory.to_str() else { return false };
    let length = text.len() + 1 + socket_file().len();
    let speakable = !text.contains([',', '"', '\'', '\\']) && !text.contains(char::is_control);
    length <= LONGEST_SOCKET_PATH && speakable
}

/// The same data directory always gets the same short path. The name can be guessed, which is why
/// [`private_directory`] looks at the owner before it is used.
fn short_path(data_dir: &Path) -> PathBuf {
    PathBuf::from(format!("/tmp/tenantry-{:016x}", fnv1a(data_dir.as_os_str().as_encoded_bytes())))
}

/// The FNV-1a hash: the standard library's own hash may differ from one release to the next.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{fits, fnv1a};
    use std::path::Path;

    #[test]
    fn only_short_and_plain_paths_hold_the_socket() {
        assert!(fits(Path::new("/home/ada/project/.tenantry/run")));
        assert!(fits(Path::new("/home/ada/my project/.tenantry/run")));
        assert!(!fits(Path::new("/home/ada/a,b/.tenantry/run")));
        assert!(!fits(Path::new("/home/ada's/.tenantry/run")));
        assert!(!fits(&Path::new("/home").join("x".repeat(100))));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
    }
}
