//! The words of a name: `QuestionnaireItems`, `questionnaire_item` and `questionnaire-items` are the same two. Words are for
//! guessing only; nothing is ever matched by them that is later written as SQL.

/// The words of a name, in lower case and in the singular.
pub(crate) fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        if begins_word(&letters, at) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.iter().filter(|word| !word.is_empty()).map(|word| singular(word)).collect()
}

/// Whether a capital begins a word here: after a small letter, or as the last of several capitals (`HTTPServer`).
fn begins_word(letters: &[char], at: usize) -> bool {
    let is_capital = |at: usize| letters.get(at).is_some_and(|letter| letter.is_uppercase());
    let is_small = |at: usize| {
        letters.get(at).is_some_and(|letter| letter.is_lowercase() || letter.is_numeric())
    };
    at > 0 && is_capital(at) && (is_small(at - 1) || (is_capital(at - 1) && is_small(at + 1)))
}

/// One of many. Wrong for rare words, in the same way on both sides of a comparison.
fn singular(word: &str) -> String {
    let irregular = match word {
        "people" => "person",
        "children" => "child",
        "analyses" => "analysis",
        "criteria" => "criterion",
        "indices" => "index",
        "news" | "series" | "species" | "sms" | "dns" => word,
        _ => "",
    };
    if !irregular.is_empty() {
        return irregular.to_owned();
    }
    let ends = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    let cut = |length: usize| word[..word.len() - length].to_owned();
    match word {
        _ if word.len() <= 3 || ends(&["ss", "us", "is"]) => word.to_owned(),
        _ if ends(&["ies"]) && word.len() > 4 => cut(3) + "y",
        _ if ends(&["sses", "shes", "ches", "xes", "tuses", "nuses", "puses"]) => cut(2),
        _ if ends(&["s"]) => cut(1),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_name_has_the_same_words() {
        for (name, wanted) in [
            ("QuestionnaireItems", "questionnaire item"),
            ("questionnaire_item", "questionnaire item"),
            ("questionnaire-items", "questionnaire item"),
            ("managerId", "manager id"),
            ("TMSAuthToken", "tms auth token"),
            ("HTTPServers", "http server"),
            ("__EFMigrationsHistory", "ef migration history"),
            ("companies", "company"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("order_status", "order status"),
            ("people", "person"),
            ("oauth2Tokens", "oauth2 token"),
            ("Größen", "größen"),
            ("s", "s"),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(words(name).join(" "), wanted, "{name}");
        }
    }
}
