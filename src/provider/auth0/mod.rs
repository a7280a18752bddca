//! Auth0, over its Management API v2.
//!
//! ```text
//! Settings ─► Reader: Observe          listing ─► decode ─► collected ─► Snapshot ◄─ details
//!               │  http::Getter          (pages)    │
//!               ▼                                 fields (one table of names, shapes and defaults)
//!             Writer: Mutate                        │
//!                  http::Sender        Write ─► procedure ─► encode ─► requests
//! ```
//!
//! The reader can only GET, and ask for its token; what
//! plans is given nothing else.
//!
//! What Auth0 keeps beside an object takes requests of its own: the keys of a
//! client (`client_keys`), and the organizations that may use a grant
//! (`organizations`). `procedure` says which requests a change takes, and in
//! which order; `estimate` counts them beforehand, and `scopes` says what the
//! token must allow for them. `shape` says how a value is written there,
//! `http::refusal` what a no means.

mod advice;
mod agreement;
mod client_keys;
mod collected;
mod correlation;
mod credentials;
mod decode;
mod details;
mod encode;
mod estimate;
mod examine;
mod fields;
mod http;
mod invalid;
mod listing;
mod lock;
mod lock_identifier;
mod lock_label;
mod object;
mod organizations;
mod pages;
mod procedure;
mod read;
mod scopes;
mod settings;
mod shape;
mod site;
mod support;
#[cfg(test)]
mod tests;
mod token;
mod write;

pub use advice::{to_add_scopes, to_renew_token};
pub use correlation::CorrelationId;
pub use credentials::Credentials;
pub use examine::{
    Allowance, Examination, Expiry, Issuer, Limits, Permissions, Reach,
    ReadingCost, Site, Skew, Token,
};
#[cfg(feature = "cli")]
pub(crate) use fields::{name_of, rules};
pub use invalid::InvalidSetting;
pub use read::Reader;
pub use scopes::scopes;
pub use settings::Settings;
pub use site::{Domain, DomainName};
pub use support::SUPPORT;
pub use write::Writer;
