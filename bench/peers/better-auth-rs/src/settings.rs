//! What the environment tells this peer; `bench/peers/README.md` explains each name.

use std::env;
use std::path::PathBuf;
use std::str::FromStr;

use crate::Failure;

#[derive(Debug)]
pub struct Settings {
    pub port: u16,
    pub database_url: String,
    pub workers: usize,
    pub pool_size: u32,
    pub migrations: PathBuf,
    pub organizations: i64,
    pub credentials: i64,
    pub tokens: Option<PathBuf>,
    pub phase: Phase,
}

/// Both, unless one is asked for alone: a start is only worth timing without the preparation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Prepare,
    Serve,
    Both,
}

impl Phase {
    fn from_environment() -> Result<Self, Failure> {
        match env::var("PEER_PHASE").unwrap_or_default().as_str() {
            "prepare" => Ok(Self::Prepare),
            "serve" => Ok(Self::Serve),
            "" => Ok(Self::Both),
            other => Err(format!("PEER_PHASE is {other}, not prepare or serve").into()),
        }
    }
}

impl Settings {
    pub fn from_environment() -> Result<Self, Failure> {
        let workers: usize = required("WORKERS")?.parse()?;
        Ok(Self {
            port: required("PORT")?.parse()?,
            database_url: required("DATABASE_URL")?,
            workers,
            // POOL_SIZE is for each worker. The workers of the other peers are processes, each with a pool of its own;
            // these are threads that share one, which has to be as large as all of those together.
            pool_size: required("POOL_SIZE")?.parse::<u32>()? * u32::try_from(workers)?,
            migrations: required("PEER_MIGRATIONS")?.into(),
            organizations: or("PEER_ORGANIZATIONS", 10_000)?,
            credentials: or("PEER_CREDENTIALS", 2_000)?,
            tokens: env::var_os("TOKENS").map(PathBuf::from),
            phase: Phase::from_environment()?,
        })
    }
}

fn required(name: &str) -> Result<String, Failure> {
    env::var(name).map_err(|_| format!("{name} is not set").into())
}

fn or<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    name: &str,
    default: T,
) -> Result<T, Failure> {
    env::var(name).map_or(Ok(default), |text| Ok(text.parse()?))
}
