//! Grantry: machine-to-machine access, declared in YAML and reconciled with an Auth0 tenant.
//!
//! ```text
//!  YAML ─ config::load ─► Desired ─ resources() ─┐            tenant (auth0 | local)
//!             └► [Problem] all at once           ▼               │ Observe::read   ▲ Mutate::write
//!                               LiteMap<Address, Declared>       ▼                 │
//!                                                │        Snapshot: BTreeMap<Address, Found>
//!                         plan::closer (what else to read) ◄─────┤ Observe::complete
//!                         plan::scope (what is ours) ◄───────────┘                 │
//!                         plan::diff  (leaf edits, knows no kind)                  │
//!                         plan::decide ─► Plan { changes, unchanged, notes }       │
//!                                           │                    │                 │
//!                         render (texts for people)              └─► apply ─► Report
//! ```
//!
//! Typed at the edges, one plain value in the middle: specifications become sorted attributes, and
//! diff, plan, apply and render work on those. [`export::export`] goes the other way, from a
//! snapshot to YAML. What plans cannot write: [`provider::Observe`] and
//! [`provider::Mutate`] are two traits. A snapshot is first what the listings show; what they do not
//! (the keys of clients, the organizations of grants) [`provider::observe`] asks for object by object,
//! where the configuration manages it.

pub mod apply;
pub mod cli;
pub mod config;
pub mod emulator;
pub mod export;
mod files;
pub mod model;
pub mod plan;
pub mod provider;
pub mod render;
