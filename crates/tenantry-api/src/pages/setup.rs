//! The pages behind the setup link: the form, what to do next, and that the link cannot be used. They work without a
//! script, and without one nothing of them is lost.

use serde_json::json;

use super::curl;
use super::home::kept;
use super::html::Html;
use super::layout::{self, Current};

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetupField {
    /// What the person is called.
    Name,
    /// The address for signing in.
    Email,
    /// The password.
    Password,
}

/// What the form shows.
#[derive(Debug, Clone)]
pub struct SetupView<'a> {
    /// The version of Tenantry.
    pub version: &'a str,
    /// The least number of characters of a password.
    pub password_min_length: usize,
    /// What was typed as the name before.
    pub name: String,
    /// What was typed as the address before.
    pub email: String,
    /// What is wrong with which field, as the end of a sentence that begins with the field.
    pub errors: Vec<(SetupField, String)>,
}

/// The form, as HTML. Every value of the view is escaped; the password that was typed is not among them.
#[must_use]
pub fn setup(view: &SetupView<'_>) -> String {
    let mut html = Html::new();
    html.raw("<main id=\"content\" class=\"home narrow\" tabindex=\"-1\">\n<section class=\"verdict\"")
        .raw(if view.errors.is_empty() { " data-tone=\"ok\">" } else { " data-tone=\"warn\">" })
        .raw("<div class=\"say\"><h1>Create the first operator account</h1>")
        .raw("<p>An operator looks after this server as a whole. Being one opens no organization’s data: ")
        .raw("work across organizations asks for a reason, and the reason is kept.</p></div>\n")
        .raw("<form class=\"form\" method=\"post\">\n")
        .append(&alert(view));
    field(&mut html, view, &NAME, "");
    field(&mut html, view, &EMAIL, "You sign in with it.");
    let hint = format!(
        "At least {} characters. A few words that belong to nobody but you do well.",
        view.password_min_length
    );
    field(&mut html, view, &PASSWORD, &hint);
    html.raw("<div class=\"actions\"><button type=\"submit\">Create the account</button>")
        .raw("<p>The link works once.</p></div>\n</form></section>\n</main>");
    layout::page("Create the first operator account", view.version, Current::Apart, &html)
}

/// That the account is there, and what to do with it. The address of the account is escaped.
#[must_use]
pub fn setup_done(version: &str, public_url: &str, email: &str) -> String {
    let mut html = Html::new();
    html.raw("<main id=\"content\" class=\"home\" tabindex=\"-1\">\n<section class=\"verdict\" data-tone=\"ok\"><div class=\"say\">")
        .raw("<h1>You are the operator of this server</h1>")
        .wrap("<p>The account <code>", email, "</code> is there, and the link is used up. ")
        .raw("The server asks for no more; everything else is done signed in.</p></div></section>\n")
        .raw("<section><h2>What to do next</h2><ol class=\"steps\">");
    for (title, note, command) in next_steps(public_url, email) {
        html.wrap("<li><h3>", title, "</h3>").wrap("<p>", note, "</p><pre><code>");
        html.text(&command).raw("</code></pre></li>");
    }
    html.raw("</ol></section>\n</main>");
    layout::page("You are the operator", version, Current::Apart, &html)
}

/// That a link cannot be used, in one sentence for every reason.
#[must_use]
pub fn setup_closed(version: &str, reason: &str) -> String {
    let mut html = Html::new();
    html.raw("<main id=\"content\" class=\"home narrow\" tabindex=\"-1\">\n<section class=\"verdict\" data-tone=\"warn\"><div class=\"say\">")
        .raw("<h1>This link cannot be used</h1>")
        .wrap("<p>", reason, "</p></div></section>\n</main>");
    layout::page("This link cannot be used", version, Current::Apart, &html)
}

/// What a field is, as markup of this program.
struct Field {
    field: SetupField,
    label: &'static str,
    /// The element up to its value.
    input: &'static str,
    hint: &'static str,
    error: &'static str,
    /// What names the hint, and the error before the hint.
    described: &'static str,
    complained: &'static str,
}

