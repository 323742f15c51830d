//! The address of a database. The driver's own configuration with what it does not know: how much of the
//! server's certificate is verified. Without a word about it, a TCP connection is encrypted when the server
//! offers it, and nothing is verified, as with psql.

mod listening;
mod url;

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::pin::Pin;
use std::str::FromStr;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Client, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::tls::{self, Verification};

/// The address of a database, and how to log in.
#[derive(Clone)]
pub struct Config {
    driver: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
    /// `sslmode` and `sslrootcert` as they were written.
    demands: (Option<String>, Option<PathBuf>),
}

/// A text that is not the address of a database. None of it repeats the text, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The driver cannot read it.
    #[error(transparent)]
    Driver(#[from] Error),
    /// `sslmode` has another value than the six that there are.
    #[error("sslmode is disable, prefer, require, verify-ca or verify-full")]
    SslMode,
    /// It says no host. What the driver would then do differs from what psql does, so nothing is guessed.
    #[error("it names no host; the directory of a socket is one, as in host=/var/run/postgresql")]
    NoHost,
    /// The file of `sslrootcert` is of no use.
    #[error("the authorities in {path} cannot be read: {cause}")]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Encryption cannot be set up.
    #[error("encryption cannot be set up: {0}")]
    Tls(String),
}

impl Config {
    /// No address yet. What is built from here is not encrypted: it is for sockets of this machine.
    #[must_use]
    pub fn new() -> Self {
        Self { driver: tokio_postgres::Config::new(), tls: None, demands: (None, None) }
    }

    /// Connects. The future carries the connection's bytes and must be driven.
    pub(crate) async fn open(&self) -> Result<(Client, Driver), Error> {
        if let Some(tls) = self.encryption() {
            let (client, connection) = self.driver.connect(tls).await?;
            return Ok((client, Box::pin(connection)));
        }
        let mut driver = self.driver.clone();
        // There is no encryption on a socket of this machine, whatever was asked for; nobody can listen there.
        if self.is_local() {
            driver.ssl_mode(SslMode::Disable);
        }
        let (client, connection) = driver.connect(NoTls).await?;
        Ok((client, Box::pin(connection)))
    }

    /// What encrypts connections to the address, if anything is to.
    pub(crate) fn encryption(&self) -> Option<MakeRustlsConnect> {
        self.tls.clone().filter(|_| !self.is_local())
    }

    /// Whether every host is a socket of this machine.
    fn is_local(&self) -> bool {
        self.driver.get_hosts().iter().all(|host| matches!(host, Host::Unix(_)))
            && self.driver.get_hostaddrs().is_empty()
    }
}

/// What carries a connection's bytes.
pub(crate) type Driver = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

impl fmt::Debug for Config {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The driver hides the password.
        formatter.debug_tuple("Config").field(&self.driver).finish()
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Config {
    type Target = tokio_postgres::Config;

    fn deref(&self) -> &tokio_postgres::Config {
        &self.driver
    }
}

impl DerefMut for Config {
    fn deref_mut(&mut self) -> &mut tokio_postgres::Config {
        &mut self.driver
    }
}

impl FromStr for Config {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let (rest, mode, authorities) = split(text);
        let mut driver: tokio_postgres::Config = rest.parse()?;
        if driver.get_hosts().is_empty() && driver.get_hostaddrs().is_empty() {
            return Err(ConfigError::NoHost);
        }
        // Written in a way that only the driver reads, it must not be overwritten by less.
        let stricter = driver.get_ssl_mode() == SslMode::Require;
        let written = mode.clone();
        let mode = mode.as_deref().unwrap_or(if stricter { "require" } else { "prefer" });
        let (ssl_mode, verification) = match mode {
            "disable" => (SslMode::Disable, None),
            "prefer" => (SslMode::Prefer, Some(Verification::Nothing)),
            // As psql does: whoever names authorities wants them asked.
            "require" if authorities.is_some() => (SslMode::Require, Some(Verification::Authority)),
            "require" => (SslMode::Require, Some(Verification::Nothing)),
            "verify-ca" => (SslMode::Require, Some(Verification::Authority)),
            "verify-full" => (SslMode::Require, Some(Verification::Host)),
            _ => return Err(ConfigError::SslMode),
        };
        driver.ssl_mode(ssl_mode);
        let tls =
            verification.map(|what| tls::connector(what, authorities.as_deref())).transpose()?;
        let demands = (stricter.then(|| "require".to_owned()).or(written), authorities);
        Ok(Self { driver, tls, demands })
    }
}

