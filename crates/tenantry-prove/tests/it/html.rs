//! The HTML report: what stands in it, what must never stand in it, and that each part of it agrees with the report.

mod document;
mod hostile;
mod links;
mod outline;
mod policy;
mod sample;
mod tags;
mod verdicts;
