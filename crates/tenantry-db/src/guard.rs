//! The guard's text, for each engine: the one place that writes a tenant policy.
//!
//! Only an equality on one value keeps the index usable, so nothing else is ever generated. The two
//! engines differ for a reason: Citus hands a RESTRICTIVE policy to its shards as a PERMISSIVE one and
//! refuses subqueries in policies, so there the guard must be the only policy, with a bare call.

use tokio_postgres::Client;

/// What kind of Postgres this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One PostgreSQL server, version 15 or newer.
    PostgreSql,
    /// PostgreSQL with the Citus extension, which spreads tables over several servers.
    Citus,
}

impl Engine {
    /// Asks the database which engine it is.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn detect(client: &Client) -> Result<Self, tokio_postgres::Error> {
        let row = client
            .query_one(
                "select exists (select from pg_catalog.pg_extension where extname = 'citus')",
                &[],
            )
            .await?;
        Ok(if row.get(0) { Self::Citus } else { Self::PostgreSql })
    }

    /// How a policy asks for the organization of the sealed context: once a statement as an
    /// init plan where subqueries are allowed, else as a bare call.
    #[must_use]
    pub const fn organization_call(self) -> &'static str {
        match self {
            Self::PostgreSql => "(select tenantry.organization())",
            Self::Citus => "tenantry.organization()",
        }
    }

    /// `CREATE POLICY` for a table that stands as `%s`.
    #[must_use]
    pub fn guard_statement(self) -> String {
        let kind = match self {
            // RESTRICTIVE, so that no other policy can widen it; TO PUBLIC with FORCE, so that views
            // and functions of the owner are filtered too.
            Self::PostgreSql => "restrictive",
            Self::Citus => "permissive",
        };
        let call = self.organization_call();
        format!(
            "create policy tenantry_guard on %s as {kind} for all to public \
             using (organization_id = {call}) with check (organization_id = {call})"
        )
    }

    /// plpgsql that adds the permissive policy a restrictive guard needs beside it, or that refuses
    /// any other policy where the guard must stand alone.
    #[must_use]
    pub const fn allow_block(self) -> &'static str {
        match self {
            Self::PostgreSql => {
                "if not exists (select from pg_policy where polrelid = relation and polpermissive) then
        execute format('create policy tenantry_allow on %s for all to public using (true) with check (true)', relation);
    end if;"
            }
            Self::Citus => {
                "if (select count(*) from pg_policy where polrelid = relation) > 1 then
        raise exception 'tenantry: on Citus the guard must be the only policy of %', relation;
    end if;"
            }
        }
    }

    /// plpgsql that adds the trigger for `updated_at`; Citus has no triggers on spread tables.
    #[must_use]
    pub const fn touch_block(self) -> &'static str {
        match self {
            Self::PostgreSql => {
                "if exists (select from pg_attribute where attrelid = relation and attname = 'updated_at' and not attisdropped) then
        execute format('create or replace trigger tenantry_touch before update on %s for each row execute function tenantry.touch()', relation);
    end if;"
            }
            Self::Citus => "",
        }
    }

    /// Where a verified context is kept, as SQL, and how that is taken back: on Citus nowhere.
    #[must_use]
    pub const fn context_store(self) -> (&'static str, &'static str) {
        match self {
            Self::PostgreSql => {
                (include_str!("sql/context_store.sql"), include_str!("sql/context_store.down.sql"))
            }
            Self::Citus => (
                include_str!("sql/context_store.citus.sql"),
                "drop function tenantry.context_store();",
            ),
        }
    }

    /// The contract's SQL for this engine.
    #[must_use]
    pub fn contract(self) -> String {
        include_str!("sql/contract.sql")
            .replace("{{guard}}", &self.guard_statement())
            .replace("{{allow}}", self.allow_block())
            .replace("{{touch}}", self.touch_block())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_the_guard_that_holds_on_it() {
        let postgres = Engine::PostgreSql.contract();
        assert!(postgres.contains("as restrictive for all to public using (organization_id = (select tenantry.organization()))"));
        assert!(postgres.contains("tenantry_allow"));
        let citus = Engine::Citus.contract();
        assert!(citus.contains(
            "as permissive for all to public using (organization_id = tenantry.organization())"
        ));
        assert!(
            !citus.contains("tenantry_allow")
                && !citus.contains("(select tenantry.organization())")
        );
        assert!(!postgres.contains("{{") && !citus.contains("{{"));
    }
}
