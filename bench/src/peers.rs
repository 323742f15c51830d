//! The peers: other people's stacks, as small programs under `bench/peers` that answer the same questions from the same
//! rows. This file only starts them and knows what to ask; `bench/peers/README.md` is the agreement.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::http::request;
use crate::load::{Expected, Order, Plan};
use crate::machine::Machine;
use crate::rounds::Contender;
use crate::suite::Stage;
use crate::target::{Target, free_port};

mod credentials;
mod routes;

pub(crate) use routes::Route;

use credentials::Credentials;
use routes::Routes;

const FOLDER: &str = "bench/peers";

/// The peers, and which database login each one has; nothing for those that make their own tables.
const ALL: [(&str, Option<&str>); 5] = [
    ("fastapi", Some("peer")),
    ("hono-plain", Some("peer")),
    ("hono-supabase", Some("peer_supabase")),
    ("better-auth", None),
    ("better-auth-rs", None),
];

/// Those that run.
#[derive(Debug)]
pub(crate) struct Peers {
    running: Vec<Peer>,
}

#[derive(Debug)]
struct Peer {
    target: Target,
    /// The lines of headers that make each caller known.
    callers: Vec<Known>,
    routes: Routes,
}

/// A caller of a peer.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    headers: Vec<String>,
    organization: String,
}

impl Peers {
    /// None.
    pub(crate) const fn none() -> Self {
        Self { running: Vec::new() }
    }

    /// Installs and starts all of them; their versions go to what is known of the machine.
    pub(crate) async fn start(stage: &Stage, machine: &mut Machine) -> Result<Self> {
        let installing = Command::new(Path::new(FOLDER).join("install")).output();
        let installed = installing.context("bench/peers/install")?;
        let errors = String::from_utf8_lossy(&installed.stderr);
        ensure!(installed.status.success(), "bench/peers/install: {errors}");
        for line in String::from_utf8_lossy(&installed.stdout).lines() {
            machine.versions.extend(version(line));
        }
        let credentials = Credentials::make()?;
        let mut running = Vec::new();
        for (name, login) in ALL {
            println!("starting {name}");
            running.push(start(stage, name, login, &credentials).await?);
        }
        Ok(Self { running })
    }

    /// Every peer that has an answer to this question.
    pub(crate) fn contenders(
        &self,
        route: Route,
        expected: Expected,
    ) -> Result<Vec<Contender<'_>>> {
        let asked = self.running.iter().filter_map(|peer| {
            let (method, path, body) = peer.routes.of(route)?;
            let requests = peer.callers.iter().map(|caller| {
                let fill = |text: &str| text.replace("{organization}", &caller.organization);
                let mut headers = caller.headers.clone();
                headers.extend(peer.routes.headers(peer.target.port));
                request(&method, &fill(&path), &headers, body.as_deref().map(fill).as_deref())
            });
            let requests: Vec<Vec<u8>> = requests.collect();
            let (port, order) = (peer.target.port, Order::Random);
            let plan = Plan { port, requests: requests.into(), order, expected };
            Some(Contender::http(&peer.target.name, &peer.target, plan))
        });
        Ok(asked.collect())
    }
}

/// A line of what the installation prints.
#[derive(Debug, Deserialize)]
struct Package {
    peer: String,
    package: String,
    version: String,
}

/// `peer/package` and its version.
fn version(line: &str) -> Option<(String, String)> {
    let Package { peer, package, version } = serde_json::from_str(line).ok()?;
    Some((format!("{peer}/{package}"), version))
}

async fn start(
    stage: &Stage,
    name: &str,
    login: Option<&str>,
    credentials: &Credentials,
) -> Result<Peer> {
    let port = free_port()?;
    let written = stage.postgres.folder().join(format!("{name}.tokens"));
    let url = match login {
        Some(login) => stage.postgres.url(login, login),
        None => stage.postgres.administrator_url(),
    };
    let mut command = Command::new(Path::new(FOLDER).join("run").canonicalize()?);
    command.arg(name).env("PORT", port.to_string()).env("DATABASE_URL", url).env("WORKERS", "2");
    command.env("TOKENS", &written).env("JWT_SECRET", credentials.secret());
    command.env("JWT_JWK", credentials.jwk());
    let target = Target::spawn(name, command, port, ("/healthz", stage.postgres.folder())).await?;
    let routes = Routes::of_peer(&Path::new(FOLDER).join(name).join("routes.json"))?;
    let callers = match name {
        "fastapi" => credentials.symmetric(stage)?,
        "hono-plain" | "hono-supabase" => credentials.asymmetric(stage)?,
        _ => credentials::written_by_peer(&written, routes.credential())?,
    };
    ensure!(!callers.is_empty(), "{name} has made no credentials");
    Ok(Peer { target, callers, routes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_the_line_of_its_package() {
        let line = r#"{"peer": "hono", "package": "jose", "version": "6.0.0"}"#;
        assert_eq!(version(line).unwrap(), ("hono/jose".to_owned(), "6.0.0".to_owned()));
        assert_eq!(version("installing …"), None);
    }
}
