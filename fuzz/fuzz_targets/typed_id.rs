//! Whatever stands where an id is meant: what is read is written the same way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tenantry_core::{OrganizationId, ProjectId};

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    for text in [text.clone(), format!("org_{text}").into()] {
        if let Ok(id) = text.parse::<OrganizationId>() {
            assert!(text == id.to_string() || text.to_lowercase() == id.uuid().to_string());
            assert_eq!(id.to_string().parse(), Ok(id));
            assert!(id.to_string().parse::<ProjectId>().is_err());
        }
    }
});
