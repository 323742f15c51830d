//! The registry of `TN` codes: every failure that has a name, what it means and what to do about it. A code never
//! changes its meaning and is never given out twice; a code that the program uses and the registry lacks fails a
//! test, and so does one that nothing uses.

mod adopt;
mod cluster;
mod configuration;
mod database;
mod isolation;
mod prove;
mod schema;
mod server;

use crate::exit::Exit;

/// One kind of failure.
#[derive(Debug)]
pub(crate) struct Code {
    /// `TN` and four digits.
    pub(crate) code: &'static str,
    /// What went wrong, in a few words.
    pub(crate) title: &'static str,
    /// How the program ends when this stops it.
    pub(crate) exit: Exit,
    /// Why it happens, and why it is refused.
    pub(crate) explanation: &'static str,
    /// What to do.
    pub(crate) remedy: &'static str,
}

/// A part of the registry.
#[derive(Debug)]
pub(crate) struct Family {
    /// The first digits of its codes.
    pub(crate) prefix: &'static str,
    /// What its codes are about.
    pub(crate) title: &'static str,
    /// Its codes, in order.
    pub(crate) codes: &'static [Code],
}

/// Every code, by family.
pub(crate) const FAMILIES: [Family; 8] = [
    Family { prefix: "TN01", title: "The private PostgreSQL cluster", codes: cluster::CODES },
    Family { prefix: "TN02", title: "Isolation", codes: isolation::CODES },
    Family { prefix: "TN03", title: "Configuration and secrets", codes: configuration::CODES },
    Family { prefix: "TN04", title: "The schema", codes: schema::CODES },
    Family { prefix: "TN05", title: "The connection to the database", codes: database::CODES },
    Family { prefix: "TN06", title: "The server and its machine", codes: server::CODES },
    Family { prefix: "TN10", title: "Why prove could not run", codes: prove::CODES },
    Family { prefix: "TN11", title: "Why adopt stopped", codes: adopt::CODES },
];

/// Every code.
pub(crate) fn all() -> impl Iterator<Item = &'static Code> {
    FAMILIES.iter().flat_map(|family| family.codes)
}

/// The entry of a code, written in any case, with or without its letters.
pub(crate) fn find(text: &str) -> Option<&'static Code> {
    let wanted = text.trim().to_uppercase();
    let wanted = wanted.strip_prefix("TN").unwrap_or(&wanted);
    all().find(|code| &code.code[2..] == wanted)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// Every code that stands in the Rust sources below a directory of `crates/`.
    fn used_in(directory: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() && name != "codes" {
                used_in(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
                found.extend(code.match_indices("\"TN").filter_map(|(at, _)| {
                    let digits = code.get(at + 3..at + 7)?;
                    let is_code = digits.bytes().all(|digit| digit.is_ascii_digit());
                    is_code.then(|| format!("TN{digits}"))
                }));
            }
        }
    }

    #[test]
    fn the_registry_has_every_code_in_use_and_no_other() {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut used = BTreeSet::new();
        for name in ["tenantry", "tenantry-embedded", "tenantry-db", "tenantry-identity"] {
            used_in(&crates.join(name).join("src"), &mut used);
        }
        let known: BTreeSet<String> = all().map(|code| code.code.to_owned()).collect();
        let missing: Vec<_> = used.difference(&known).collect();
        let unused: Vec<_> = known.difference(&used).collect();
        assert!(missing.is_empty(), "add to crates/tenantry/src/codes/: {missing:?}");
        assert!(unused.is_empty(), "nothing raises these: {unused:?}");
    }

    #[test]
    fn codes_are_unique_in_order_and_in_their_family() {
        for family in &FAMILIES {
            assert!(family.codes.iter().all(|code| code.code.starts_with(family.prefix)));
            assert!(family.codes.windows(2).all(|pair| pair[0].code < pair[1].code));
        }
    }

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        for text in ["TN0201", "tn0201", "0201", " TN0201 "] {
            assert_eq!(find(text).unwrap().code, "TN0201", "{text}");
        }
        assert!(find("TN9999").is_none() && find("").is_none());
    }
}
