//! Takes passwords out of text that is about to be shown. It looks at the text and not at where it came from, so
//! an error of a driver or of the system that repeats an address is covered as well.

/// The text with every password of an address (`scheme://user:password@host`, `password=…`) replaced by `***`.
pub(crate) fn mask(text: &str) -> String {
    mask_parameters(&mask_addresses(text))
}

fn mask_addresses(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        // A password may hold any of the characters that end a host, so the last @ of the word counts.
        let word = after.find(|c: char| c.is_whitespace() || "\"'`<>".contains(c));
        let (word, tail) = after.split_at(word.unwrap_or(after.len()));
        match word.rsplit_once('@').and_then(|(login, host)| Some((login.split_once(':')?.0, host)))
        {
            Some((user, host)) => {
                out.push_str(user);
                out.push_str(":***@");
                out.push_str(host);
            }
            None => out.push_str(word),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn mask_parameters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("password=") {
        let (before, after) = rest.split_at(at + "password=".len());
        out.push_str(before);
        out.push_str("***");
        let end = match after.strip_prefix('\'') {
            Some(quoted) => quoted.find('\'').map_or(after.len(), |end| end + 2),
            None => after.find(|c: char| c.is_whitespace() || c == '&').unwrap_or(after.len()),
        };
        rest = &after[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        // SC-3
        for (text, shown) in [
            ("postgres://a:b@c/d", "postgres://a:***@c/d"),
            ("at postgres://a:p@ss@c/d?x=1.", "at postgres://a:***@c/d?x=1."),
            ("\"postgres://a:b@c\" and x://y:z@w", "\"postgres://a:***@c\" and x://y:***@w"),
            ("postgres://a@c/d", "postgres://a@c/d"),
            ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/a"),
            ("host=a password=b user=c", "host=a password=*** user=c"),
            ("password='b c' user=c", "password=*** user=c"),
            ("postgres://h/d?user=a&password=b&x=1", "postgres://h/d?user=a&password=***&x=1"),
            ("nothing here", "nothing here"),
        ] {
            assert_eq!(mask(text), shown);
        }
    }
}
