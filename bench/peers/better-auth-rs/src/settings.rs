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
}

impl Settings {
    pub fn from_environment() -> Result<Self, Failure> {
        let workers = or("WORKERS", 2)?;
        Ok(Self {
            port: required("PORT")?.parse()?,
            database_url: required("DATABASE_URL")?,
            workers,
            // The other peers have a pool in each of their processes; this is one process with all of them.
            pool_size: or("POOL_SIZE", 16)? * u32::try_from(workers)?,
            migrations: required("PEER_MIGRATIONS")?.into(),
            organizations: or("PEER_ORGANIZATIONS", 10_000)?,
            credentials: or("PEER_CREDENTIALS", 2_000)?,
            tokens: env::var_os("TOKENS").map(PathBuf::from),
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
