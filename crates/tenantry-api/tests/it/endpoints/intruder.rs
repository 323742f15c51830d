//! The same people past the API: on a connection of the request path's login, with the seal that the server would make
//! for them and any SQL. Whom the server does not let in has no seal, and is given the bare connection.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tenantry_core::context::Connection;
use tenantry_core::scope::Origin;
use tenantry_core::{OrganizationId, RequestId, TenantScope};
use tenantry_db::Login;
use tenantry_identity::OrganizationName;
use tenantry_testkit::App;

use super::principals::{Principal, Standing};

/// The first column of each row, or the state of what was refused.
pub(crate) type Outcome = Result<Vec<String>, String>;

type Answered = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One connection, and a seal for each principal.
pub(crate) struct Intruder {
    run: Box<dyn Fn(String, String) -> Answered + Send + Sync>,
    database: String,
    backend: i32,
    scopes: Vec<(&'static str, Option<TenantScope>)>,
}

impl fmt::Debug for Intruder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Intruder")
    }
}

impl Intruder {
    /// Connects, and has the server admit everybody. A principal whose token is for no organization names acme.
    pub(crate) async fn of(app: &App, principals: &[Principal], acme: OrganizationId) -> Self {
        let client = Arc::new(app.database.raw(Login::App).await);
        let backend = client.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
        let mut scopes = Vec::new();
        for principal in principals {
            let scope = admitted(app, principal, acme).await;
            let is_member = matches!(principal.standing, Standing::Member(..));
            assert_eq!(scope.is_some(), is_member, "{}", principal.name);
            scopes.push((principal.name, scope));
        }
        let run = move |opening: String, statement: String| -> Answered {
            let client = Arc::clone(&client);
            Box::pin(async move {
                client.batch_execute(&opening).await.unwrap();
                let answer = client.query(&statement, &[]).await;
                client.batch_execute("rollback").await.unwrap();
                match answer {
                    Ok(rows) => Ok(rows.iter().map(|row| row.get(0)).collect()),
                    Err(error) => Err(error.code().unwrap().code().to_owned()),
                }
            })
        };
        let database = app.database.name().to_owned();
        Self { run: Box::new(run), database, backend, scopes }
    }

    /// Runs a statement as somebody, in a transaction that is taken back. Its first column is text.
    pub(crate) async fn run(&self, app: &App, principal: &Principal, statement: &str) -> Outcome {
        let here = Connection {
            database: &self.database,
            backend: self.backend,
            now: app.clock.unix_seconds(),
        };
        let (_, scope) = self.scopes.iter().find(|(name, _)| *name == principal.name).unwrap();
        let opening = match scope.as_ref().map(|scope| scope.seal(&here)) {
            Some(seal) => {
                format!("begin; select set_config('tenantry.context', '{}', true)", seal.expose())
            }
            None => "begin".to_owned(),
        };
        (self.run)(opening, statement.to_owned()).await
    }
}

/// What the gate of the server makes of somebody's token.
async fn admitted(app: &App, principal: &Principal, acme: OrganizationId) -> Option<TenantScope> {
    let token = app.identity.verify(principal.caller.token.as_deref()?).ok()?;
    let names = if principal.has_organization { None } else { Some(OrganizationName::Id(acme)) };
    let names: Vec<OrganizationName> = names.into_iter().collect();
    let origin = Origin { request: RequestId::new(), address: None };
    app.identity.admit(&token, &names, origin).await.ok()
}
