//! Which of the machine's processes are PostgreSQL's and work on a given cluster. A number read from a file may
//! belong to anybody by now, so nothing is signalled that was not found here.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::account::Account;
use crate::command;

/// The postmaster and all backends of a cluster that still run.
pub(crate) fn of_cluster(cluster: &Path, account: &Account) -> Vec<u32> {
    if Path::new("/proc/self/cwd").exists() {
        from_proc(cluster, account)
    } else {
        from_ps(cluster, account)
    }
}

/// Whether any process has this number, a zombie included.
pub(crate) fn exists(pid: u32) -> bool {
    number(pid).is_some_and(|pid| kill(pid, None) != Err(nix::Error::ESRCH))
}

/// Sends a signal; a process that is gone already is what we wanted.
pub(crate) fn send(pid: u32, signal: Signal) {
    let sent = number(pid).map_or(Err(nix::Error::ESRCH), |pid| kill(pid, signal));
    if let Err(error) = sent
        && error != nix::Error::ESRCH
    {
        tracing::warn!(pid, ?signal, %error, "could not signal a database process");
    }
}

fn number(pid: u32) -> Option<Pid> {
    i32::try_from(pid).ok().filter(|pid| *pid > 1).map(Pid::from_raw)
}

/// Every process of PostgreSQL works inside its data directory, which tells it apart from all other clusters.
fn from_proc(cluster: &Path, account: &Account) -> Vec<u32> {
    let Ok(wanted) = std::fs::metadata(cluster) else { return Vec::new() };
    let Ok(entries) = Path::new("/proc").read_dir() else { return Vec::new() };
    let is_ours = |process: &PathBuf| {
        let owner = std::fs::metadata(process).ok()?.uid();
        let name = std::fs::read_to_string(process.join("comm")).ok()?;
        let place = std::fs::metadata(process.join("cwd")).ok()?;
        let same_place = place.dev() == wanted.dev() && place.ino() == wanted.ino();
        Some(owner == account.user && name.trim() == "postgres" && same_place)
    };
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .filter(|(_, process)| is_ours(process) == Some(true))
        .map(|(pid, _)| pid)
        .collect()
}

/// Without `/proc` only the postmaster can be told apart, by its arguments; its backends end with it.
fn from_ps(cluster: &Path, account: &Account) -> Vec<u32> {
    let listed = command::plain(Path::new("/bin/ps")).args(["-axo", "pid=,uid=,command="]).output();
    match listed {
        Ok(output) => parse_ps(&String::from_utf8_lossy(&output.stdout), cluster, account.user),
        Err(error) => {
            tracing::warn!(%error, "could not list the processes");
            Vec::new()
        }
    }
}

fn parse_ps(listing: &str, cluster: &Path, user: u32) -> Vec<u32> {
    let argument = format!("postgres -D {} ", cluster.display());
    let pid_of = |line: &str| {
        let (pid, rest) = line.trim_start().split_once(' ')?;
        let (owner, arguments) = rest.trim_start().split_once(' ')?;
        let ours = owner.parse() == Ok(user) && arguments.contains(&argument);
        pid.parse().ok().filter(|_| ours)
    };
    listing.lines().filter_map(pid_of).collect()
}

#[cfg(test)]
mod tests {
    use super::{exists, parse_ps};
    use std::path::Path;

    #[test]
    fn the_postmaster_is_found_in_a_process_listing() {
        let listing = "\
  1     0 /sbin/init
 71   501 /opt/bin/postgres -D /home/ada/.tenantry/postgres -c port=5432
 72   502 /opt/bin/postgres -D /home/ada/.tenantry/postgres -c port=5432
 73   501 /opt/bin/postgres -D /home/ada/.tenantry/postgres2 -c port=5432
 74   501 postgres: tenantry: checkpointer
";
        assert_eq!(parse_ps(listing, Path::new("/home/ada/.tenantry/postgres"), 501), [71]);
    }

    #[test]
    fn we_exist_and_the_largest_number_does_not() {
        assert!(exists(std::process::id()));
        assert!(!exists(u32::MAX));
        assert!(!exists(0), "signalling process 0 would signal our own group");
    }
}
