//! Statements that a connection knows by name, with the types of their parameters and columns.

use std::pin::Pin;
use std::sync::Arc;

use fallible_iterator::FallibleIterator;
use postgres_protocol::message::backend::{Message, ParameterDescriptionBody, RowDescriptionBody};
use postgres_protocol::message::frontend;
use tokio_postgres::types::{Field, Kind, Oid, Type};

use super::Wire;
use super::error::{ServerError, WireError};
use super::row::{Column, texts};

/// A statement that the server has parsed for this connection.
#[derive(Debug, Clone)]
pub(crate) struct Prepared(Arc<Described>);

#[derive(Debug)]
struct Described {
    name: String,
    parameters: Vec<Type>,
    columns: Arc<[Column]>,
}

impl Prepared {
    pub(super) fn name(&self) -> &str {
        &self.0.name
    }

    pub(super) fn parameters(&self) -> &[Type] {
        &self.0.parameters
    }

    pub(super) fn columns(&self) -> Arc<[Column]> {
        Arc::clone(&self.0.columns)
    }
}

/// What a statement was described as, by the numbers of types.
#[derive(Debug, Default)]
struct Description {
    parameters: Vec<Oid>,
    columns: Vec<(String, Oid)>,
}

/// What the catalog says of a type: name, schema, kind, element, subtype of a range, base, relation.
const TYPE: &str = "select t.typname, n.nspname, t.typtype, t.typelem, coalesce(r.rngsubtype, 0), t.typbasetype, t.typrelid \
     from pg_catalog.pg_type t join pg_catalog.pg_namespace n on n.oid = t.typnamespace \
     left join pg_catalog.pg_range r on r.rngtypid = t.oid where t.oid operator(pg_catalog.=) ";

impl Wire {
    /// Prepares a statement under a name, or without one for a single use. One round trip, and one more for each type
    /// that is not PostgreSQL's own.
    pub(crate) async fn prepare(&mut self, name: String, sql: &str) -> Result<Prepared, WireError> {
        let start = self.outgoing.len();
        let asked = frontend::parse(&name, sql, None, &mut self.outgoing)
            .and_then(|()| frontend::describe(b'S', &name, &mut self.outgoing));
        if let Err(error) = asked {
            self.outgoing.truncate(start);
            return Err(WireError::Io(error));
        }
        self.end_group();
        self.flush().await?;
        let described = self.described().await;
        if described.as_ref().is_err_and(WireError::is_connection) {
            return Err(WireError::Closed);
        }
        let ready = self.ready().await;
        let Description { parameters, columns } = described?;
        ready?;
        let mut types = Vec::with_capacity(parameters.len());
        for oid in parameters {
            types.push(self.type_of(oid).await?);
        }
        let mut named = Vec::with_capacity(columns.len());
        for (name, oid) in columns {
            named.push(Column { name, of: self.type_of(oid).await? });
        }
        Ok(Prepared(Arc::new(Described { name, parameters: types, columns: named.into() })))
    }

    async fn described(&mut self) -> Result<Description, WireError> {
        let mut description = Description::default();
        loop {
            match self.next().await? {
                Message::ParseComplete => {}
                Message::ParameterDescription(body) => description.parameters = parameters(&body)?,
                Message::RowDescription(body) => {
                    description.columns = columns(&body)?;
                    return Ok(description);
                }
                Message::NoData => return Ok(description),
                Message::ErrorResponse(body) => return Err(ServerError::read(&body)?.into()),
                _ => return Err(self.lost(WireError::Unexpected)),
            }
        }
    }

    async fn type_of(&mut self, oid: Oid) -> Result<Type, WireError> {
        match Type::from_oid(oid) {
            Some(known) => Ok(known),
            None => self.look_type_up(oid).await,
        }
    }

    /// Asks the catalog for a type that somebody made. Types are made of types, so this may ask again.
    fn look_type_up(
        &mut self,
        oid: Oid,
    ) -> Pin<Box<dyn Future<Output = Result<Type, WireError>> + Send + '_>> {
        Box::pin(async move {
            let rows = self.texts(&format!("{TYPE}{oid}")).await?;
            let Some([Some(name), Some(schema), Some(kind), numbers @ ..]) =
                rows.first().map(Vec::as_slice)
            else {
                return Err(WireError::Unexpected);
            };
            let number = |at: usize| -> Oid {
                numbers
                    .get(at)
                    .and_then(Option::as_deref)
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(0)
            };
            let (element, subtype, base, relation) = (number(0), number(1), number(2), number(3));
            let kind = match kind.as_str() {
                "e" => Kind::Enum(self.labels(oid).await?),
                "p" => Kind::Pseudo,
                "d" => Kind::Domain(self.type_of(base).await?),
                "c" => Kind::Composite(self.fields(relation).await?),
                "r" => Kind::Range(self.type_of(subtype).await?),
                _ if element != 0 => Kind::Array(self.type_of(element).await?),
                _ => Kind::Simple,
            };
            Ok(Type::new(name.clone(), oid, kind, schema.clone()))
        })
    }

    async fn labels(&mut self, oid: Oid) -> Result<Vec<String>, WireError> {
        let sql = format!(
            "select enumlabel from pg_catalog.pg_enum where enumtypid operator(pg_catalog.=) {oid} order by enumsortorder"
        );
        Ok(self
            .texts(&sql)
            .await?
            .into_iter()
            .filter_map(|row| row.into_iter().next().flatten())
            .collect())
    }

    async fn fields(&mut self, relation: Oid) -> Result<Vec<Field>, WireError> {
        let sql = format!(
            "select attname, atttypid from pg_catalog.pg_attribute where attrelid operator(pg_catalog.=) {relation} \
             and not attisdropped and attnum operator(pg_catalog.>) 0 order by attnum"
        );
        let mut fields = Vec::new();
        for row in self.texts(&sql).await? {
            let [Some(name), Some(of)] = row.as_slice() else { return Err(WireError::Unexpected) };
            let of = of.parse().map_err(|_| WireError::Unexpected)?;
            fields.push(Field::new(name.clone(), self.type_of(of).await?));
        }
        Ok(fields)
    }

    /// Runs statements as text; answers the rows of all of them.
    pub(crate) async fn texts(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, WireError> {
        self.send_text(sql).await?;
        let (mut rows, mut failure) = (Vec::new(), None);
        loop {
            match self.next().await? {
                Message::DataRow(body) => rows.push(texts(&body)),
                Message::ErrorResponse(body) => {
                    failure = failure.or(Some(ServerError::read(&body)?))
                }
                Message::ReadyForQuery(_) => break,
                _ => {}
            }
        }
        failure.map_or(Ok(rows), |failure| Err(failure.into()))
    }

    /// Runs statements as text; answers the first value of the first row.
    pub(crate) async fn text(&mut self, sql: &str) -> Result<Option<String>, WireError> {
        Ok(self
            .texts(sql)
            .await?
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
            .flatten())
    }
}

fn parameters(body: &ParameterDescriptionBody) -> Result<Vec<Oid>, WireError> {
    body.parameters().collect().map_err(WireError::Io)
}

fn columns(body: &RowDescriptionBody) -> Result<Vec<(String, Oid)>, WireError> {
    body.fields()
        .map(|field| Ok((field.name().to_owned(), field.type_oid())))
        .collect()
        .map_err(WireError::Io)
}
