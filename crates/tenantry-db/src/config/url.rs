//! An address as it is handed to an application: the same server, database and demands on encryption, with another login.
//! What an address demands of the server's certificate is kept to the letter: less would be a door.

use tokio_postgres::config::Host;

use super::Config;

impl Config {
    /// The address as a URL, with this login in it.
    #[must_use]
    pub fn url(&self, user: &str, password: &str) -> String {
        let hosts = self.driver.get_hosts();
        let ports = self.driver.get_ports();
        let port = |index: usize| ports.get(index).or_else(|| ports.first());
        let places: Vec<String> = (0..hosts.len().max(self.driver.get_hostaddrs().len()))
            .map(|index| {
                let host = match (hosts.get(index), self.driver.get_hostaddrs().get(index)) {
                    (Some(Host::Tcp(name)), _) if name.contains(':') => format!("[{name}]"),
                    (Some(Host::Tcp(name)), _) => encoded(name),
                    (Some(Host::Unix(path)), _) => encoded(&path.display().to_string()),
                    (None, Some(address)) if address.is_ipv6() => format!("[{address}]"),
                    (None, Some(address)) => address.to_string(),
                    (None, None) => String::new(),
                };
                port(index).map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
            })
            .collect();
        let database = self.driver.get_dbname().or(self.driver.get_user()).unwrap_or_default();
        let (mode, authorities) = &self.demands;
        let authorities = authorities.as_ref().map(|path| path.display().to_string());
        let demands = [("sslmode", mode.as_ref()), ("sslrootcert", authorities.as_ref())];
        let demands: Vec<String> = demands
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encoded(value?))))
            .collect();
        let query =
            if demands.is_empty() { String::new() } else { format!("?{}", demands.join("&")) };
        format!(
            "postgres://{}:{}@{}/{}{query}",
            encoded(user),
            encoded(password),
            places.join(","),
            encoded(database)
        )
    }
}

/// A part of a URL.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for half in [byte >> 4, byte & 15] {
                out.push(char::from_digit(half.into(), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_place_and_its_demands_under_another_login() {
        for (text, shown) in [
            ("postgres://a:b@h:5433/d", "postgres://app:p%40ss@h:5433/d"),
            (
                "postgres://h/d?sslmode=verify-full",
                "postgres://app:p%40ss@h:5432/d?sslmode=verify-full",
            ),
            (
                "host=/run/pg port=5433 dbname='my db'",
                "postgres://app:p%40ss@%2Frun%2Fpg:5433/my%20db",
            ),
            ("postgres://[::1]:5432/d", "postgres://app:p%40ss@[::1]:5432/d"),
            ("postgres://a,b:1/d", "postgres://app:p%40ss@a:5432,b:1/d"),
            (
                "host=h user=a dbname=d sslmode = require",
                "postgres://app:p%40ss@h/d?sslmode=require",
            ),
        ] {
            let config: Config = text.parse().unwrap();
            let url = config.url("app", "p@ss");
            assert_eq!(url, shown, "{text}");
            let again: Config = url.parse().unwrap();
            assert_eq!(again.get_dbname(), config.get_dbname(), "{url}");
            assert_eq!(again.get_ssl_mode(), config.get_ssl_mode(), "{url}");
        }
    }
}
