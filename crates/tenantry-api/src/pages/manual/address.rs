//! Where a document is served, and where a link of one leads.
//!
//! Documents link to each other by relative paths, so that the links work in the repository and between the plain
//! Markdown that the server gives; pages have addresses without `.md`, so their links are turned here.

use super::{WRITTEN, shelf::Document};

/// What a link of a document leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// An address of this server, or an anchor of this page.
    Here(String),
    /// Somebody else's address.
    Away(String),
    /// A file of the repository that is no document.
    Source(String),
    /// Nothing that a page may link to.
    Nowhere,
}

impl Document {
    /// The address of its page. The reference of the API has a page of its own making, at `/docs`.
    #[must_use]
    pub fn address(&self) -> String {
        let path = self.path.strip_suffix(".md").unwrap_or(self.path).to_lowercase();
        match path.as_str() {
            "docs/readme" => "/docs/index".to_owned(),
            "docs/reference/api" => "/docs".to_owned(),
            _ => match path.strip_suffix("/readme") {
                Some(folder) => format!("/{folder}"),
                None if path.starts_with("docs/") => format!("/{path}"),
                None => format!("/docs/{path}"),
            },
        }
    }

    /// Where a link in this document leads.
    pub(super) fn target(&self, link: &str) -> Target {
        if let Some(local) = link.strip_prefix(WRITTEN) {
            return Target::Here(if local.is_empty() { "/".to_owned() } else { local.to_owned() });
        }
        if link.starts_with("https://") || link.starts_with("http://") {
            return Target::Away(link.to_owned());
        }
        if link.starts_with('#') {
            return Target::Here(link.to_owned());
        }
        let (path, fragment) = link.split_once('#').map_or((link, ""), |(path, rest)| (path, rest));
        if path.contains(':') || path.starts_with('/') {
            return Target::Nowhere;
        }
        let path = joined(self.path, path);
        match Self::at(&path) {
            Some(document) if fragment.is_empty() => Target::Here(document.address()),
            Some(document) => Target::Here(format!("{}#{fragment}", document.address())),
            None => Target::Source(path),
        }
    }
}

/// A relative path, seen from the root instead of from a file.
fn joined(from: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(from: &str, link: &str) -> Target {
        Document::at(from).unwrap().target(link)
    }

    #[test]
    fn relative_links_lead_to_pages_and_keep_their_anchors() {
        let here = |address: &str| Target::Here(address.to_owned());
        let guide = "docs/guides/protect-a-table.md";
        assert_eq!(
            target(guide, "../explanation/isolation.md"),
            here("/docs/explanation/isolation")
        );
        assert_eq!(target(guide, "../../README.md#quick-start"), here("/docs/readme#quick-start"));
        assert_eq!(target(guide, "../README.md"), here("/docs/index"));
        assert_eq!(target(guide, "../adr/README.md"), here("/docs/adr"));
        assert_eq!(target(guide, "../ARCHITECTURE.md"), here("/docs/architecture"));
        assert_eq!(target(guide, "../reference/api.md#project_list"), here("/docs#project_list"));
        assert_eq!(target(guide, "#here"), here("#here"));
        assert_eq!(target("README.md", "http://localhost:8000/docs"), here("/docs"));
    }

    #[test]
    fn files_that_are_no_documents_and_other_schemes_are_no_pages() {
        let source = Target::Source("xtask/src/tidy.rs".to_owned());
        assert_eq!(target("docs/ARCHITECTURE.md", "../xtask/src/tidy.rs"), source);
        for link in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/etc/passwd"] {
            assert_eq!(target("README.md", link), Target::Nowhere, "{link}");
        }
    }

    #[test]
    fn no_two_documents_share_an_address() {
        let mut addresses: Vec<String> =
            super::super::DOCUMENTS.iter().map(Document::address).collect();
        addresses.sort();
        let all = addresses.len();
        addresses.dedup();
        assert_eq!(addresses.len(), all);
    }
}
