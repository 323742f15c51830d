//! An answer that is made once and then only compared: bytes with a strong ETag.
//!
//! A 304 carries the same headers as the 200 would, since clients take them over for what they have kept.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use crate::pages;

/// May be kept by anybody, and is asked for again each time: a new version of the server shows at once.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");

/// Bytes, and what is said about them.
#[derive(Debug)]
pub(super) struct Kept {
    media: &'static str,
    bytes: Bytes,
    etag: HeaderValue,
}

impl Kept {
    /// Keeps these bytes.
    pub(super) fn new(media: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let digest = Sha256::digest(&bytes);
        let quoted = format!("\"{}\"", hex::encode(&digest[..16]));
        // Hexadecimal digits in quotes are a header's value always.
        let etag = HeaderValue::from_str(&quoted).unwrap_or(HeaderValue::from_static("\"\""));
        Self { media, bytes, etag }
    }

    /// The bytes, or that the caller has them already.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let is_known = self.is_known(asked);
        let body = if is_known { Body::empty() } else { Body::from(self.bytes.clone()) };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        headers.insert(ETAG, self.etag.clone());
        headers.insert(CACHE_CONTROL, ASK_AGAIN);
        if self.media.starts_with("text/html") {
            let policy = HeaderValue::from_static(pages::CONTENT_SECURITY_POLICY);
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media));
        }
        response
    }

    /// RFC 9110, section 13.1.2: any of the listed tags, compared weakly, or `*`.
    fn is_known(&self, asked: &HeaderMap) -> bool {
        let listed = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        listed.flat_map(|value| value.split(',')).map(str::trim).any(|tag| {
            tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == self.etag.as_bytes()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(kept: &Kept, tags: &[&str]) -> u16 {
        let mut asked = HeaderMap::new();
        for tag in tags {
            asked.append(IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap());
        }
        kept.answer(&asked).status().as_u16()
    }

    /// RFC 9110, section 13.1.2
    #[test]
    fn only_somebody_who_has_these_very_bytes_is_told_so() {
        let (kept, other) = (Kept::new("text/plain", "a"), Kept::new("text/plain", "b"));
        let tag = kept.etag.to_str().unwrap();
        assert_eq!(status(&kept, &[]), 200);
        assert_eq!(status(&kept, &[tag]), 304);
        assert_eq!(status(&other, &[tag]), 200);
        assert_eq!(status(&kept, &[&format!("\"x\", W/{tag}")]), 304);
        assert_eq!(status(&kept, &["\"x\"", tag]), 304);
        assert_eq!(status(&kept, &["*"]), 304);
        for wrong in ["", "\"\"", tag.trim_matches('"'), &tag.to_uppercase(), "W/", "\"*\""] {
            assert_eq!(status(&kept, &[wrong]), 200, "{wrong}");
        }
    }
}
