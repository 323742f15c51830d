//! One HTTP/1.1 connection of the load: writes prepared bytes, reads an answer, and understands no more of HTTP than the
//! targets send. Anything else is an error and never a guess.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection that is kept open.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// An answer, until the next one is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// What the head of an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    status: u16,
    body: Body,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Length(usize),
    Chunked,
}

impl Connection {
    /// Connects to a port of this machine.
    pub(crate) async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("connecting")?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024], filled: 0 })
    }

    /// Sends a request and reads its answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.filled = 0;
        let (head, start) = loop {
            if let Some(found) = head(&self.buffer[..self.filled])? {
                break found;
            }
            self.read().await?;
        };
        let end = match head.body {
            Body::Length(length) => {
                while self.filled < start + length {
                    self.read().await?;
                }
                start + length
            }
            Body::Chunked => {
                while !self.buffer[start..self.filled].ends_with(b"0\r\n\r\n") {
                    self.read().await?;
                }
                self.filled
            }
        };
        ensure!(end == self.filled, "the server sent more than its answer");
        Ok(Answer { status: head.status, body: &self.buffer[start..end] })
    }

    async fn read(&mut self) -> Result<()> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
        ensure!(read > 0, "the server closed the connection");
        self.filled += read;
        Ok(())
    }
}

/// The head of an answer and where its body starts, once it is all there.
fn head(bytes: &[u8]) -> Result<Option<(Head, usize)>> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&bytes[..end]).context("the head is no text")?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status")?;
    let status: u16 = status.parse().context("no status")?;
    let mut body = None;
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { bail!("no header: {line}") };
        if name.eq_ignore_ascii_case("content-length") {
            body = Some(Body::Length(value.trim().parse().context("content-length")?));
        } else if name.eq_ignore_ascii_case("transfer-encoding") {
            body = Some(Body::Chunked);
        }
    }
    let body = match body {
        Some(body) => body,
        None if matches!(status, 204 | 304) => Body::Length(0),
        None => bail!("an answer of unknown length"),
    };
    Ok(Some((Head { status, body }, end + 4)))
}

/// The bytes of a request. `headers` are whole lines without their ends.
pub(crate) fn request(method: &str, path: &str, headers: &[String], body: Option<&str>) -> Vec<u8> {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n");
    for header in headers {
        text.push_str(header);
        text.push_str("\r\n");
    }
    if let Some(body) = body {
        text.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ));
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";
        assert_eq!(head(&text[..20]).unwrap(), None);
        let expected = Head { status: 200, body: Body::Length(2) };
        assert_eq!(head(text).unwrap(), Some((expected, text.len() - 2)));
        let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(head(chunked).unwrap().unwrap().0.body, Body::Chunked);
        assert!(head(b"HTTP/1.1 200 OK\r\nserver: x\r\n\r\n").is_err());
        let empty = head(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap().unwrap();
        assert_eq!(empty.0, Head { status: 204, body: Body::Length(0) });
    }

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let text =
            String::from_utf8(request("POST", "/a", &["b: c".to_owned()], Some("{}"))).unwrap();
        assert!(text.starts_with("POST /a HTTP/1.1\r\nhost: 127.0.0.1\r\nb: c\r\n"), "{text}");
        assert!(text.ends_with("content-length: 2\r\n\r\n{}"), "{text}");
    }
}
