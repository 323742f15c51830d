//! Splits Rust text into code and literals, byte by byte.
//!
//! The code keeps its length, so an offset means the same in both.

use super::Literal;

/// The code with every comment and literal blanked, and the string literals.
pub(super) fn split(text: &str) -> (String, Vec<Literal>) {
    let mut code = text.as_bytes().to_vec();
    let mut literals = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let rest = &text.as_bytes()[at..];
        let end = if rest.starts_with(b"//") {
            at + rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            at + block_comment(rest)
        } else if let Some((open, length, close)) = string(text.as_bytes(), at) {
            literals
                .push(Literal { offset: at, text: text[at + open..at + length - close].into() });
            at + length
        } else if let Some(length) = character(text, at) {
            at + length
        } else {
            at += 1;
            continue;
        };
        blank(&mut code[at..end]);
        at = end;
    }
    (String::from_utf8_lossy(&code).into_owned(), literals)
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes.iter_mut().filter(|byte| **byte != b'\n') {
        *byte = b' ';
    }
}

/// The length of the block comment at the start; they nest.
fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// If a string starts at `at`: the lengths of its opening, of the whole, and of its closing.
fn string(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    let rest = &bytes[at..];
    let within_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let letters = rest.iter().take_while(|byte| matches!(byte, b'b' | b'c' | b'r')).count();
    if letters > 2 || (letters > 0 && within_word) {
        return None;
    }
    let raw = rest[..letters].contains(&b'r');
    let hashes = rest[letters..].iter().take_while(|byte| **byte == b'#').count();
    let open = letters + hashes + 1;
    if rest.get(open - 1) != Some(&b'"') || (hashes > 0 && !raw) {
        return None;
    }
    let length = if raw { raw_end(rest, open, hashes) } else { escaped_end(rest, open) };
    Some((open, length, (hashes + 1).min(length - open)))
}

fn raw_end(rest: &[u8], open: usize, hashes: usize) -> usize {
    let mut close = vec![b'"'];
    close.resize(hashes + 1, b'#');
    let found = rest[open..].windows(close.len()).position(|window| window == close);
    found.map_or(rest.len(), |at| open + at + close.len())
}

fn escaped_end(rest: &[u8], open: usize) -> usize {
    let mut at = open;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// If a character literal, and not a lifetime, starts at `at`: its length.
fn character(text: &str, at: usize) -> Option<usize> {
    if !text.is_char_boundary(at) {
        return None;
    }
    let inner = text[at..].strip_prefix('\'')?;
    let first = inner.chars().next()?;
    if first == '\\' {
        // The escaped character itself may be a quote.
        let escaped = inner.chars().nth(1)?.len_utf8();
        return inner[1 + escaped..].find('\'').map(|end| 1 + 1 + escaped + end + 1);
    }
    let length = first.len_utf8();
    inner[length..].starts_with('\'').then_some(1 + length + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        split(text).1.into_iter().map(|literal| literal.text).collect()
    }

    #[test]
    fn every_kind_of_literal_is_taken_out() {
        assert_eq!(texts(r#"f("a\"b", b"c")"#), ["a\\\"b", "c"]);
        assert_eq!(texts("f(r#\"say \"x\"\"#, br\"y\")"), ["say \"x\"", "y"]);
        assert_eq!(texts("let r#fn = '\"'; g::<'a>(\"z\")"), ["z"]);
        assert_eq!(texts(r"let q = '\''; let s = '…'; // it's"), [""; 0]);
    }

    #[test]
    fn the_code_keeps_its_length_and_its_lines() {
        let text = "a /* x /* y */ \n z */ b \"é\n\" c";
        let (code, _) = split(text);
        assert_eq!(code.len(), text.len());
        assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(code.matches('\n').count(), 2);
    }

    #[test]
    fn a_literal_without_an_end_ends_with_the_file() {
        for text in ["\"open", "r#\"open", "\"", "\"x\\", "'", "/* open"] {
            assert_eq!(split(text).0.len(), text.len(), "{text}");
        }
    }
}