/// Takes `sslmode` and `sslrootcert` out of an address, in either of its two forms.
fn split(text: &str) -> (String, Option<String>, Option<PathBuf>) {
    let (mut mode, mut authorities) = (None, None);
    let mut is_ours = |part: &str, is_encoded: bool| {
        let Some((name, value)) = part.split_once('=') else { return false };
        let value = if is_encoded { decoded(value) } else { value.trim_matches('\'').to_owned() };
        match name {
            "sslmode" => mode = Some(value),
            "sslrootcert" => authorities = Some(PathBuf::from(value)),
            _ => return false,
        }
        true
    };
    let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
    let rest = match text.split_once('?') {
        Some((address, query)) if is_url => {
            let others: Vec<&str> = query.split('&').filter(|part| !is_ours(part, true)).collect();
            if others.is_empty() {
                address.to_owned()
            } else {
                format!("{address}?{}", others.join("&"))
            }
        }
        _ if is_url => text.to_owned(),
        _ => text.split(' ').filter(|part| !is_ours(part, false)).collect::<Vec<_>>().join(" "),
    };
    // "system" is psql's word for the authorities of the system, which are the default here.
    (rest, mode, authorities.filter(|path| path.as_os_str() != "system"))
}

/// A part of a URL without its percent signs. What is not encoded rightly stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = text.get(at + 1..at + 3).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code.filter(|_| *byte == b'%') {
            Some(code) => {
                plain.push(code);
                at += 3;
            }
            None => {
                plain.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demand_that_only_the_driver_reads_stays_a_demand() {
        for text in
            ["host=h sslmode = require", "host=h\tsslmode=require", "host=h\nsslmode=require"]
        {
            let config: Config = text.parse().unwrap();
            assert_eq!(config.get_ssl_mode(), SslMode::Require, "{text:?}");
        }
    }

    #[test]
    fn what_the_driver_does_not_know_is_taken_out_of_an_address() {
        let file = Some(PathBuf::from("/etc/our ca.pem"));
        for (text, rest, mode, authorities) in [
            ("postgres://h/d", "postgres://h/d", None, None),
            ("postgres://h/d?sslmode=verify-full", "postgres://h/d", Some("verify-full"), None),
            (
                "postgres://h/d?connect_timeout=3&sslrootcert=/etc/our%20ca.pem&sslmode=require",
                "postgres://h/d?connect_timeout=3",
                Some("require"),
                file,
            ),
            ("host=h sslmode=verify-ca dbname=d", "host=h dbname=d", Some("verify-ca"), None),
            (
                "host=h password='a b  c' sslmode='disable'",
                "host=h password='a b  c'",
                Some("disable"),
                None,
            ),
            ("host=h sslrootcert=system", "host=h", None, None),
        ] {
            assert_eq!(
                split(text),
                (rest.to_owned(), mode.map(str::to_owned), authorities),
                "{text}"
            );
        }
    }

    #[test]
    fn an_address_without_a_host_is_refused() {
        for text in ["postgres:///d", "postgres://u@/d", "dbname=d user=u"] {
            assert!(matches!(text.parse::<Config>().unwrap_err(), ConfigError::NoHost), "{text}");
        }
        for text in ["postgres:///d?host=/run/postgresql", "host=/run/postgresql", "hostaddr=::1"] {
            text.parse::<Config>().unwrap();
        }
    }

    #[test]
    fn a_mode_that_there_is_not_and_a_file_that_is_not_there_are_refused() {
        let refused = |text: &str| text.parse::<Config>().unwrap_err();
        assert!(matches!(refused("postgres://h/d?sslmode=maybe"), ConfigError::SslMode));
        let missing = "postgres://h/d?sslmode=verify-full&sslrootcert=/nowhere.pem";
        assert!(matches!(refused(missing), ConfigError::Authorities { .. }));
        assert!(
            !format!("{:?}", "postgres://u:hunter2@h/d".parse::<Config>().unwrap())
                .contains("hunter2")
        );
    }
}
