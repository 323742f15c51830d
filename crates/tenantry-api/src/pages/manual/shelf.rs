//! Which documents there are, of which kind, and in which order they are listed.
//!
//! The order within a kind is the order of reading. The kinds are the four of Diátaxis, and two for those who work
//! on the project itself.

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The way to all the others.
    Contents,
    /// To be followed from the first step to the last.
    Tutorial,
    /// How to reach one goal.
    Guide,
    /// To look something up.
    Reference,
    /// Why it is as it is.
    Explanation,
    /// One decision; listed by the page of decisions only.
    Decision,
    /// About the project: what works, how to take part.
    Project,
}

/// A document of the repository.
#[derive(Debug, Clone, Copy)]
pub struct Document {
    /// Where it is, from the root of the repository; with a slash before it, where its Markdown is served.
    pub path: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// Its Markdown.
    pub text: &'static str,
}

macro_rules! documents {
    ($($kind:ident: $($path:literal),+;)+) => {
        /// Every document, the contents first.
        pub const DOCUMENTS: &[Document] = &[$($(Document {
            path: $path,
            kind: Kind::$kind,
            text: include_str!(concat!("../../../../../", $path)),
        }),+),+];
    };
}

documents! {
    Contents: "docs/README.md";
    Tutorial:
        "docs/tutorials/first-organization.md",
        "docs/tutorials/adopt-a-database.md";
    Guide:
        "docs/guides/run-on-your-database.md",
        "docs/guides/protect-a-table.md",
        "docs/guides/use-the-door-from-rust.md",
        "docs/guides/connect-your-application.md",
        "docs/guides/retry-safely.md",
        "docs/guides/behind-a-reverse-proxy.md",
        "docs/guides/run-several-nodes.md",
        "docs/guides/watch-it.md",
        "docs/guides/prove-in-ci.md",
        "docs/guides/answer-the-classification.md",
        "docs/guides/adopt-in-production.md",
        "docs/guides/roll-back-an-adoption.md",
        "docs/guides/rotate-the-secret.md";
    Reference:
        "docs/reference/README.md",
        "docs/reference/api.md",
        "docs/reference/errors.md",
        "docs/reference/permissions.md",
        "docs/reference/cli.md",
        "docs/reference/configuration.md",
        "docs/reference/limits.md",
        "docs/reference/metrics.md",
        "docs/reference/error-codes.md",
        "docs/reference/isolation-checks.md",
        "docs/reference/adopt-operations.md",
        "docs/reference/adopt-figures.md";
    Explanation:
        "docs/explanation/isolation.md",
        "docs/explanation/what-isolation-cannot-cover.md",
        "docs/explanation/how-prove-works.md",
        "docs/explanation/how-adopt-works.md",
        "docs/explanation/why-keys-begin-with-the-organization.md",
        "docs/explanation/what-is-remembered.md",
        "docs/explanation/threat-model.md",
        "docs/ARCHITECTURE.md",
        "docs/adr/README.md";
    Decision:
        "docs/adr/0001-postgresql-only.md",
        "docs/adr/0002-pipelined-driver-and-own-pool-manager.md",
        "docs/adr/0003-sealed-context.md",
        "docs/adr/0004-founding-and-the-directory.md",
        "docs/adr/0005-first-parameter-is-the-organization.md",
        "docs/adr/0006-connections-are-washed-on-return.md",
        "docs/adr/0007-derived-refresh-tokens.md",
        "docs/adr/0008-openapi-from-the-arguments.md",
        "docs/adr/0009-derived-login-passwords.md",
        "docs/adr/0010-own-embedded-postgresql.md",
        "docs/adr/0011-slugs-in-a-platform-table.md",
        "docs/adr/0012-own-accept-loop.md",
        "docs/adr/0013-a-pulse-for-each-connection.md",
        "docs/adr/0014-rate-limits-in-fixed-windows.md",
        "docs/adr/0015-metrics-and-traces.md",
        "docs/adr/0016-presence-of-the-database.md",
        "docs/adr/0017-tls-to-postgresql.md",
        "docs/adr/0018-restricted-projects-in-policies.md",
        "docs/adr/0019-usage-counted-by-triggers.md",
        "docs/adr/0020-deletion-with-a-grace-period.md",
        "docs/adr/0021-who-reads-the-audit-log.md",
        "docs/adr/0022-prove-in-one-transaction.md",
        "docs/adr/0023-what-counts-as-held.md",
        "docs/adr/0024-a-second-seal.md",
        "docs/adr/0025-old-keys-stay-until-enforcement.md",
        "docs/adr/0026-shadow-by-a-lazy-question.md",
        "docs/adr/0027-an-adoption-lives-in-its-database.md",
        "docs/adr/0028-no-foreign-key-to-the-organizations.md",
        "docs/adr/0029-a-verified-context-is-kept-for-its-transaction.md",
        "docs/adr/0030-remembered-admissions.md",
        "docs/adr/0031-the-door-speaks-the-protocol.md";
    Project:
        "README.md",
        "CONTRIBUTING.md",
        "docs/contributing/add-a-resource.md",
        "SECURITY.md",
        "CHANGELOG.md";
}

impl Kind {
    /// The kinds that are listed, in their order, with what they are called.
    pub const LISTED: [(Self, &'static str); 5] = [
        (Self::Tutorial, "Learn"),
        (Self::Guide, "Do"),
        (Self::Reference, "Look up"),
        (Self::Explanation, "Understand"),
        (Self::Project, "Take part"),
    ];

    /// The documents of this kind.
    pub fn documents(self) -> impl Iterator<Item = &'static Document> {
        DOCUMENTS.iter().filter(move |document| document.kind == self)
    }
}

impl Document {
    /// The document at this path of the repository.
    #[must_use]
    pub fn at(path: &str) -> Option<&'static Self> {
        DOCUMENTS.iter().find(|document| document.path == path)
    }

    /// Its first heading.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.path)
    }

    /// What it is called in a list of documents.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self.path {
            "README.md" => "Readme",
            "docs/README.md" => "Contents",
            "docs/reference/README.md" => "Overview",
            _ => self.title(),
        }
    }

    /// Its first paragraph, on one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let is_prose = |paragraph: &&str| {
            !paragraph.starts_with(['#', '<', '|', '-', '*']) && !paragraph.starts_with("```")
        };
        let paragraph = self.text.split("\n\n").map(str::trim).find(is_prose).unwrap_or_default();
        paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every Markdown file of the folder `docs`, from the root of the repository.
    fn kept(root: &Path, folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        let mut found = Vec::new();
        for entry in entries.map(|entry| entry.unwrap()) {
            let path: PathBuf = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                found.extend(kept(root, &path));
            } else {
                found.push(path.display().to_string());
            }
        }
        found
    }

    #[test]
    fn every_document_of_the_repository_is_served() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let kept = kept(&root, Path::new("docs"));
        assert!(kept.len() > 20);
        for path in kept.iter().filter(|path| path.ends_with(".md")) {
            assert!(Document::at(path).is_some(), "{path} has no line in pages/manual/shelf.rs");
        }
    }

    #[test]
    fn every_document_has_a_title_and_says_what_it_is_in_a_first_paragraph() {
        for document in DOCUMENTS {
            assert_ne!(document.title(), document.path, "{} has no heading", document.path);
            assert!(document.summary().len() > 20, "{}: {}", document.path, document.summary());
        }
    }
}
