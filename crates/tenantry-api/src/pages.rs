//! The pages the server shows people: `/` says what runs here, `/docs` is the OpenAPI document made readable, and
//! below it are the documents of the repository.
//!
//! All are pure functions from data to HTML and work without a script under [`CONTENT_SECURITY_POLICY`]. Whoever
//! serves them sends that header, and serves [`stylesheet`] and [`mark`] under the addresses they name.

mod curl;
mod document;
mod entry;
mod example;
mod field_list;
mod home;
mod html;
mod layout;
mod manual;
mod operation;
mod plain_reference;
mod prose;
mod reference;
#[cfg(test)]
mod sample;
mod schema;
mod setup;

pub use home::{FirstStep, HomeView, first_steps, home};
pub use layout::{CONTENT_SECURITY_POLICY, FORM_SECURITY_POLICY};
pub use manual::{DOCUMENTS, Document, Kind, list, manual};
pub use plain_reference::plain_reference;
pub use reference::reference;
pub use setup::{SetupField, SetupView, setup, setup_closed, setup_done};

/// The stylesheet of all pages, served at `/assets/tenantry.css` as `text/css`.
#[must_use]
pub const fn stylesheet() -> &'static str {
    concat!(
        include_str!("../assets/tokens.css"),
        include_str!("../assets/pages.css"),
        include_str!("../assets/form.css"),
        include_str!("../assets/manual.css")
    )
}

/// The mark of the product, icon and picture in one, served at `/assets/tenantry.svg` as `image/svg+xml`.
#[must_use]
pub const fn mark() -> &'static str {
    include_str!("../assets/tenantry.svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_fetches_nothing_and_knows_both_color_schemes() {
        let css = stylesheet();
        assert!(!css.contains("url(") && !css.contains("@import"));
        assert!(css.contains("@media (prefers-color-scheme: dark)"));
        assert!(css.contains(":focus-visible") && css.contains("prefers-reduced-motion"));
    }

    #[test]
    fn every_custom_property_that_is_used_is_defined() {
        let css = stylesheet();
        for used in css.split("var(").skip(1).filter_map(|rest| rest.split([')', ',']).next()) {
            assert!(css.contains(&format!("{used}:")), "{used} is not defined");
        }
    }
}
