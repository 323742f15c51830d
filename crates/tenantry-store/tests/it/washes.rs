//! The statements of the store that only read tables keep the fast way: what they name lets them go without a wash.

use tenantry_core::permission::project;
use tenantry_core::{Authorized, Clock};
use tenantry_db::types::{IsNull, ToSql, Type, to_sql_checked};
use tenantry_db::{Database, Statement};
use tenantry_testkit::{FaultProxy, secret};

use crate::founding::Ground;
use crate::statements::{PLATFORM, TENANT};
