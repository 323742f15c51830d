//! Requests that may be sent again: with an `Idempotency-Key` the second one is answered like the first,
//! and does nothing (draft-ietf-httpapi-idempotency-key-header).

use aide::OperationInput;
use aide::generate::GenContext;
use aide::openapi::Operation;
use axum::extract::{FromRequest, Request};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tenantry_core::permission::Covers;
use tenantry_core::{ErrorCode, Permission, Problem, Writes};
use tenantry_db::{Event, TenantTx};
use tenantry_store::idempotency_keys::{self, Answered, Attempt};
use tenantry_tower::{Refusal, document_header, document_problem};

use crate::answer::Created;
use crate::body::{Json, Raw};
use crate::failure::Failure;

const HEADER: &str = "idempotency-key";

/// The body of a request that creates something, with its key when it carries one.
#[derive(Debug)]
pub(crate) struct Idempotent<T> {
    pub(crate) body: T,
    pub(crate) attempt: Option<Attempt>,
}

impl<T> Idempotent<T> {
    /// What was answered to the same request before.
    pub(crate) async fn earlier<P: Permission, U>(
        &self,
        tx: &mut TenantTx<P>,
    ) -> Result<Option<Created<U>>, Failure> {
        let Some(attempt) = &self.attempt else { return Ok(None) };
        Ok(idempotency_keys::find(tx, attempt).await?.map(Created::earlier))
    }

    /// Saves what was created, its record, and the answer for whoever sends the request again.
    pub(crate) async fn finish<P: Permission, U: Serialize>(
        &self,
        mut tx: TenantTx<P>,
        event: Event,
        value: U,
    ) -> Result<Created<U>, Failure>
    where
        P::Access: Covers<Writes>,
    {
        if let Some(attempt) = &self.attempt {
            idempotency_keys::keep(&mut tx, attempt, &Answered::of(201, &value)?).await?;
        }
        Ok(Created::now(tx.commit(event, value).await?))
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Idempotent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let key = key(&request)?;
        // `/api/…` and `/api/v1/…` are the same address.
        let path = request
            .extensions()
            .get::<axum::extract::OriginalUri>()
            .map_or_else(|| request.uri().path().to_owned(), |uri| uri.path().to_owned());
        let path = path
            .strip_prefix("/api/v1")
            .unwrap_or(path.strip_prefix("/api").unwrap_or(&path))
            .to_owned();
        let method = request.method().clone();
        let raw = Raw::from_request(request, state).await?;
        let attempt = key.map(|key| Attempt {
            request: Sha256::new()
                .chain_update(method.as_str())
                .chain_update([0])
                .chain_update(&path)
                .chain_update([0])
                .chain_update(key)
                .finalize()
                .into(),
            body: Sha256::digest(&raw.0).into(),
        });
        let Json(body) = raw.parse()?;
        Ok(Self { body, attempt })
    }
}

/// The key of a request: a structured string, or the same without its quotes, of 1 to 255 characters.
fn key(request: &Request) -> Result<Option<String>, Problem> {
    let mut values = request.headers().get_all(HEADER).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let refused = || {
        Problem::new(
            ErrorCode::MalformedRequest,
            "Idempotency-Key must stand once, with 1 to 255 visible ASCII characters.",
        )
    };
    if values.next().is_some() {
        return Err(refused());
    }
    let text = value.to_str().map_err(|_| refused())?.trim();
    let text = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let is_plain = text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    if is_plain && (1..=255).contains(&text.len()) {
        Ok(Some(text.to_owned()))
    } else {
        Err(refused())
    }
}

impl<T: JsonSchema> OperationInput for Idempotent<T> {
    fn operation_input(ctx: &mut GenContext, operation: &mut Operation) {
        Json::<T>::operation_input(ctx, operation);
        let about = "A text of your own, 1 to 255 characters: the same request with the same key is done once, and answered alike for 48 hours.";
        document_header(ctx, operation, "Idempotency-Key", about);
        for code in [
            ErrorCode::MalformedRequest,
            ErrorCode::RequestInProgress,
            ErrorCode::IdempotencyKeyReused,
        ] {
            document_problem(ctx, operation, code);
        }
    }
}
