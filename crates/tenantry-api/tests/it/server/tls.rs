//! TLS with real handshakes: what is negotiated, what is refused, and certificates that change under load.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use tempfile::TempDir;
use tenantry_api::{Limits, Server as Settings, Tls, TlsError};
use tenantry_testkit::App;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::task::TaskTracker;

use super::Server;
use super::http2::Http2;

const LAST: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A certificate and its key in files.
struct Pair {
    directory: TempDir,
    root: CertificateDer<'static>,
}

impl Pair {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = write(&directory);
        Self { directory, root }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn load(&self) -> Result<Tls, TlsError> {
        Tls::load(&self.path("certificate.pem"), &self.path("key.pem"))
    }
}

/// Writes a new pair; answers what a client must trust.
fn write(directory: &TempDir) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(directory.path().join("certificate.pem"), made.cert.pem()).unwrap();
    let key = directory.path().join("key.pem");
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    std::fs::set_permissions(key, PermissionsExt::from_mode(0o600)).unwrap();
    made.cert.der().clone()
}

fn client(
    roots: &[CertificateDer<'static>],
    versions: &[&'static SupportedProtocolVersion],
    alpn: &[&str],
) -> TlsConnector {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(root.clone()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(store)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsConnector::from(Arc::new(config))
}

async fn shake(server: &Server, client: &TlsConnector) -> std::io::Result<TlsStream<TcpStream>> {
    let stream = TcpStream::connect(server.address).await?;
    client.connect(ServerName::try_from("localhost").unwrap(), stream).await
}

async fn ask(server: &Server, client: &TlsConnector) -> std::io::Result<String> {
    let mut stream = shake(server, client).await?;
    stream.write_all(LAST.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Ok(text)
}

async fn encrypted(app: &App, tls: &Tls) -> Server {
    let settings = Settings { tls: Some(tls.clone()), ..Settings::default() };
    Server::start_as(settings, app.router()).await
}

/// WB-4
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_versions_of_tls_carry_both_versions_of_http_and_say_to_come_back_encrypted() {
    let app = App::start().await;
    let pair = Pair::new();
    let server = encrypted(&app, &pair.load().unwrap()).await;
    for version in [&version::TLS12, &version::TLS13] {
        let roots = std::slice::from_ref(&pair.root);
        for alpn in [&["http/1.1"][..], &[]] {
            let text = ask(&server, &client(roots, &[version], alpn)).await.unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{text}");
            assert!(text.contains("strict-transport-security: max-age=31536000\r\n"), "{text}");
        }
        let stream = shake(&server, &client(roots, &[version], &["http/1.1", "h2"])).await.unwrap();
        let session = stream.get_ref().1;
        assert_eq!(session.protocol_version(), Some(version.version));
        assert_eq!(session.alpn_protocol(), Some(&b"h2"[..]), "the server prefers HTTP/2");
        let mut http2 = Http2::over(stream).await;
        for (path, status) in [("/livez", 200), ("/nowhere", 404)] {
            let answer = http2.get(path).unwrap().await.unwrap();
            assert_eq!(answer.status(), status);
            assert_eq!(answer.headers()["strict-transport-security"], "max-age=31536000");
        }
    }
    // Without TLS the header would lock people out of a server that does not speak it.
    let plain = Server::start(app.router()).await.say(LAST).await;
    assert!(plain.text.starts_with("HTTP/1.1 200") && !plain.text.contains("strict-transport"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_does_not_speak_tls_is_told_so_or_sent_away() {
    let app = App::start().await;
    let pair = Pair::new();
    let limits = Limits { handshake: Duration::from_secs(1), ..Limits::default() };
    let settings = Settings { tls: Some(pair.load().unwrap()), limits, ..Settings::default() };
    let server = Server::start_as(settings, app.router()).await;
    let plain = server.say(LAST).await;
    assert_eq!((plain.statuses(), plain.closed), (vec![400], true), "{}", plain.text);
    assert!(plain.text.contains("application/problem+json") && plain.text.contains("https://"));
    let long = server.say(format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(30_000))).await;
    assert_eq!((long.statuses(), long.closed), (vec![400], true), "{}", long.text);

    // A handshake that does not end, one that is nonsense, and a client that trusts somebody else.
    let unfinished = server.say([0x16]).await;
    assert!(unfinished.closed && unfinished.took < Duration::from_secs(5), "{unfinished:?}");
    let nonsense = server.say([&[0x16, 3, 1, 0, 5][..], b"hello"].concat()).await;
    assert!(nonsense.closed && !nonsense.text.contains("HTTP"), "{nonsense:?}");
    let stranger = client(&[Pair::new().root], rustls::ALL_VERSIONS, &[]);
    assert!(ask(&server, &stranger).await.is_err());
    let friend = client(&[pair.root], rustls::ALL_VERSIONS, &[]);
    assert!(ask(&server, &friend).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_replaced_under_load_without_a_failed_request() {
    let app = App::start().await;
    let pair = Pair::new();
    let tls = pair.load().unwrap();
    let server = Arc::new(encrypted(&app, &tls).await);
    let fresh = write(&pair.directory);
    let trusting = client(&[pair.root.clone(), fresh.clone()], rustls::ALL_VERSIONS, &["http/1.1"]);
    // A connection from before, and requests on new ones all the while.
    let roots = std::slice::from_ref(&pair.root);
    let before = shake(&server, &client(roots, rustls::ALL_VERSIONS, &["h2"])).await.unwrap();
    let mut before = Http2::over(before).await;
    let done = Arc::new(tokio::sync::Notify::new());
    let load = {
        let (server, done, trusting) = (Arc::clone(&server), Arc::clone(&done), trusting.clone());
        TaskTracker::new().spawn(async move {
            let (mut asked, mut stop) = (0, std::pin::pin!(done.notified()));
            loop {
                tokio::select! {
                    () = &mut stop => return asked,
                    text = ask(&server, &trusting) => {
                        assert!(text.unwrap().starts_with("HTTP/1.1 200"));
                        asked += 1;
                    }
                }
            }
        })
    };
    assert!(tls.is_outdated());
    for _ in 0..20 {
        tls.reload().unwrap();
        assert_eq!(before.get("/livez").unwrap().await.unwrap().status(), 200);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!tls.is_outdated());
    // A client that was here before may resume its session, and then shows the certificate of that time.
    let newcomer = client(std::slice::from_ref(&fresh), rustls::ALL_VERSIONS, &["http/1.1"]);
    let now = shake(&server, &newcomer).await.unwrap();
    assert_eq!(now.get_ref().1.peer_certificates().unwrap()[0], fresh);

    // Only one file of the next renewal is there yet, and then none that can be read.
    let key = std::fs::read(pair.path("key.pem")).unwrap();
    write(&pair.directory);
    std::fs::write(pair.path("key.pem"), key).unwrap();
    assert!(matches!(tls.reload(), Err(TlsError::Mismatch { .. })));
    assert!(!tls.is_outdated(), "a failure is told once");
    std::fs::remove_file(pair.path("certificate.pem")).unwrap();
    assert!(tls.is_outdated());
    assert!(matches!(tls.reload(), Err(TlsError::Read { .. })));
    // Again somebody new: the one who asks all the while may resume a session from before the first renewal.
    let newcomer = client(std::slice::from_ref(&fresh), rustls::ALL_VERSIONS, &["http/1.1"]);
    let now = shake(&server, &newcomer).await.unwrap();
    assert_eq!(now.get_ref().1.peer_certificates().unwrap()[0], fresh, "the old pair stays");
    done.notify_one();
    assert!(load.await.unwrap() > 10);
}

#[test]
fn a_pair_that_cannot_be_used_is_refused_with_the_reason() {
    let pair = Pair::new();
    let (certificate, key) = (pair.path("certificate.pem"), pair.path("key.pem"));
    let load = |certificate: &PathBuf, key: &PathBuf| Tls::load(certificate, key).unwrap_err();
    assert!(matches!(load(&pair.path("absent"), &key), TlsError::Read { .. }));
    assert!(matches!(load(&certificate, &pair.path("absent")), TlsError::Read { .. }));
    assert!(matches!(load(&key, &key), TlsError::Pem { .. }), "a key is no certificate");
    let other = Pair::new();
    assert!(matches!(load(&other.path("certificate.pem"), &key), TlsError::Mismatch { .. }));
    for (mode, is_closed) in
        [(0o604, false), (0o644, false), (0o660, false), (0o640, true), (0o400, true)]
    {
        std::fs::set_permissions(&key, PermissionsExt::from_mode(mode)).unwrap();
        let loaded = pair.load();
        assert_eq!(loaded.is_ok(), is_closed, "{mode:o}");
        assert!(is_closed || matches!(loaded, Err(TlsError::Open { .. })), "{mode:o}");
    }
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o600)).unwrap();
    std::fs::write(&key, "nothing").unwrap();
    assert!(matches!(pair.load(), Err(TlsError::Pem { .. })));
}
