//! What the provider cannot express.
//!
//! `written` lists what is asked about: as it is written, before anything is
//! filled in. The others ask, each about one thing that a provider may lack.

mod client_ids;
mod fields;
mod grants;
mod scopes;
mod texts;
mod written;

pub(super) use client_ids::{refuse_strange_ids, refuse_taken_ids};
pub(super) use fields::refuse_missing_fields;
pub(super) use grants::{refuse_empty_grants, refuse_management_api};
pub(super) use scopes::{refuse_repeated_scopes, refuse_strange_names};
pub(super) use texts::{refuse_empty_texts, refuse_long_texts};
