//! Ids for the throwaway organizations, of the types that the database uses.

use super::Run;
use crate::catalog::Catalog;
use crate::error::ProveError;
use crate::party::{Party, random_id};
use crate::tenancy::Tenancy;
use crate::values::{self, Shape};

impl Run<'_> {
    /// Three organizations with ids of the type that the database uses; the third is the attacker's person's as well.
    pub(super) async fn parties(
        &self,
        catalog: &Catalog,
        tenancy: &Tenancy,
    ) -> Result<[Party; 3], ProveError> {
        let mut parties = Vec::new();
        for (letter, salt) in [('A', 0x0a11_ce00_u64), ('B', 0x0b0b_0000), ('C', 0x0ca1_0000)] {
            let mark = Party::word(letter);
            let salt = salt
                ^ u64::try_from(crate::party::random() & 0xffff_ffff).unwrap_or_default() << 20;
            let organization =
                self.id(catalog, organization_column(catalog, tenancy), &mark, salt).await?;
            let person = self.id(catalog, person_column(catalog, tenancy), &mark, salt + 1).await?;
            parties.push(Party { letter, organization, person, mark });
        }
        let [own, other, mut second]: [Party; 3] =
            parties.try_into().map_err(|_| ProveError::NothingToProve)?;
        second.person.clone_from(&own.person);
        Ok([own, other, second])
    }

    async fn id(
        &self,
        catalog: &Catalog,
        column: Option<(u32, String)>,
        mark: &str,
        salt: u64,
    ) -> Result<String, ProveError> {
        let Some((oid, column)) = column else { return Ok(random_id()) };
        let is_uuid = catalog
            .relation(oid)
            .and_then(|table| table.column(&column))
            .is_some_and(|column| column.type_name == "uuid");
        if is_uuid {
            return Ok(random_id());
        }
        let shape = Shape::read(self.client, oid).await?;
        values::value(self.client, &shape, &column, mark, salt).await.map_err(|unfillable| {
            ProveError::Unexpected {
                doing: "making up an organization".to_owned(),
                message: unfillable.to_string(),
            }
        })
    }
}

/// The column whose values are organizations: the key of the root, or else any tenant column.
fn organization_column(catalog: &Catalog, tenancy: &Tenancy) -> Option<(u32, String)> {
    let root = tenancy.root.and_then(|oid| catalog.relation(oid));
    let key = root.and_then(|table| {
        table
            .key()
            .filter(|key| key.columns.len() == 1)
            .map(|key| (table.oid, key.columns[0].clone()))
    });
    key.or_else(|| {
        let tables = catalog.relations.iter().filter(|relation| relation.is_table());
        tables
            .filter_map(|table| {
                tenancy.column_of(table).map(|column| (table.oid, column.to_owned()))
            })
            .next()
    })
}

fn person_column(catalog: &Catalog, tenancy: &Tenancy) -> Option<(u32, String)> {
    let people = catalog.relation(tenancy.people?)?;
    let key = people.key().filter(|key| key.columns.len() == 1)?;
    Some((people.oid, key.columns[0].clone()))
}
