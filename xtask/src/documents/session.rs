//! One bash for all blocks of a document, strict: the first command that fails ends it.
//!
//! Blocks are sourced from a file with no input, so that a command which reads its input does
//! not swallow the blocks that come after it.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::{Context, Result};

/// How long one block may take.
const PATIENCE: Duration = Duration::from_secs(120);
const SETUP: &str = "exec 2>&1\nset -euo pipefail\n";

/// A bash that waits for its next block.
#[derive(Debug)]
pub(super) struct Session {
    bash: Child,
    input: ChildStdin,
    output: Receiver<String>,
    folder: PathBuf,
    blocks: usize,
    is_over: bool,
}

/// What a block printed on both its outputs, and why it did not come to its end.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) output: String,
    pub(super) end: Option<String>,
}

impl Session {
    /// Starts bash in `folder`, where commands can name the programs in `programs` as if they were installed.
    #[expect(clippy::disallowed_methods, reason = "a chore finds programs as its caller does")]
    pub(super) fn open(folder: &Path, programs: Option<&Path>) -> Result<Self> {
        let mut bash = Command::new("bash");
        if let Some(programs) = programs {
            let found = std::env::var_os("PATH").unwrap_or_default();
            let folders = std::iter::once(programs.into()).chain(std::env::split_paths(&found));
            bash.env("PATH", std::env::join_paths(folders).context("the path of programs")?);
        }
        let mut bash = bash
            .args(["--noprofile", "--norc"])
            .current_dir(folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("bash")?;
        let mut input = bash.stdin.take().context("the input of bash")?;
        let printed = bash.stdout.take().context("the output of bash")?;
        let (sender, output) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(printed).split(b'\n').map_while(Result::ok) {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    break;
                }
            }
        });
        input.write_all(SETUP.as_bytes()).context("the input of bash")?;
        Ok(Self { bash, input, output, folder: folder.into(), blocks: 0, is_over: false })
    }

    /// Runs one block to its end, or to that of the session.
    pub(super) fn run(&mut self, script: &str) -> Result<Ran> {
        if self.is_over {
            let end = Some("not run, an earlier block ended the session".into());
            return Ok(Ran { output: String::new(), end });
        }
        self.blocks += 1;
        let name = format!("block-{}.sh", self.blocks);
        std::fs::write(self.folder.join(&name), script).with_context(|| name.clone())?;
        let end = format!("-- end of {name} --");
        let command = format!(". ./{name} </dev/null\nprintf '\\n%s\\n' '{end}'\n");
        self.input.write_all(command.as_bytes()).context("the input of bash")?;
        self.read_until(&end)
    }

    fn read_until(&mut self, end: &str) -> Result<Ran> {
        let mut output = String::new();
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(line) if line == end => return Ok(Ran { output, end: None }),
                Ok(line) => {
                    output.push_str(&line);
                    output.push('\n');
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.kill();
                    let end = format!("said nothing for {} s", PATIENCE.as_secs());
                    return Ok(Ran { output, end: Some(end) });
                }
                Err(RecvTimeoutError::Disconnected) => {
                    self.is_over = true;
                    let status = self.bash.wait().context("waiting for bash")?;
                    return Ok(Ran { output, end: Some(format!("a command failed ({status})")) });
                }
            }
        }
    }

    /// Ends bash and what it has started.
    fn kill(&mut self) {
        self.is_over = true;
        let group = format!("-{}", self.bash.id());
        let killed = Command::new("kill").args(["-KILL", "--", &group]).status();
        if !killed.is_ok_and(|status| status.success()) {
            println!("could not end the commands of process group {group}");
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.is_over {
            self.kill();
        }
        if let Err(error) = self.bash.wait() {
            println!("waiting for bash: {error}");
        }
    }
}
