//! What the page may load and run: nothing but the style and the script it holds.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};
use tenantry_prove::report::html;

use super::sample;
use super::tags::{pieces, text_of, values};

#[test]
fn the_policy_names_the_hash_of_the_style_and_of_the_script() {
    let page = html(&sample::hostile());
    let pieces = pieces(&page);
    let policy =
        values(&pieces, "content").into_iter().find(|value| value.contains("src")).unwrap();
    let policy = policy.replace("&#39;", "'");
    for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
        let hash = STANDARD.encode(Sha256::digest(text_of(&pieces, element)));
        assert!(policy.contains(&format!("; {directive} 'sha256-{hash}';")), "{policy}");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"));
}

#[test]
fn the_page_fetches_nothing() {
    let page = html(&sample::leaking());
    let elsewhere = page.replace("http://www.w3.org/2000/svg", "");
    for text in ["http://", "https://", "url(", "@import", "src=\"", "fetch(", "innerHTML"] {
        assert!(!elsewhere.contains(text), "{text}");
    }
}

#[test]
fn every_custom_property_that_is_used_is_defined() {
    let page = html(&sample::empty());
    let pieces = pieces(&page);
    let style = text_of(&pieces, "style");
    for used in style.split("var(").skip(1).filter_map(|rest| rest.split([')', ',']).next()) {
        assert!(style.contains(&format!("{used}:")), "{used} is not defined");
    }
}
