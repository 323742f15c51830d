//! `serve --demo`: fills an empty database with an invented organization, and never one that anybody uses. The people
//! of the demo get another password at each start, which is shown once.

use std::fmt::Write as _;

use tenantry_api::Service;
use tenantry_api::demo::{self, DemoError, DemoState, HIDDEN, ORGANIZATION, PEOPLE};
use tenantry_identity::{SecretText, demo_password};
use tenantry_store::{StoreError, demo as past};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::backing::Backing;
use crate::failure;
use crate::paint::{self, paint};
use crate::text::count;
use crate::trouble::{NOTHING_CHANGED, Problem, Trouble};

/// What there is to tell about a demo.
#[derive(Debug)]
pub(super) struct Demo {
    /// The password of all its people.
    pub(super) password: SecretText,
}

/// Makes the demo, or finds it and changes its password.
pub(super) async fn prepare(service: &Service, backing: &Backing) -> Result<Demo, Trouble> {
    let password = demo_password().map_err(|error| failure::of_identity(&error))?;
    match demo::state(service).await.map_err(|error| trouble(&error))? {
        DemoState::Made => {
            demo::change_password(service, &password).await.map_err(|error| trouble(&error))?
        }
        DemoState::Empty if backing.is_private() => make(service, backing, &password).await?,
        DemoState::Empty => {
            return Err(refused("it is empty, but it is none that --demo made"));
        }
        DemoState::Foreign { organizations } => {
            let number = usize::try_from(organizations).unwrap_or(usize::MAX);
            return Err(refused(&format!(
                "it has {} that the demo did not make",
                count(number, "organization")
            )));
        }
        DemoState::HalfMade => return Err(half_made("it was interrupted while it was made")),
    }
    Ok(Demo { password })
}

async fn make(service: &Service, backing: &Backing, password: &SecretText) -> Result<(), Trouble> {
    // The requests of invented people are no news.
    let made = demo::make(service, password).with_subscriber(NoSubscriber::new()).await;
    let half = "The demo is half made: remove its data directory.";
    made.map_err(|error| Trouble::from(trouble(&error)).outcome(half))?;
    let moved = past::give_a_past(&backing.administrator).await;
    Ok(moved.map_err(|error| trouble(&error.into()))?)
}

fn trouble(error: &DemoError) -> Problem {
    match error {
        DemoError::Identity(error) => failure::of_identity(error),
        DemoError::Store(StoreError::Database(error)) => failure::of_database(error),
        DemoError::Store(_) | DemoError::Answer { .. } | DemoError::Story(_) => {
            half_problem(&error.to_string())
        }
    }
}

fn refused(cause: &str) -> Trouble {
    let problem = Problem::new("TN0631", "--demo refuses this database")
        .fact("cause", cause)
        .help("tenantry serve --demo   without DATABASE_URL and TENANTRY_DATA_DIR takes one of its own")
        .help("tenantry serve          without --demo serves this one");
    Trouble::from(problem).outcome(NOTHING_CHANGED)
}

fn half_made(cause: &str) -> Trouble {
    Trouble::from(half_problem(cause)).outcome(NOTHING_CHANGED)
}

fn half_problem(cause: &str) -> Problem {
    Problem::new("TN0632", "the demo was not made to the end")
        .fact("cause", cause)
        .help("remove its data directory and start again")
}

/// What a person reads about it, between the first lines and "Ready".
pub(super) fn text(demo: &Demo, public_url: &str) -> String {
    let mut out = format!(
        "{}\n  {}: clients, projects and 30 days of activity\n",
        paint(
            paint::WARNING,
            "This is a demo: everything in it is invented, nothing is for real use."
        ),
        ORGANIZATION.name
    );
    for person in &PEOPLE {
        let _ = writeln!(out, "    {:<24} {}", person.email, person.role);
    }
    let password = paint(paint::STRONG, demo.password.expose());
    let _ = writeln!(out, "  The password of all of them, another one at each start:  {password}");
    let _ = writeln!(
        out,
        "  Sign in as the owner:\n    {}",
        paint(paint::LINK, &login(demo, public_url))
    );
    let _ = writeln!(out, "  {} is there as well, and none of these people sees it.", HIDDEN.name);
    out
}

/// The command that signs the owner in, on one line, to be copied.
pub(super) fn login(demo: &Demo, public_url: &str) -> String {
    format!(
        "curl {public_url}/auth/login -H 'Content-Type: application/json' -d '{{\"email\":\"{}\",\"password\":\"{}\"}}'",
        PEOPLE[0].email,
        demo.password.expose()
    )
}
