//! A declared statement is one literal.

use tenantry_db::{Tenant, statements};

const NAME: &str = "somebody";

statements! { Tenant:
    SEARCH = format!("select id from notes where organization_id = $1 and name = '{NAME}'");
}

fn main() {}