const NAME: Field = Field {
    field: SetupField::Name,
    label: "<label for=\"name\">Name</label>",
    input: "<input id=\"name\" name=\"name\" type=\"text\" autocomplete=\"name\" maxlength=\"120\" required",
    hint: "<p class=\"hint\" id=\"name-hint\">",
    error: "<p class=\"error\" id=\"name-error\">",
    described: "",
    complained: " aria-invalid=\"true\" aria-describedby=\"name-error\"",
};
const EMAIL: Field = Field {
    field: SetupField::Email,
    label: "<label for=\"email\">E-mail address</label>",
    input: "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"username\" maxlength=\"254\" required",
    hint: "<p class=\"hint\" id=\"email-hint\">",
    error: "<p class=\"error\" id=\"email-error\">",
    described: " aria-describedby=\"email-hint\"",
    complained: " aria-invalid=\"true\" aria-describedby=\"email-error email-hint\"",
};
const PASSWORD: Field = Field {
    field: SetupField::Password,
    label: "<label for=\"password\">Password</label>",
    input: "<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"new-password\" required",
    hint: "<p class=\"hint\" id=\"password-hint\">",
    error: "<p class=\"error\" id=\"password-error\">",
    described: " aria-describedby=\"password-hint\"",
    complained: " aria-invalid=\"true\" aria-describedby=\"password-error password-hint\"",
};

fn field(html: &mut Html, view: &SetupView<'_>, field: &Field, hint: &str) {
    let wrong = view.errors.iter().find(|(wrong, _)| *wrong == field.field);
    html.raw("<div class=\"field\">").raw(field.label).raw(field.input);
    html.raw(if wrong.is_some() { field.complained } else { field.described });
    match field.field {
        SetupField::Name => html.wrap(" value=\"", &view.name, "\">"),
        SetupField::Email => html.wrap(" value=\"", &view.email, "\">"),
        // A password is typed again rather than sent back.
        SetupField::Password => html.raw(">"),
    };
    if let Some((_, message)) = wrong {
        html.wrap(field.error, &sentence(message), "</p>");
    }
    if !hint.is_empty() {
        html.wrap(field.hint, hint, "</p>");
    }
    html.raw("</div>\n");
}

/// Said at once by a screen reader, before the fields say it one by one.
fn alert(view: &SetupView<'_>) -> Html {
    let mut html = Html::new();
    match view.errors.len() {
        0 => {}
        1 => drop(html.raw("<p class=\"alert\" role=\"alert\">One field is not right yet. Nothing was created.</p>\n")),
        _ => drop(html.raw("<p class=\"alert\" role=\"alert\">Some fields are not right yet. Nothing was created.</p>\n")),
    }
    html
}

/// A message that ends a sentence, as a sentence of its own.
fn sentence(message: &str) -> String {
    let mut characters = message.chars();
    let first: String =
        characters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if message.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", characters.as_str())
}

fn next_steps(public_url: &str, email: &str) -> [(&'static str, &'static str, String); 3] {
    let login = json!({ "email": email, "password": "YOUR PASSWORD" });
    let organization = json!({ "name": "My Organization" });
    let post = |target, bearer, body| {
        let base = public_url.trim_end_matches('/');
        curl::Request { method: "POST", base, target, bearer, headers: &[], body: Some(body) }
            .command()
    };
    [
        (
            "Sign in",
            "Put your password in. The answer is kept in a file that only you should read.",
            format!("umask 077\n{} | tee signup.json", post("/auth/login", false, &login)),
        ),
        (
            "Keep the token",
            "It is good for 15 minutes, unless this server says otherwise.",
            kept("ACCESS_TOKEN", "\"access_token\":\"\\([^\"]*\\)\""),
        ),
        (
            "Found an organization",
            "You become its owner: that is what lets you see its rows, and nothing else does.",
            post("/api/v1/organizations", true, &organization),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> SetupView<'static> {
        SetupView {
            version: "0.1.0",
            password_min_length: 15,
            name: String::new(),
            email: String::new(),
            errors: Vec::new(),
        }
    }

    #[test]
    fn the_form_suits_password_managers_and_names_what_is_wrong_beside_the_field() {
        let page = setup(&view());
        for part in [
            "autocomplete=\"username\"",
            "autocomplete=\"new-password\"",
            "method=\"post\"",
            "At least 15",
        ] {
            assert!(page.contains(part), "{part} is absent");
        }
        assert!(!page.contains("aria-invalid"));
        let errors = vec![(SetupField::Email, "must have an @".to_owned())];
        let page = setup(&SetupView { errors, ..view() });
        assert!(page.contains("Must have an @.") && page.contains("role=\"alert\""));
        assert_eq!(page.matches("aria-invalid").count(), 1);
    }

    #[test]
    fn hostile_values_are_inert_and_the_pages_need_no_inline_style() {
        let evil = "\"><script>alert(1)</script>";
        let errors = vec![(SetupField::Name, evil.to_owned())];
        let view = SetupView { name: evil.to_owned(), email: evil.to_owned(), errors, ..view() };
        for page in [setup(&view), setup_done(evil, evil, evil), setup_closed(evil, evil)] {
            for forbidden in ["<script", "style=", "<style", "src=\"http"] {
                assert!(!page.contains(forbidden), "{forbidden} in the page");
            }
        }
    }
}
