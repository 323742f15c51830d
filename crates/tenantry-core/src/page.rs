//! Pages of a list: how many, and from where.
//!
//! A cursor is the key of the last row that was seen, authenticated together with the list's name
//! and the organization, so that another organization's cursor is refused like an invented one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Serialize;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::secret::Key;

/// The most rows of a page.
pub const MAX_LIMIT: u16 = 100;
/// The rows of a page when the request does not say.
pub const DEFAULT_LIMIT: u16 = 25;

/// The key of a row in a list that is ordered by `(created_at, id)`, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// When the row was made.
    pub created_at: Timestamp,
    /// The row's id, which decides between rows of the same moment.
    pub id: Uuid,
}

impl Position {
    /// Behind which every row comes: the start of a list.
    pub const START: Self =
        Self { created_at: Timestamp::constant(253_402_200_000, 0), id: Uuid::max() };
}

/// Which rows are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many, 1 to [`MAX_LIMIT`].
    pub limit: u16,
    /// After which row; from the start when absent.
    pub after: Option<Position>,
}

impl Page {
    /// Behind which position the rows are, [`Position::START`] for the first page: one statement then
    /// does for the first page and for the next ones.
    #[must_use]
    pub fn behind(&self) -> Position {
        self.after.unwrap_or(Position::START)
    }

    /// One more than asked for: the extra row says that there is a next page.
    #[must_use]
    pub fn fetch_limit(&self) -> i64 {
        i64::from(self.limit) + 1
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The rows.
    pub data: Vec<T>,
    /// Where the next page starts, when there is one.
    pub next: Option<Position>,
}

impl<T> Paged<T> {
    /// A page from rows fetched with [`Page::fetch_limit`].
    pub fn from_rows(mut rows: Vec<T>, page: &Page, position: impl Fn(&T) -> Position) -> Self {
        let limit = usize::from(page.limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more { rows.last().map(position) } else { None };
        Self { data: rows, next }
    }
}

/// A page as the API answers it.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct PageBody<T> {
    /// The rows, the newest first.
    pub data: Vec<T>,
    /// Send it as `cursor` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// The list a cursor belongs to.
#[derive(Debug, Clone, Copy)]
pub struct List<'a> {
    /// The list's name, for example `projects`.
    pub name: &'a str,
    /// Whose list it is: an organization, or a user for lists of a user's own.
    pub owner: Uuid,
}

/// The cursor was not made by this list for this organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one of this list")]
pub struct BadCursor;

/// Makes and reads cursors.
#[derive(Debug, Clone)]
pub struct CursorKey(Key);

const POSITION_LENGTH: usize = 24;
const MAC_LENGTH: usize = 16;

impl CursorKey {
    /// Cursors under this key.
    #[must_use]
    pub const fn new(key: Key) -> Self {
        Self(key)
    }

    fn mac(&self, list: &List<'_>, position: &[u8]) -> [u8; 32] {
        self.0.authenticate(&[list.owner.as_bytes(), position, list.name.as_bytes()])
    }

    /// The cursor of a position in a list.
    #[must_use]
    pub fn encode(&self, list: &List<'_>, position: Position) -> String {
        let mut bytes = Vec::with_capacity(POSITION_LENGTH + MAC_LENGTH);
        bytes.extend(position.created_at.as_microsecond().to_be_bytes());
        bytes.extend(position.id.as_bytes());
        let mac = self.mac(list, &bytes);
        bytes.extend(&mac[..MAC_LENGTH]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The position that a cursor of this list names.
    ///
    /// # Errors
    /// [`BadCursor`] for everything that this list did not make itself.
    pub fn decode(&self, list: &List<'_>, cursor: &str) -> Result<Position, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| BadCursor)?;
        if bytes.len() != POSITION_LENGTH + MAC_LENGTH {
            return Err(BadCursor);
        }
        let (position, mac) = bytes.split_at(POSITION_LENGTH);
        let genuine: bool = self.mac(list, position)[..MAC_LENGTH].ct_eq(mac).into();
        if !genuine {
            return Err(BadCursor);
        }
        let (moment, id) = position.split_at(8);
        let moment = i64::from_be_bytes(moment.try_into().map_err(|_| BadCursor)?);
        Ok(Position {
            created_at: Timestamp::from_microsecond(moment).map_err(|_| BadCursor)?,
            id: Uuid::from_slice(id).map_err(|_| BadCursor)?,
        })
    }

    /// A page as the API answers it.
    #[must_use]
    pub fn body<T>(&self, list: &List<'_>, page: Paged<T>) -> PageBody<T> {
        let next_cursor = page.next.map(|position| self.encode(list, position));
        PageBody { data: page.data, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_belongs_to_one_list_of_one_organization() {
        // PG-1: cursors are authenticated, with the organization inside.
        let key = CursorKey::new(Key::new([3; 32]));
        let list = List { name: "projects", owner: Uuid::from_u128(1) };
        let position = Position {
            created_at: Timestamp::from_microsecond(1_700_000_000_123_456).unwrap(),
            id: Uuid::from_u128(9),
        };
        let cursor = key.encode(&list, position);
        assert_eq!(key.decode(&list, &cursor), Ok(position));
        for other in [List { owner: Uuid::from_u128(2), ..list }, List { name: "members", ..list }]
        {
            assert_eq!(key.decode(&other, &cursor), Err(BadCursor));
        }
        for index in 0..cursor.len() {
            let mut edited = cursor.clone().into_bytes();
            edited[index] = if edited[index] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.decode(&list, std::str::from_utf8(&edited).unwrap()), Err(BadCursor));
        }
        for text in ["", "=", "AAAA", "\u{0}"] {
            assert_eq!(key.decode(&list, text), Err(BadCursor));
        }
    }

    #[test]
    fn the_extra_row_says_that_there_is_more() {
        let page = Page { limit: 2, after: None };
        let position =
            |id: &u128| Position { created_at: Timestamp::UNIX_EPOCH, id: Uuid::from_u128(*id) };
        assert_eq!(Paged::from_rows(vec![3, 2], &page, position).next, None);
        let full = Paged::from_rows(vec![3, 2, 1], &page, position);
        assert_eq!(
            (full.data, full.next.map(|next| next.id)),
            (vec![3, 2], Some(Uuid::from_u128(2)))
        );
    }
}
