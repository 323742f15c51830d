//! Forms that a page of this server sends: read within limits, field by field, and only from a page of its own. A
//! browser says where a form comes from; what says another place than this one is refused.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header::{ACCEPT, CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, Uri};
use tenantry_core::{ErrorCode, Problem};
use tenantry_tower::Refusal;

use crate::body::read_limited;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const MEDIA: &str = "application/x-www-form-urlencoded";

/// Who sent a form, as far as its headers say.
pub(crate) struct Sender {
    headers: HeaderMap,
    /// The host that the request was sent to.
    host: Option<String>,
}

impl<S: Sync> FromRequestParts<S> for Sender {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // HTTP/2 names the host in the address, HTTP/1 in a header.
        let authority = Uri::authority(&parts.uri).map(ToString::to_string);
        let named = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
        let host = authority.or_else(|| named.map(str::to_owned));
        Ok(Self { headers: parts.headers.clone(), host })
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sender").field("host", &self.host).finish_non_exhaustive()
    }
}

impl Sender {
    /// Whether a page is what is wanted as an answer.
    pub(crate) fn reads_pages(&self) -> bool {
        let accepts = self.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        accepts.is_some_and(|accepts| accepts.contains("text/html"))
    }

    /// Refuses a form that a page of another site sent. Programs that say nothing are no browser, and have no page
    /// that could be abused.
    pub(crate) fn require_own_page(&self, public_url: &str) -> Result<(), Problem> {
        let sites = self.headers.get_all(SEC_FETCH_SITE);
        let is_own_site = sites.iter().all(|site| site == "same-origin" || site == "none");
        let origins = self.headers.get_all(ORIGIN);
        let is_own_origin = origins.iter().all(|origin| {
            origin.to_str().is_ok_and(|origin| {
                let authority = origin.split_once("://").map(|(_, authority)| authority);
                origin == public_url || authority.is_some() && authority == self.host.as_deref()
            })
        });
        if is_own_site && is_own_origin {
            return Ok(());
        }
        let detail =
            "The form was sent by a page of another site. Open the link itself, and send its form.";
        Err(Problem::new(ErrorCode::MalformedRequest, detail))
    }
}

/// The bytes of a form. Not shown: there may be a password in them.
pub(crate) struct Form(axum::body::Bytes);

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let essence = media.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case(MEDIA) {
            let detail = format!("Send  Content-Type: {MEDIA}");
            return Err(Problem::new(ErrorCode::UnsupportedMediaType, detail).into());
        }
        Ok(Self(read_limited(request.into_body()).await?))
    }
}

/// The fields of a form, each there once. Not shown either.
pub(crate) struct Fields(BTreeMap<&'static str, String>);

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Form({} bytes)", self.0.len())
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl Form {
    /// Exactly these fields; one that is absent is empty.
    pub(crate) fn fields<const N: usize>(
        &self,
        known: [&'static str; N],
    ) -> Result<Fields, Problem> {
        let malformed = |detail: &str| Problem::new(ErrorCode::MalformedBody, detail);
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(&self.0) {
            let Some(known) = known.into_iter().find(|known| *known == name) else {
                return Err(malformed("The form has a field that it should not have."));
            };
            // What is not UTF-8 was replaced by this character; nobody types it.
            if value.contains('\u{fffd}') {
                return Err(malformed("The form is not UTF-8."));
            }
            if fields.insert(known, value.into_owned()).is_some() {
                return Err(malformed("The form has a field twice."));
            }
        }
        Ok(Fields(fields))
    }
}

impl Fields {
    /// What was typed into a field.
    pub(crate) fn take(&mut self, name: &str) -> String {
        self.0.remove(name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender(headers: &[(&'static str, &'static str)]) -> Sender {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        Sender { headers, host: Some("localhost:8000".to_owned()) }
    }

    #[test]
    fn only_a_page_of_this_server_may_send_a_form() {
        // WB-3
        let url = "https://tenantry.example";
        for (headers, is_own) in [
            (&[][..], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://localhost:8000")], true),
            (&[("sec-fetch-site", "none")], true),
            (&[("origin", "https://tenantry.example")], true),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")], false),
            (&[("origin", "null")], false),
            (&[("origin", "localhost:8000")], false),
            (&[("origin", "http://localhost:8000.evil.example")], false),
            (&[("origin", "http://tenantry.example")], false),
            (&[("origin", "http://localhost:8001")], false),
        ] {
            let refused = sender(headers).require_own_page(url);
            assert_eq!(refused.is_ok(), is_own, "{headers:?}");
        }
        let without_host = Sender { host: None, ..sender(&[("origin", "null")]) };
        assert!(without_host.require_own_page(url).is_err());
    }

    #[test]
    fn a_form_has_its_fields_once_and_no_others() {
        // VA-1, VA-2
        let fields = |text: &'static str| Form(text.as_bytes().into()).fields(["name", "email"]);
        let mut good = fields("name=Ada+L%C3%BCcke&email=a%40b").unwrap();
        assert_eq!((good.take("name"), good.take("email")), ("Ada Lücke".into(), "a@b".into()));
        assert_eq!(fields("name=a").unwrap().take("email"), "");
        for text in ["name=a&name=b", "name=a&more=1", "name=%FF", "name=a&=b"] {
            assert!(fields(text).is_err(), "{text}");
        }
    }
}
