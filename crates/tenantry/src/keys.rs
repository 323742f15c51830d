//! The master secret: from the configuration, or from the file that the first start makes. A file that others can
//! read is refused rather than closed: who knows who has read it.

use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use tenantry_core::ContextKeys;
use tenantry_core::context::ContextKey;
use tenantry_core::secret::{MasterSecret, Purpose};

use crate::config::{Config, weak_secret};
use crate::trouble::{Problem, Trouble};

/// The secret in use, and where it came from.
#[derive(Debug)]
pub(crate) struct Keys {
    pub(crate) secret: MasterSecret,
    /// What contexts are sealed with; two keys while one secret takes over from another.
    pub(crate) context: ContextKeys,
    /// Whether this start made the key file.
    pub(crate) is_new: bool,
}

/// Where the key file is.
pub(crate) fn path(config: &Config) -> PathBuf {
    config.data_dir.join("master.key")
}

impl Keys {
    /// The configured secret, or the one of the key file, which is made when it is absent.
    pub(crate) fn load_or_create(config: &Config) -> Result<Self, Trouble> {
        if let Some(keys) = Self::load(config)? {
            return Ok(keys);
        }
        prepare_directory(&config.data_dir).map_err(|error| unusable(config, &error))?;
        let secret = create(&path(config)).map_err(|error| unusable(config, &error))?;
        // Read it back: two first starts at once must end with the same secret.
        match Self::load(config)? {
            Some(keys) => Ok(Self { is_new: secret, ..keys }),
            None => Err(unusable(config, &ErrorKind::NotFound.into()).into()),
        }
    }

    /// The configured secret, or the one of the key file if there is one.
    pub(crate) fn load(config: &Config) -> Result<Option<Self>, Trouble> {
        let secret = match &config.secret {
            Some(secret) => Some(secret.clone()),
            None => read(config)?,
        };
        Ok(secret.map(|secret| Self {
            context: context_keys(&secret, config.previous_secret.as_ref()),
            secret,
            is_new: false,
        }))
    }
}

fn context_keys(secret: &MasterSecret, previous: Option<&MasterSecret>) -> ContextKeys {
    let key = |secret: &MasterSecret| ContextKey::new(secret.derive(Purpose::Context));
    match previous {
        Some(previous) => ContextKeys::rotating(key(secret), key(previous)),
        None => ContextKeys::new(key(secret)),
    }
}

fn read(config: &Config) -> Result<Option<MasterSecret>, Trouble> {
    let path = path(config);
    let metadata = match std::fs::symlink_metadata(&path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(config, &error).into()),
    };
    let shown = config.shown(&path);
    if metadata.mode() & 0o077 != 0 {
        let mode = metadata.mode() & 0o777;
        return Err(Problem::new("TN0302", format!("{shown} can be read by others"))
            .fact("mode", format!("{mode:o}, and it must be 600"))
            .help(format!("chmod 600 {shown}"))
            .into());
    }
    let text = std::fs::read_to_string(&path).map_err(|error| unusable(config, &error))?;
    let secret = MasterSecret::parse(&text).map_err(|error| weak_secret(&shown, error))?;
    Ok(Some(secret))
}

fn unusable(config: &Config, error: &std::io::Error) -> Problem {
    let shown = config.shown(&path(config));
    Problem::new("TN0303", format!("{shown} cannot be used"))
        .fact("cause", error.to_string())
        .help(format!("ls -ld {shown}"))
}

/// Makes the data directory, closed to others and never committed by mistake.
pub(crate) fn prepare_directory(path: &Path) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    std::fs::write(path.join(".gitignore"), "*\n")
}

/// Makes the key file whole or not at all; answers whether it was made, for another start may be quicker.
fn create(path: &Path) -> std::io::Result<bool> {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).map_err(std::io::Error::other)?;
    let mut text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    text.push('\n');
    let temporary = path.with_extension(format!("new-{}", std::process::id()));
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    // A link, unlike a rename, does not replace what is there.
    let linked = written.and_then(|()| std::fs::hard_link(&temporary, path));
    std::fs::remove_file(&temporary)?;
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
