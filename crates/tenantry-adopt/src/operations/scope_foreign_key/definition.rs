//! What stands behind the name of a foreign key that carries the organization.

use super::ScopeForeignKey;
use crate::name::{COLUMN, identifier, list};
use crate::schema::Reaction;

impl ScopeForeignKey {
    /// Both sides begin with the organization. `match full` is not kept: with a column that is never null it would refuse
    /// every reference that is empty; a check of its own keeps half-empty ones out.
    pub(in crate::operations) fn definition(&self, cascades_moves: bool) -> String {
        let old = &self.old;
        format!(
            "foreign key ({}) references {} ({}){}{}{}",
            scoped(&old.columns),
            old.parent.sql(),
            scoped(&old.parent_columns),
            on_update(old.on_update, cascades_moves),
            self.on_delete(),
            self.deferrability()
        )
    }

    /// What happens to the row when its parent goes. The organization stays, whatever happens to the rest.
    fn on_delete(&self) -> String {
        let old = &self.old;
        let columns = if old.set_columns.is_empty() { &old.columns } else { &old.set_columns };
        match old.on_delete {
            Reaction::NoAction => String::new(),
            Reaction::Restrict => " on delete restrict".to_owned(),
            Reaction::Cascade => " on delete cascade".to_owned(),
            Reaction::SetNull => format!(" on delete set null ({})", list(columns)),
            Reaction::SetDefault => format!(" on delete set default ({})", list(columns)),
        }
    }

    /// When it is checked.
    const fn deferrability(&self) -> &'static str {
        match (self.old.is_deferrable, self.old.is_initially_deferred) {
            (_, true) => " deferrable initially deferred",
            (true, false) => " deferrable",
            (false, false) => "",
        }
    }

    /// The condition that keeps half-empty references out, as `match full` did. It names the organization so that whoever
    /// compares schemas sees that the constraint is ours.
    pub(super) fn fullness(&self) -> Option<String> {
        let columns: Vec<String> = self.old.columns.iter().map(|name| identifier(name)).collect();
        let is_needed = self.old.is_match_full && columns.len() > 1;
        is_needed.then(|| {
            let (count, columns) = (columns.len(), columns.join(", "));
            format!("{COLUMN} is null or pg_catalog.num_nulls({columns}) in (0, {count})")
        })
    }
}

/// The columns with the organization in front.
fn scoped(columns: &[String]) -> String {
    format!("{COLUMN}, {}", list(columns))
}

/// What happens to the row when its parent's key changes. Emptying the columns cannot be said without emptying the
/// organization too, so such a key is refused before it comes here.
const fn on_update(old: Reaction, cascades_moves: bool) -> &'static str {
    match old {
        Reaction::Cascade => " on update cascade",
        _ if cascades_moves => " on update cascade",
        Reaction::Restrict => " on update restrict",
        Reaction::NoAction | Reaction::SetNull | Reaction::SetDefault => "",
    }
}
