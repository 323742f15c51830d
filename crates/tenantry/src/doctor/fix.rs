//! What `--fix` mends: the modes of our own files, and what the preflight proposes about privileges, guards, views
//! and functions. Never roles and owners (others may depend on them), never migrations (they are asked for by name),
//! never clocks or versions.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use tenantry_db::bootstrap;
use tenantry_db::preflight::Check;
use tokio_util::task::TaskTracker;

use super::database;
use crate::backing::Backing;
use crate::config::Config;
use crate::keys::Keys;

/// What may be mended without asking anybody.
const fn is_safe(check: Check) -> bool {
    match check {
        Check::Privileges | Check::Tables | Check::Views | Check::Functions => true,
        Check::Login | Check::Ownership | Check::Version | Check::Seal => false,
    }
}

/// Whether what has this code may be mended without asking anybody.
pub(super) fn may_mend(code: &str) -> bool {
    let is_mode = matches!(code, "TN0302" | "TN0607");
    is_mode || Check::ALL.iter().any(|check| check.code() == code && is_safe(*check))
}

/// Closes the key file and the data directory to others; answers what was done.
pub(super) fn modes(config: &Config) -> Vec<String> {
    let mut done = Vec::new();
    done.extend(close(config, &crate::keys::path(config), 0o077));
    done.extend(close(config, &config.data_dir, 0o066));
    done
}

/// Takes away the rights in `forbidden`, where there are any.
fn close(config: &Config, path: &Path, forbidden: u32) -> Option<String> {
    let metadata = std::fs::symlink_metadata(path).ok()?;
    let mode = metadata.mode() & 0o7777;
    // A link would be followed to somebody else's file.
    if mode & forbidden == 0 || metadata.is_symlink() {
        return None;
    }
    let closed = mode & !forbidden;
    let shown = config.shown(path);
    Some(match std::fs::set_permissions(path, Permissions::from_mode(closed)) {
        Ok(()) => format!("chmod {closed:o} {shown}"),
        Err(error) => format!("not mended: chmod {closed:o} {shown}: {error}"),
    })
}

/// Runs the statements of the safe findings as an administrator; answers what was done.
pub(super) async fn findings(
    config: &Config,
    backing: &Backing,
    keys: &Keys,
    tasks: &TaskTracker,
) -> Vec<String> {
    let Ok(report) = database::report(config, backing, keys, tasks).await else {
        return Vec::new();
    };
    let mut done = Vec::new();
    for finding in report.findings.iter().filter(|finding| is_safe(finding.check)) {
        done.push(match bootstrap::mend(&backing.administrator, finding).await {
            Ok(()) => finding.fix.clone(),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                format!(
                    "not mended: {} {}",
                    finding.fix,
                    cause.unwrap_or_else(|| error.to_string())
                )
            }
        });
    }
    done
}
