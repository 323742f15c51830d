//! A Rust file taken apart, just far enough for the rules: code without comments and literals,
//! the string literals, the functions, and which lines are tests.
//!
//! This is no parser. It only has to tell `"todo!()"` in a text from `todo!()` in code.

mod lexer;

use std::ops::Range;

/// A Rust file; `code` has the length of the text, with comments and literals blanked.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) code: String,
    literals: Vec<Literal>,
    tests: Vec<Range<usize>>,
}

/// A string literal as written between its quotes, and where it starts.
#[derive(Debug)]
pub(crate) struct Literal {
    pub(crate) offset: usize,
    pub(crate) text: String,
}

/// A function with a body: its name, its first line, and how many lines it takes.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) lines: usize,
}

impl Source {
    /// Takes `text` apart.
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let (code, literals) = lexer::split(text);
        let tests = test_blocks(&code);
        Self { path: path.into(), text: text.into(), code, literals, tests }
    }

    /// Whether the file is reached only by tests, by where it lies.
    pub(crate) fn is_test_file(&self) -> bool {
        let within =
            |folder: &str| self.path.starts_with(&folder[1..]) || self.path.contains(folder);
        within("/tests/") || within("/benches/") || self.path.ends_with("/tests.rs")
    }

    /// Whether a program wrote the file, which says so in its first line.
    pub(crate) fn is_generated(&self) -> bool {
        self.text.lines().next().is_some_and(|line| line.contains(concat!("@", "generated")))
    }

    /// The line number, from 1, of a byte offset.
    pub(crate) fn line(&self, offset: usize) -> usize {
        line(&self.code, offset)
    }

    /// Whether the offset lies in a `#[cfg(test)]` block.
    pub(crate) fn is_test(&self, offset: usize) -> bool {
        self.tests.iter().any(|block| block.contains(&offset))
    }

    /// Where `needle` stands in code, not as part of a longer word, tests left out.
    pub(crate) fn mentions(&self, needle: &str) -> Vec<usize> {
        words(&self.code, needle).filter(|offset| !self.is_test(*offset)).collect()
    }

    /// Where a module of the standard library is named, also inside `use std::{…}`.
    pub(crate) fn mentions_std(&self, module: &str) -> Vec<usize> {
        let mut found = self.mentions(&format!("std::{module}"));
        for start in self.mentions("std::{") {
            let open = start + "std::".len();
            let end = closing(&self.code, open).unwrap_or(self.code.len());
            let group = &self.code[open + 1..end];
            found.extend(
                words(group, module)
                    .filter(|at| is_top_level(&group[..*at]))
                    .map(|at| open + 1 + at),
            );
        }
        found
    }

    /// The string literals outside tests.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &Literal> {
        self.literals.iter().filter(|literal| !self.is_test(literal.offset))
    }

    /// The functions with a body, outside tests.
    pub(crate) fn functions(&self) -> Vec<Function> {
        self.mentions("fn").into_iter().filter_map(|start| self.function(start)).collect()
    }

    fn function(&self, start: usize) -> Option<Function> {
        let rest = self.code[start + 2..].trim_start();
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            return None; // A pointer type: `fn(u8) -> u8`.
        }
        let open = body(&self.code, start)?;
        let end = closing(&self.code, open)?;
        let line = self.line(start);
        Some(Function { name, line, lines: self.line(end) - line + 1 })
    }
}

/// Where `needle` stands in `code` without being part of a longer word.
pub(crate) fn words<'a>(code: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(needle).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + needle.len()..].chars().next();
        let opens = needle.starts_with(is_word) && before.is_some_and(is_word);
        let goes_on = needle.ends_with(is_word) && after.is_some_and(is_word);
        !opens && !goes_on
    })
}

fn line(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Whether what comes before a word in `{ a, b::{c}, word` leaves it the start of an entry.
fn is_top_level(before: &str) -> bool {
    let opened = before.matches('{').count();
    let closed = before.matches('}').count();
    opened == closed && matches!(before.trim_end().chars().next_back(), None | Some(','))
}

/// The `}` that belongs to the `{` at `open`.
fn closing(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// The `{` that opens the body of the item at `start`, unless the item ends with `;` first.
fn body(code: &str, start: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(start) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn test_blocks(code: &str) -> Vec<Range<usize>> {
    let marker = "#[cfg(test)]";
    code.match_indices(marker)
        .filter_map(|(start, _)| {
            let open = body(code, start + marker.len())?;
            Some(start..closing(code, open)? + 1)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_comments_texts_and_tests_do_not_count() {
        let text = "// dbg!\nconst A: &str = \"dbg!(1)\";\nfn f() { dbg!(2) }\n\
                    #[cfg(test)]\nmod tests { fn g() { dbg!(3) } }\n";
        let source = Source::parse("a.rs", text);
        let lines: Vec<usize> =
            source.mentions("dbg!").into_iter().map(|at| source.line(at)).collect();
        assert_eq!(lines, [3]);
        assert!(source.mentions("bg!").is_empty());
    }

    #[test]
    fn a_module_inside_a_group_of_imports_is_found() {
        let found = |text: &str| Source::parse("a.rs", text).mentions_std("fs").len();
        assert_eq!(found("use std::{env, fs, io};"), 1);
        assert_eq!(found("use std::{os::{fs}, io};"), 0);
        assert_eq!(found("let a = std::fs::read(p);"), 1);
        assert_eq!(found("let fs = 1; let a = std::fsx::b;"), 0);
    }

    #[test]
    fn functions_are_measured_from_name_to_brace() {
        let text = "fn a(x: [u8; 4]) -> u8 {\n    1\n}\ntrait T { fn b(&self); }\n\
                    const F: fn(u8) -> u8 = c;\nfn c<'a>(x: &'a str) where u8: Copy { let _ = '{'; }\n";
        let functions = Source::parse("a.rs", text).functions();
        let measured: Vec<_> =
            functions.iter().map(|f| (f.name.as_str(), f.line, f.lines)).collect();
        assert_eq!(measured, [("a", 1, 3), ("c", 6, 1)]);
    }
}
