//! The smallest client of PostgreSQL that can send several statements as one group with a single Sync: what "raw" means
//! in the tables. It blocks, has one thread a connection, and decodes no rows, so it costs as little as a client can.

use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail, ensure};
use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{Header, Message};
use postgres_protocol::message::frontend;

/// Where a client connects, and as whom.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) socket: std::path::PathBuf,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: String,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: UnixStream,
    received: BytesMut,
    sent: BytesMut,
    backend: i32,
    /// What the last error said.
    complaint: String,
}

/// A value of a statement.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// In its text form.
    Text(String),
    /// An id in its binary form.
    Uuid(uuid::Uuid),
    /// NULL.
    Null,
}

/// Prepared statements by their number, with their values, that share one Sync and so one transaction.
pub(crate) type Group = Vec<(usize, Vec<Value>)>;

impl Wire {
    /// Connects and prepares the statements.
    pub(crate) fn open(address: &Address, statements: &[&str]) -> Result<Self> {
        let file = Path::new(&address.socket).join(format!(".s.PGSQL.{}", address.port));
        let stream = UnixStream::connect(&file).with_context(|| file.display().to_string())?;
        let (received, sent) = (BytesMut::new(), BytesMut::new());
        let mut wire = Self { stream, received, sent, backend: 0, complaint: String::new() };
        wire.log_in(address)?;
        for (number, sql) in statements.iter().enumerate() {
            frontend::parse(&number.to_string(), sql, [], &mut wire.sent)?;
        }
        frontend::sync(&mut wire.sent);
        wire.flush()?;
        wire.until_ready().context("preparing the statements")?;
        Ok(wire)
    }

    /// The process at the other end.
    pub(crate) const fn backend(&self) -> i32 {
        self.backend
    }

    /// Sends a group and answers how many rows came back.
    pub(crate) fn run(&mut self, group: &Group) -> Result<usize> {
        for (number, values) in group {
            let formats = values.iter().map(|value| i16::from(matches!(value, Value::Uuid(_))));
            let bound = frontend::bind(
                "",
                &number.to_string(),
                formats,
                values,
                |value, buffer| {
                    match value {
                        Value::Text(text) => buffer.extend_from_slice(text.as_bytes()),
                        Value::Uuid(id) => buffer.extend_from_slice(id.as_bytes()),
                        Value::Null => return Ok(IsNull::Yes),
                    }
                    Ok(IsNull::No)
                },
                [1],
                &mut self.sent,
            );
            bound.map_err(|_| anyhow!("a value cannot be sent"))?;
            frontend::execute("", 0, &mut self.sent)?;
        }
        frontend::sync(&mut self.sent);
        self.flush()?;
        self.until_ready()
    }

    fn log_in(&mut self, address: &Address) -> Result<()> {
        let parameters = [("user", address.user.as_str()), ("database", crate::cluster::DATABASE)];
        frontend::startup_message(parameters, &mut self.sent)?;
        self.flush()?;
        let Message::AuthenticationSasl(_) = self.message()? else {
            bail!("no SCRAM is asked for")
        };
        let mut scram =
            ScramSha256::new(address.password.as_bytes(), ChannelBinding::unsupported());
        frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut self.sent)?;
        self.flush()?;
        match self.message()? {
            Message::AuthenticationSaslContinue(body) => scram.update(body.data())?,
            _ => bail!("the login is refused"),
        }
        frontend::sasl_response(scram.message(), &mut self.sent)?;
        self.flush()?;
        match self.message()? {
            Message::AuthenticationSaslFinal(body) => scram.finish(body.data())?,
            _ => bail!("the login is refused"),
        }
        self.until_ready().context("logging in")?;
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.stream.write_all(&self.sent)?;
        self.sent.clear();
        Ok(())
    }

    /// Reads up to the end of an answer; an error in it is an error.
    fn until_ready(&mut self) -> Result<usize> {
        let (mut rows, mut failure) = (0, None);
        loop {
            // Rows are counted and not decoded.
            match self.message()? {
                Message::DataRow(_) => rows += 1,
                Message::BackendKeyData(body) => self.backend = body.process_id(),
                Message::ErrorResponse(_) => failure = Some(std::mem::take(&mut self.complaint)),
                Message::ReadyForQuery(_) => break,
                _ => {}
            }
        }
        match failure {
            Some(failure) => Err(anyhow!(failure)),
            None => Ok(rows),
        }
    }

    fn message(&mut self) -> Result<Message> {
        loop {
            let is_whole = Header::parse(&self.received)?.is_some_and(|header| {
                usize::try_from(header.len()).is_ok_and(|length| self.received.len() > length)
            });
            if is_whole && self.received.first() == Some(&b'E') {
                self.complaint = said(&self.received[5..]);
            }
            if is_whole && let Some(message) = Message::parse(&mut self.received)? {
                return Ok(message);
            }
            let mut chunk = [0; 16 * 1024];
            let read = self.stream.read(&mut chunk)?;
            ensure!(read > 0, "PostgreSQL closed the connection");
            self.received.extend_from_slice(&chunk[..read]);
        }
    }
}

/// Code and message of an error, whose fields are a letter and a text that ends with a zero.
fn said(fields: &[u8]) -> String {
    let texts =
        fields.split(|byte| *byte == 0).filter(|field| matches!(field.first(), Some(b'C' | b'M')));
    let texts: Vec<_> = texts.map(|field| String::from_utf8_lossy(&field[1..])).collect();
    texts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_told_by_its_code_and_message() {
        assert_eq!(said(b"SERROR\0C42501\0Mno permission\0Fx.c\0\0"), "42501 no permission");
    }
}
