//! The files and the disk: who may read the secret, who may enter the data directory, how much room there is.

use std::os::unix::fs::MetadataExt;

use tenantry_embedded::Binaries;

use crate::config::Config;
use crate::doctor::check::{Check, State};
use crate::doctor::database;
use crate::failure;
use crate::trouble::Problem;

/// Less room than this is a warning, and less than a tenth of it a problem, in bytes.
const ROOM: u64 = 2 << 30;

/// Every check of the machine.
pub(super) fn checks(config: &Config) -> Vec<Check> {
    [data_directory(config), secret(config), certificate(config), disk(config)]
        .into_iter()
        .flatten()
        .collect()
}

/// What can be said before there is a cluster: whether there will be one. Looking makes nothing.
pub(super) fn before_the_first_start(config: &Config) -> Vec<Check> {
    let found = Binaries::find(config.postgres_bin.as_deref(), config.search_path.as_deref());
    let programs = match found {
        Ok(found) => {
            let place = found.directory.display();
            Check::good("cluster", format!("PostgreSQL {} found in {place}", found.version))
        }
        Err(error) => Check::of("cluster", State::Problem, &failure::of_cluster(&error)),
    };
    let mut checks = vec![programs];
    checks.extend(database::skipped("the first `tenantry serve` makes the cluster"));
    checks
}

fn data_directory(config: &Config) -> Option<Check> {
    let shown = config.shown(&config.data_dir);
    let metadata = std::fs::metadata(&config.data_dir).ok()?;
    let mode = metadata.mode() & 0o777;
    if mode & 0o066 == 0 {
        let title = format!("data directory {shown} is closed to others (mode {mode:o})");
        return Some(Check::good("data_directory", title).routine());
    }
    let problem = Problem::new("TN0607", format!("the data directory {shown} is open to others"))
        .fact("mode", format!("{mode:o}"))
        .help(format!("chmod go-rw {shown}"));
    Some(Check::of("data_directory", State::Problem, &problem))
}

fn secret(config: &Config) -> Option<Check> {
    let path = crate::keys::path(config);
    let shown = config.shown(&path);
    if config.secret.is_some() {
        return Some(Check::good("secret", "master secret from JWT_SECRET_KEY").routine());
    }
    // A file that is open or damaged is reported by whoever loads it.
    let metadata = std::fs::symlink_metadata(&path).ok()?;
    let mode = metadata.mode() & 0o777;
    let is_closed = mode & 0o077 == 0;
    is_closed.then(|| {
        Check::good("secret", format!("master secret in {shown} (mode {mode:o})")).routine()
    })
}

/// The certificate and its key, where the server is to encrypt.
fn certificate(config: &Config) -> Option<Check> {
    let files = config.tls.as_ref()?;
    let shown = config.shown(&files.certificate);
    Some(match files.load(config) {
        Ok(_) => Check::good("certificate", format!("certificate {shown} with its key")).routine(),
        Err(problem) => Check::of("certificate", State::Problem, &problem),
    })
}

fn disk(config: &Config) -> Option<Check> {
    let place = config.data_dir.ancestors().find(|path| path.exists())?;
    let statistics = nix::sys::statvfs::statvfs(place).ok()?;
    let free = statistics.blocks_available() * statistics.fragment_size();
    let title = format!("{} free for {}", size(free), config.shown(&config.data_dir));
    if free >= ROOM {
        return Some(Check::good("disk", title).routine());
    }
    let state = if free < ROOM / 10 { State::Problem } else { State::Warning };
    let problem = Problem::new("TN0606", title).help(format!("df -h {}", config.shown(place)));
    Some(Check::of("disk", state, &problem))
}

/// A number of bytes as people say it.
fn size(bytes: u64) -> String {
    let mebibytes = bytes >> 20;
    if mebibytes < 10_240 { format!("{mebibytes} MiB") } else { format!("{} GiB", mebibytes >> 10) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn sizes_are_whole_numbers_of_a_unit_that_fits() {
        assert_eq!(super::size(3 << 20), "3 MiB");
        assert_eq!(super::size(40 << 30), "40 GiB");
    }
}
