//! Auth0, over its Management API v2.
//!
//! ```text
//! Settings ─► Reader: Observe          listing ─► decode ─► Snapshot
//!               │  http::Getter          (pages)    │
//!               ▼                                 fields (one table of names, shapes and defaults)
//!             Writer: Mutate                        │
//!                  http::Sender        Write ─► encode ─► one request ─► the object's id
//! ```
//!
//! Two things are kept apart from the object they belong to, and take requests of their own:
//! `credentials` (the keys of a client) and `organizations` (who may use a grant). `shape` says how a
//! value is written there, `price` how many requests a change takes, `scopes` what the token must
//! allow, `refusal` what a no means.
//!
//! The reader can only GET, and ask for its token; what plans is given nothing else.
//!
//! What Auth0 keeps beside an object takes requests of its own, to read and to write: the keys of a
//! client (`credentials`), and the organizations that may use a grant (`organizations`). `scopes` and
//! `price` say beforehand what a run must be allowed to do, and how many requests it takes.

mod agreement;
mod assertion;
mod clock;
mod correlation;
mod credentials;
mod decode;
mod encode;
mod examine;
mod fields;
mod http;
mod listing;
mod lock;
mod organizations;
mod price;
mod read;
mod refusal;
mod scopes;
mod settings;
mod shape;
mod site;
#[cfg(test)]
mod tests;
mod token;
mod write;

pub use correlation::CorrelationId;
pub use examine::{
    Allowance, DomainName, Examination, Issuer, Life, Limits, Permissions, Reach, Site, Skew, Token,
};
pub use read::Reader;
pub use scopes::scopes;
pub use settings::{Credentials, Settings};
pub use site::Domain;
pub use write::Writer;
