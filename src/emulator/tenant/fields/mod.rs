//! What may stand in the fields of a body, and the
//! check of a body against that.
//!
//! Written from Auth0's published schemas and observed answers, apart from any
//! provider's wire types: a field misspelt there must fail here. Formats of
//! addresses and ids are not checked. The large tables are here; a small one
//! stands with the rules of its collection.

mod check;
mod client;
mod client_login;
mod coerce;
mod credential;
mod organization;
mod resource_server;
pub(super) mod shape;
mod violation;

pub(crate) use check::{
    METADATA_KEYS, Operation, check, check_choice, check_length, check_range,
};
pub(crate) use client::CLIENT;
pub(crate) use coerce::coerce;
pub(crate) use credential::{CERTIFICATE, CREDENTIAL, PUBLIC_KEY, SUBJECT};
pub(crate) use organization::ORGANIZATION;
pub(crate) use resource_server::RESOURCE_SERVER;
pub(crate) use shape::Record;
pub(crate) use violation::Violation;
