//! Turns the text of a setting into its value, or says what it must be. Every complaint names the setting and where
//! its text was found, and never repeats a secret.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::str::FromStr;

use tenantry_core::secret::{MasterSecret, SecretError};

use super::sources::Values;
use crate::trouble::Problem;

/// Reads values and collects what is wrong with them, so that all of it is said at once.
pub(super) struct Reader<'a> {
    pub(super) values: &'a Values,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(values: &'a Values) -> Self {
        Self { values, problems: Vec::new() }
    }

    /// The text as it stands.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|(text, _)| text.to_owned())
    }

    /// What `parse` makes of the text, or nothing and a complaint.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        wanted: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let (text, origin) = self.values.get(name)?;
        let value = parse(text);
        if value.is_none() {
            let problem = Problem::new("TN0305", format!("{name} is \"{text}\""))
                .fact("wanted", wanted)
                .fact("found in", origin.to_string());
            self.problems.push(problem);
        }
        value
    }

    /// As [`parsed`](Self::parsed), where the reader of the text knows best what is wrong with it.
    pub(super) fn judged<T, E: std::fmt::Display>(
        &mut self,
        name: &'static str,
        example: &str,
        judge: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let (text, origin) = self.values.get(name)?;
        match judge(text) {
            Ok(value) => Some(value),
            Err(cause) => {
                let problem = Problem::new("TN0305", format!("{name} is \"{text}\""))
                    .fact("cause", cause.to_string())
                    .fact("found in", origin.to_string())
                    .help(format!("{name}={example}"));
                self.problems.push(problem);
                None
            }
        }
    }

    /// A whole number in a range.
    pub(super) fn number<T>(&mut self, name: &'static str, range: RangeInclusive<T>) -> Option<T>
    where
        T: FromStr + PartialOrd + std::fmt::Display,
    {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        self.parsed(name, &wanted, |text| text.parse().ok().filter(|number| range.contains(number)))
    }

    /// A switch, off unless it is said to be on.
    pub(super) fn is_on(&mut self, name: &'static str) -> bool {
        self.parsed(name, "true or false", |text| text.parse().ok()).unwrap_or(false)
    }

    /// An address of a database.
    pub(super) fn database(&mut self, name: &'static str) -> Option<tenantry_db::Config> {
        let (text, origin) = self.values.get(name)?;
        match text.parse::<tenantry_db::Config>() {
            Ok(config) => Some(config),
            Err(error) => {
                // The driver's words do not repeat the text, which may hold a password.
                let problem = Problem::new("TN0305", format!("{name} is not a database's address"))
                    .fact("cause", error.to_string())
                    .fact("wanted", "postgres://host:port/database")
                    .fact("found in", origin.to_string());
                self.problems.push(problem);
                None
            }
        }
    }

    /// A master secret that is worth the name.
    pub(super) fn secret(&mut self, name: &'static str) -> Option<MasterSecret> {
        let (text, origin) = self.values.get(name)?;
        match MasterSecret::parse(text) {
            Ok(secret) => Some(secret),
            Err(error) => {
                self.problems.push(weak_secret(name, error).fact("found in", origin.to_string()));
                None
            }
        }
    }
}

/// A secret that must not start a server.
pub(crate) fn weak_secret(name: &str, error: SecretError) -> Problem {
    let title = match error {
        SecretError::TooShort => format!("{name} is too short"),
        SecretError::Placeholder => format!("{name} is a placeholder, not a secret"),
    };
    Problem::new("TN0301", title)
        .fact("cause", error.to_string())
        .help("make one:   openssl rand -hex 32")
        .help("or unset it: the first start makes one, readable only by you")
}

/// `127.0.0.1:8000`, `[::1]:8000`, or `localhost:8000`.
pub(super) fn listen_address(text: &str) -> Option<SocketAddr> {
    let local = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    local
        .map(|port| SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
        .or_else(|| text.parse().ok())
}

/// An address of the web without a path of its own.
pub(super) fn public_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_plain = !rest.is_empty() && !rest.contains(['/', '?', '#', '@', ' ']);
    is_plain.then(|| text.to_owned())
}

/// IP addresses, separated by commas.
pub(super) fn addresses(text: &str) -> Option<Vec<IpAddr>> {
    text.split(',').map(|address| address.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, read) in [
            ("127.0.0.1:8000", Some("127.0.0.1:8000")),
            ("localhost:80", Some("127.0.0.1:80")),
            ("[::1]:8000", Some("[::1]:8000")),
            ("8000", None),
            ("localhost", None),
        ] {
            assert_eq!(listen_address(text).map(|address| address.to_string()).as_deref(), read);
        }
        assert_eq!(public_url("https://a.example/").as_deref(), Some("https://a.example"));
        assert!(public_url("a.example").is_none() && public_url("https://a/b").is_none());
        assert!(addresses("10.0.0.1, ::1").is_some_and(|all| all.len() == 2));
        assert!(addresses("10.0.0.0/8").is_none());
    }
}
