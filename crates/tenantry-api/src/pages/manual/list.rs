//! `/llms.txt`: every document for programs that read, in the form of llmstxt.org.

use std::fmt::Write as _;

use super::shelf::{Document, Kind};

/// The list, with absolute addresses below `public_url`, as Markdown.
#[must_use]
pub fn list(public_url: &str) -> String {
    let base = public_url.trim_end_matches('/');
    let mut text = String::from(
        "# Tenantry\n\n> Multi-tenancy for an application that exists already: accounts, organizations and projects \
         behind one door, and a PostgreSQL that checks by itself whose rows it hands out.\n\n\
         Each address below answers plain Markdown. The HTTP interface as data is at \
         ",
    );
    let _ = writeln!(text, "{base}/openapi.json");
    section(&mut text, base, "Contents", Kind::Contents);
    for (kind, name) in Kind::LISTED {
        section(&mut text, base, name, kind);
    }
    section(&mut text, base, "Optional", Kind::Decision);
    text
}

fn section(text: &mut String, base: &str, name: &str, kind: Kind) {
    let _ = write!(text, "\n## {name}\n\n");
    for document in kind.documents() {
        let (title, path) = (document.title(), document.path);
        let _ = write!(text, "- [{title}]({base}/{path})");
        // A decision's title says what was decided.
        if kind != Kind::Decision {
            let _ = write!(text, ": {}", first_sentence(document));
        }
        text.push('\n');
    }
}

fn first_sentence(document: &Document) -> String {
    let summary = document.summary();
    let end = summary.find(". ").map_or(summary.len(), |at| at + 1);
    summary[..end].trim_end_matches(':').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::DOCUMENTS;

    #[test]
    fn every_document_is_listed_once_by_its_address() {
        let text = list("https://tenants.example/");
        for document in DOCUMENTS {
            let link = format!("](https://tenants.example/{})", document.path);
            assert_eq!(text.matches(&link).count(), 1, "{link}");
        }
        assert!(text.starts_with("# Tenantry\n\n> ") && text.contains("\n## Learn\n\n- ["));
    }
}
