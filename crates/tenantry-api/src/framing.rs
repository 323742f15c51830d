//! How a request on an HTTP/1 connection must be framed, beyond what the HTTP library insists on: a
//! request that a proxy in front could take for two is refused, and its connection ends with it (VA-4).

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use http::header::{HOST, TRANSFER_ENCODING};
use http::{Request, Version};
use tenantry_core::{ErrorCode, Problem};

/// Why the request cannot be trusted to be one request.
pub(crate) fn fault<B>(request: &Request<B>) -> Option<Problem> {
    let came_over_http1 = request.extensions().get::<ConnectInfo<SocketAddr>>().is_some()
        && request.version() <= Version::HTTP_11;
    if !came_over_http1 {
        return None;
    }
    let refuse = |detail: &str| Some(Problem::new(ErrorCode::MalformedRequest, detail));
    let headers = request.headers();
    let hosts = headers.get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        // RFC 9112, section 3.2
        return refuse("A request names its host once.");
    }
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => None,
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => None,
        // RFC 9112, section 6.1: a coding that is not understood leaves the end of the body unknown.
        (Some(_), _) => refuse("The only transfer coding is chunked, said once."),
    }
}

/// Whether the connection ends with this request: the library drops a `Content-Length` beside
/// `Transfer-Encoding` unseen, and RFC 9112, section 6.1, has such a connection closed.
pub(crate) fn is_last<B>(request: &Request<B>) -> bool {
    request.version() <= Version::HTTP_11 && request.headers().contains_key(TRANSFER_ENCODING)
}
