//! Rows into a table by COPY in its text form. The text form is as quick as the binary one here, because Postgres is what
//! takes the time, and it can be read when something is wrong.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use bytes::{Bytes, BytesMut};
use futures_util::SinkExt as _;
use tokio_postgres::{Client, CopyInSink};

/// Bytes that are sent at a time.
const CHUNK: usize = 256 * 1024;

/// Rows on their way.
pub(crate) struct Rows<'a> {
    text: &'a mut BytesMut,
}

impl Rows<'_> {
    /// Adds one row: values with tabs between them. Nothing here needs escaping, since all of it is made by us.
    pub(crate) fn add(&mut self, values: std::fmt::Arguments<'_>) {
        // Writing to memory cannot fail.
        let _ = self.text.write_fmt(values);
        let _ = self.text.write_char('\n');
    }
}

/// Copies what `make` adds for each number of `numbers`.
pub(crate) async fn copy(
    client: &Client,
    statement: &str,
    numbers: std::ops::Range<u64>,
    mut make: impl FnMut(u64, &mut Rows<'_>),
) -> Result<u64> {
    let sink = client.copy_in::<_, Bytes>(statement).await.with_context(|| statement.to_owned())?;
    let mut sink: std::pin::Pin<Box<CopyInSink<Bytes>>> = Box::pin(sink);
    let mut text = BytesMut::with_capacity(CHUNK + 4096);
    for number in numbers {
        make(number, &mut Rows { text: &mut text });
        if text.len() >= CHUNK {
            sink.send(text.split().freeze()).await.with_context(|| statement.to_owned())?;
            text.reserve(CHUNK + 4096);
        }
    }
    sink.send(text.freeze()).await.with_context(|| statement.to_owned())?;
    sink.as_mut().finish().await.with_context(|| statement.to_owned())
}
