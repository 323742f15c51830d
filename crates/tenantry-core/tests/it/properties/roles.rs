//! Roles × permissions: a weaker role never holds more, and an unknown one nothing.

use proptest::prelude::*;
use tenantry_core::permission::REGISTRY;
use tenantry_core::{PermissionSet, SystemRole};

use super::{text, tries};

proptest! {
    #![proptest_config(tries(500))]

    #[test]
    fn a_weaker_role_never_holds_more(one in 0..4_usize, other in 0..4_usize, at in 0..REGISTRY.len()) {
        let [weaker, stronger] = [one.min(other), one.max(other)].map(|index| SystemRole::ALL[index]);
        prop_assert!(weaker <= stronger);
        let name = REGISTRY[at].name;
        let held = |role: SystemRole| role.permissions().contains_name(name);
        prop_assert!(!held(weaker) || held(stronger), "{} holds {}, {} does not", weaker, name, stronger);
        let extra = weaker.permissions().without(stronger.permissions());
        prop_assert_eq!(extra, PermissionSet::default());
    }

    #[test]
    fn a_text_is_a_role_only_if_it_is_its_name(text in prop_oneof![text(), "[A-Za-z]{5,6}", "(viewer|member|admin|owner)[ s\u{0}]?"]) {
        prop_assert_eq!(text.parse::<SystemRole>().ok().map(SystemRole::name), SystemRole::ALL.iter().map(|role| role.name()).find(|name| *name == text));
        prop_assert_eq!(PermissionSet::all().contains_name(&text), REGISTRY.iter().any(|info| info.name == text || info.alias == Some(text.as_str())));
    }
}
