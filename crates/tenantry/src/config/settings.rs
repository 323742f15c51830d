//! The one definition of every setting. The flags, the help, the reference page, the names that `tenantry.toml` may
//! use and the warnings about unknown variables all come from this table; a setting that is not here does not exist.

/// How carefully a value is handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Anybody may see it.
    Plain,
    /// An address that may hold a password: no flag, because flags stand in the list of processes.
    Address,
    /// A secret: no flag, and refused in `tenantry.toml`.
    Secret,
}

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// The environment variable.
    pub(crate) name: &'static str,
    /// The key in `tenantry.toml`, and with dashes the flag.
    pub(crate) key: &'static str,
    /// What a value looks like.
    pub(crate) shape: &'static str,
    /// What holds when it is not set.
    pub(crate) default: &'static str,
    /// What it does, in a sentence.
    pub(crate) about: &'static str,
    /// How carefully the value is handled.
    pub(crate) class: Class,
    /// The commands that take it as a flag.
    pub(crate) flag_of: &'static [&'static str],
}

const EVERYWHERE: &[&str] = &["serve", "migrate", "doctor", "adopt", "prove"];
const CLUSTERED: &[&str] = &["serve", "migrate", "doctor", "prove"];
const SERVING: &[&str] = &["serve"];
const NOWHERE: &[&str] = &[];

macro_rules! settings {
    ($($name:literal $key:literal $shape:literal $class:ident $flags:ident, $default:literal, $about:literal;)+) => {
        &[$(Setting {
            name: $name, key: $key, shape: $shape, default: $default, about: $about,
            class: Class::$class, flag_of: $flags,
        }),+]
    };
}

