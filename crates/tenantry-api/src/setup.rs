//! The page behind the one-time setup link, where the first operator makes an account. The token in the path is the
//! secret: it stands in no log line, and wrong, used and expired are one answer.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};
use tenantry_core::{ErrorCode, Problem};
use tenantry_identity::{IdentityError, NewOperator};
use tenantry_store::StoreError;
use tenantry_store::users::User;
use tenantry_tower::Public;

use crate::failure::Failure;
use crate::form::{Form, Sender};
use crate::pages::{self, SetupField, SetupView};
use crate::service::{Service, ServiceSettings};

/// What is said of a link that cannot be used, whatever the reason.
pub(crate) const CLOSED: &str = "This link is wrong, was used, or is older than 30 minutes. While nobody is an operator, every start of the server makes a new one.";

const PREFIX: &str = "/setup/";

/// The page and its form. They stand in no description of the API: a person opens them once.
pub(crate) fn routes() -> Router<Service> {
    Router::new().route("/setup/{token}", get(show).post(submit))
}

/// A path as the log may have it.
pub(crate) fn without_token(path: &str) -> String {
    match path.find(PREFIX) {
        Some(at) => format!("{}…", &path[..at + PREFIX.len()]),
        None => path.to_owned(),
    }
}

async fn show(
    _: Public,
    State(service): State<Service>,
    token: Result<Path<String>, PathRejection>,
    sender: Sender,
) -> Result<Response, Failure> {
    if !service.identity().is_setup_open(&text(token)).await? {
        return Ok(closed(&service, &sender));
    }
    Ok(page(StatusCode::OK, pages::setup(&view(&service))))
}

async fn submit(
    caller: Public,
    State(service): State<Service>,
    token: Result<Path<String>, PathRejection>,
    sender: Sender,
    form: Form,
) -> Result<Response, Failure> {
    sender.require_own_page(&service.settings().public_url)?;
    let token = text(token);
    let mut fields = form.fields(["name", "email", "password"])?;
    let mut view = view(&service);
    (view.name, view.email) = (fields.take("name"), fields.take("email"));
    let Some(new) = read(&mut view, &fields.take("password")) else {
        // Only the holder of the link is told what is wrong.
        let is_open = service.identity().is_setup_open(&token).await?;
        return Ok(if is_open { again(&view) } else { closed(&service, &sender) });
    };
    match service.identity().set_up(&token, new, caller.origin).await {
        Ok(created) => Ok(done(&service, &created.into_inner())),
        Err(IdentityError::SetupClosed) => Ok(closed(&service, &sender)),
        Err(IdentityError::Password(reason)) => {
            view.errors.push((SetupField::Password, reason.to_string()));
            Ok(again(&view))
        }
        Err(IdentityError::Store(StoreError::EmailTaken)) => {
            let taken = "has an account already; take another address";
            view.errors.push((SetupField::Email, taken.to_owned()));
            Ok(again(&view))
        }
        Err(other) => Err(other.into()),
    }
}

/// What was typed, or nothing and a word beside each field that is wrong.
fn read(view: &mut SetupView<'_>, password: &str) -> Option<NewOperator> {
    match (view.name.parse(), view.email.parse(), password.parse()) {
        (Ok(name), Ok(email), Ok(password)) => Some(NewOperator { name, email, password }),
        (name, email, password) => {
            let wrong = [
                name.err().map(|error| (SetupField::Name, error.to_string())),
                email.err().map(|error| (SetupField::Email, error.to_string())),
                password.err().map(|error| (SetupField::Password, error.to_string())),
            ];
            view.errors = wrong.into_iter().flatten().collect();
            None
        }
    }
}

fn again(view: &SetupView<'_>) -> Response {
    page(StatusCode::UNPROCESSABLE_ENTITY, pages::setup(view))
}

fn done(service: &Service, user: &User) -> Response {
    tracing::info!(user = %user.id, "the first operator was created by the setup link");
    let ServiceSettings { version, public_url, .. } = service.settings();
    page(StatusCode::CREATED, pages::setup_done(version, public_url, user.email.as_str()))
}

/// A path that is not text is a wrong token like any other.
fn text(token: Result<Path<String>, PathRejection>) -> String {
    token.map(|Path(token)| token).unwrap_or_default()
}

fn view(service: &Service) -> SetupView<'_> {
    SetupView {
        version: service.settings().version,
        password_min_length: service.identity().password_min_length(),
        name: String::new(),
        email: String::new(),
        errors: Vec::new(),
    }
}

/// 404, as a page for whoever reads pages.
fn closed(service: &Service, sender: &Sender) -> Response {
    if sender.reads_pages() {
        page(StatusCode::NOT_FOUND, pages::setup_closed(service.settings().version, CLOSED))
    } else {
        Failure::from(Problem::new(ErrorCode::NotFound, CLOSED)).into_response()
    }
}

fn page(status: StatusCode, html: String) -> Response {
    let mut response = (status, axum::response::Html(html)).into_response();
    let headers = response.headers_mut();
    let policy = HeaderValue::from_static(pages::FORM_SECURITY_POLICY);
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // The form must say where it comes from, and the path must not be told: the origin alone does both.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("strict-origin"));
    response
}
