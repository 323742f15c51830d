//! What the people of a demo did, in its order; how long ago each of it was is decided afterwards. Every kind of thing
//! occurs, also what is refused and what is deleted, because that is what one wants to look at.

use axum::Router;
use serde_json::json;
use tenantry_identity::SecretText;

use super::visitor::Visitor;
use super::{DemoError, HIDDEN, PEOPLE};

const CLIENTS: &str = "/api/v1/organizations/demo/clients";
const ORGANIZATION: &str = "/api/v1/organizations/demo";
const PROJECTS: &str = "/api/v1/projects";

/// The people, signed in.
struct Team<'a> {
    ada: Visitor<'a>,
    ben: Visitor<'a>,
    cleo: Visitor<'a>,
    dan: Visitor<'a>,
    eve: Visitor<'a>,
}

/// The clients' ids.
struct Clients {
    bakery: String,
    cycles: String,
    clinic: String,
}

/// Fills the organization to look at.
pub(super) async fn tell(router: &Router, password: &SecretText) -> Result<(), DemoError> {
    let sign_in = |index: usize| Visitor::sign_in(router, &PEOPLE[index], password);
    let team = Team {
        ada: sign_in(0).await?,
        ben: sign_in(1).await?,
        cleo: sign_in(2).await?,
        dan: sign_in(3).await?,
        eve: sign_in(4).await?,
    };
    let clients = first_days(&team).await?;
    open_work(&team, &clients).await?;
    work_among_few(&team, &clients).await?;
    last_days(&team, &clients).await?;
    for person in [team.ada, team.ben, team.cleo, team.dan, team.eve] {
        person.sign_out().await?;
    }
    Ok(())
}

/// Fills the organization that they never see.
pub(super) async fn tell_hidden(router: &Router, password: &SecretText) -> Result<(), DemoError> {
    let zoe = Visitor::sign_in(router, &HIDDEN.owner, password).await?;
    let path = format!("/api/v1/organizations/{}", HIDDEN.slug);
    let client = json!({ "name": "Somebody Else's Client", "metadata": { "demo": true } });
    let client = zoe.create(&format!("{path}/clients"), client).await?;
    let project = json!({ "name": "Nobody sees this", "client_id": client });
    zoe.create(PROJECTS, project).await?;
    zoe.sign_out().await
}

async fn first_days(team: &Team<'_>) -> Result<Clients, DemoError> {
    let marked = json!({
        "description": "Invented by `tenantry serve --demo`. Nothing here is real.",
        "metadata": { "demo": true },
    });
    team.ada.change(ORGANIZATION, marked).await?;
    let settings = json!({ "time_zone": "Europe/Berlin", "week_starts_on": "monday" });
    team.ada.change(&format!("{ORGANIZATION}/settings"), settings).await?;
    let client = |name: &str, city: &str, plan: &str| json!({ "name": name, "metadata": { "demo": true, "city": city, "plan": plan } });
    let bakery = team.ada.create(CLIENTS, client("Demo Bakery", "Lisbon", "gold")).await?;
    let cycles = team.ben.create(CLIENTS, client("Demo Cycles", "Utrecht", "silver")).await?;
    let clinic = team.ben.create(CLIENTS, client("Demo Clinic", "Graz", "gold")).await?;
    Ok(Clients { bakery, cycles, clinic })
}

/// What everybody of the organization sees.
async fn open_work(team: &Team<'_>, clients: &Clients) -> Result<(), DemoError> {
    let handbook = json!({ "name": "Team Handbook", "description": "How we work." });
    let handbook = team.cleo.create(PROJECTS, handbook).await?;
    let campaign = json!({
        "name": "Spring Campaign", "description": "Posters, a newsletter, a tasting.",
        "client_id": clients.bakery, "metadata": { "stage": "idea" },
    });
    let campaign = team.cleo.create(PROJECTS, campaign).await?;
    let relaunch = json!({
        "name": "Website Relaunch", "description": "New shop, same address.",
        "client_id": clients.cycles, "metadata": { "stage": "idea" },
    });
    let relaunch = team.dan.create(PROJECTS, relaunch).await?;
    for (who, project, stage) in [
        (&team.cleo, &campaign, "draft"),
        (&team.dan, &relaunch, "draft"),
        (&team.ben, &campaign, "review"),
        (&team.dan, &relaunch, "review"),
        (&team.cleo, &campaign, "running"),
    ] {
        let stage = json!({ "metadata": { "stage": stage } });
        who.change(&format!("{PROJECTS}/{project}"), stage).await?;
    }
    let text = json!({ "description": "How we work, and why we write things down." });
    team.dan.change(&format!("{PROJECTS}/{handbook}"), text).await?;
    let settings = json!({ "channel": "newsletter", "budget_eur": 4500 });
    team.cleo.change(&format!("{PROJECTS}/{campaign}/settings"), settings).await
}

/// What only the members of the project see; for Eve, and for whoever else is not in it, it does not exist.
async fn work_among_few(team: &Team<'_>, clients: &Clients) -> Result<(), DemoError> {
    let booking = json!({
        "name": "Clinic Booking", "description": "Patients book by themselves.",
        "client_id": clients.clinic, "visibility": "restricted",
    });
    let booking = team.cleo.create(PROJECTS, booking).await?;
    let members = format!("{PROJECTS}/{booking}/members");
    team.cleo.add(&members, json!({ "user_id": team.dan.id, "role": "viewer" })).await?;
    team.cleo.change(&format!("{members}/{}", team.dan.id), json!({ "role": "member" })).await?;
    let text = json!({ "description": "Patients book by themselves, also at night." });
    team.dan.change(&format!("{PROJECTS}/{booking}"), text).await?;
    let reviews = json!({
        "name": "Salary Review", "description": "Owners and admins only.", "visibility": "restricted",
    });
    let reviews = team.ada.create(PROJECTS, reviews).await?;
    team.ben.change(&format!("{PROJECTS}/{reviews}"), json!({ "metadata": { "year": 2026 } })).await
}

async fn last_days(team: &Team<'_>, clients: &Clients) -> Result<(), DemoError> {
    let denied = json!({ "name": "Eve's Own Project" });
    team.eve.try_in_vain(PROJECTS, denied).await?;
    let upgraded = json!({ "metadata": { "plan": "gold" } });
    team.ben.change(&format!("{CLIENTS}/{}", clients.cycles), upgraded).await?;
    let tried =
        json!({ "name": "Trial Project", "description": "Deleted, and restorable for 30 days." });
    let tried = team.ben.create(PROJECTS, tried).await?;
    team.ben.delete(&format!("{PROJECTS}/{tried}")).await?;
    let settings = json!({ "week_starts_on": "sunday" });
    team.ada.change(&format!("{ORGANIZATION}/settings"), settings).await
}
