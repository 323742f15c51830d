//! Which HTTP a client speaks, from its first bytes: HTTP/2 begins with 24 that no HTTP/1 request begins with. The
//! library decides by the same bytes, and does not tell.

/// What an HTTP/2 client says first (RFC 9113, section 3.4).
pub(super) const HTTP2: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What is known so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preface {
    /// So many bytes are like those of HTTP/2.
    Open(usize),
    /// It is HTTP/1, or nonsense.
    Http1,
    /// It is HTTP/2.
    Http2,
}

impl Default for Preface {
    fn default() -> Self {
        Self::Open(0)
    }
}

impl Preface {
    /// Looks at further bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        let Self::Open(known) = *self else { return };
        let rest = HTTP2.get(known..).unwrap_or_default();
        let count = rest.len().min(bytes.len());
        *self = match (rest.starts_with(&bytes[..count]), known + count) {
            (false, _) => Self::Http1,
            (true, all) if all == HTTP2.len() => Self::Http2,
            (true, known) => Self::Open(known),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preface_is_known_however_it_is_cut() {
        for at in 0..HTTP2.len() {
            let mut preface = Preface::default();
            preface.feed(&HTTP2[..at]);
            assert_eq!(preface, Preface::Open(at));
            preface.feed(&[&HTTP2[at..], b"more"].concat());
            assert_eq!(preface, Preface::Http2);
        }
        let mut preface = Preface::default();
        preface.feed(b"PRI");
        preface.feed(b"NT / HTTP/1.1\r\n");
        assert_eq!(preface, Preface::Http1);
    }
}
