//! `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers), as lists of structured fields.

use std::fmt::Write;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::WINDOW;
use super::policy::Policy;
use super::table::Standing;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// Writes both, when there is something to say.
pub(super) fn write(headers: &mut HeaderMap, standings: &[(Policy, Standing)]) {
    let (mut policies, mut limits) = (String::new(), String::new());
    for (policy, standing) in standings {
        let (name, comma) = (policy.name(), if policies.is_empty() { "" } else { ", " });
        let Standing { quota, remaining, reset, .. } = standing;
        // Writing to a string cannot fail.
        let _ = write!(policies, "{comma}\"{name}\";q={quota};w={WINDOW}");
        let _ = write!(limits, "{comma}\"{name}\";r={remaining};t={reset}");
    }
    for (name, text) in [(POLICY, policies), (LIMIT, limits)] {
        match HeaderValue::try_from(text) {
            Ok(value) if !value.is_empty() => drop(headers.insert(name, value)),
            Ok(_) | Err(_) => {}
        }
    }
}
