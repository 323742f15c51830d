//! Copies of a database that is right, one for each mutant. What a mutant does to roles is done to the whole cluster, so
//! each template has roles of its own, and mutants of one template run one after another.

use tenantry_db::Config;
use tokio_postgres::{Client, NoTls};

use super::mutant::{Base, Mutant};
use crate::databases::{Prepared, correct, sealed, with_roles};

/// A database that is right, and that nobody is connected to.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) prepared: Prepared,
}

/// A copy with a mutant in it.
#[derive(Debug)]
pub(crate) struct Copy<'template> {
    template: &'template Template,
    /// Leads to it as a superuser.
    pub(crate) config: Config,
    name: String,
    undo: String,
}

impl Template {
    pub(crate) async fn of(base: Base) -> Self {
        let prepared = match base {
            Base::Setting => correct().await,
            Base::Sealed => sealed().await,
        };
        Self { prepared }
    }

    /// Whether the server could have the extension.
    pub(crate) async fn has(&self, extension: Option<&str>) -> bool {
        let Some(extension) = extension else { return true };
        let available = "select exists (select from pg_available_extensions where name = $1)";
        self.server().await.query_one(available, &[&extension]).await.unwrap().get(0)
    }

    /// A mutant's text with this template's roles and the name of the database that is spoiled.
    pub(crate) fn named(&self, text: &str, database: &str) -> String {
        with_roles(text, self.prepared.database.name()).replace("{database}", database)
    }

    /// A copy with nothing wrong.
    pub(crate) async fn unspoiled(&self) -> Copy<'_> {
        let name = self.copy_name();
        let server = self.server().await;
        let template = self.prepared.database.name();
        server
            .batch_execute(&format!("drop database if exists {name} with (force)"))
            .await
            .unwrap();
        // Whoever was connected to the template last may still be on the way out.
        let made = format!("create database {name} template {template} strategy file_copy");
        for attempt in 0.. {
            match server.batch_execute(&made).await {
                Ok(()) => break,
                Err(error) if attempt < 100 && error.to_string().contains("accessed by other") => {}
                Err(error) if attempt < 100 && format!("{error:?}").contains("55006") => {}
                Err(error) => panic!("{error:?}"),
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        // A copy has the template's objects, but not its privileges as a database.
        server
            .batch_execute(&format!("revoke temporary, create on database {name} from public"))
            .await
            .unwrap();
        let mut config = self.prepared.database.admin_config();
        config.dbname(&name);
        Copy { template: self, config, name, undo: String::new() }
    }

    /// A copy with the mutant in it.
    pub(crate) async fn spoiled(&self, mutant: &Mutant) -> Copy<'_> {
        let mut copy = self.unspoiled().await;
        let applied =
            connect(&copy.config).await.batch_execute(&self.named(mutant.sql, &copy.name)).await;
        applied.unwrap_or_else(|error| panic!("{} does not apply: {error:?}", mutant.name));
        copy.undo = self.named(mutant.undo, &copy.name);
        copy
    }

    fn copy_name(&self) -> String {
        format!("{}_copy", self.prepared.database.name())
    }

    /// A connection to the database that everybody has.
    async fn server(&self) -> Client {
        let mut config = self.prepared.database.admin_config();
        config.dbname("postgres");
        connect(&config).await
    }
}

impl Copy<'_> {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Drops it, and takes back what the mutant did to the cluster.
    pub(crate) async fn remove(self) {
        let server = self.template.server().await;
        server.batch_execute(&format!("drop database {} with (force)", self.name)).await.unwrap();
        server.batch_execute(&self.undo).await.unwrap();
    }
}

/// A connection that is driven in the background.
#[expect(clippy::disallowed_methods, reason = "the connection ends with its client")]
async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
