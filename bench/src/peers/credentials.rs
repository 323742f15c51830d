//! What makes callers known to the peers: tokens with the claims `sub` and `org`, signed with a shared secret or with a
//! key whose public half the peer is given. A peer that keeps its own sessions writes its credentials to a file.

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::Known;
use crate::suite::Stage;

/// The secret that a peer shares with the suite.
const SECRET: &str = "a-secret-of-the-benchmark-that-opens-nothing-else";
/// Longer than a run.
const LIFETIME: i64 = 24 * 60 * 60;

/// What signs the callers' tokens. The key pair is made anew for each run, so a token of an earlier one opens nothing.
#[derive(Debug)]
pub(super) struct Credentials {
    pair: EcdsaKeyPair,
    now: i64,
}

impl Credentials {
    pub(super) fn make() -> Result<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING);
        let pair = pair.map_err(|_| anyhow!("no key pair could be made"))?;
        Ok(Self { pair, now: tenantry_core::Clock::system().unix_seconds() })
    }

    /// For a peer that verifies HS256.
    pub(super) const fn secret(&self) -> &'static str {
        SECRET
    }

    /// The public key as JSON, for a peer that verifies ES256.
    pub(super) fn jwk(&self) -> String {
        // One byte that says the point is not compressed, and its two coordinates.
        let point = self.pair.public_key().as_ref();
        let coordinate = |from: usize| URL_SAFE_NO_PAD.encode(&point[from..from + 32]);
        json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "bench", "x": coordinate(1), "y": coordinate(33) })
            .to_string()
    }

    /// The callers of the stage, known by tokens that are signed with the shared secret.
    pub(super) fn symmetric(&self, stage: &Stage) -> Result<Vec<Known>> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        self.callers(stage, "HS256", |text| Ok(hmac::sign(&key, text).as_ref().to_vec()))
    }

    /// The callers of the stage, known by tokens that are signed with the key pair.
    pub(super) fn asymmetric(&self, stage: &Stage) -> Result<Vec<Known>> {
        let random = SystemRandom::new();
        self.callers(stage, "ES256", |text| {
            let signature = self.pair.sign(&random, text);
            Ok(signature.map_err(|_| anyhow!("a token could not be signed"))?.as_ref().to_vec())
        })
    }

    fn callers(
        &self,
        stage: &Stage,
        algorithm: &str,
        sign: impl Fn(&[u8]) -> Result<Vec<u8>>,
    ) -> Result<Vec<Known>> {
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = encode(&json!({ "alg": algorithm, "typ": "JWT", "kid": "bench" }));
        let known = stage.callers.iter().map(|caller| {
            let organization = caller.organization.to_string();
            let claims = encode(&json!({
                "sub": caller.user, "org": organization, "iat": self.now, "exp": self.now + LIFETIME,
            }));
            let text = format!("{header}.{claims}");
            let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes())?);
            let headers = vec![format!("authorization: Bearer {text}.{signature}")];
            Ok(Known { headers, organization })
        });
        known.collect()
    }
}

/// Callers whose credentials a peer has written: one a line, a tab, the organization.
pub(super) fn written_by_peer(path: &Path, name: &str) -> Result<Vec<Known>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let known = text.lines().map(|line| {
        let (credential, organization) = line.split_once('\t').context("a line without a tab")?;
        let headers = vec![format!("{name}: {credential}")];
        Ok(Known { headers, organization: organization.to_owned() })
    });
    known.collect()
}
