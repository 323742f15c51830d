//! A `tenantry.toml` with every setting in it, made from the table of settings. Everything is a comment, so the file
//! changes nothing until somebody takes a # away.

use std::fmt::Write as _;

use crate::config::{Class, SETTINGS, Setting};
use crate::text::wrap;

const WIDTH: usize = 98;

const HEAD: &str = "\
# Settings of Tenantry. Everything is a comment: take the # away from a line to change that setting.
# A flag wins over the environment, which wins over this file, which wins over .env.
# `tenantry config` shows what holds and where it comes from; `tenantry config check` what is wrong.
";

/// The file.
pub(super) fn text() -> String {
    let mut out = HEAD.to_owned();
    for setting in SETTINGS {
        out.push('\n');
        let about = format!("{} Default: {}.", setting.about, setting.default);
        for line in wrap(&about, WIDTH) {
            let _ = writeln!(out, "# {line}");
        }
        let _ = match setting.class {
            Class::Secret => writeln!(
                out,
                "# A secret: it is refused in this file. Set {} in the environment.",
                setting.name
            ),
            Class::Plain | Class::Address => {
                writeln!(out, "#{} = {}", setting.key, sample(setting))
            }
        };
    }
    out
}

/// A value that can be used as it stands: the default where that is a value, else one of its kind.
fn sample(setting: &Setting) -> String {
    let text = match (setting.name, setting.shape) {
        ("DATABASE_URL", _) => "postgres://db.example.com/app",
        ("TENANTRY_ADMIN_DATABASE_URL", _) => "postgres://postgres@db.example.com/app",
        ("TENANTRY_POSTGRES_BIN", _) => "/usr/lib/postgresql/16/bin",
        ("TENANTRY_LOG", _) => "info",
        ("TENANTRY_CORS_ORIGINS", _) => "https://app.example.com",
        ("TENANTRY_TLS_CERTIFICATE", _) => "certificate.pem",
        ("TENANTRY_TLS_KEY", _) => "key.pem",
        ("TENANTRY_METRICS_LISTEN", _) => "127.0.0.1:9100",
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _) => "http://127.0.0.1:4318",
        (_, "URL") => "https://tenantry.example.com",
        (_, "ADDRESSES") => return "[\"10.0.0.1\", \"10.0.0.2\"]".to_owned(),
        _ => setting.default,
    };
    let is_bare = text.parse::<i64>().is_ok() || text.parse::<bool>().is_ok();
    if is_bare { text.to_owned() } else { format!("\"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_the_example_is_wider_than_a_hundred_characters() {
        let text = text();
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(wide.is_empty(), "{wide:?}");
    }
}
