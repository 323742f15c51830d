//! What `prove` finds in each sample, kept beside it; and that the sample's own statements mend it.

use tenantry_prove::attack::Attack;
use tenantry_prove::report::{Report, Severity};

use super::Sample;
use crate::checked_in;
use crate::proving::{leaks, proved, summary};

impl Sample {
    async fn proved(&self, is_mended: bool) -> Report {
        let stated = |word: &str| self.stated(word, is_mended);
        proved(&self.database.admin_config(), stated).await.unwrap()
    }
}

/// The attacks that a mended sample may still leak by.
fn remaining(sample: &Sample) -> Vec<Attack> {
    let words = super::stated(&sample.fix, "remains");
    Attack::ALL.into_iter().filter(|attack| words.contains(&attack.name())).collect()
}

async fn leaks_and_is_mended(name: &str) {
    let sample = Sample::load(name).await;
    let wrong = sample.proved(false).await;
    checked_in::compare(&format!("examples/leaky/{name}.expected.txt"), &summary(&wrong));
    sample.mend().await;
    let mended = sample.proved(true).await;
    let remaining = remaining(&sample);
    let leaks: Vec<_> =
        leaks(&mended).into_iter().filter(|(_, attack)| !remaining.contains(attack)).collect();
    assert!(leaks.is_empty(), "{name} still leaks: {leaks:?}");
    let codes: Vec<_> = remaining.iter().map(|attack| attack.code()).collect();
    let findings = mended.findings.iter().filter(|finding| {
        finding.severity != Severity::Warning && !codes.contains(&finding.code.as_str())
    });
    let findings: Vec<_> = findings.map(|finding| (&finding.code, &finding.title)).collect();
    assert!(findings.is_empty(), "{name} is mended, and all the same: {findings:#?}");
}

macro_rules! samples {
    ($($test:ident => $name:literal,)*) => {
        $(
            #[tokio::test]
            async fn $test() {
                leaks_and_is_mended($name).await;
            }
        )*

        #[test]
        fn every_sample_is_proved() {
            let proved = [$($name),*];
            assert_eq!(super::names(), proved);
        }
    };
}

samples! {
    all_my_organizations_leaks_and_is_mended => "all-my-organizations",
    camel_case_leaks_and_is_mended => "camel-case",
    cross_references_leak_and_are_mended => "cross-references",
    definer_functions_leak_and_are_mended => "definer-functions",
    definer_view_leaks_and_is_mended => "definer-view",
    forgeable_setting_leaks_and_is_mended => "forgeable-setting",
    global_unique_reveals_and_is_mended => "global-unique",
    integer_tenants_leak_and_are_mended => "integer-tenants",
    legacy_permissive_policy_leaks_and_is_mended => "legacy-permissive-policy",
    materialized_dashboard_leaks_and_is_mended => "materialized-dashboard",
    missing_tables_leak_and_are_mended => "missing-tables",
    owner_without_force_leaks_and_is_mended => "owner-without-force",
    partition_leaves_leak_and_are_mended => "partition-leaves",
    service_role_leaks_and_is_mended => "service-role",
    write_checks_leak_and_are_mended => "write-checks",
}
