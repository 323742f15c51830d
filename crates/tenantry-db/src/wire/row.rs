//! A row of an answer, read column by column out of the bytes in which it came.

use std::fmt;
use std::sync::Arc;

use postgres_protocol::message::backend::DataRowBody;
use tokio_postgres::types::{FromSql, Type, WrongType};

use super::error::WireError;

/// A column of an answer.
#[derive(Debug, Clone)]
pub struct Column {
    pub(super) name: String,
    pub(super) of: Type,
}

impl Column {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its type.
    #[must_use]
    pub const fn type_(&self) -> &Type {
        &self.of
    }
}

/// A row.
#[derive(Clone)]
pub struct Row {
    columns: Arc<[Column]>,
    body: DataRowBody,
}

/// How a column is named: by its place, from 0, or by its name.
pub trait ColumnIndex {
    /// Its place among the columns.
    fn place(&self, columns: &[Column]) -> Option<usize>;
}

impl ColumnIndex for usize {
    fn place(&self, columns: &[Column]) -> Option<usize> {
        (*self < columns.len()).then_some(*self)
    }
}

impl ColumnIndex for &str {
    fn place(&self, columns: &[Column]) -> Option<usize> {
        columns.iter().position(|column| column.name == *self)
    }
}

impl Row {
    pub(super) const fn new(columns: Arc<[Column]>, body: DataRowBody) -> Self {
        Self { columns, body }
    }

    /// Its columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many columns it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether it has no column.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// The value of a column.
    ///
    /// # Errors
    /// There is no such column, or its value is of another type, or NULL where none is expected.
    #[expect(clippy::needless_pass_by_value, reason = "asked for as in the driver's own rows")]
    pub fn try_get<'a, I, T>(&'a self, column: I) -> Result<T, WireError>
    where
        I: ColumnIndex + fmt::Display,
        T: FromSql<'a>,
    {
        let missing = || WireError::NoColumn(column.to_string());
        let place = column.place(&self.columns).ok_or_else(missing)?;
        let described = self.columns.get(place).ok_or_else(missing)?;
        let unreadable = |source| WireError::Column { column: described.name.clone(), source };
        if !T::accepts(&described.of) {
            return Err(unreadable(Box::new(WrongType::new::<T>(described.of.clone()))));
        }
        let value = cell(self.body.buffer(), place).ok_or_else(missing)?;
        T::from_sql_nullable(&described.of, value).map_err(unreadable)
    }

    /// The value of a column, for tests and for statements whose columns are known.
    ///
    /// # Panics
    /// Where [`try_get`](Self::try_get) answers an error.
    #[must_use]
    #[track_caller]
    pub fn get<'a, I, T>(&'a self, column: I) -> T
    where
        I: ColumnIndex + fmt::Display,
        T: FromSql<'a>,
    {
        match self.try_get(column) {
            Ok(value) => value,
            #[expect(clippy::panic, reason = "said so, as the driver's own rows do")]
            Err(error) => panic!("{error}"),
        }
    }
}

/// A value of a row: four bytes of length, −1 for NULL, and the bytes. `None` when the row is shorter.
fn cell(mut rest: &[u8], place: usize) -> Option<Option<&[u8]>> {
    for at in 0..=place {
        let (length, tail) = rest.split_first_chunk::<4>()?;
        let Ok(length) = usize::try_from(i32::from_be_bytes(*length)) else {
            rest = tail;
            if at == place {
                return Some(None);
            }
            continue;
        };
        let (value, tail) = tail.split_at_checked(length)?;
        if at == place {
            return Some(Some(value));
        }
        rest = tail;
    }
    None
}

/// The first value of a row that came as text.
pub(crate) fn first_text(body: &DataRowBody) -> Option<String> {
    cell(body.buffer(), 0)?.map(|value| String::from_utf8_lossy(value).into_owned())
}

/// All values of a row that came as text.
pub(super) fn texts(body: &DataRowBody) -> Vec<Option<String>> {
    let mut all = Vec::new();
    while let Some(value) = cell(body.buffer(), all.len()) {
        all.push(value.map(|value| String::from_utf8_lossy(value).into_owned()));
    }
    all
}

impl fmt::Debug for Row {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not its values: they are somebody's data.
        formatter.debug_list().entries(self.columns.iter().map(Column::name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_behind_null_and_empty_ones_and_a_short_row_has_none() {
        let bytes = [&[0xff; 4][..], &0_i32.to_be_bytes(), &2_i32.to_be_bytes(), b"ab"].concat();
        assert_eq!(cell(&bytes, 0), Some(None));
        assert_eq!(cell(&bytes, 1), Some(Some(&b""[..])));
        assert_eq!(cell(&bytes, 2), Some(Some(&b"ab"[..])));
        assert_eq!(cell(&bytes, 3), None);
        assert_eq!(cell(&bytes[..13], 2), None);
        assert_eq!(cell(&[], 0), None);
    }
}
