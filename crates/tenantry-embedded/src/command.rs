//! Builds the commands of PostgreSQL's programs: a clean environment, the right account, and (where the machine
//! can) a signal when we die. The death signal follows the *thread* that starts the child, so a long-lived
//! child must be started from a thread that lives as long as it.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::account::Account;

/// The only places searched by programs that PostgreSQL itself starts.
const SAFE_PATH: &str = "/usr/bin:/bin:/usr/sbin:/sbin";

/// A program with a clean environment, run as whoever we are.
pub(crate) fn plain(program: &Path) -> Command {
    let mut command = Command::new(program);
    // PG* variables would redirect the programs, and a locale would translate the messages we read.
    command.env_clear().env("PATH", SAFE_PATH).env("LC_ALL", "C").stdin(Stdio::null());
    command
}

/// A program run as the cluster's account, in its own process group so that Ctrl-C in a terminal reaches only
/// us (we then stop the server in order), and sent `death_signal` when the thread that starts it dies.
pub(crate) fn as_account(program: &Path, account: &Account, death_signal: &str) -> Command {
    let mut command = match death_signal_wrapper() {
        Some(wrapper) => {
            let mut command = plain(wrapper);
            command.args(["--pdeathsig", death_signal, "--"]).arg(program);
            command
        }
        None => plain(program),
    };
    command.process_group(0);
    if let Some((user, group)) = account.switch_to() {
        // Setting the user also clears the supplementary groups (documented at `CommandExt::uid`).
        command.uid(user).gid(group);
    }
    command
}

/// `setpriv`, where it is present and knows death signals; other systems do without, and the next start finds
/// the server that was left behind.
fn death_signal_wrapper() -> Option<&'static Path> {
    static WRAPPER: OnceLock<Option<&'static Path>> = OnceLock::new();
    *WRAPPER.get_or_init(|| {
        ["/usr/bin/setpriv", "/bin/setpriv"].map(Path::new).into_iter().find(|path| {
            plain(path)
                .arg("--help")
                .output()
                .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("--pdeathsig"))
        })
    })
}
