//! The marked blocks of a Markdown document.
//!
//! A marker that marks nothing is an error, since its author believes that something is tested.

use anyhow::{Result, bail, ensure};

use super::expectation::Expectation;

/// Commands to run, from which line of the document, and what they must print.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) line: usize,
    pub(super) script: String,
    pub(super) expectation: Option<Expectation>,
}

#[derive(Debug)]
struct Fence {
    line: usize,
    marker: Option<String>,
    language: String,
    text: String,
}

/// The blocks to run, in the order of the document.
pub(super) fn parse(text: &str) -> Result<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut follows_block = false;
    for fence in fences(text)? {
        let line = fence.line;
        match fence.marker.as_deref() {
            None => follows_block = false,
            Some("test: server") => {
                ensure!(fence.language == "sh", "line {line}: a tested block is ```sh");
                blocks.push(Block { line, script: fence.text, expectation: None });
                follows_block = true;
            }
            Some("expect: contains") => {
                let Some(block) = blocks.last_mut().filter(|_| follows_block) else {
                    bail!("line {line}: an expectation follows right after its tested block");
                };
                block.expectation = Some(Expectation::parse(&fence.language, &fence.text)?);
                follows_block = false;
            }
            Some(marker) => bail!("line {line}: unknown marker \"{marker}\""),
        }
    }
    Ok(blocks)
}

fn fences(text: &str) -> Result<Vec<Fence>> {
    let mut fences = Vec::new();
    let mut marker: Option<String> = None;
    let mut lines = text.lines().enumerate();
    while let Some((at, line)) = lines.next() {
        let trimmed = line.trim_start();
        if let Some(language) = trimmed.strip_prefix("```") {
            let indent = line.len() - trimmed.len();
            let ticks = 3 + language.chars().take_while(|c| *c == '`').count();
            let (mut text, mut is_closed) = (String::new(), false);
            for (_, inner) in lines.by_ref() {
                if inner.trim().len() >= ticks && inner.trim().chars().all(|c| c == '`') {
                    is_closed = true;
                    break;
                }
                text.push_str(inner.get(indent..).unwrap_or(inner.trim_start()));
                text.push('\n');
            }
            ensure!(is_closed, "line {}: the block has no end", at + 1);
            let language = language.trim_start_matches('`').trim().into();
            fences.push(Fence { line: at + 1, marker: marker.take(), language, text });
        } else if let Some(found) = marked(trimmed) {
            ensure!(marker.is_none(), "line {}: two markers for one block", at + 1);
            marker = Some(found);
        } else {
            let is_apart = marker.is_some() && !trimmed.is_empty();
            ensure!(!is_apart, "line {}: a marker stands right before its block", at + 1);
        }
    }
    ensure!(marker.is_none(), "the last marker has no block");
    Ok(fences)
}

fn marked(line: &str) -> Option<String> {
    let comment = line.trim().strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    let is_ours = comment.starts_with("test:") || comment.starts_with("expect:");
    is_ours.then(|| comment.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_blocks_are_run_with_the_expectation_that_follows() {
        let text = "```sh\nno\n```\n1. Do:\n\n   <!-- test: server -->\n   ```sh\n   a \\\n     b\n   ```\n\n\
                    Prints:\n<!-- expect: contains -->\n```json\n{\"a\": 1}\n```\n";
        let blocks = parse(text).unwrap();
        assert_eq!(blocks.len(), 1);
        assert_eq!((blocks[0].line, blocks[0].script.as_str()), (7, "a \\\n  b\n"));
        assert!(blocks[0].expectation.is_some());
    }

    #[test]
    fn a_marker_that_marks_nothing_is_an_error() {
        for text in [
            "<!-- test: server -->\n",
            "<!-- test: server -->\nText.\n```sh\na\n```\n",
            "<!-- test: server -->\n```json\n{}\n```\n",
            "<!-- test: sever -->\n```sh\na\n```\n",
            "<!-- expect: contains -->\n```text\na\n```\n",
            "<!-- test: server -->\n```sh\na\n```\n```sh\nb\n```\n<!-- expect: contains -->\n```text\na\n```\n",
            "```sh\nopen\n",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn markers_inside_a_block_are_text() {
        let text = "````md\n<!-- test: server -->\n```sh\na\n```\n````\n";
        assert!(parse(text).unwrap().is_empty());
    }
}
