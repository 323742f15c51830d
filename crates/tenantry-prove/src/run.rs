//! One run from the first question to the report.

mod fight;
mod parties;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tenantry_core::Clock;
use tenantry_db::{Config, bootstrap};
use tokio_postgres::Client;

use crate::arena::Arena;
use crate::attack::Attack;
use crate::catalog::{Catalog, Relation};
use crate::choice::Choice;
use crate::error::ProveError;
use crate::findings;
use crate::lint;
use crate::quote::identifier;
use crate::report::{Finding, Kind, Object, Outcome, Part, Report};
use crate::seal::Sealer;
use crate::tenancy::{Tenancy, Told, Way};
use fight::Fight;

/// What a run is told.
#[derive(Debug, Clone)]
pub struct Options {
    /// The application's own role; without one, `tenantry_app` where Tenantry is installed, else the login itself.
    pub role: Option<String>,
    /// The statement that enters an organization, with `{org}` and `{user}` in it; without one it is read off the policies.
    pub context: Option<String>,
    /// The column that names the organization; without one it is read off names and policies.
    pub tenant_column: Option<String>,
    /// Tables that belong to nobody on purpose.
    pub shared: Vec<String>,
    /// Objects and attacks to leave out.
    pub skip: Vec<String>,
    /// Parts, attacks and objects to keep to; empty: everything.
    pub only: Vec<String>,
    /// How long one statement may take.
    pub statement_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            role: None,
            context: None,
            tenant_column: None,
            shared: Vec::new(),
            skip: Vec::new(),
            only: Vec::new(),
            statement_timeout: Duration::from_secs(10),
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone)]
pub struct Progress {
    /// What is being attacked.
    pub object: String,
    /// How many objects are done.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// Attacks a database and says what came of it. Everything happens in one transaction that is rolled back; `address` leads
/// to an administrator, or to the application's role itself.
///
/// # Errors
/// When nothing could be found out; what was found out is in the report.
pub async fn prove(
    address: &Config,
    options: &Options,
    clock: &Clock,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, ProveError> {
    let mut address = address.clone();
    address.application_name("tenantry prove");
    bootstrap::with_client(&address, async |client| {
        Run { client, options, clock, progress }.report().await
    })
    .await
}

struct Run<'a> {
    client: &'a Client,
    options: &'a Options,
    clock: &'a Clock,
    progress: &'a (dyn Fn(Progress) + Sync),
}

impl Run<'_> {
    async fn report(&self) -> Result<Report, ProveError> {
        let started = Instant::now();
        let started_at = self.clock.now().to_string();
        let choice = Choice::read(self.options)?;
        let search_path = self.prepare().await?;
        let catalog = self.catalog(&search_path).await?;
        let told = Told {
            tenant_column: self.options.tenant_column.clone(),
            shared: self.options.shared.clone(),
            context: self.options.context.clone(),
        };
        told.ensure_harmless()?;
        choice.ensure_known(&catalog)?;
        told.ensure_known(&catalog)?;
        let tenancy = Tenancy::read(&catalog, &told);
        if !catalog
            .relations
            .iter()
            .any(|relation| relation.is_table() && tenancy.is_owned(relation.oid))
        {
            return Err(ProveError::NothingToProve);
        }
        let (lints, refused) = self.lints(&catalog, &tenancy, &choice).await?;
        let (objects, plans) = if choice.has(Part::Attack) || choice.has(Part::Plan) {
            self.fight(&catalog, &tenancy, &choice).await?
        } else {
            (Vec::new(), Vec::new())
        };
        let found = findings::gather(&catalog, &tenancy.way, &objects, [lints, plans].concat());
        let mut remarks = remarks(self.options, &catalog, &tenancy, &objects);
        if !refused.is_empty() {
            remarks.push(format!(
                "The login may not read what these lints look at, so they did not run: {}.",
                refused.join(", ")
            ));
        }
        let report = Report {
            format: 1,
            tenantry: env!("CARGO_PKG_VERSION").to_owned(),
            database: catalog.database.clone(),
            server: catalog.server.clone(),
            role: catalog.role.clone(),
            started_at,
            seconds: started.elapsed().as_secs_f64(),
            way: tenancy.way.words(),
            schema: catalog.fingerprint.clone(),
            parts: choice.parts(),
            left_out: left_out(self.options),
            remarks,
            objects,
            findings: found,
        };
        let totals = report.totals();
        let is_nothing = totals.attacks + totals.not_run == 0 && choice.has(Part::Attack);
        if is_nothing && !report.left_out.is_empty() {
            Err(ProveError::NothingLeft)
        } else {
            Ok(report)
        }
    }

    /// Makes the session a quiet one, and answers where it looked for names before.
    async fn prepare(&self) -> Result<String, ProveError> {
        let asked = "select pg_catalog.current_setting('search_path')";
        let search_path = self.client.query_one(asked, &[]).await?.get(0);
        // Compiling the long statements over the catalog takes ten times as long as running them. And whatever is sent as
        // the administrator finds nobody else's names.
        self.client.batch_execute("set jit = off; set search_path = pg_catalog").await?;
        Ok(search_path)
    }

    /// What the lints find, and those that the login may not read the catalog for.
    async fn lints(
        &self,
        catalog: &Catalog,
        tenancy: &Tenancy,
        choice: &Choice,
    ) -> Result<(Vec<Finding>, Vec<&'static str>), ProveError> {
        if !choice.has(Part::Lint) {
            return Ok((Vec::new(), Vec::new()));
        }
        let classified = tenancy.classified(catalog);
        let (mut found, refused) =
            lint::run_where_allowed(self.client, &catalog.role, &classified).await?;
        found.retain(|finding| choice.keeps(&finding.object));
        Ok((found, refused))
    }

