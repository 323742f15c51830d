//! What a start hands to the person who started it and to nobody else: secrets that are shown once. On a terminal they
//! are printed; otherwise they go to a file that only its owner reads, and the log says where, never what.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::config::Config;
use crate::keys::prepare_directory;

/// The file with the link that makes the first operator.
pub(super) const SETUP_LINK: &str = "setup-link";

/// The file with the command that signs in to a demo.
pub(super) const DEMO_LOGIN: &str = "demo-login";

/// Writes a secret to a file of the data directory, or takes away the one of an earlier start when there is none. That
/// a file cannot be written stops no server: the next start makes another secret.
pub(super) fn leave(config: &Config, name: &str, what: &str, secret: Option<&str>) {
    let path = config.data_dir.join(name);
    let done = match secret {
        Some(text) => prepare_directory(&config.data_dir).and_then(|()| write(&path, text)),
        None => remove(&path),
    };
    let shown = config.shown(&path);
    match (done, secret) {
        (Ok(()), Some(_)) => tracing::info!(file = shown, "{what}"),
        (Ok(()), None) => {}
        (Err(error), _) => {
            tracing::error!(file = shown, %error, "a file with a secret could not be written or removed");
        }
    }
}

/// Whole or not at all, and never readable by others, not even for a moment.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let temporary = path.with_extension(format!("new-{}", std::process::id()));
    remove(&temporary)?;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    writeln!(file, "{text}").and_then(|()| file.sync_all())?;
    std::fs::rename(&temporary, path)
}

fn remove(path: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
