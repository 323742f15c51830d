//! The application's own logins, and what each can do around row security.

use super::{Subject, count};
use crate::decisions::file::in_one_line;
use crate::finding::{Finding, Weight, codes};
use crate::name::identifier;
use crate::schema::Login;

/// One a login and right; one where no login is named at all.
pub(super) fn find(subject: &Subject<'_>) -> Vec<Finding> {
    let layout = subject.layout;
    let named = &layout.decisions.application.logins;
    let mut found: Vec<Finding> = Vec::new();
    if named.is_empty() {
        let title = "no login of the application is named";
        let known: Vec<String> = layout.schema.logins.iter().map(|it| it.name.clone()).collect();
        let facts = (!known.is_empty()).then(|| format!("there are {}", known.join(", ")));
        let finding = Finding::new(codes::NO_LOGIN, Weight::Warning, title).facts(facts);
        found.push(finding.help(setting(&known)));
    }
    found.extend(layout.logins().into_iter().flat_map(|login| of(login, named)));
    let others = layout.schema.logins.iter().filter(|login| !named.contains(&login.name));
    found.extend(others.filter_map(unbound));
    found
}

/// The line of the plan's file, as the file writes it.
fn setting(logins: &[String]) -> String {
    format!("in the plan: [application] logins = {}", in_one_line(logins))
}

/// A login that the plan leaves as it is, and the guard does not reach. A superuser without connections is an administrator,
/// and every database has one.
fn unbound(login: &Login) -> Option<Finding> {
    let name = &login.name;
    let what = match (login.is_superuser, login.bypasses_row_security) {
        (true, _) if login.connections > 0 => "is a superuser",
        (false, true) => "bypasses row security",
        _ => return None,
    };
    let title = format!("login {name} {what}, and goes on reading every organization's rows");
    let found = Finding::new(codes::UNBOUND, Weight::Warning, title);
    Some(
        found
            .fact(format!("{} now", count(login.connections, "connection")))
            .fact("the plan does not name it as the application's, so nothing is taken from it and nothing recorded")
            .help("keep it to administrators; if the application uses it, name it in the plan under [application] logins"),
    )
}

fn of(login: &Login, named: &[String]) -> Vec<Finding> {
    let name = &login.name;
    let now = format!("{} now", count(login.connections, "connection"));
    let mut found = Vec::new();
    if login.is_superuser {
        let title = format!(
            "the application connects as {name}, a superuser, which row security does not bind"
        );
        let others: Vec<String> = named.iter().filter(|it| *it != name).cloned().collect();
        let finding = Finding::new(codes::SUPERUSER, Weight::Decision, title).fact(now);
        found.push(
            finding
                .help("let the application connect as a login that is no superuser, and name that one")
                .help(format!("or leave it unbound, and say so by not naming it: {}", setting(&others))),
        );
        return found;
    }
    if login.bypasses_row_security {
        let title = format!("login {name} bypasses row security");
        let finding = Finding::new(codes::BYPASSER, Weight::Warning, title).fact(now.clone());
        let take = format!("alter role {} nobypassrls;", identifier(name));
        found.push(finding.help(format!(
            "enforcement takes it; to see in shadow what it would be denied, take it now: {take}"
        )));
    }
    if login.owns > 0 {
        let title = format!("login {name} owns {}", count(login.owns, "table"));
        let finding = Finding::new(codes::OWNER, Weight::Warning, title).fact(now);
        found.push(finding.help("keep it for migrations, and let requests connect as tenantry_app: an owner can switch row security off"));
    }
    found
}
