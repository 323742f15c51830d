//! Reads a database and makes a plan for it. Nothing is written to the database.

use tenantry_core::name::{DisplayName, Slug};
use tenantry_db::{Config, bootstrap};
use tokio_postgres::Client;

use super::{Plan, paths};
use crate::classification::{Classification, Mode};
use crate::classify::{Told, classify};
use crate::decisions::{Decisions, DecisionsError, Organization, Proposal, Source};
use crate::error::AdoptError;
use crate::evidence::{Agreement, Evidence, agreement};
use crate::name::TableName;
use crate::schema::{Login, Schema};

/// What is asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Whose the rows are; else what the root or the sources imply.
    pub mode: Option<Mode>,
    /// Split: the table whose rows are the organizations.
    pub root: Option<TableName>,
    /// What the organization of the existing rows is called; else as the database.
    pub name: Option<String>,
    /// The logins that the application uses; else every login that can read a table and is no superuser.
    pub logins: Vec<String>,
    /// The text of the plan's file, as a person edited it. What it says is not proposed again.
    pub decisions: Option<String>,
    /// Lines that override those of the file or of the proposal, in the same form.
    pub answers: Option<String>,
    /// Merge: the other databases.
    pub merge: Vec<Source>,
    /// Believe foreign keys only.
    pub foreign_keys_only: bool,
}

/// What is told while it goes on.
type Progress<'a> = &'a (dyn Fn(String) + Sync);

/// Reads a database and says what adopting it means.
///
/// # Errors
/// The database is away, or the file or the answers are no plan for it.
pub async fn plan(
    address: &Config,
    request: &Request,
    progress: Progress<'_>,
) -> Result<Plan, AdoptError> {
    bootstrap::with_client(address, async |client| read(client, request, progress).await).await
}

async fn read(
    client: &Client,
    request: &Request,
    progress: Progress<'_>,
) -> Result<Plan, AdoptError> {
    let given = request.decisions.as_deref().map(Decisions::read).transpose()?;
    progress("the schema".to_owned());
    let schema = Schema::read(client).await?;
    if let Some(given) = &given {
        is_for(given, &schema)?;
    }
    progress(format!("what {} tables say of each other", schema.tables.len()));
    let evidence = if request.foreign_keys_only {
        Evidence::default()
    } else {
        Evidence::read(client, &schema).await?
    };
    let told = told(request, given.as_ref());
    let classification = classify(&schema, &evidence, &told);
    let mut decisions = match given {
        Some(given) => given,
        None => proposed(&schema, &classification, request, told.mode()),
    };
    if let Some(answers) = &request.answers {
        decisions.answer(answers)?;
    }
    let agreements = agreements(client, &schema, &classification, &decisions, progress).await?;
    Ok(Plan::build(schema, evidence, classification, agreements, decisions)?)
}

/// What the file says is not asked again.
fn told(request: &Request, given: Option<&Decisions>) -> Told {
    let implied = (!request.merge.is_empty()).then_some(Mode::Merge);
    let of_file = given.and_then(|it| it.root.as_ref()).map(|root| root.table.clone());
    Told {
        mode: given.map(|it| it.mode).or(request.mode).or(implied),
        root: of_file.or_else(|| request.root.clone()),
        foreign_keys_only: request.foreign_keys_only,
    }
}

/// Whether the file was made for this database, and for the schema as it is now. Two databases of one application have the
/// same schema and not the same rows, so the name is asked too.
fn is_for(given: &Decisions, schema: &Schema) -> Result<(), AdoptError> {
    if given.database != schema.database {
        let problem =
            format!("the plan is for {:?}, and this is {:?}", given.database, schema.database);
        return Err(DecisionsError::Wrong { table: "database".to_owned(), problem }.into());
    }
    let now = schema.hash();
    if given.schema == now {
        return Ok(());
    }
    let tables = || schema.tables.iter().filter(|table| table.partition_of.is_none());
    let is_new = |name: &&TableName| !given.tables.contains_key(name);
    let is_gone = |name: &&TableName| schema.table(name).is_none();
    let new = tables().map(|table| &table.name).filter(is_new);
    let gone = given.tables.keys().filter(is_gone);
    let mut difference: Vec<String> = gone
        .map(|name| format!("- table {name}"))
        .chain(new.map(|name| format!("+ table {name}")))
        .collect();
    if difference.is_empty() {
        let cut = |hash: &str| hash.chars().take(12).collect::<String>();
        difference.push(format!("- schema {}", cut(&given.schema)));
        difference.push(format!("+ schema {}", cut(&now)));
    }
    Err(AdoptError::Drifted { difference })
}

/// Asks for each table with several paths whether they lead to the same organization.
async fn agreements(
    client: &Client,
    schema: &Schema,
    classification: &Classification,
    decisions: &Decisions,
    progress: Progress<'_>,
) -> Result<Vec<Agreement>, AdoptError> {
    let (Mode::Split, Some(root)) = (decisions.mode, &decisions.root) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for pair in paths::pairs(schema, classification, decisions, &root.table) {
        progress(format!("whether the paths of {} agree", pair.table.shown()));
        found.push(agreement(client, &pair.table, &pair.one, &pair.other, &root.table).await?);
    }
    Ok(found)
}

/// What is proposed where no file is given. The organization is called as it was asked for, or as the database.
fn proposed(
    schema: &Schema,
    classification: &Classification,
    request: &Request,
    mode: Mode,
) -> Decisions {
    let name = request.name.clone().unwrap_or_else(|| schema.database.clone());
    // What is no name for an organization has no address either, and is refused when the file is checked.
    let slug = name.parse::<DisplayName>().map(|name| Slug::suggest(&name).to_string());
    let logins = if request.logins.is_empty() { usual(schema) } else { request.logins.clone() };
    let proposal = Proposal {
        schema: schema.hash(),
        mode,
        root: request.root.clone(),
        organization: Organization { slug: slug.unwrap_or_default(), name },
        logins,
        merge: request.merge.clone(),
    };
    Decisions::propose(schema, classification, proposal)
}

/// The logins that most likely are the application's: those that own or read tables. A superuser among them only when it is
/// connected now, for administrators are everywhere.
fn usual(schema: &Schema) -> Vec<String> {
    let uses = |login: &&Login| {
        (login.owns > 0 || login.reads) && (!login.is_superuser || login.connections > 0)
    };
    schema.logins.iter().filter(uses).map(|login| login.name.clone()).collect()
}
