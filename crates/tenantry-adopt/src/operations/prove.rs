//! The result is attacked as the request path's login.

use serde::{Deserialize, Serialize};

use crate::name::TableName;
use crate::operation::{Action, Operate, Task};
use crate::schema::Schema;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prove {
    /// Tables that belong to nobody on purpose.
    pub shared: Vec<TableName>,
}

impl Operate for Prove {
    fn title(&self) -> String {
        "attack the result as the request path's login".to_owned()
    }

    fn table(&self) -> Option<&TableName> {
        None
    }

    fn validate(&self, _schema: &Schema) -> Result<(), String> {
        Ok(())
    }

    fn start(&self) -> Vec<Action> {
        // An attack leaves nothing by which the database could tell that it was made.
        vec![Action::task(Task::Prove, &self.title(), "select false")]
    }

    fn complete(&self) -> Vec<Action> {
        Vec::new()
    }

    fn rollback(&self) -> Vec<Action> {
        Vec::new()
    }
}
