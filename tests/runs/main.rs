//! Several runs of one stack at once, and what comes in between: no client twice, nothing deleted that
//! somebody has come to use.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

#[path = "../served/management.rs"]
mod management;
#[path = "../served/mod.rs"]
mod served;

mod campaign;
mod deletions;
mod lock;
mod together;
mod world;
