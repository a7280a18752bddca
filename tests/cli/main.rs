//! The command line as people and CI systems meet it: exit codes, streams, whole outputs.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod doctor;
mod echo;
mod export;
mod harness;
mod help;
mod local;
mod refusals;
mod retrying;
mod serving;
#[cfg(unix)]
mod stopping;
mod tenants;
mod verbosity;
