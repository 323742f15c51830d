//! Why a run could not be made, as a problem with a code and a next step.

use tenantry_prove::ProveError;

use crate::failure;
use crate::trouble::Problem;

/// A run that came to no end.
pub(crate) fn of(error: &ProveError) -> Problem {
    match error {
        ProveError::Database(error) => failure::of_database(error),
        ProveError::NoRole(_) => Problem::new("TN1001", error.to_string())
            .help("tenantry prove --as ROLE   with the role that the application logs in as"),
        ProveError::MayNotBecome { login, role } => Problem::new("TN1002", error.to_string())
            .help(format!("grant {} to {};", quoted(role), quoted(login)))
            .help("or use an address with an administrator's login"),
        ProveError::RoleNotNamed(_) => Problem::new("TN1003", error.to_string())
            .help("tenantry prove --as ROLE   with the role that the application logs in as"),
        ProveError::NothingToProve => Problem::new("TN1004", error.to_string())
            .help(
                "tenantry prove --tenant-column NAME   with the column that names the organization",
            )
            .help("tenantry prove --as ROLE   when the role can reach none of the tables"),
        ProveError::Enter(_) => Problem::new("TN1005", error.to_string())
            .help("tenantry prove --context \"select set_config('app.org', {org}, true)\""),
        ProveError::NoSuchName { .. } => Problem::new("TN1007", error.to_string()).fact(
            "names",
            "tables and views as SQL writes them, such as public.projects; functions by name",
        ),
        ProveError::NothingLeft => Problem::new("TN1007", error.to_string())
            .help("tenantry prove   without --only and --skip tries everything"),
        ProveError::Unexpected { .. } => Problem::new("TN1006", error.to_string())
            .help("tenantry prove --skip OBJECT   leaves out what it stumbled over"),
    }
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    let is_plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    let is_bare =
        name.chars().all(is_plain) && !name.starts_with(|first: char| first.is_ascii_digit());
    if is_bare { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let quoted = ["app", "App", "2app", "a\"b", "my-app"].map(quoted);
        assert_eq!(quoted, ["app", "\"App\"", "\"2app\"", "\"a\"\"b\"", "\"my-app\""]);
    }
}
