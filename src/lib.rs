//! Grantry: machine-to-machine access, declared in YAML and reconciled with a
//! tenant of Auth0 or Keycloak.
//!
//! ```text
//!  YAML ─ config::load ─► Desired ─ resources() ─┐            tenant (auth0 | keycloak | local)
//!             └► [Problem] all at once           ▼               │ Observe::read   ▲ Mutate::write
//!                               LiteMap<Address, Declared>       ▼                 │
//!                                                │        Snapshot: BTreeMap<Address, Found>
//!                         plan::needs_detail (what else to read) ◄─────┤ Observe::read_details
//!                         plan::classify (what is ours) ◄────────┘                 │
//!                         plan::diff  (leaf edits, knows no kind)                  │
//!                         plan::plan ─► Plan { changes, access, notes }            │
//!                                         │                      │                 │
//!                         render (texts, documents, comments)    └─► apply ─► Report
//! ```
//!
//! Typed at the edges, one plain value in the middle: specifications become
//! sorted attributes, and diff, plan, apply and render work on those.
//! [`export::export`] goes the other way, from a snapshot to YAML. What plans
//! cannot write: [`provider::Observe`] and [`provider::Mutate`] are two traits.
//! A snapshot is first what the listings show; what they do not (the keys of
//! clients, the organizations of grants) [`provider::observe`] asks for object
//! by object, where the configuration manages it.
//!
//! What is to be applied may be approved beforehand: [`approval`] compares a
//! plan with those that were. [`review`] compares two configurations, and needs
//! no tenant: what does a change let anybody do?
//!
//! Cargo features: `cli` is all of it; `auth0`, `keycloak` and `local` bring a
//! provider each, and what plans and applies; `emulator` alone is an Auth0
//! tenant for tests, and pays for nothing else. [`testing`] fills one from a
//! configuration.

#[cfg(feature = "engine")]
pub mod apply;
#[cfg(feature = "engine")]
pub mod approval;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "engine")]
pub mod config;
#[cfg(feature = "emulator")]
pub mod emulator;
#[cfg(feature = "engine")]
pub mod export;
mod files;
#[cfg(feature = "web")]
mod http_client;
#[cfg(feature = "engine")]
pub mod model;
#[cfg(feature = "engine")]
pub mod plan;
#[cfg(feature = "engine")]
pub mod provider;
#[cfg(feature = "engine")]
pub mod render;
#[cfg(feature = "engine")]
pub mod review;
#[cfg(feature = "engine")]
pub mod secrets;
#[cfg(all(feature = "auth0", feature = "emulator"))]
pub mod testing;
pub mod words;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub use cli::main;
