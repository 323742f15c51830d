//! HTTP/1.1 over one plain connection that is kept: for programs that measure, where a client's own cleverness
//! (pools, retries) would hide what the server did. The one thing a newcomer would get wrong: a broken connection
//! is an error of the one request, and the next request opens another.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// A connection that is opened when it is needed.
#[derive(Debug)]
pub struct Wire {
    address: SocketAddr,
    stream: Option<TcpStream>,
    /// Sent as `Authorization: Bearer`.
    pub token: Option<String>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; null when it is no JSON.
    pub json: Value,
}

const PATIENCE: Duration = Duration::from_secs(40);

impl Wire {
    /// To a server at this address, without a token.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, stream: None, token: None }
    }

    /// GET.
    pub fn get(&mut self, path: &str) -> Result<Reply> {
        self.send("GET", path, "", None)
    }

    /// POST of JSON.
    pub fn post(&mut self, path: &str, body: &Value) -> Result<Reply> {
        self.send("POST", path, "", Some(body))
    }

    /// Any request, with header lines that each end in a line break. An error means that it is not known what
    /// became of the request.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: Option<&Value>,
    ) -> Result<Reply> {
        let answer = self.exchange(method, path, headers, body);
        if answer.is_err() {
            self.stream = None;
        }
        answer
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: Option<&Value>,
    ) -> Result<Reply> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            None => self.stream.insert(connect(self.address)?),
        };
        let token = self.token.as_ref();
        let token =
            token.map(|token| format!("authorization: Bearer {token}\r\n")).unwrap_or_default();
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\n{token}{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes())?;
        let (reply, is_last) = read(stream)?;
        if is_last {
            self.stream = None;
        }
        Ok(reply)
    }
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(5))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// One answer, and whether the server closes after it.
fn read(stream: &mut TcpStream) -> Result<(Reply, bool)> {
    let broken = |what: &str| Error::new(ErrorKind::InvalidData, what.to_owned());
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut buffer)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| broken("no status"))?;
    let value = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    };
    let length: usize = match value("content-length") {
        Some(length) => length.parse().map_err(|_| broken("no length"))?,
        None if status == 204 => 0,
        None => return Err(broken("an answer without a length")),
    };
    let is_last = value("connection") == Some("close");
    while bytes.len() < head + length {
        match stream.read(&mut buffer)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    let json = serde_json::from_slice(&bytes[head..]).unwrap_or(Value::Null);
    Ok((Reply { status, json }, is_last))
}
