//! Runs the marked commands of README, guides and tutorials, each document against a fresh server.
//!
//! A block ```` ```sh ```` right after `<!-- test: server -->` is run; a ```` ```text ```` or
//! ```` ```json ```` block right after `<!-- expect: contains -->` says what it must have printed.
//! The blocks of one document share one bash, so a variable set in the first is there in the last.

mod block;
mod expectation;
pub(crate) mod server;
mod session;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use cargo_metadata::MetadataCommand;

use crate::step::{Outcome, cargo, exists, passes};
use crate::tree::{File, Tree};
use block::Block;
use server::Server;
use session::Session;

/// What to run the commands against.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Options {
    /// A running server to use, instead of a fresh one for each document.
    #[arg(long)]
    base_url: Option<String>,
    /// The server to start; built from the workspace when it is left out.
    #[arg(long, conflicts_with = "base_url")]
    binary: Option<PathBuf>,
    /// Only these documents, by path from the root.
    documents: Vec<String>,
}

/// The addresses that documents use, replaced by that of the server under test.
const WRITTEN: [&str; 2] = ["http://localhost:8000", "http://127.0.0.1:8000"];

/// Runs all marked blocks, reports each, and fails when one of them does or there is none.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let documents = marked(&Tree::read(root)?, &options.documents)?;
    for tool in ["bash", "curl", "jq"] {
        ensure!(
            exists(Command::new(tool).arg("--version")),
            "{tool} is not installed; the documents' commands need it"
        );
    }
    let binary = match (&options.binary, &options.base_url) {
        (Some(binary), _) => binary.canonicalize().with_context(|| binary.display().to_string())?,
        (None, Some(_)) => PathBuf::new(),
        (None, None) => built(root)?,
    };
    let mut failed = 0;
    for (document, blocks) in &documents {
        failed += match &options.base_url {
            Some(base_url) => with_running(document, blocks, base_url)?,
            None => with_server(document, blocks, &binary)?,
        };
    }
    ensure!(failed == 0, "{failed} blocks of the documents failed");
    Ok(())
}

/// The documents that have marked blocks, with these.
fn marked(tree: &Tree, only: &[String]) -> Result<Vec<(String, Vec<Block>)>> {
    let mut found = Vec::new();
    for file in tree.files().filter(|file| is_document(file)) {
        let blocks = block::parse(&file.text).with_context(|| file.path.clone())?;
        if !blocks.is_empty() && (only.is_empty() || only.contains(&file.path)) {
            found.push((file.path.clone(), blocks));
        }
    }
    ensure!(!found.is_empty(), "no document has a block after `<!-- test: server -->`");
    Ok(found)
}

fn is_document(file: &File) -> bool {
    let is_within =
        ["docs/guides/", "docs/tutorials/"].iter().any(|home| file.path.starts_with(home));
    file.path == "README.md" || is_within && file.path.ends_with(".md")
}

/// Builds with the tests, so that after `cargo nextest run` nothing is compiled with other features.
pub(crate) fn built(root: &Path) -> Result<PathBuf> {
    let build = passes(&mut cargo(root, "build --workspace --bins --tests --locked --quiet"))?;
    ensure!(build == Outcome::Passed, "the server does not build");
    let metadata = MetadataCommand::new().current_dir(root).no_deps().exec()?;
    Ok(metadata.target_directory.join("debug/tenantry").into())
}

fn with_running(document: &str, blocks: &[Block], base_url: &str) -> Result<usize> {
    let folder = scratch(document)?;
    let failed = run_document(document, blocks, base_url.trim_end_matches('/'), &folder, None)?;
    std::fs::remove_dir_all(&folder).context("removing the blocks' folder")?;
    Ok(failed)
}

fn with_server(document: &str, blocks: &[Block], binary: &Path) -> Result<usize> {
    let folder = scratch(document)?;
    let server = Server::start(binary, &folder)?;
    let failed = run_document(document, blocks, server.base_url(), &folder, binary.parent());
    let stopped = server.stop().with_context(|| format!("{document}: stopping the server"));
    let failed = failed?;
    stopped?;
    if failed == 0 {
        std::fs::remove_dir_all(&folder).context("removing the server's folder")?;
    } else {
        println!("the server's log and data are in {}", folder.display());
    }
    Ok(failed)
}

/// An empty folder that the database's own user may pass through, which a private one would forbid.
pub(crate) fn scratch(document: &str) -> Result<PathBuf> {
    let name: String = document.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let folder = format!("tenantry-documents-{}-{name}", std::process::id());
    let folder = std::env::temp_dir().join(folder);
    std::fs::create_dir(&folder).with_context(|| folder.display().to_string())?;
    Ok(folder)
}

fn run_document(
    document: &str,
    blocks: &[Block],
    base_url: &str,
    folder: &Path,
    programs: Option<&Path>,
) -> Result<usize> {
    let mut session = Session::open(folder, programs)?;
    let mut failed = 0;
    for block in blocks {
        let start = Instant::now();
        let verdict = run_block(&mut session, block, base_url);
        let took = start.elapsed().as_secs_f64();
        match verdict {
            Ok(()) => println!("{document}:{} ok ({took:.1} s)", block.line),
            Err(error) => {
                failed += 1;
                println!("{document}:{} FAILED ({took:.1} s): {error:#}", block.line);
            }
        }
    }
    Ok(failed)
}

fn run_block(session: &mut Session, block: &Block, base_url: &str) -> Result<()> {
    let ran = session.run(&addressed(&block.script, base_url))?;
    if let Some(end) = ran.end {
        bail!("{end}; it printed:\n{}", ran.output);
    }
    let Some(expectation) = &block.expectation else { return Ok(()) };
    if let Some(line) = expectation.addressed(base_url).unmet(&ran.output) {
        bail!("expected \"{line}\"; it printed:\n{}", ran.output);
    }
    Ok(())
}

fn addressed(text: &str, base_url: &str) -> String {
    WRITTEN.iter().fold(text.into(), |text: String, written| text.replace(written, base_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failures(text: &str) -> usize {
        let folder = scratch(&format!("{:?}", std::thread::current().id())).unwrap();
        let blocks = block::parse(text).unwrap();
        let failed = run_document("a.md", &blocks, "http://127.0.0.1:1", &folder, None).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        failed
    }

    #[test]
    fn blocks_share_their_variables_and_see_the_real_address() {
        let text = "<!-- test: server -->\n```sh\nA=http://localhost:8000/a\n```\n\
                    <!-- test: server -->\n```sh\necho \"got $A\"\n```\n\
                    <!-- expect: contains -->\n```text\ngot http://localhost:8000/…\n```\n";
        assert_eq!(failures(text), 0);
        assert_eq!(failures(&text.replace("got http", "lost http")), 1);
    }

    #[test]
    fn a_command_that_fails_fails_its_block_and_those_after_it() {
        let block = |script: &str| format!("<!-- test: server -->\n```sh\n{script}\n```\n");
        assert_eq!(failures(&[block("true"), block("false | true"), block("true")].concat()), 2);
        assert_eq!(failures(&block("echo \"$UNSET\"")), 1);
        assert_eq!(failures(&block("cat; echo 'no input'")), 0);
    }

    #[test]
    fn documents_without_a_marked_block_are_an_error() {
        assert!(marked(&Tree::of(&[("README.md", "```sh\ntrue\n```\n")]), &[]).is_err());
    }
}
