//! What Auth0 keeps apart from the object it belongs to: the keys of clients, and the organizations
//! that may use a grant.

#![cfg(feature = "cli")]
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod keys;
#[path = "../served/management.rs"]
mod management;
mod organizations;
#[path = "../served/mod.rs"]
mod served;
mod world;