    async fn catalog(&self, search_path: &str) -> Result<Catalog, ProveError> {
        let login = self
            .client
            .query_one(
                "select session_user::text, (select rolsuper from pg_catalog.pg_roles where rolname = session_user), \
                 pg_catalog.to_regprocedure('tenantry.verified_context()') is not null",
                &[],
            )
            .await?;
        let (login, is_superuser, is_tenantry): (String, bool, bool) =
            (login.get(0), login.get(1), login.get(2));
        let role = match &self.options.role {
            Some(role) => role.clone(),
            None if is_tenantry => "tenantry_app".to_owned(),
            None if is_superuser => return Err(ProveError::RoleNotNamed(login)),
            None => login.clone(),
        };
        let catalog = Catalog::read(self.client, &role, search_path).await?;
        if !is_superuser && login != role {
            let may = self
                .client
                .query_one("select pg_catalog.pg_has_role($1::text, 'member')", &[&role])
                .await?;
            if !may.get::<_, bool>(0) {
                return Err(ProveError::MayNotBecome { login, role });
            }
        }
        Ok(catalog)
    }

    async fn fight(
        &self,
        catalog: &Catalog,
        tenancy: &Tenancy,
        choice: &Choice,
    ) -> Result<(Vec<Object>, Vec<Finding>), ProveError> {
        self.client.batch_execute("begin read write").await?;
        let parties = self.parties(catalog, tenancy).await;
        self.client.batch_execute("rollback").await?;
        let mut arena = Arena::new(
            self.client,
            catalog,
            &tenancy.way,
            parties?,
            self.options.statement_timeout,
        )?;
        if tenancy.way == Way::Sealed {
            let now: i64 = self
                .client
                .query_one("select extract(epoch from clock_timestamp())::int8", &[])
                .await?
                .get(0);
            arena.sealer = Some(Sealer::new(&catalog.database, catalog.backend, now)?);
        }
        if !self.leave_something_behind(&arena).await? {
            arena.was_entered.store(true, Ordering::Relaxed);
        }
        self.client.batch_execute("begin read write").await?;
        let fought = Fight { run: self, catalog, tenancy, choice, arena: &arena }.all().await;
        self.client.batch_execute("rollback; reset all").await?;
        fought
    }

    /// A transaction of the other organization that has ended, on the connection that is attacked. One that has written
    /// something is not committed; then nothing is left behind, and the answer is false.
    async fn leave_something_behind(&self, arena: &Arena<'_>) -> Result<bool, ProveError> {
        let entering = arena.enter(&arena.other);
        if entering.is_empty() {
            return Ok(false);
        }
        let said = |error: &tokio_postgres::Error| {
            ProveError::Enter(
                error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |said| said.message().to_owned()),
            )
        };
        let become_role = arena.become_for_session();
        let statements =
            format!("{become_role}; begin; {entering}").trim_start_matches("; ").to_owned();
        let entered = self.client.batch_execute(&statements).await.map_err(|error| said(&error));
        let is_clean = match &entered {
            Ok(()) => {
                let asked = "select pg_catalog.pg_current_xact_id_if_assigned() is null";
                self.client.query_one(asked, &[]).await?.get(0)
            }
            Err(_) => false,
        };
        self.client.batch_execute(if is_clean { "commit" } else { "rollback" }).await?;
        self.client
            .batch_execute("reset session authorization; reset role; set search_path = pg_catalog")
            .await?;
        entered.map(|()| is_clean)
    }
}

fn left_out(options: &Options) -> Vec<String> {
    let kept = (!options.only.is_empty()).then(|| format!("all but {}", options.only.join(", ")));
    options.skip.iter().cloned().chain(kept).collect()
}

fn remarks(
    options: &Options,
    catalog: &Catalog,
    tenancy: &Tenancy,
    objects: &[Object],
) -> Vec<String> {
    let mut remarks = Vec::new();
    let left_out = left_out(options);
    if !left_out.is_empty() {
        remarks.push(format!(
            "Left out on demand, so nothing is known of it: {}.",
            left_out.join(", ")
        ));
    }
    let has_policies = catalog.relations.iter().any(|relation| !relation.policies.is_empty());
    if tenancy.way == Way::Unknown && has_policies {
        remarks.push("The policies compare with something that was not recognised, so no organization could be entered. Name the statement that enters one: --context \"set app.org = '{org}'\".".to_owned());
    }
    let shared: Vec<&Relation> = catalog
        .relations
        .iter()
        .filter(|relation| {
            relation.kind == Kind::Table
                && relation.is_reachable()
                && !tenancy.is_owned(relation.oid)
        })
        .collect();
    if !shared.is_empty() {
        let names: Vec<String> = shared.iter().map(|relation| relation.shown()).collect();
        remarks.push(format!("Belong to nobody, and were not attacked: {}.", names.join(", ")));
    }
    let hidden = catalog
        .relations
        .iter()
        .filter(|relation| relation.is_table() && !relation.is_reachable())
        .count();
    if hidden > 0 {
        remarks.push(format!(
            "The role {} may do nothing at all with {hidden} more tables.",
            identifier(&catalog.role)
        ));
    }
    if objects
        .iter()
        .flat_map(|object| &object.cells)
        .any(|cell| cell.attack == Attack::Count && cell.outcome == Outcome::Revealed)
    {
        remarks.push(
            "A sequence that organizations share tells each how much the others write.".to_owned(),
        );
    }
    remarks
}
