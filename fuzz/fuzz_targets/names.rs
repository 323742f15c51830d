//! Whatever people type as names, addresses and slugs: what is read once reads the same for ever.
#![no_main]

use std::fmt::{Debug, Display};
use std::str::FromStr;

use libfuzzer_sys::fuzz_target;
use tenantry_core::OrganizationId;
use tenantry_core::name::{Description, DisplayName, Email, Slug};

fn settled<T: FromStr + Display + PartialEq + Debug>(text: &str) -> Option<T> {
    let value = text.parse::<T>().ok()?;
    assert_eq!(value.to_string().parse::<T>().ok().as_ref(), Some(&value));
    assert!(!value.to_string().contains('\0'));
    Some(value)
}

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    settled::<Description>(&text);
    if let Some(email) = settled::<Email>(&text) {
        assert!(email.as_str().is_ascii() && email.as_str().matches('@').count() == 1);
    }
    if let Some(slug) = settled::<Slug>(&text) {
        assert!(slug.as_str().parse::<OrganizationId>().is_err());
        for slug in slug.attempts("0123456789abcdef", false) {
            assert!(slug.as_str().parse::<Slug>().is_ok(), "{slug}");
        }
    }
    if let Some(name) = settled::<DisplayName>(&text) {
        assert!(!name.as_str().chars().any(char::is_control));
        for slug in Slug::suggest(&name).attempts("0123456789abcdef", false) {
            assert!(slug.as_str().parse::<Slug>().is_ok(), "{name:?} {slug}");
        }
    }
});
