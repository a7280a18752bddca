//! What an export is worth: it loads, it reads well, and planning it back shows adoptions only.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod back;
mod large;
mod reading;
#[path = "../served/mod.rs"]
mod served;
mod states;
mod tenants;
