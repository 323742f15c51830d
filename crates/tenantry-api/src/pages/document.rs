//! The OpenAPI document as the reference page reads it: references resolved, operations grouped by tag.
//!
//! It reads JSON, not the generator's types, so the page shows what a client is really given at `/openapi.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    curl::BASE_VARIABLE,
    operation::{Operation, Problem, responses},
};

/// The methods of a path in the order they are shown.
const METHODS: [(&str, &str); 7] = [
    ("get", "GET"),
    ("post", "POST"),
    ("put", "PUT"),
    ("patch", "PATCH"),
    ("delete", "DELETE"),
    ("head", "HEAD"),
    ("options", "OPTIONS"),
];

/// Where operations without a tag are listed.
const UNTAGGED: &str = "Other";

/// A whole OpenAPI 3.1 document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'a> {
    root: &'a Value,
}

/// The operations of one tag.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    pub(super) description: &'a str,
    pub(super) operations: Vec<Operation<'a>>,
}

impl<'a> Document<'a> {
    /// A view of the document.
    pub(super) const fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// What `#/…` points at, in this document only.
    pub(super) fn lookup(self, reference: &str) -> Option<&'a Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    /// A value, or what it refers to when it is a reference.
    pub(super) fn resolve(self, value: &'a Value) -> &'a Value {
        value["$ref"].as_str().and_then(|reference| self.lookup(reference)).unwrap_or(value)
    }

    /// A text below `info`.
    pub(super) fn info(self, name: &str) -> &'a str {
        self.root["info"][name].as_str().unwrap_or_default()
    }

    /// The address of the server without a trailing slash, or the variable that stands for it.
    pub(super) fn base(self) -> &'a str {
        let url = self.root["servers"][0]["url"].as_str().unwrap_or_default().trim_end_matches('/');
        if url.starts_with("http://") || url.starts_with("https://") { url } else { BASE_VARIABLE }
    }

    /// How callers prove who they are: the name and the definition of each scheme.
    pub(super) fn security_schemes(self) -> Vec<(&'a str, &'a Value)> {
        let schemes = self.root["components"]["securitySchemes"].as_object();
        schemes
            .into_iter()
            .flatten()
            .map(|(name, scheme)| (name.as_str(), self.resolve(scheme)))
            .collect()
    }

    /// Whether operations ask for credentials unless they say otherwise.
    pub(super) fn is_secured(self) -> bool {
        self.root["security"].as_array().is_some_and(|schemes| !schemes.is_empty())
    }

    /// Every operation, by tag: declared tags first and in their order, then the others as they appear.
    pub(super) fn groups(self) -> Vec<Group<'a>> {
        let declared = self.root["tags"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut groups: Vec<Group<'a>> = declared
            .iter()
            .filter_map(|tag| {
                let description = tag["description"].as_str().unwrap_or_default();
                Some(Group { name: tag["name"].as_str()?, description, operations: Vec::new() })
            })
            .collect();
        for operation in self.operations() {
            let name = operation.tag.unwrap_or(UNTAGGED);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { name, description: "", operations: vec![operation] }),
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        groups
    }

    /// Every problem code the operations name, with one case of each, by status and then by code.
    pub(super) fn problems(self) -> Vec<Problem<'a>> {
        let mut cases = BTreeMap::new();
        let named = self.operations().into_iter().flat_map(|operation| operation.responses);
        // What may be answered by any operation stands among the components.
        let general = responses(self, &self.root["components"]);
        for problem in named.chain(general).flat_map(|response| response.problems) {
            cases.entry((problem.status, problem.code)).or_insert(problem);
        }
        cases.into_values().collect()
    }

    fn operations(self) -> Vec<Operation<'a>> {
        let mut operations = Vec::new();
        for (path, item) in self.root["paths"].as_object().into_iter().flatten() {
            let item = self.resolve(item);
            for (key, method) in METHODS {
                if let Some(definition) = item.get(key) {
                    operations.push(Operation::read(self, method, path, item, definition));
                }
            }
        }
        operations
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::sample, *};

    #[test]
    fn groups_follow_the_declared_tags_and_lose_no_operation() {
        let root = sample::document();
        let groups = Document::new(&root).groups();
        let names: Vec<&str> = groups.iter().map(|group| group.name).collect();
        assert_eq!(names, ["Accounts", "Organizations", "Projects", "Service"]);
        let shown: usize = groups.iter().map(|group| group.operations.len()).sum();
        assert_eq!(shown, sample::OPERATIONS);
    }

    #[test]
    fn an_undeclared_tag_and_a_missing_tag_still_have_a_place() {
        let root = json!({"paths": {"/a": {"get": {}}, "/b": {"get": {"tags": ["New"]}}}});
        let groups = Document::new(&root).groups();
        let names: Vec<&str> = groups.iter().map(|group| group.name).collect();
        assert_eq!(names, ["Other", "New"]);
    }

    #[test]
    fn the_base_is_a_variable_unless_the_document_names_an_absolute_address() {
        let named = json!({"servers": [{"url": "https://api.example.com/"}]});
        assert_eq!(Document::new(&named).base(), "https://api.example.com");
        assert_eq!(Document::new(&json!({"servers": [{"url": "/"}]})).base(), BASE_VARIABLE);
        assert_eq!(Document::new(&json!({})).base(), BASE_VARIABLE);
    }

    #[test]
    fn problem_codes_are_listed_once_by_status() {
        let root = sample::document();
        let problems = Document::new(&root).problems();
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes.iter().filter(|code| **code == "not_found").count(), 1);
        assert!(problems.is_sorted_by_key(|problem| problem.status));
    }
}
