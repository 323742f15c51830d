//! The invented organization of `serve --demo`. Everything in it comes in by the ordinary doors: the accounts through
//! the identity's founding, the rest as requests to the router, so that what is shown is what the product does.

mod cast;
mod story;
mod visitor;

use axum::Router;
use tenantry_core::RequestId;
use tenantry_core::name::Email;
use tenantry_core::scope::Origin;
use tenantry_identity::{IdentityError, Password, SecretText};
use tenantry_store::{StoreError, demo};

use crate::service::Service;

pub use cast::{HIDDEN, ORGANIZATION, PEOPLE, Person};
pub use tenantry_store::demo::DemoState;

/// Why a demo could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A request of the story was answered otherwise than it must be. A bug of ours.
    #[error("{request} was answered with {status}: {answer}")]
    Answer {
        /// Method and path.
        request: String,
        /// The status.
        status: u16,
        /// The body.
        answer: String,
    },
    /// A name of the story is no name. A bug of ours.
    #[error("\"{0}\" is not what it must be")]
    Story(&'static str),
    /// The accounts.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose database the service is on.
///
/// # Errors
/// The store's.
pub async fn state(service: &Service) -> Result<DemoState, DemoError> {
    Ok(demo::state(service.database()).await?)
}

/// Fills an empty database. It is known for a demo's from the first step on, and for a whole one after the last.
///
/// # Errors
/// See [`DemoError`].
pub async fn make(service: &Service, password: &SecretText) -> Result<(), DemoError> {
    let router: Router = service.router();
    found(service, &ORGANIZATION, demo::shown(), &PEOPLE, password).await?;
    story::tell(&router, password).await?;
    found(service, &HIDDEN, demo::hidden(), &[HIDDEN.owner], password).await?;
    story::tell_hidden(&router, password).await
}

/// Gives the people of a demo another password.
///
/// # Errors
/// See [`DemoError`].
pub async fn change_password(service: &Service, password: &SecretText) -> Result<(), DemoError> {
    let people = PEOPLE.iter().chain([&HIDDEN.owner]);
    let emails = people.map(|person| parsed(person.email)).collect::<Result<Vec<Email>, _>>()?;
    Ok(service.identity().change_demo_password(&emails, read(password)?).await?)
}

async fn found(
    service: &Service,
    organization: &cast::Organization,
    id: tenantry_core::OrganizationId,
    people: &[Person],
    password: &SecretText,
) -> Result<(), DemoError> {
    let people = people.iter().map(Person::invent).collect::<Result<Vec<_>, _>>()?;
    let origin = Origin { request: RequestId::new(), address: None };
    let named = (id, parsed(organization.name)?, parsed(organization.slug)?);
    service.identity().found_demo(named, &people, read(password)?, origin).await?;
    Ok(())
}

fn parsed<T: std::str::FromStr>(text: &'static str) -> Result<T, DemoError> {
    text.parse().map_err(|_| DemoError::Story(text))
}

fn read(password: &SecretText) -> Result<Password, DemoError> {
    password.expose().parse().map_err(|_| DemoError::Story("the password"))
}
