//! What fields each kind has and what may stand in them, and the check of a body against that.
//!
//! Written from Auth0's published schemas and observed answers, apart from any provider's wire
//! types: a field misspelt there must fail here. Formats of addresses and ids are not checked.

mod check;
mod client;
mod client_grant;
mod client_login;
mod credential;
mod organization;
mod resource_server;
mod shape;
mod typed;
mod violation;

pub(crate) use check::{METADATA_KEYS, Operation, check, check_choice, check_length, check_range};
pub(crate) use client::CLIENT;
pub(crate) use client_grant::CLIENT_GRANT;
pub(crate) use credential::{CERTIFICATE, CREDENTIAL, PUBLIC_KEY, SUBJECT};
pub(crate) use organization::{ORGANIZATION, ORGANIZATION_GRANT};
pub(crate) use resource_server::RESOURCE_SERVER;
pub(crate) use typed::as_sent_to;
pub(crate) use violation::Violation;
