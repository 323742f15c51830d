//! TLS: a certificate chain and its key from two PEM files, which may be replaced while the server runs. A pair that
//! cannot be used never replaces one that can.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{InconsistentKeys, ServerConfig};

/// Why a certificate and its key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there or not readable.
    #[error("{} cannot be read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file holds no certificate, or no private key, in PEM.
    #[error("{} holds no {wanted} in PEM", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
        /// What the reader says.
        source: pem::Error,
    },
    /// The key is readable by every account, or may be written by its group.
    #[error("{} can be read by others", path.display())]
    Open {
        /// The file of the key.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The certificate is another key's.
    #[error("{} is not the certificate of the key in {}", certificate.display(), key.display())]
    Mismatch {
        /// The file of the certificate.
        certificate: PathBuf,
        /// The file of the key.
        key: PathBuf,
    },
    /// The certificate or the key is of a kind that is not supported.
    #[error("the certificate or its key cannot be used")]
    Unusable(#[source] rustls::Error),
}

/// A certificate with its key, as a server uses it. Cheap to clone; all clones see a replacement.
#[derive(Debug, Clone)]
pub struct Tls(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    certificate: PathBuf,
    key: PathBuf,
    current: Arc<Current>,
    /// What the files looked like when they were last read.
    stamps: Mutex<Stamps>,
    config: Arc<ServerConfig>,
}

/// The pair that new handshakes use.
#[derive(Debug)]
struct Current(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// Reads a chain of certificates, the server's own first, and its key.
    ///
    /// # Errors
    /// When a file cannot be read, holds something else or is open to others, and when the two do not belong together.
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let stamps = stamps(certificate, key);
        let current = Arc::new(Current(RwLock::new(Arc::new(read(certificate, key)?))));
        let config = config(Arc::clone(&current)).map_err(TlsError::Unusable)?;
        Ok(Self(Arc::new(Shared {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            current,
            stamps: Mutex::new(stamps),
            config: Arc::new(config),
        })))
    }

    /// Whether a file was replaced or written since it was last read.
    #[must_use]
    pub fn is_outdated(&self) -> bool {
        let seen = self.0.stamps.lock().unwrap_or_else(PoisonError::into_inner);
        *seen != stamps(&self.0.certificate, &self.0.key)
    }

    /// Reads both files again. New handshakes use the new pair; connections that are open go on as they are.
    ///
    /// # Errors
    /// As [`Tls::load`]; the old pair stays in use then, and the files count as read.
    pub fn reload(&self) -> Result<(), TlsError> {
        let Shared { certificate, key, current, .. } = &*self.0;
        // Before they are read: a file that is written meanwhile is read again at the next look.
        *self.0.stamps.lock().unwrap_or_else(PoisonError::into_inner) = stamps(certificate, key);
        let fresh = Arc::new(read(certificate, key)?);
        *current.0.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.0.config)
    }
}

/// TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
fn config(current: Arc<Current>) -> Result<ServerConfig, rustls::Error> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(current);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// By what a file that was replaced or written is told from the one before: time, size, and which file it is.
type Stamp = Option<(i64, i64, u64, u64)>;
type Stamps = [Stamp; 2];

fn stamps(certificate: &Path, key: &Path) -> Stamps {
    [certificate, key].map(|path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.mtime(), metadata.mtime_nsec(), metadata.size(), metadata.ino()))
    })
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, TlsError> {
    let chain = CertificateDer::pem_slice_iter(&contents(certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .and_then(|chain| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(|source| not_pem(certificate, "certificate", source))?;
    closed(key)?;
    let private = PrivateKeyDer::from_pem_slice(&contents(key)?)
        .map_err(|source| not_pem(key, "private key", source))?;
    CertifiedKey::from_der(chain, private, &default_provider()).map_err(|error| match error {
        rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            TlsError::Mismatch { certificate: certificate.to_owned(), key: key.to_owned() }
        }
        error => TlsError::Unusable(error),
    })
}

fn contents(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read { path: path.to_owned(), source })
}

fn not_pem(path: &Path, wanted: &'static str, source: pem::Error) -> TlsError {
    TlsError::Pem { path: path.to_owned(), wanted, source }
}

/// A group may read the key, because that is how systems share certificates among services; nobody else may.
fn closed(key: &Path) -> Result<(), TlsError> {
    let metadata =
        std::fs::metadata(key).map_err(|source| TlsError::Read { path: key.to_owned(), source })?;
    let mode = metadata.mode() & 0o777;
    if mode & 0o027 == 0 { Ok(()) } else { Err(TlsError::Open { path: key.to_owned(), mode }) }
}
