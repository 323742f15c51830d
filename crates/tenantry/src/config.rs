//! The configuration: read once, here, and handed down as values. Nothing else in the workspace looks at the
//! environment. A newcomer's usual surprise: `.env` is read too, and loses against everything else.

mod edge;
mod settings;
mod sources;
mod suggestion;
mod tls_files;
mod value;

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use tenantry_core::secret::MasterSecret;

use crate::trouble::{Problem, Trouble};

pub(crate) use settings::{Class, SETTINGS, Setting};
#[cfg(test)]
pub(crate) use sources::OF_APPLICATIONS;
pub(crate) use sources::{Origin, Values};
pub(crate) use tls_files::TlsFiles;
pub(crate) use value::weak_secret;

use value::Reader;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// JSON.
    Json,
    /// Text.
    Text,
}

/// Every setting as a value.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) database: Option<tenantry_db::Config>,
    pub(crate) administrator: Option<tenantry_db::Config>,
    pub(crate) data_dir: PathBuf,
    pub(crate) postgres_bin: Option<PathBuf>,
    pub(crate) listen: SocketAddr,
    pub(crate) public_url: Option<String>,
    /// The certificate and its key, where the server encrypts.
    pub(crate) tls: Option<TlsFiles>,
    /// Whether other servers may listen on the same port.
    pub(crate) is_sharing_port: bool,
    pub(crate) secret: Option<MasterSecret>,
    pub(crate) previous_secret: Option<MasterSecret>,
    pub(crate) access_token_minutes: u32,
    pub(crate) refresh_token_days: u32,
    pub(crate) password_min_length: usize,
    pub(crate) connections: usize,
    pub(crate) is_behind_pooler: bool,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Who may call from where and how often, and who may watch.
    pub(crate) edge: tenantry_api::Edge,
    /// Where `/metrics` has an address of its own.
    pub(crate) metrics_listen: Option<SocketAddr>,
    /// Where traces are sent, without a slash at the end.
    pub(crate) trace_collector: Option<String>,
    pub(crate) trace_service_name: String,
    /// The filter, when one was asked for.
    pub(crate) log: Option<String>,
    pub(crate) log_format: LogFormat,
    /// Whether `--demo` was asked for.
    pub(crate) is_demo: bool,
    /// `PATH`, where PostgreSQL is looked for.
    pub(crate) search_path: Option<OsString>,
    /// The working directory: paths are shown relative to it.
    pub(crate) here: PathBuf,
    /// The configuration files that were read.
    pub(crate) files: Vec<PathBuf>,
    /// What is odd, and not wrong enough to stop.
    pub(crate) warnings: Vec<Problem>,
}

/// The command line's part of the configuration.
#[derive(Debug, Default)]
pub(crate) struct Flags {
    /// The file that `--config` names.
    pub(crate) file: Option<PathBuf>,
    /// Values by setting.
    pub(crate) values: Vec<(&'static Setting, String)>,
    /// `--demo`.
    pub(crate) is_demo: bool,
}

/// Where a demo is kept unless somebody says otherwise, so that it never meets what is real.
const DEMO_DIRECTORY: &str = "./.tenantry-demo";

impl Config {
    /// Reads flags, environment and files.
    pub(crate) fn load(flags: &Flags) -> Result<Self, Trouble> {
        let here = std::env::current_dir().map_err(|error| {
            Problem::new("TN0306", "the working directory cannot be read")
                .fact("cause", error.to_string())
        })?;
        let Gathered { values, files, mut warnings } = gather(flags)?;
        let mut config = Self::from_values(&values, here)?;
        config.files = files;
        config.is_demo = flags.is_demo;
        warnings.append(&mut config.warnings);
        config.warnings = warnings;
        Ok(config)
    }

    fn from_values(values: &Values, here: PathBuf) -> Result<Self, Trouble> {
        let mut read = Reader::new(values);
        let local = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8000);
        let config = Self {
            database: read.database("DATABASE_URL"),
            administrator: read.database("TENANTRY_ADMIN_DATABASE_URL"),
            data_dir: read
                .text("TENANTRY_DATA_DIR")
                .map_or_else(|| here.join(".tenantry"), |path| here.join(path)),
            postgres_bin: read.text("TENANTRY_POSTGRES_BIN").map(PathBuf::from),
            listen: read
                .parsed(
                    "TENANTRY_LISTEN",
                    "an address and a port, such as 127.0.0.1:8000",
                    value::listen_address,
                )
                .unwrap_or(local),
            public_url: read.parsed(
                "TENANTRY_PUBLIC_URL",
                "http:// or https:// and a host, without a path",
                value::public_url,
            ),
            tls: read.tls_files(&here),
            is_sharing_port: read.is_on("TENANTRY_REUSE_PORT"),
            secret: read.secret("JWT_SECRET_KEY"),
            previous_secret: read.secret("JWT_SECRET_KEY_PREVIOUS"),
            access_token_minutes: read
                .number("ACCESS_TOKEN_EXPIRE_MINUTES", 1..=1440)
                .unwrap_or(15),
            refresh_token_days: read.number("REFRESH_TOKEN_EXPIRE_DAYS", 1..=365).unwrap_or(30),
            password_min_length: read.number("TENANTRY_PASSWORD_MIN_LENGTH", 8..=128).unwrap_or(15),
            connections: read.number("TENANTRY_DATABASE_CONNECTIONS", 1..=500).unwrap_or(10),
            is_behind_pooler: read.is_on("TENANTRY_DATABASE_POOLER"),
            trusted_proxies: read
                .parsed(
                    "TENANTRY_TRUSTED_PROXIES",
                    "IP addresses, separated by commas",
                    value::addresses,
                )
                .unwrap_or_default(),
            edge: edge::read(&mut read),
            metrics_listen: read.parsed(
                "TENANTRY_METRICS_LISTEN",
                "an address and a port, such as 127.0.0.1:9100",
                value::listen_address,
            ),
            trace_collector: read.parsed(
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                "http:// and the address of a collector, which may pass them on with TLS",
                edge::collector,
            ),
            trace_service_name: read.text("OTEL_SERVICE_NAME").unwrap_or("tenantry".to_owned()),
            log: read.parsed("TENANTRY_LOG", "a level, such as info, or a filter", |text| {
                crate::telemetry::is_filter(text).then(|| text.to_owned())
            }),
            log_format: read
                .parsed("TENANTRY_LOG_FORMAT", "auto, json or text", log_format)
                .unwrap_or(LogFormat::Auto),
            is_demo: false,
            search_path: search_path(),
            here,
            files: Vec::new(),
            warnings: Vec::new(),
        };
        let problems = std::mem::take(&mut read.problems);
        if problems.is_empty() { Ok(config.with_warnings()) } else { Err(Trouble::new(problems)) }
    }

