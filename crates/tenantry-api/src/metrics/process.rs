//! Memory and descriptors of this process, as the kernel has them. Elsewhere than on Linux they are left out.

use std::fs::{read_dir, read_to_string};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::ConstGauge;

#[derive(Debug)]
pub(super) struct Process;

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        for (name, help, value) in [
            ("process_resident_memory_bytes", "Resident memory of the process", resident_bytes()),
            ("process_open_fds", "Open descriptors of the process", open_descriptors()),
        ] {
            let Some(value) = value else { continue };
            let value = ConstGauge::new(value);
            value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?)?;
        }
        Ok(())
    }
}

/// `VmRSS` of `/proc/self/status`, which is in kB.
fn resident_bytes() -> Option<i64> {
    let status = read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

fn open_descriptors() -> Option<i64> {
    // The directory that is being read is one of them.
    let count = read_dir("/proc/self/fd").ok()?.count().saturating_sub(1);
    i64::try_from(count).ok()
}
