//! An answer that is made once and then only compared: bytes with a strong ETag.
//!
//! A 304 carries the same headers as the 200 would, since clients take them over for what they have kept.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::{etag, pages};

/// May be kept by anybody, and is asked for again each time: a new version of the server shows at once.
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");

/// Bytes, and what is said about them.
#[derive(Debug)]
pub(super) struct Kept {
    media: &'static str,
    bytes: Bytes,
    version: Option<HeaderValue>,
}

impl Kept {
    /// Keeps these bytes.
    pub(super) fn new(media: &'static str, bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { media, version: etag::of_bytes(&bytes), bytes }
    }

    /// The bytes, or that the caller has them already.
    pub(super) fn answer(&self, asked: &HeaderMap) -> Response {
        let named = |version| etag::is_named(asked, IF_NONE_MATCH, version);
        let is_known = self.version.as_ref().is_some_and(named);
        let body = if is_known { Body::empty() } else { Body::from(self.bytes.clone()) };
        let mut response = Response::new(body);
        let headers = response.headers_mut();
        if let Some(version) = &self.version {
            headers.insert(ETAG, version.clone());
        }
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
        let tag = kept.version.as_ref().unwrap().to_str().unwrap();
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