    fn with_warnings(mut self) -> Self {
        self.edge.shows_metrics = self.metrics_listen.is_none();
        if self.trace_collector.is_some() {
            self.edge.trace = Some(crate::telemetry::Continuation::shared());
        }
        if self.access_token_minutes > 60 {
            let title =
                format!("access tokens are believed for {} minutes", self.access_token_minutes);
            let problem = Problem::new("TN0308", title).help("ACCESS_TOKEN_EXPIRE_MINUTES=15");
            self.warnings.push(problem);
        }
        self
    }

    /// A path as it is shown.
    pub(crate) fn shown(&self, path: &Path) -> String {
        crate::text::path(path, &self.here)
    }
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "auto" => Some(LogFormat::Auto),
        "json" => Some(LogFormat::Json),
        "text" => Some(LogFormat::Text),
        _ => None,
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
fn search_path() -> Option<OsString> {
    std::env::var_os("PATH")
}

/// The width of the terminal, from the variable that shells and tests set where there is none.
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub(crate) fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// The password of the databases that `adopt` merges, under the name that PostgreSQL's own programs know.
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub(crate) fn source_password() -> Option<String> {
    std::env::var("PGPASSWORD").ok().filter(|password| !password.is_empty())
}

/// The arguments of the command line.
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// What was found, before it is known whether it can be used.
pub(crate) struct Gathered {
    pub(crate) values: Values,
    /// The files that were read.
    pub(crate) files: Vec<PathBuf>,
    /// Names that look like ours and are not.
    warnings: Vec<Problem>,
}

/// Takes every value from the best source that has it.
pub(crate) fn gather(flags: &Flags) -> Result<Gathered, Trouble> {
    let mut values = Values::default();
    for (setting, value) in &flags.values {
        values.offer(setting, value.clone(), Origin::Flag);
    }
    let mut warnings = take_environment(&mut values)?;
    let mut files = Vec::new();
    take_toml(&mut values, flags.file.as_deref(), &mut files)?;
    warnings.extend(take_dotenv(&mut values, &mut files)?);
    if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == "TENANTRY_DATA_DIR")
        && flags.is_demo
    {
        values.offer(setting, DEMO_DIRECTORY.to_owned(), Origin::Flag);
    }
    Ok(Gathered { values, files, warnings })
}

fn take_environment(values: &mut Values) -> Result<Vec<Problem>, Trouble> {
    let mut names = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().map(str::to_owned) else { continue };
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) {
            let value = value.into_string().map_err(|_| {
                Problem::new("TN0305", format!("{name} in the environment is not UTF-8"))
            })?;
            values.offer(setting, value, Origin::Environment);
        }
        names.push(name);
    }
    names.sort_unstable();
    let names = names.iter().map(|name| (name.as_str(), Origin::Environment));
    Ok(sources::unknown_variables(names))
}

fn take_toml(
    values: &mut Values,
    named: Option<&Path>,
    files: &mut Vec<PathBuf>,
) -> Result<(), Trouble> {
    let path = named.unwrap_or(Path::new("tenantry.toml"));
    let Some(text) = read_file(path, named.is_some())? else { return Ok(()) };
    for (setting, value, origin) in sources::toml(path, &text)? {
        values.offer(setting, value, origin);
    }
    files.push(path.to_owned());
    Ok(())
}

fn take_dotenv(values: &mut Values, files: &mut Vec<PathBuf>) -> Result<Vec<Problem>, Trouble> {
    let path = Path::new(".env");
    let Some(text) = read_file(path, false)? else { return Ok(Vec::new()) };
    let assignments = sources::dotenv(&text);
    for (line, name, value) in &assignments {
        if let Some(setting) = SETTINGS.iter().find(|setting| setting.name == *name) {
            values.offer(setting, value.clone(), Origin::File(path.to_owned(), *line));
        }
    }
    files.push(path.to_owned());
    let names = assignments.iter();
    Ok(sources::unknown_variables(
        names.map(|(line, name, _)| (*name, Origin::File(path.to_owned(), *line))),
    ))
}

/// The text of a file; nothing when it is absent and need not be there.
fn read_file(path: &Path, is_required: bool) -> Result<Option<String>, Trouble> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_required => Ok(None),
        Err(error) => Err(Problem::new("TN0306", format!("{} cannot be read", path.display()))
            .fact("cause", error.to_string())
            .into()),
    }
}

/// Whether tests write the checked-in outputs instead of comparing with them.
#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub(crate) fn is_blessing() -> bool {
    std::env::var_os("TENANTRY_BLESS").is_some()
}
