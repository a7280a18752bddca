//! Keycloak, over its Admin REST API.
//!
//! An API is a client without any flow, whose client id is the identifier; each
//! of its scopes is a client scope with a mapper that puts the identifier into
//! the audience of tokens. A client is a client with a service account, and a
//! grant is the set of the API's scopes that it may ask for.
//!
//! ```text
//! Settings ─► Reader ─► read ─► listing, wire ─► Reading ─► index, decode
//!                                                             └─► Snapshot
//!             Writer ─► write ─► write_api ─► write_scope
//!                             ├─► write_client
//!                             └─► write_grant ─► procedure ─► http
//! ```
//!
//! `encode` makes the bodies of what is written. `role` says whether a
//! client is an API or gets tokens, `scopes` what each client scope is to
//! an API, and `memory` where things were read last. `support` is what a
//! realm can express, `estimate` what a plan takes, `reach` and `examine`
//! what our own client may do.

mod advice;
mod credentials;
mod decode;
mod encode;
mod estimate;
mod examine;
mod http;
mod index;
mod invalid;
mod listing;
mod memory;
mod names;
mod procedure;
mod reach;
mod read;
mod reader;
mod reading;
mod role;
mod scope_names;
mod scopes;
mod settings;
mod site;
mod support;
mod wire;
mod write;
mod write_api;
mod write_client;
mod write_grant;
mod write_scope;
mod writer;

pub use credentials::Credentials;
pub use examine::Examination;
pub use invalid::InvalidSetting;
pub use reach::Reach;
pub use reader::Reader;
pub use settings::Settings;
pub use site::{Realm, RealmName, Server};
pub use support::{QUALIFIED_SUPPORT, SUPPORT, support_for};
pub use writer::Writer;
