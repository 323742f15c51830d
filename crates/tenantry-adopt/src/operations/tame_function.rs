//! A function that runs with its owner's rights is given an owner that row security binds, and a fixed `search_path`; and what
//! everybody could call, only the application's logins can.
//!
//! The new owner is `tenantry_adopted`, a role of its own that nobody is: Tenantry's other roles own keys or serve requests,
//! and an application's function must be able to do neither. It may read and write the tables that the function names, with
//! the rows of the sealed organization. An owner that row security binds already is left as it is.

use serde::{Deserialize, Serialize};

use crate::name::{TableName, identifier, literal};
use crate::operation::{Action, Operate};
use crate::privileges::Holding;
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TameFunction {
    /// The function, as SQL names it.
    pub signature: String,
    /// `function` or `procedure`.
    pub kind: String,
    /// Who owned it.
    pub owner: String,
    /// Whether that owner is bound by row security, being neither a superuser nor allowed to bypass it.
    pub is_owner_bound: bool,
    /// Whether everybody could call it.
    pub was_public: bool,
    /// Whether it fixed its `search_path`.
    pub had_search_path: bool,
    /// The application's old logins, which go on calling it.
    pub callers: Vec<String>,
    /// The tables that it names.
    pub tables: Vec<TableName>,
}

/// Owns what is tamed.
const OWNER: &str = "tenantry_adopted";

impl Operate for TameFunction {
    fn title(&self) -> String {
        format!("bind {} {} to row security", self.kind, self.signature)
    }

    fn table(&self) -> Option<&TableName> {
        None
    }

    fn validate(&self, schema: &Schema) -> Result<(), String> {
        if !schema.functions.iter().any(|function| function.signature == self.signature) {
            return Err(format!("there is no {} {}", self.kind, self.signature));
        }
        Ok(())
    }

    fn start(&self) -> Vec<Action> {
        let mut changes = vec![self.holding().change(&self.take_public())];
        if !self.is_owner_bound {
            changes.extend(self.tables.iter().map(grants));
            changes.push(format!("alter {} {} owner to {OWNER}", self.kind, self.signature));
        }
        if !self.had_search_path {
            let path = self.search_path();
            changes
                .push(format!("alter {} {} set search_path = {path}", self.kind, self.signature));
        }
        let done = format!("select {}", self.is_tamed());
        let tame = Action::locking(Vec::new(), changes.join("; "), done);
        if self.is_owner_bound { vec![tame] } else { vec![make_owner(), tame] }
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        let mut changes = Vec::new();
        if !self.had_search_path {
            changes.push(format!("alter {} {} reset search_path", self.kind, self.signature));
        }
        if !self.is_owner_bound {
            let owner = identifier(&self.owner);
            changes.push(format!("alter {} {} owner to {owner}", self.kind, self.signature));
        }
        changes.push(self.holding().give_back());
        if !self.is_owner_bound {
            changes.push(TAKE_FROM_OWNER.to_owned());
        }
        let done = format!("select not {}", self.is_tamed());
        vec![Action::locking(Vec::new(), changes.join("; "), done)]
    }
}

/// The last function that goes back takes everything with it that the role was granted; `drop owned` only revokes here,
/// because it is not run while the role owns anything.
const TAKE_FROM_OWNER: &str = "do $adopt$ begin if not exists (select from pg_catalog.pg_shdepend d \
     join pg_catalog.pg_database b on b.oid = d.dbid and b.datname = pg_catalog.current_database() \
     where d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass and d.deptype = 'o' \
     and d.refobjid = 'tenantry_adopted'::pg_catalog.regrole) \
     then drop owned by tenantry_adopted; end if; end $adopt$";

/// Roles belong to the whole server, so another database may make it at the same moment.
fn make_owner() -> Action {
    let is_there =
        format!("exists (select from pg_catalog.pg_roles where rolname = {})", literal(OWNER));
    let sql = format!(
        "do $adopt$ begin if not {is_there} then create role {OWNER} nologin noinherit; end if; \
         exception when duplicate_object or unique_violation then null; end $adopt$"
    );
    Action::locking(Vec::new(), sql, format!("select {is_there}"))
}

/// What the new owner needs of a table: its rows, and the sequences that number them.
fn grants(table: &TableName) -> String {
    format!(
        "grant usage on schema {} to {OWNER}; grant select, insert, update, delete on table {} to {OWNER}; \
         do $adopt$ declare numbering record; begin for numbering in select d.objid::pg_catalog.regclass as name \
         from pg_catalog.pg_depend d join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S' \
         where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.refobjid = {} \
         loop execute pg_catalog.format('grant usage on sequence %s to {OWNER}', numbering.name); end loop; end $adopt$",
        identifier(&table.schema),
        table.sql(),
        table.regclass()
    )
}

impl TameFunction {
    fn holding(&self) -> Holding<'_> {
        Holding { taker: "tame-function", kind: &self.kind, object: &self.signature }
    }

    /// Everybody's right to call it goes to the application's logins.
    fn take_public(&self) -> String {
        let logins = self.callers.iter().map(|login| identifier(login));
        let logins: Vec<String> = logins.chain(["tenantry_app".to_owned()]).collect();
        let object = format!("{} {}", self.kind, self.signature);
        let grant = format!("grant execute on {object} to {}", logins.join(", "));
        if self.was_public {
            format!("{}; {grant}", self.holding().take("public", None))
        } else {
            format!("grant execute on {object} to tenantry_app")
        }
    }

    /// Where the names in its body were found so far: its own schema, those of its tables, and `public`.
    fn search_path(&self) -> String {
        let name = self.signature.split('(').next().unwrap_or_default();
        let own = name.parse::<TableName>().ok().map(|name| name.schema);
        let tables = self.tables.iter().map(|table| table.schema.clone());
        let mut schemas: Vec<String> = Vec::new();
        for schema in own.into_iter().chain(tables).chain(["public".to_owned()]) {
            if !schemas.contains(&schema) && schema != "pg_catalog" {
                schemas.push(schema);
            }
        }
        format!("pg_catalog, {}, pg_temp", crate::name::list(&schemas))
    }

    /// Whether all of it was done; false where there is no such function.
    fn is_tamed(&self) -> String {
        let mut conditions = vec!["true".to_owned()];
        if !self.is_owner_bound {
            conditions.push(format!("r.rolname = {}", literal(OWNER)));
        }
        if !self.had_search_path {
            let fixed = "select from pg_catalog.unnest(p.proconfig) as setting \
                         where pg_catalog.starts_with(setting, 'search_path=')";
            conditions.push(format!("exists ({fixed})"));
        }
        if self.was_public {
            let usual = "coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))";
            conditions.push(format!(
                "not exists (select from pg_catalog.aclexplode({usual}) where grantee = 0)"
            ));
        }
        conditions.push(
            "exists (select from pg_catalog.aclexplode(p.proacl) e join pg_catalog.pg_roles a on a.oid = e.grantee \
             where a.rolname = 'tenantry_app')"
                .to_owned(),
        );
        format!(
            "exists (select from pg_catalog.pg_proc p join pg_catalog.pg_roles r on r.oid = p.proowner \
             where p.oid = pg_catalog.to_regprocedure({}) and {})",
            literal(&self.signature),
            conditions.join(" and ")
        )
    }
}
