//! What people look at: the page at `/`, the reference at `/docs`, the documents below it, and what these load.
//!
//! All but `/` is made once for a server, at the first request for it, since it changes with the program only.

mod kept;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use http::header::CONTENT_SECURITY_POLICY;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};

use crate::health;
use crate::openapi;
use crate::pages::{self, DOCUMENTS, Document, HomeView};
use crate::service::{Service, ServiceSettings};
use kept::Kept;

const HTML: &str = "text/html; charset=utf-8";

/// The pages. They hold nothing of any organization, and so have no guard.
pub(crate) fn routes() -> Router<Service> {
    let site = Site::new();
    let mut router = Router::new().route("/", get(home)).route("/docs/{*page}", get(made));
    for address in site.0.keys().filter(|address| !address.starts_with("/docs/")) {
        router = router.route(address, get(made));
    }
    router.layer(Extension(Arc::new(site)))
}

/// What there is at an address, and how it is made.
#[derive(Debug, Clone, Copy)]
enum Source {
    Reference,
    OpenApi,
    List,
    Page(&'static Document),
    Markdown(&'static Document),
    Stylesheet,
    Mark,
}

/// Everything that is made once, by address.
#[derive(Debug)]
struct Site(BTreeMap<String, (Source, OnceLock<Kept>)>);

impl Site {
    fn new() -> Self {
        let pages = DOCUMENTS.iter().map(|document| (document.address(), Source::Page(document)));
        let texts = DOCUMENTS
            .iter()
            .map(|document| (format!("/{}", document.path), Source::Markdown(document)));
        // The reference comes last: the generated one of the repository gives way to it.
        let others = [
            ("/docs", Source::Reference),
            ("/openapi.json", Source::OpenApi),
            ("/llms.txt", Source::List),
            ("/assets/tenantry.css", Source::Stylesheet),
            ("/assets/tenantry.svg", Source::Mark),
        ];
        let others = others.map(|(address, source)| (address.to_owned(), source));
        let all = pages.chain(texts).chain(others);
        Self(all.map(|(address, source)| (address, (source, OnceLock::new()))).collect())
    }

    fn at(&self, address: &str, settings: &ServiceSettings) -> Option<&Kept> {
        let (source, kept) = self.0.get(address)?;
        Some(kept.get_or_init(|| source.make(settings)))
    }
}

impl Source {
    fn make(self, settings: &ServiceSettings) -> Kept {
        let (url, version) = (&settings.public_url, settings.version);
        match self {
            Self::Reference => Kept::new(HTML, pages::reference(&openapi::document(url))),
            Self::OpenApi => Kept::new("application/json", openapi::document(url).to_string()),
            Self::List => Kept::new("text/plain; charset=utf-8", pages::list(url)),
            Self::Page(document) => Kept::new(HTML, pages::manual(document, version, url)),
            Self::Markdown(document) => Kept::new("text/markdown; charset=utf-8", document.text),
            Self::Stylesheet => Kept::new("text/css; charset=utf-8", pages::stylesheet()),
            Self::Mark => Kept::new("image/svg+xml", pages::mark()),
        }
    }
}

async fn made(
    Extension(site): Extension<Arc<Site>>,
    State(service): State<Service>,
    address: Uri,
    asked: HeaderMap,
) -> Response {
    match site.at(address.path(), service.settings()) {
        Some(kept) => kept.answer(&asked),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn home(State(service): State<Service>) -> Response {
    let settings = service.settings();
    let mut response = axum::response::Html(pages::home(&HomeView {
        version: settings.version,
        postgres_version: settings.postgres_version.clone(),
        public_url: settings.public_url.clone(),
        ready: health::is_ready(&service).await,
    }))
    .into_response();
    let policy = HeaderValue::from_static(pages::CONTENT_SECURITY_POLICY);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}
