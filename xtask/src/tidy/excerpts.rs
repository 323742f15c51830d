//! Code that a document shows is code that is run: a block after `<!-- from: path -->` is what stands between the marks of
//! that file, word for word.
//!
//! The marks are whole lines, `shown in the guide` and `to here`, after what begins a comment. A file with marks that no
//! document shows breaks the rule too.

use super::Violation;
use crate::tree::{File, Tree};

const START: [&str; 2] = ["# shown in the guide", "// shown in the guide"];
const END: [&str; 2] = ["# to here", "// to here"];

/// A block of a document that says where it is from.
struct Quote<'a> {
    place: String,
    path: &'a str,
    text: String,
}

/// Every block that differs from its file, and every file whose marked part is in no document.
pub(crate) fn check(tree: &Tree) -> Vec<Violation> {
    let documents = tree.files().filter(|file| file.path.ends_with(".md"));
    let quotes: Vec<Quote<'_>> = documents.flat_map(quotes).collect();
    let differing = quotes.iter().filter(|quote| {
        let shown = tree.file(quote.path).and_then(|file| marked(&file.text));
        shown.as_ref() != Some(&quote.text)
    });
    let differing = differing.map(|quote| {
        let instead = format!("copy here what {} has between its marks", quote.path);
        Violation::new(&quote.place, instead)
    });
    let is_shown = |file: &&File| quotes.iter().any(|quote| quote.path == file.path);
    let has_marks = |file: &&File| file.text.lines().any(|line| START.contains(&line));
    let unseen =
        tree.files().filter(has_marks).filter(|file| !is_shown(file)).map(|file| {
            Violation::new(&file.path, "show it in a document, or take its marks away")
        });
    differing.chain(unseen).collect()
}

fn quotes(file: &File) -> Vec<Quote<'_>> {
    let mut found = Vec::new();
    let mut lines = file.text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let path = line.strip_prefix("<!-- from: ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(path) = path else { continue };
        // What comes next has to be the block; anything else differs from the file.
        lines.next();
        let block = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = trimmed(block);
        found.push(Quote { place: format!("{}:{}", file.path, number + 1), path, text });
    }
    found
}

/// What stands between the marks; none where they are missing.
fn marked(text: &str) -> Option<String> {
    let mut lines = text.lines();
    lines.by_ref().find(|line| START.contains(line))?;
    let mut is_closed = false;
    let shown = lines.take_while(|line| {
        is_closed = END.contains(line);
        !is_closed
    });
    let shown = trimmed(shown);
    is_closed.then_some(shown)
}

fn trimmed<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "secret\n# shown in the guide\na\n\n  b\n# to here\nmore\n";

    fn found(document: &str, code: &str) -> Vec<String> {
        let tree = Tree::of(&[("docs/a.md", document), ("a.py", code)]);
        check(&tree).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_block_that_is_not_what_its_file_says_is_refused() {
        let document = |block: &str| format!("# A\n<!-- from: a.py -->\n```python\n{block}```\n");
        assert!(found(&document("a\n\n  b\n"), CODE).is_empty());
        for block in ["a\n\n b\n", "a\n", "secret\na\n\n  b\n", ""] {
            let lines = found(&document(block), CODE);
            assert_eq!(lines, ["docs/a.md:2: copy here what a.py has between its marks"]);
        }
        assert_eq!(found(&document("a\n"), "a\n").len(), 1, "no marks");
        assert_eq!(found(&document("a\n"), "# shown in the guide\na\n").len(), 1, "no end");
    }

    #[test]
    fn a_marked_file_that_nothing_shows_is_refused() {
        let lines = found("# A\n", CODE);
        assert_eq!(lines, ["a.py: show it in a document, or take its marks away"]);
        assert!(found("# A\n", "plain\n").is_empty());
    }
}
