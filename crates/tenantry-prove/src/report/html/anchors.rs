//! Which finding explains which cell, and where a cell's proof stands. Ids are made of numbers and words of ours,
//! never of names of the database: two names may differ in nothing that an id keeps.

use std::collections::BTreeMap;

use crate::attack::Attack;
use crate::report::{Finding, Object, Report};

/// The links between the parts of a report.
#[derive(Debug)]
pub(super) struct Anchors<'a> {
    findings: BTreeMap<&'a str, Vec<(usize, &'a Finding)>>,
    objects: BTreeMap<&'a str, (usize, &'a Object)>,
}

impl<'a> Anchors<'a> {
    /// Reads them off a report.
    pub(super) fn of(report: &'a Report) -> Self {
        let mut findings = BTreeMap::<_, Vec<_>>::new();
        for (number, finding) in report.findings.iter().enumerate() {
            findings.entry(finding.object.as_str()).or_default().push((number, finding));
        }
        let mut objects = BTreeMap::new();
        for (number, object) in report.objects.iter().enumerate() {
            objects.entry(object.name.as_str()).or_insert((number, object));
        }
        Self { findings, objects }
    }

    /// The number of the object with a name.
    pub(super) fn object(&self, name: &str) -> Option<usize> {
        self.objects.get(name).map(|(number, _)| *number)
    }

    /// The number of the object with a name, when the attack on it has a proof.
    pub(super) fn proof(&self, name: &str, attack: Attack) -> Option<usize> {
        let (number, object) = self.objects.get(name)?;
        object.cell(attack).map(|_| *number)
    }

    /// The findings that an attack on an object showed, or else all that are about the object.
    pub(super) fn findings(&self, object: &str, attack: Attack) -> Vec<(usize, &'a Finding)> {
        let about = self.findings.get(object).map_or(&[][..], Vec::as_slice);
        let shown: Vec<_> =
            about.iter().filter(|(_, finding)| is_shown_by(finding, attack)).copied().collect();
        if shown.is_empty() { about.to_vec() } else { shown }
    }
}

fn is_shown_by(finding: &Finding, attack: Attack) -> bool {
    finding.evidence.as_ref().is_some_and(|evidence| evidence.attacks.contains(&attack))
}
