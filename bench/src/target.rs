//! A target that runs: a process of its own on a free port, with its log in a file that is emptied now and then.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::cluster::Postgres;
use crate::http::{Connection, request};
use crate::serve::Kind;

/// A peer that makes its own tables fills them before it is ready.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
const PAUSE: Duration = Duration::from_millis(5);

/// A process that serves. Dropped, it is ended with everything it has started.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) port: u16,
    /// From the start to the first good answer.
    pub(crate) ready_after: Duration,
    child: Child,
    is_over: bool,
    log: PathBuf,
}

impl Target {
    /// Starts one of ours.
    pub(crate) async fn start(kind: Kind, postgres: &Postgres) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(std::env::current_exe().context("this program")?);
        command.args(["serve", kind.name(), "--port", &port.to_string()]);
        command.arg("--socket").arg(postgres.socket());
        command.args(["--database-port", &postgres.port().to_string()]);
        Self::spawn(kind.name(), command, port, ("/readyz", postgres.folder())).await
    }

    /// Starts a command that will answer at `ready` on `port`; its log goes to `folder`.
    pub(crate) async fn spawn(
        name: &str,
        mut command: Command,
        port: u16,
        (ready, folder): (&str, &Path),
    ) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        // For appending: emptying the file then needs nobody's help.
        drop(File::create(&log).with_context(|| log.display().to_string())?);
        let output = OpenOptions::new().append(true).open(&log)?;
        let began = Instant::now();
        command.stdin(Stdio::piped()).stdout(output.try_clone()?).stderr(output).process_group(0);
        let child = command.spawn().with_context(|| format!("{command:?}"))?;
        let ready_after = Duration::ZERO;
        let mut target =
            Self { name: name.to_owned(), port, ready_after, child, is_over: false, log };
        target.wait(ready, began).await?;
        target.ready_after = began.elapsed();
        Ok(target)
    }

    async fn wait(&mut self, ready: &str, began: Instant) -> Result<()> {
        let ask = request("GET", ready, &[], None);
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended with {status}: {}", self.name, self.last_words());
            }
            if let Ok(mut connection) = Connection::open(self.port).await
                && let Ok(answer) = connection.ask(&ask).await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("{} was not ready in time: {}", self.name, self.last_words())
    }

    fn last_words(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(12).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to stop and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<()> {
        let process = nix::unistd::Pid::from_raw(self.child.id() as i32);
        nix::sys::signal::kill(process, nix::sys::signal::Signal::SIGTERM)?;
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                self.is_over = true;
                ensure!(status.success(), "{} ended with {status}", self.name);
                return Ok(());
            }
            tokio::time::sleep(PAUSE).await;
        }
        bail!("{} did not stop in time", self.name)
    }

    /// Forgets the log so far: at ten thousand lines a second it would fill the disk.
    pub(crate) fn empty_log(&self) -> Result<()> {
        let file = OpenOptions::new().write(true).open(&self.log)?;
        Ok(file.set_len(0)?)
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        // The whole group, which it leads: peers have workers.
        let group = nix::unistd::Pid::from_raw(-(self.child.id() as i32));
        if let Err(error) = nix::sys::signal::kill(group, nix::sys::signal::Signal::SIGKILL) {
            tracing::warn!(%error, target = self.name, "a target could not be ended");
        }
        if let Err(error) = self.child.wait() {
            tracing::warn!(%error, target = self.name, "a target could not be waited for");
        }
    }
}

/// A port that is free now.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
