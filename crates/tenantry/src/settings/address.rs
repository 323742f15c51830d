//! An address of a database without its password. Masking errs on the safe side here: what follows a password that has
//! no clear end is left out, and an address that cannot be read is not shown at all.

const HIDDEN: &str = "***";

/// The address as it may be shown.
pub(super) fn masked(text: &str) -> String {
    let Ok(read) = text.parse::<tenantry_db::Config>() else { return HIDDEN.to_owned() };
    let shown = without_parameter(&without_login(text));
    let is_hidden = read.get_password().is_none() || shown.contains(HIDDEN);
    if is_hidden { shown } else { HIDDEN.to_owned() }
}

/// `scheme://user:password@host`: a password may hold any character, so the last @ of the text ends it.
fn without_login(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let login =
        rest.rsplit_once('@').and_then(|(login, host)| Some((login.split_once(':')?, host)));
    match login {
        Some(((user, _), host)) => format!("{scheme}://{user}:{HIDDEN}@{host}"),
        None => text.to_owned(),
    }
}

/// `password = …` and `?password=…`: nothing of what follows is shown.
fn without_parameter(text: &str) -> String {
    match text.find("password") {
        Some(at) => format!("{}password={HIDDEN}", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_of_an_address_shows_its_password() {
        // SC-3
        for (text, shown) in [
            ("postgres://a:canary@h/d", "postgres://a:***@h/d"),
            ("postgres://a:can<ary'@h:5432/d", "postgres://a:***@h:5432/d"),
            ("postgres://a:c%40nary@h/d?sslmode=disable", "postgres://a:***@h/d?sslmode=disable"),
            ("postgres://h/d?user=a&password=canary", "postgres://h/d?user=a&password=***"),
            ("postgres://h/d?user=a&pass%77ord=canary", "***"),
            ("host=h user=a password = canary dbname=d", "host=h user=a password=***"),
            ("host=h password='can\\'ary x'", "host=h password=***"),
            ("postgres://h:5432/d", "postgres://h:5432/d"),
            ("host=h dbname=d", "host=h dbname=d"),
            ("canary@@postgres", "***"),
        ] {
            let masked = masked(text);
            assert_eq!(masked, shown, "{text}");
            assert!(!masked.contains("ary"), "{masked}");
        }
    }
}
