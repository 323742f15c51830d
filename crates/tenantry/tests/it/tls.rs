//! A server with a certificate: what is refused at the start, and that a new one is taken without a restart.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::Sandbox;
use crate::server::Server;

const TEXT: (&str, &str) = ("TENANTRY_LOG_FORMAT", "text");
const CERTIFICATE: (&str, &str) = ("TENANTRY_TLS_CERTIFICATE", "certificate.pem");
const KEY: (&str, &str) = ("TENANTRY_TLS_KEY", "key.pem");

/// Puts a new pair where the server looks for it, and the certificate under a second name for a client.
fn renew(sandbox: &Sandbox, trusted: &str) {
    let names = ["localhost", "127.0.0.1"].map(str::to_owned);
    let pair = rcgen::generate_simple_self_signed(names).unwrap();
    sandbox.write("certificate.pem", &pair.cert.pem());
    sandbox.write(trusted, &pair.cert.pem());
    sandbox.write("key.pem", &pair.signing_key.serialize_pem());
    close(sandbox, 0o600);
}

fn close(sandbox: &Sandbox, mode: u32) {
    let key = sandbox.path().join("key.pem");
    std::fs::set_permissions(key, PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn a_certificate_that_cannot_be_used_starts_no_server() {
    let sandbox = Sandbox::new();
    let refused = |variables: &[(&str, &str)], code: i32, says: &[&str]| {
        let ran = sandbox.run_with(&["serve"], &[variables, &[TEXT]].concat());
        ran.ends_with(code).complains(says);
        assert!(!sandbox.data_dir().exists(), "nothing was started");
    };
    refused(&[CERTIFICATE], 2, &["TN0320", "set TENANTRY_TLS_KEY as well"]);
    refused(&[KEY], 2, &["TN0320", "TENANTRY_TLS_CERTIFICATE is not"]);
    refused(&[CERTIFICATE, KEY], 2, &["TN0321", "certificate.pem cannot be read"]);
    renew(&sandbox, "one.pem");
    close(&sandbox, 0o644);
    refused(&[CERTIFICATE, KEY], 4, &["TN0323", "644", "chmod 640 key.pem"]);
    close(&sandbox, 0o640);
    let key = std::fs::read_to_string(sandbox.path().join("key.pem")).unwrap();
    renew(&sandbox, "other.pem");
    sandbox.write("key.pem", &key);
    refused(&[CERTIFICATE, KEY], 2, &["TN0322", "openssl x509"]);
    sandbox.write("certificate.pem", "nothing");
    refused(&[CERTIFICATE, KEY], 2, &["TN0321", "no certificate in PEM"]);
}

/// What a client that trusts this certificate gets, headers included; nothing when it trusts another.
fn curl(sandbox: &Sandbox, trusted: &str, url: &str) -> String {
    let mut curl = Command::new("curl");
    curl.args(["-sS", "-i", "--max-time", "10", "--cacert", trusted, url]);
    let output = curl.current_dir(sandbox.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_server_speaks_https_and_takes_a_new_certificate_without_a_restart() {
    // WB-4
    let sandbox = Sandbox::new();
    renew(&sandbox, "one.pem");
    let server = Server::start(&sandbox, &[CERTIFICATE, KEY]);
    let url = format!("https://{}/livez", server.address);
    let answer = curl(&sandbox, "one.pem", &url);
    assert!(answer.starts_with("HTTP/2 200"), "{answer}");
    assert!(answer.contains("strict-transport-security: max-age=31536000"), "{answer}");
    let issuer = curl(&sandbox, "one.pem", &format!("https://{}/openapi.json", server.address));
    assert!(issuer.contains(&format!("https://{}", server.address)), "it knows its address");
    assert_eq!(server.get("/livez").status, 400, "plain HTTP");

    // A broken pair first: it is told, and nothing changes.
    sandbox.write("certificate.pem", "nothing");
    server.signal("HUP");
    std::thread::sleep(Duration::from_millis(500));
    assert!(curl(&sandbox, "one.pem", &url).starts_with("HTTP/2 200"));
    renew(&sandbox, "other.pem");
    server.signal("HUP");
    let deadline = Instant::now() + Duration::from_secs(10);
    while !curl(&sandbox, "other.pem", &url).starts_with("HTTP/2 200") {
        assert!(Instant::now() < deadline, "the new certificate is not used");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(curl(&sandbox, "one.pem", &url), "", "the old certificate is gone");
    let doctor = sandbox.run_with(&["doctor", "-v"], &[CERTIFICATE, KEY]);
    assert!(
        doctor.stdout.contains("certificate certificate.pem with its key"),
        "{}",
        doctor.stdout
    );
    let stopped = server.stop().ends_with(0);
    let stopped = stopped.complains(&["the old one stays", "the certificate was read again"]);
    assert!(!stopped.stderr.contains("PRIVATE KEY"));
}
