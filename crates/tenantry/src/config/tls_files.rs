//! The certificate of the server and its key: two settings that mean something only together, and what is wrong with
//! the files that they name.

use std::path::{Path, PathBuf};

use tenantry_api::{Tls, TlsError};

use super::Config;
use super::value::Reader;
use crate::trouble::Problem;

/// Where the certificate and its key are.
#[derive(Debug, Clone)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Reader<'_> {
    /// Both files, or neither.
    pub(super) fn tls_files(&mut self, here: &Path) -> Option<TlsFiles> {
        let names = ["TENANTRY_TLS_CERTIFICATE", "TENANTRY_TLS_KEY"];
        let [certificate, key] = names.map(|name| self.text(name).map(|path| here.join(path)));
        let (set, missing) = match (certificate, key) {
            (Some(certificate), Some(key)) => return Some(TlsFiles { certificate, key }),
            (None, None) => return None,
            (Some(_), None) => (names[0], names[1]),
            (None, Some(_)) => (names[1], names[0]),
        };
        let title = format!("{set} is set and {missing} is not");
        let origin = self.values.get(set).map(|(_, origin)| origin.to_string());
        let problem = Problem::new("TN0320", title)
            .fact("found in", origin.unwrap_or_default())
            .help(format!("set {missing} as well, or unset {set}"));
        self.problems.push(problem);
        None
    }
}

impl TlsFiles {
    /// Reads both, or says what is wrong with them.
    pub(crate) fn load(&self, config: &Config) -> Result<Tls, Problem> {
        Tls::load(&self.certificate, &self.key).map_err(|error| explain(&error, config))
    }
}

fn explain(error: &TlsError, config: &Config) -> Problem {
    let looked_at = |path: &Path| format!("ls -l {}", config.shown(path));
    match error {
        TlsError::Read { path, .. } => {
            Problem::new("TN0321", error.to_string()).help(looked_at(path))
        }
        TlsError::Pem { path, .. } => Problem::new("TN0321", error.to_string())
            .help(format!("head -n 1 {}   begins with -----BEGIN", config.shown(path))),
        TlsError::Unusable(_) => Problem::new("TN0321", error.to_string())
            .help("make a new pair, of an ECDSA or an RSA key of 2048 bits or more"),
        TlsError::Mismatch { certificate, .. } => Problem::new("TN0322", error.to_string())
            .help(format!("openssl x509 -noout -pubkey -in {}", config.shown(certificate)))
            .help("and compare it with: openssl pkey -pubout -in KEY"),
        TlsError::Open { path, mode } => Problem::new("TN0323", error.to_string())
            .fact("mode", format!("{mode:o}, and it may be 640 at most"))
            .help(format!("chmod 640 {}", config.shown(path))),
    }
    .causes(error)
}
