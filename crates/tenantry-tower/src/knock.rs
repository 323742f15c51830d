//! What a request shows of its caller: credentials, and the names of an organization.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use tenantry_core::scope::Origin;
use tenantry_core::{ErrorCode, Problem, RequestId};

/// A caller at the gate. Nothing of it is verified.
#[derive(Debug)]
pub struct Knock<'a> {
    /// The request's headers.
    headers: &'a HeaderMap,
    /// `{organization}` of the path: an id, a slug or `current`.
    pub path_organization: Option<String>,
    /// `{project}` of the path: an id.
    pub path_project: Option<String>,
    /// Where the request came from.
    pub origin: Origin,
}

impl<'a> Knock<'a> {
    /// Reads what the request shows.
    pub(crate) async fn read(parts: &'a mut Parts) -> Self {
        let (path_organization, path_project) =
            match RawPathParams::from_request_parts(parts, &()).await {
                Ok(parameters) => {
                    let named = |wanted| {
                        let mut named = parameters.iter().filter(|(name, _)| *name == wanted);
                        named.next().map(|(_, value)| value.to_owned())
                    };
                    (named("organization"), named("project"))
                }
                Err(RawPathParamsRejection::MissingPathParams(_)) => (None, None),
                // A name that cannot be read is a name all the same: of nothing that exists. Taken for no
                // name at all, it would let the token's organization stand in for it.
                Err(_) => (Some(String::new()), Some(String::new())),
            };
        let unknown = || Origin { request: RequestId::new(), address: None };
        let origin = parts.extensions.get::<Origin>().copied().unwrap_or_else(unknown);
        Self { headers: &parts.headers, path_organization, path_project, origin }
    }

    /// The bearer token (RFC 6750, section 2.1).
    ///
    /// # Errors
    /// 401 when there is none, or more than one, or another scheme.
    pub fn bearer(&self) -> Result<&'a str, Problem> {
        let missing = || {
            Problem::new(
                ErrorCode::Unauthenticated,
                "Send the access token as  Authorization: Bearer …",
            )
        };
        let mut values = self.headers.get_all(AUTHORIZATION).iter();
        let value = values.next().and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
        if values.next().is_some() {
            return Err(missing());
        }
        let (scheme, token) = value.split_once(' ').ok_or_else(missing)?;
        if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(missing()) }
    }

    /// A header that may stand once.
    ///
    /// # Errors
    /// 400 when it stands twice or is not text.
    pub fn header(&self, name: &'static str) -> Result<Option<&'a str>, Problem> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let text = value.to_str().ok().filter(|_| values.next().is_none());
        let text = text.ok_or_else(|| {
            Problem::new(
                ErrorCode::MalformedRequest,
                format!("The header {name} must stand once, as text."),
            )
        })?;
        Ok(Some(text))
    }
}
