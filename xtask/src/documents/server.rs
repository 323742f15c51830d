//! A server of our own for one document: fresh data, a free port, and an end that is checked.
//!
//! It gets nothing from this process's environment that would connect it to another database.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

const START: Duration = Duration::from_secs(90);
const STOP: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// A running `tenantry serve`.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    base_url: String,
    is_over: bool,
}

impl Server {
    /// Starts `binary` with its data and its log in `folder`, and waits until it is ready.
    pub(crate) fn start(binary: &Path, folder: &Path) -> Result<Self> {
        Self::start_with(binary, folder, &[])
    }

    /// The same with more variables in its environment.
    pub(crate) fn start_with(
        binary: &Path,
        folder: &Path,
        variables: &[(&str, &str)],
    ) -> Result<Self> {
        let address = free_address()?;
        let base_url = format!("http://{address}");
        let path = folder.join("server.log");
        let log = std::fs::File::create(&path).with_context(|| path.display().to_string())?;
        let child = Command::new(binary)
            .arg("serve")
            .current_dir(folder)
            .env("TENANTRY_LISTEN", address.to_string())
            .env("TENANTRY_PUBLIC_URL", &base_url)
            .env("TENANTRY_DATA_DIR", folder.join(".tenantry"))
            .env_remove("DATABASE_URL")
            .env_remove("JWT_SECRET_KEY")
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| binary.display().to_string())?;
        let mut server = Self { child, base_url, is_over: false };
        if let Err(error) = server.wait_until_ready(address) {
            let log = std::fs::read_to_string(&path).context("the server's log")?;
            return Err(error.context(format!("the server's log:\n{log}")));
        }
        Ok(server)
    }

    /// Where it listens, without a slash at the end.
    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Asks it to stop; it must do so in time and without an error.
    pub(crate) fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        ensure!(asked.context("kill")?.success(), "the server had ended before it was asked to");
        let Some(status) = self.wait(STOP)? else {
            bail!("the server did not stop within {} s", STOP.as_secs());
        };
        ensure!(status.code() == Some(0), "after SIGTERM the server ended with {status}");
        Ok(())
    }

    fn wait_until_ready(&mut self, address: SocketAddr) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < START {
            if is_ready(address) {
                return Ok(());
            }
            if let Some(status) = self.wait(PAUSE)? {
                bail!("the server ended with {status} before it was ready");
            }
        }
        bail!("the server was not ready within {} s", START.as_secs());
    }

    fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().context("waiting for the server")? {
                self.is_over = true;
                return Ok(Some(status));
            }
            if start.elapsed() > patience {
                return Ok(None);
            }
            std::thread::sleep(PAUSE.min(patience));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if let Err(error) = self.child.kill().and_then(|()| self.child.wait().map(|_| ())) {
            println!("could not end the server {}: {error}", self.child.id());
        }
    }
}

/// A free address below the ports that the system hands to outgoing connections.
fn free_address() -> Result<SocketAddr> {
    let offset = u16::try_from(std::process::id() % 10_000).context("a remainder")?;
    (0..10_000_u16)
        .map(|step| SocketAddr::from((Ipv4Addr::LOCALHOST, 20_000 + (offset + step) % 10_000)))
        .find(|address| TcpListener::bind(address).is_ok())
        .context("no port between 20000 and 29999 is free")
}

fn is_ready(address: SocketAddr) -> bool {
    answer(address).is_ok_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn answer(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn refused(script: &str) -> String {
        let folder = std::env::temp_dir().join(format!(
            "tenantry-server-{}-{:?}",
            std::process::id(),
            std::thread::current().id()
        ));
        std::fs::create_dir(&folder).unwrap();
        let binary = folder.join("server");
        std::fs::write(&binary, script).unwrap();
        std::fs::set_permissions(&binary, PermissionsExt::from_mode(0o755)).unwrap();
        let error = Server::start(&binary, &folder).unwrap_err();
        std::fs::remove_dir_all(&folder).unwrap();
        format!("{error:#}")
    }

    #[test]
    fn a_server_that_ends_before_it_is_ready_is_shown_with_its_log() {
        let error = refused("#!/bin/sh\necho no database\nexit 3\n");
        assert!(error.contains("no database"), "{error}");
        assert!(error.contains("before it was ready"), "{error}");
    }
}