/// Every setting, in the order of the documents.
#[rustfmt::skip]
pub(crate) const SETTINGS: &[Setting] = settings! {
    "DATABASE_URL" "database_url" "URL" Address NOWHERE, "a private cluster in the data directory",
        "The database to use. Leave user and password out of it: Tenantry then uses the login that `tenantry migrate up` made.";
    "TENANTRY_ADMIN_DATABASE_URL" "admin_database_url" "URL" Address NOWHERE, "DATABASE_URL",
        "The database with an administrator's login, for `migrate` and `doctor --fix`. `serve` never uses it.";
    "TENANTRY_DATA_DIR" "data_dir" "PATH" Plain EVERYWHERE, "./.tenantry",
        "Where the private cluster and the master secret are kept. It is created when absent, closed to others.";
    "TENANTRY_POSTGRES_BIN" "postgres_bin" "PATH" Plain CLUSTERED, "the newest that is installed",
        "The directory of the PostgreSQL programs that run the private cluster, version 15 or newer.";
    "TENANTRY_LISTEN" "listen" "ADDRESS" Plain SERVING, "127.0.0.1:8000",
        "The address and port to listen on. Port 0 takes one that is free.";
    "TENANTRY_PUBLIC_URL" "public_url" "URL" Plain SERVING, "http(s):// and the address it listens on",
        "The address under which clients reach the server; it is the issuer of the tokens.";
    "TENANTRY_TLS_CERTIFICATE" "tls_certificate" "PATH" Plain NOWHERE, "none: plain HTTP",
        "The certificate chain in PEM, the server's own first, with which the server speaks HTTPS. It is read again when it changes, and at SIGHUP.";
    "TENANTRY_TLS_KEY" "tls_key" "PATH" Plain NOWHERE, "none: plain HTTP",
        "The private key of the certificate, in PEM, closed to others. Set both or neither.";
    "TENANTRY_REUSE_PORT" "reuse_port" "true|false" Plain NOWHERE, "false",
        "Whether several servers of one account may listen on the same port, so that a new one takes over before the old one stops.";
    "JWT_SECRET_KEY" "jwt_secret_key" "TEXT" Secret NOWHERE, "made at the first start, kept in the data directory",
        "The master secret, at least 32 random characters; `openssl rand -hex 32` makes one. All keys are derived from it.";
    "JWT_SECRET_KEY_PREVIOUS" "jwt_secret_key_previous" "TEXT" Secret NOWHERE, "none",
        "The master secret before the present one, while one takes over from the other: seals made with either are accepted.";
    "ACCESS_TOKEN_EXPIRE_MINUTES" "access_token_expire_minutes" "MINUTES" Plain NOWHERE, "15",
        "How long an access token is believed, from 1 to 1440. More than 60 is possible and warned about.";
    "REFRESH_TOKEN_EXPIRE_DAYS" "refresh_token_expire_days" "DAYS" Plain NOWHERE, "30",
        "How long a session lasts at most, from 1 to 365. One that is not used for 7 days ends sooner.";
    "TENANTRY_PASSWORD_MIN_LENGTH" "password_min_length" "NUMBER" Plain NOWHERE, "15",
        "The least number of characters of a new password, from 8 to 128.";
    "TENANTRY_DATABASE_CONNECTIONS" "database_connections" "NUMBER" Plain NOWHERE, "10",
        "The most database connections of the request path, from 1 to 500. About half as many more serve sign-ins.";
    "TENANTRY_DATABASE_POOLER" "database_pooler" "true|false" Plain NOWHERE, "false",
        "Whether a transaction pooler stands between Tenantry and the database. Seals are then bound to no connection, and live 10 s.";
    "TENANTRY_TRUSTED_PROXIES" "trusted_proxies" "ADDRESSES" Plain NOWHERE, "none",
        "The IP addresses of the reverse proxies whose X-Forwarded-For is believed, separated by commas.";
    "TENANTRY_CORS_ORIGINS" "cors_origins" "ORIGINS" Plain NOWHERE, "none",
        "The origins whose web pages may call the API, separated by commas, each exactly as browsers send it: `https://app.example.com`.";
    "TENANTRY_RATE_LIMIT_ORGANIZATION" "rate_limit_organization" "NUMBER" Plain NOWHERE, "6000",
        "The requests a minute that the members of one organization may send together, up to 1000000. 0 is no limit.";
    "TENANTRY_RATE_LIMIT_KEY" "rate_limit_key" "NUMBER" Plain NOWHERE, "1200",
        "The requests a minute that one session or API key may send, up to 1000000. 0 is no limit.";
    "TENANTRY_RATE_LIMIT_ADDRESS" "rate_limit_address" "NUMBER" Plain NOWHERE, "300",
        "The requests a minute that one client address may send without valid credentials, sign-ins among them, up to 1000000. 0 is no limit. IPv6 counts by /64. Behind a reverse proxy, set TENANTRY_TRUSTED_PROXIES too, or all clients share one address.";
    "TENANTRY_METRICS_LISTEN" "metrics_listen" "ADDRESS" Plain NOWHERE, "none",
        "An address and port of its own for `/metrics`, which has no guard there. Without it, `/metrics` stands on the main address and answers only callers on this machine.";
    "OTEL_EXPORTER_OTLP_ENDPOINT" "otel_exporter_otlp_endpoint" "URL" Plain NOWHERE, "none",
        "Where traces of requests are sent, by OTLP over HTTP without TLS: `http://127.0.0.1:4318` for a collector on this machine. The path `/v1/traces` is added.";
    "OTEL_SERVICE_NAME" "otel_service_name" "TEXT" Plain NOWHERE, "tenantry",
        "The name of this server in traces.";
    "TENANTRY_LOG" "log" "FILTER" Plain EVERYWHERE, "info of serve, warn of the other commands",
        "What is logged: error, warn, info, debug or trace, for all or by part, as in `info,tenantry_db=debug`.";
    "TENANTRY_LOG_FORMAT" "log_format" "auto|json|text" Plain EVERYWHERE, "auto",
        "How it is logged: text on a terminal and JSON elsewhere, or always the one or the other.";
};

impl Setting {
    /// The first sentence of what it does, without its full stop.
    pub(crate) fn summary(&self) -> &'static str {
        self.about.split(". ").next().unwrap_or_default().trim_end_matches('.')
    }

    /// The flag, without its dashes.
    pub(crate) fn flag(&self) -> String {
        self.key.replace('_', "-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_keys_are_unique_and_no_secret_has_a_flag() {
        for (index, one) in SETTINGS.iter().enumerate() {
            for other in &SETTINGS[index + 1..] {
                assert!(one.name != other.name && one.key != other.key, "{}", one.name);
            }
            assert!(one.class == Class::Plain || one.flag_of.is_empty(), "{}", one.name);
            assert!(one.about.ends_with('.'), "{}", one.name);
        }
    }
}
