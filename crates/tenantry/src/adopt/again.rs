//! Planning again: what the first command line said holds as long as nobody says otherwise, because a plan that is made anew
//! after a migration is meant to be about the same organizations. `--force` begins from nothing.

use tenantry_adopt::decisions::{Decisions, DecisionsError};
use tenantry_adopt::plan::Request;

/// Takes over what a plan that nobody touched was asked for, where the command line says nothing. A plan for another database
/// says nothing about this one.
pub(super) fn take_over(
    request: &mut Request,
    written: &str,
    database: &str,
) -> Result<(), DecisionsError> {
    let before = Decisions::read(written)?;
    if before.database != database {
        return Ok(());
    }
    if request.mode.is_none_or(|mode| mode == before.mode) {
        request.mode = Some(before.mode);
        request.root = request.root.take().or(before.root.map(|root| root.table));
        if request.merge.is_empty() {
            request.merge = before.merge;
        }
    }
    request.name = request.name.take().or(Some(before.organization.name));
    if request.logins.is_empty() {
        request.logins = before.application.logins;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tenantry_adopt::classification::Mode;
    use tenantry_adopt::name::TableName;

    use super::*;

    const WRITTEN: &str = r#"
        format = 1
        database = "clipper"
        schema = "5e1f"
        mode = "split"
        organization = { name = "Acme", slug = "acme" }
        application = { logins = ["clipper_app"] }
        root = { table = "public.projects", key = "id" }
        tables = {}
    "#;

    fn taken(mut request: Request, database: &str) -> Request {
        take_over(&mut request, WRITTEN, database).unwrap();
        request
    }

    #[test]
    fn what_the_command_line_leaves_out_is_as_it_was() {
        let taken = taken(Request::default(), "clipper");
        assert_eq!(taken.mode, Some(Mode::Split));
        assert_eq!(taken.root, Some(TableName::new("public", "projects")));
        assert_eq!(taken.name.as_deref(), Some("Acme"));
        assert_eq!(taken.logins, ["clipper_app"]);
    }

    #[test]
    fn what_the_command_line_says_is_believed() {
        let request = Request {
            mode: Some(Mode::Whole),
            name: Some("Other".to_owned()),
            logins: vec!["web".to_owned()],
            ..Request::default()
        };
        assert_eq!(taken(request.clone(), "clipper"), request, "another mode has no root");
        let told = Request { root: Some(TableName::new("public", "crawls")), ..Request::default() };
        assert_eq!(taken(told.clone(), "clipper").root, told.root);
    }

    #[test]
    fn a_plan_of_another_database_says_nothing() {
        assert_eq!(taken(Request::default(), "another"), Request::default());
    }
}
