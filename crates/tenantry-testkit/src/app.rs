//! The real service on a database of its own.

use axum::Router;
use tenantry_api::{Edge, RateLimits, Service, ServiceSettings};
use tenantry_core::{Clock, OrganizationId, SystemRole};
use tenantry_db::Database;
use tenantry_identity::{Identity, IdentitySettings};

use crate::caller::{Answer, Caller};
use crate::database::{TestDatabase, secret};
use crate::fault_proxy::FaultProxy;

/// A service, its database, and its clock.
#[derive(Debug)]
pub struct App {
    /// The database, for looking at what is really there.
    pub database: TestDatabase,
    /// The service's doors to it.
    pub doors: Database,
    /// The service's clock: it stands still until it is advanced.
    pub clock: Clock,
    /// Accounts and sessions, for tests that go past HTTP.
    pub identity: Identity,
    /// The service behind the router.
    pub service: Service,
    router: Router,
}

impl App {
    /// A fresh service.
    pub async fn start() -> Self {
        Self::with(IdentitySettings::default()).await
    }

    /// A fresh service with other settings.
    pub async fn with(settings: IdentitySettings) -> Self {
        Self::at_the_edge(settings, Edge { rate_limits: ROOMY, ..Edge::default() }).await
    }

    /// A fresh service with other settings of its edge.
    pub async fn with_edge(edge: Edge) -> Self {
        Self::at_the_edge(IdentitySettings::default(), edge).await
    }

    async fn at_the_edge(settings: IdentitySettings, edge: Edge) -> Self {
        let database = TestDatabase::create().await;
        let clock = Clock::fixed(Clock::system().now());
        let doors = database.open(clock.clone());
        Self::on(database, doors, clock, (settings, edge)).await
    }

    /// A fresh service on a database of its own behind a wire that can fail. Its clock runs.
    pub async fn behind_faults() -> (Self, FaultProxy) {
        let database = TestDatabase::create().await;
        let proxy = FaultProxy::start(&database.target().config, database.tasks());
        let connections = database.target().connections;
        (Self::behind(&proxy, database, connections).await, proxy)
    }

    /// A fresh service that reaches its database through a wire. Its clock runs.
    pub async fn behind(proxy: &FaultProxy, database: TestDatabase, connections: usize) -> Self {
        let clock = Clock::system();
        let target = proxy.target(connections);
        let doors = Database::new(&target, &secret(), clock.clone(), database.tasks()).unwrap();
        let edge = Edge { rate_limits: ROOMY, ..Edge::default() };
        Self::on(database, doors, clock, (IdentitySettings::default(), edge)).await
    }

    async fn on(
        database: TestDatabase,
        doors: Database,
        clock: Clock,
        (settings, edge): (IdentitySettings, Edge),
    ) -> Self {
        let identity =
            Identity::open(doors.clone(), &secret(), database.keys(), settings, clock.clone())
                .await
                .unwrap();
        let service = Service::new(identity.clone(), doors.clone(), service_settings(edge));
        Self { router: service.router(), service, database, doors, clock, identity }
    }

    /// Moves the clock to the machine's time. Seals live for a minute by the database's clock, which does
    /// not stand still: a test that takes longer calls this now and then.
    pub fn keep_up(&self) {
        self.clock.advance((Clock::system().unix_seconds() - self.clock.unix_seconds()).max(0));
    }

    /// The service as tower sees it.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Another server on the same database, as a second node of the same installation.
    pub async fn beside(&self, edge: Edge) -> Neighbour {
        let doors = self.database.open(self.clock.clone());
        let settings = IdentitySettings::default();
        let keys = self.database.keys();
        let identity =
            Identity::open(doors.clone(), &secret(), keys, settings, self.clock.clone()).await;
        let service = Service::new(identity.unwrap(), doors, service_settings(edge));
        Neighbour { router: service.router(), service }
    }

    /// Somebody without credentials.
    pub fn anonymous(&self) -> Caller {
        Caller::new(self.router())
    }

    /// Signs up: the owner of a new organization. The name is made into the address.
    pub async fn owner(&self, name: &str) -> Caller {
        let body = serde_json::json!({
            "email": format!("{name}@example.com"),
            "password": PASSWORD,
            "name": format!("{name} the owner"),
            "organization_name": format!("{name} organization"),
        });
        let answer = self.anonymous().post("/auth/signup", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Caller::signed_in(self.router(), &answer)
    }

    /// Somebody with another role in an existing organization. Their own organization, which signing up
    /// made, is not the one their token is for.
    pub async fn member(
        &self,
        name: &str,
        organization: OrganizationId,
        role: SystemRole,
    ) -> Caller {
        let mut caller = self.owner(name).await;
        let insert =
            "insert into tenantry.memberships (organization_id, user_id, role) values ($1, $2, $3)";
        let admin = self.database.admin().await;
        admin
            .execute(insert, &[&organization.uuid(), &caller.user.uuid(), &role.name()])
            .await
            .unwrap();
        let body = serde_json::json!({ "organization_id": organization });
        let answer = caller.post("/auth/switch", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        caller.use_token(&answer);
        caller
    }

    /// Signs in again.
    pub async fn login(&self, name: &str) -> Answer {
        let body =
            serde_json::json!({ "email": format!("{name}@example.com"), "password": PASSWORD });
        self.anonymous().post("/auth/login", &body).await
    }
}

/// A second server on the database of an [`App`].
#[derive(Debug)]
pub struct Neighbour {
    /// The service.
    pub service: Service,
    router: Router,
}

impl Neighbour {
    /// The same person, calling this server.
    pub fn caller(&self, known: &Caller) -> Caller {
        known.at(self.router.clone())
    }
}

fn service_settings(edge: Edge) -> ServiceSettings {
    ServiceSettings {
        public_url: "http://127.0.0.1:8000".to_owned(),
        version: "0.0.0-test",
        postgres_version: "15".to_owned(),
        trusted_proxies: Vec::new(),
        edge,
    }
}

/// The clock of a test stands still, and so would every window.
const ROOMY: RateLimits =
    RateLimits { organization: 1_000_000, key: 1_000_000, address: 1_000_000 };

/// The password of everybody in the tests: the one of the quick start.
pub const PASSWORD: &str = "securepassword123";
