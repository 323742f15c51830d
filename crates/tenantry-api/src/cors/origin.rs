//! An origin as an administrator writes it down, and as browsers send it: the two are compared byte by byte, so
//! whatever a browser would never send is refused when the server starts.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

/// `https://app.example.com`, `http://localhost:5173`: scheme, host, and a port that is not the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin(String);

/// Why a text is no origin that a browser would send.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Everybody, or everybody under a name.
    #[error("\"{0}\" has a wildcard: name each origin")]
    Wildcard(String),
    /// Not `http` or `https`.
    #[error("\"{0}\" does not begin with https:// or http://")]
    Scheme(String),
    /// Something after host and port, or an account before them.
    #[error("\"{0}\" has more than scheme, host and port: leave the path and the last slash out")]
    More(String),
    /// Not the name of a host.
    #[error(
        "\"{0}\" has no host as browsers write it: lower-case letters, digits, dots and hyphens"
    )]
    Host(String),
    /// Not a port, or the one that browsers leave out.
    #[error(
        "\"{0}\" has no port as browsers write it: from 1 to 65535, and left out when it is the scheme's own"
    )]
    Port(String),
}

impl AllowedOrigin {
    /// As browsers send it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Origins that are separated by commas.
    ///
    /// # Errors
    /// The first that is none.
    pub fn list(text: &str) -> Result<Vec<Self>, OriginError> {
        text.split(',').map(str::trim).map(str::parse).collect()
    }
}

impl fmt::Display for AllowedOrigin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for AllowedOrigin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let wrong = |kind: fn(String) -> OriginError| kind(text.to_owned());
        if text.contains('*') {
            return Err(wrong(OriginError::Wildcard));
        }
        let secure = text.strip_prefix("https://").map(|rest| (rest, "443"));
        let (rest, own_port) = secure
            .or_else(|| text.strip_prefix("http://").map(|rest| (rest, "80")))
            .ok_or_else(|| wrong(OriginError::Scheme))?;
        if rest.contains(['/', '?', '#', '@', '\\']) {
            return Err(wrong(OriginError::More));
        }
        // The colons of an IPv6 address stand in brackets, so the port begins behind the last of them.
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        if !is_host(host) {
            return Err(wrong(OriginError::Host));
        }
        if port.is_some_and(|port| port == own_port || !is_port(port)) {
            return Err(wrong(OriginError::Port));
        }
        Ok(Self(text.to_owned()))
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        // Browsers write the shortest form.
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
    }
    let is_known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    host.len() <= 253
        && host.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.bytes().all(is_known)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_would_send_is_an_origin_and_nothing_else_is() {
        // WB-3
        for good in [
            "https://app.example.com",
            "http://localhost:5173",
            "http://127.0.0.1:8000",
            "http://[::1]:3000",
            "https://[2001:db8::1]",
            "https://xn--bcher-kva.example",
            "http://a:443",
        ] {
            assert_eq!(good.parse::<AllowedOrigin>().map(|origin| origin.0).as_deref(), Ok(good));
        }
        use OriginError as E;
        type Kind = fn(String) -> E;
        for (bad, kind) in [
            ("*", E::Wildcard as Kind),
            ("https://*.example.com", E::Wildcard),
            ("null", E::Scheme),
            ("", E::Scheme),
            ("app.example.com", E::Scheme),
            ("HTTPS://app.example.com", E::Scheme),
            ("file:///etc", E::Scheme),
            ("https://app.example.com/", E::More),
            ("https://app.example.com/path", E::More),
            ("https://user@app.example.com", E::More),
            ("https://App.example.com", E::Host),
            ("https://bücher.example", E::Host),
            ("https://a b", E::Host),
            ("https://", E::Host),
            ("https://a..b", E::Host),
            ("https://-a.example", E::Host),
            ("https://[::1", E::Host),
            ("https://[0:0::1]", E::Host),
            ("https://a:443", E::Port),
            ("http://a:80", E::Port),
            ("https://a:0", E::Port),
            ("https://a:", E::Port),
            ("https://a:08443", E::Port),
            ("https://a:65536", E::Port),
        ] {
            assert_eq!(bad.parse::<AllowedOrigin>(), Err(kind(bad.to_owned())), "{bad}");
        }
        assert_eq!(AllowedOrigin::list("https://a, https://b").map(|all| all.len()), Ok(2));
        assert!(AllowedOrigin::list("https://a,").is_err());
    }
}
