//! The parameter itself: nobody but `tenantry.enter()` puts anything into it.

use tenantry_db::Login;

use super::{Visitor, WHO};
use crate::arena::Arena;

/// What would make B the organization, if it were believed.
fn lie(arena: &Arena) -> String {
    format!("0 {} 7573723a31 6f776e6572", arena.b.organization.uuid().simple())
}

const DENIED: [&str; 12] = [
    "set backtrace_functions = '{lie}'",
    "set local backtrace_functions = '{lie}'",
    "set session backtrace_functions = '{lie}'",
    "select set_config('backtrace_functions', '{lie}', true)",
    "select set_config('backtrace_functions', '{lie}', false)",
    "select set_config('BACKTRACE_functions', '{lie}', false)",
    "update pg_settings set setting = '{lie}' where name = 'backtrace_functions'",
    "do $$ begin perform set_config('backtrace_functions', '{lie}', true); end $$",
    "do $$ begin execute 'set backtrace_functions = ''{lie}'''; end $$",
    "reset backtrace_functions",
    "set backtrace_functions to default",
    "grant set on parameter backtrace_functions to {login}",
];
/// Which reach sessions to come.
const LEFT: [&str; 6] = [
    "alter role {login} set backtrace_functions = '{lie}'",
    "alter role {login} set backtrace_functions from current",
    "alter role {login} in database {database} set backtrace_functions = '{lie}'",
    "alter role tenantry_definer set backtrace_functions = '{lie}'",
    "alter database {database} set backtrace_functions = '{lie}'",
    "alter system set backtrace_functions = '{lie}'",
];

/// RL-1, RL-3. Every way to set it is denied to every login, in and out of a transaction that has entered.
#[tokio::test]
async fn no_login_sets_the_store() {
    let arena = Arena::new().await;
    for login in Login::ALL {
        let visitor = Visitor::new(&arena, login).await;
        for attack in DENIED.iter().chain(&LEFT) {
            let attack = attack
                .replace("{lie}", &lie(&arena))
                .replace("{login}", login.role())
                .replace("{database}", arena.database.name());
            visitor.gets_nothing_by(&attack).await;
            // A GRANT of what one does not have is a warning, not an error.
            let outcome = visitor.run(&attack).await;
            assert!(
                outcome.is_refused() || attack.starts_with("grant"),
                "{attack}: {}",
                outcome.text()
            );
            visitor.is_nobody(&attack).await;
        }
        let granted = "select has_parameter_privilege(current_user, 'backtrace_functions', 'set')
            or has_parameter_privilege(current_user, 'backtrace_functions', 'alter system')";
        assert_eq!(visitor.text(granted).await, "1\nf");
    }
    println!("{} attacks", arena.attacks());
}

/// RL-1, RL-3. A session is not begun with it either, by its options or by what its role was told before.
#[tokio::test]
async fn no_session_starts_inside() {
    let arena = Arena::new().await;
    for login in Login::ALL {
        let mut config = arena.database.login_config(login);
        config.options(format!("-c backtrace_functions={}", lie(&arena).replace(' ', "\\ ")));
        let refused = config.connect(tokio_postgres::NoTls).await.err().unwrap();
        assert_eq!(
            refused.code().map(tokio_postgres::error::SqlState::code),
            Some("42501"),
            "{refused:?}"
        );
    }
}

/// RL-1. The roles by way of which it could be set are out of reach.
#[tokio::test]
async fn nobody_becomes_the_definer() {
    let arena = Arena::new().await;
    for login in Login::ALL {
        let visitor = Visitor::new(&arena, login).await;
        for attack in [
            "set role tenantry_definer",
            "set session authorization tenantry_definer",
            "select set_config('role', 'tenantry_definer', true)",
            "create function public.mine() returns text language sql security definer set backtrace_functions = '0 x' as 'select 1'",
            "alter function tenantry.enter(text, text, text, text) set backtrace_functions = '0 x'",
            "create or replace function tenantry.enter(key_id text, entry text, expires text, mac text) returns boolean language sql return true",
            "create or replace function tenantry.organization() returns uuid language sql return '{organization}'::uuid",
            "grant tenantry_definer to current_user",
        ] {
            visitor.gets_nothing_by(attack).await;
            let outcome = visitor.run(&arena.b.fill(attack)).await;
            assert!(outcome.is_refused(), "{attack}: {}", outcome.text());
        }
    }
    println!("{} attacks", arena.attacks());
}

/// RL-2. What a superuser put there for its own purpose is no organization, and the context stays sealed.
#[tokio::test]
async fn a_server_that_uses_the_parameter_stays_sealed() {
    let arena = Arena::new().await;
    let store = "select tenantry.context_store()";
    let visitor = Visitor::new(&arena, Login::App).await;
    assert_eq!(visitor.text(store).await, "1\nverified", "control");
    for value in ["int4in, textin", "0", "0x", "a 0 b"] {
        let set =
            format!("alter database {} set backtrace_functions = '{value}'", arena.database.name());
        arena.admin.batch_execute(&set).await.unwrap();
        let visitor = Visitor::new(&arena, Login::App).await;
        assert_eq!(visitor.text(store).await, "1\nsealed", "{value}");
        assert_eq!(visitor.text("select tenantry.organization() is null").await, "1\nt", "{value}");
        let seal = arena.a.scope.seal(&visitor.here()).expose().to_owned();
        visitor.client.batch_execute("begin").await.unwrap();
        visitor
            .client
            .query("select set_config('tenantry.context', $1, true)", &[&seal])
            .await
            .unwrap();
        assert!(arena.a.is_named_in(&visitor.text(WHO).await), "{value}");
    }
    let name = arena.database.name();
    let choose = format!(
        "alter database {name} reset backtrace_functions; alter database {name} set tenantry.context_store = 'sealed'"
    );
    arena.admin.batch_execute(&choose).await.unwrap();
    let visitor = Visitor::new(&arena, Login::App).await;
    assert_eq!(visitor.text(store).await, "1\nsealed");
}
