//! What of a run is wanted: `--only` and `--skip`, each a list of parts, attacks and objects.

use crate::attack::Attack;
use crate::catalog::Catalog;
use crate::error::ProveError;
use crate::report::Part;
use crate::run::Options;

const PARTS: [Part; 3] = [Part::Lint, Part::Attack, Part::Plan];

/// What to do and what to leave.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    only_parts: Vec<Part>,
    only_attacks: Vec<Attack>,
    only_objects: Vec<String>,
    skip_parts: Vec<Part>,
    skip_attacks: Vec<Attack>,
    skip_objects: Vec<String>,
}

impl Choice {
    /// A word is a part, an attack, or else the name of an object. A part or attack stands for all of its kind; an object
    /// may end in `*`.
    pub(crate) fn read(options: &Options) -> Result<Self, ProveError> {
        let mut choice = Self::default();
        for word in &options.only {
            sort(word, &mut choice.only_parts, &mut choice.only_attacks, &mut choice.only_objects);
        }
        for word in &options.skip {
            sort(word, &mut choice.skip_parts, &mut choice.skip_attacks, &mut choice.skip_objects);
        }
        // Attacks that were asked for by name are a part too.
        if !choice.only_attacks.is_empty() && !choice.only_parts.contains(&Part::Attack) {
            choice.only_parts.push(Part::Attack);
        }
        if PARTS.iter().any(|part| choice.has(*part)) {
            Ok(choice)
        } else {
            Err(ProveError::NothingToProve)
        }
    }

    pub(crate) fn has(&self, part: Part) -> bool {
        (self.only_parts.is_empty() || self.only_parts.contains(&part))
            && !self.skip_parts.contains(&part)
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        PARTS.into_iter().filter(|part| self.has(*part)).collect()
    }

    pub(crate) fn tries(&self, attack: Attack) -> bool {
        (self.only_attacks.is_empty() || self.only_attacks.contains(&attack))
            && !self.skip_attacks.contains(&attack)
    }

    /// Refuses a name to skip that nothing has.
    pub(crate) fn ensure_known(&self, catalog: &Catalog) -> Result<(), ProveError> {
        let is_known = |pattern: &String| {
            let is = |name: &str| matches(pattern, name);
            catalog.relations.iter().any(|relation| is(&relation.sql()) || is(&relation.shown()))
                || catalog
                    .sequences
                    .iter()
                    .any(|found| is(&found.name) || is(&format!("{}.{}", found.schema, found.name)))
                || catalog.functions.iter().any(|found| {
                    is(&found.name)
                        || is(&found.signature)
                        || is(&format!("{}.{}", found.schema, found.name))
                })
        };
        match self.skip_objects.iter().find(|pattern| !pattern.ends_with('*') && !is_known(pattern))
        {
            Some(name) => Err(ProveError::NoSuchName { option: "--skip", name: name.clone() }),
            None => Ok(()),
        }
    }

    /// Whether an object, named with its schema, is wanted.
    pub(crate) fn keeps(&self, name: &str) -> bool {
        let bare = name.strip_prefix("public.").unwrap_or(name);
        let is = |pattern: &String| matches(pattern, name) || matches(pattern, bare);
        (self.only_objects.is_empty() || self.only_objects.iter().any(is))
            && !self.skip_objects.iter().any(is)
    }

    /// A function goes by its name, with or without its arguments.
    pub(crate) fn keeps_function(&self, schema: &str, name: &str, signature: &str) -> bool {
        let long = format!("{schema}.{name}");
        let is = |pattern: &String| {
            matches(pattern, name) || matches(pattern, &long) || matches(pattern, signature)
        };
        (self.only_objects.is_empty() || self.only_objects.iter().any(is))
            && !self.skip_objects.iter().any(is)
    }
}

fn sort(word: &str, parts: &mut Vec<Part>, attacks: &mut Vec<Attack>, objects: &mut Vec<String>) {
    let word = word.trim();
    if let Some(part) = PARTS.into_iter().find(|part| part.name() == word) {
        parts.push(part);
    } else if let Some(attack) = Attack::ALL.into_iter().find(|attack| attack.name() == word) {
        attacks.push(attack);
    } else if !word.is_empty() {
        objects.push(word.to_owned());
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(only: &[&str], skip: &[&str]) -> Choice {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Choice::read(&Options { only: words(only), skip: words(skip), ..Options::default() })
            .unwrap()
    }

    #[test]
    fn words_are_parts_attacks_or_objects() {
        let all = choice(&[], &[]);
        assert!(all.has(Part::Lint) && all.tries(Attack::Forged) && all.keeps("app.notes"));
        let some = choice(&["forged", "notes*"], &["app.notes_old"]);
        assert!(some.has(Part::Attack) && !some.has(Part::Lint));
        assert!(some.tries(Attack::Forged) && !some.tries(Attack::Select));
        assert!(some.keeps("public.notes") && !some.keeps("users"));
        assert!(choice(&[], &["f"]).keeps_function("public", "g", "g(integer)"));
        assert!(!choice(&[], &["f"]).keeps_function("public", "f", "f(integer)"));
    }

    #[test]
    fn nothing_at_all_is_refused() {
        let skip = vec!["lint".to_owned(), "attack".to_owned(), "plan".to_owned()];
        assert!(Choice::read(&Options { skip, ..Options::default() }).is_err());
    }
}
