//! What the request path's login may do with an object, and the operator with it, as `tenantry.protect()` grants. Nothing else
//! is granted to them. Partitions are reached through their parent and get nothing.

use serde::{Deserialize, Serialize};

use crate::name::{TableName, identifier, literal};
use crate::operation::{Action, Operate};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Grant {
    /// The table, view or sequence.
    pub object: TableName,
    /// `table`, `sequence` or `schema` (then the name is the schema's).
    pub kind: String,
    /// `select`, `insert`, `update`, `delete`, `usage`.
    pub privileges: Vec<String>,
    /// Those the login holds already, which going back must leave.
    pub held: Vec<String>,
}

/// Who is granted to.
const ROLES: [&str; 2] = ["tenantry_app", "tenantry_operator"];

impl Operate for Grant {
    fn title(&self) -> String {
        let name =
            if self.kind == "schema" { self.object.name.clone() } else { self.object.shown() };
        format!("grant {} on {} {name}", self.privileges.join(", "), self.kind)
    }

    fn table(&self) -> Option<&TableName> {
        (self.kind == "table").then_some(&self.object)
    }

    fn validate(&self, _schema: &Schema) -> Result<(), String> {
        let known: &[&str] = match self.kind.as_str() {
            "table" => &["select", "insert", "update", "delete"],
            "sequence" | "schema" => &["usage"],
            other => return Err(format!("nothing is granted on a {other}")),
        };
        match self.privileges.iter().find(|privilege| !known.contains(&privilege.as_str())) {
            Some(more) => Err(format!("{more} on a {} is more than a request may have", self.kind)),
            None => Ok(()),
        }
    }

    fn start(&self) -> Vec<Action> {
        let wanted: Vec<&str> = self.privileges.iter().map(String::as_str).collect();
        if wanted.is_empty() {
            return Vec::new();
        }
        vec![self.action("grant", "to", &wanted, &format!("= {}", wanted.len() * ROLES.len()))]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let given = self.privileges.iter().filter(|privilege| !self.held.contains(privilege));
        let given: Vec<&str> = given.map(String::as_str).collect();
        if given.is_empty() {
            return Vec::new();
        }
        vec![self.action("revoke", "from", &given, "= 0")]
    }
}

impl Grant {
    fn action(&self, verb: &str, towards: &str, privileges: &[&str], count: &str) -> Action {
        let sql = format!(
            "{verb} {} on {} {} {towards} {}",
            privileges.join(", "),
            self.kind,
            self.name(),
            ROLES.join(", ")
        );
        Action::locking(Vec::new(), sql, format!("select ({}) {count}", self.granted(privileges)))
    }

    /// The object as SQL names it.
    fn name(&self) -> String {
        if self.kind == "schema" { identifier(&self.object.name) } else { self.object.sql() }
    }

    /// How many of these privileges the roles have by name. An object or role that is not there counts for nothing.
    fn granted(&self, privileges: &[&str]) -> String {
        let held = if self.kind == "schema" {
            "select nspacl as acl from pg_catalog.pg_namespace where oid = pg_catalog.to_regnamespace"
        } else {
            "select relacl as acl from pg_catalog.pg_class where oid = pg_catalog.to_regclass"
        };
        let kinds: Vec<String> =
            privileges.iter().map(|privilege| literal(&privilege.to_uppercase())).collect();
        let roles = ROLES.map(literal).join(", ");
        format!(
            "select pg_catalog.count(distinct (r.rolname, e.privilege_type)) from ({held}({})) as held \
             cross join lateral pg_catalog.aclexplode(held.acl) e join pg_catalog.pg_roles r on r.oid = e.grantee \
             where r.rolname in ({roles}) and e.privilege_type in ({})",
            literal(&self.name()),
            kinds.join(", ")
        )
    }
}
