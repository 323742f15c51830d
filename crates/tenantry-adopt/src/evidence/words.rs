//! Names taken apart: `parentMessageID`, `parent_message_ids` and `Parent Message Id` are the same words. Every word is made
//! singular, so that a column `story_id` and a table `stories` meet.

/// The words of a name, in small letters and singular.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (place, letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| letters.get(place));
        let after = letters.get(place + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if (starts || !letter.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
    }
    words.push(word);
    words.iter().filter(|word| !word.is_empty()).map(|word| singular(word)).collect()
}

/// English, as far as tables are named in it. What it makes of other words is wrong in the same way on both sides.
fn singular(word: &str) -> String {
    for (plural, singular) in
        [("people", "person"), ("children", "child"), ("men", "man"), ("ids", "id")]
    {
        let start = word.strip_suffix(plural);
        if let Some(start) = start.filter(|start| plural.len() > 3 || start.is_empty()) {
            return format!("{start}{singular}");
        }
    }
    if word.len() <= 3 || ["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    if let Some(start) = word.strip_suffix("ies") {
        return format!("{start}y");
    }
    for end in ["sses", "shes", "ches", "xes", "zzes", "uses"] {
        if word.ends_with(end) && word != "causes" && word != "houses" && word != "caches" {
            return word.get(..word.len() - 2).unwrap_or(word).to_owned();
        }
    }
    word.strip_suffix('s').unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_falls_into_its_words() {
        for (name, expected) in [
            ("parentMessageID", "parent message id"),
            ("parent_message_ids", "parent message id"),
            ("HTTPServer", "http server"),
            ("Order Items", "order item"),
            ("stories", "story"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("people", "person"),
            ("news", "new"),
            ("app2_users", "app2 user"),
            ("größen", "größen"),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}
