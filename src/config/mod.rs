//! Configuration: YAML to a checked [`Desired`](crate::model::Desired), with all problems at once.
//!
//! ```text
//! paths ─ read ─► texts ─ yaml ─► trees ─ shape ─► sound trees ─ unite ─► one tree
//!                                   │                              typed ─┴─► File ─ check, expand ─► Desired
//!                                   └── each step reports problems, each with its place; none stops the next
//! ```
//!
//! The JSON Schema is generated from the types in `file` and is what editors use. The loader walks
//! every document along that same schema, so that an editor and the loader cannot disagree.

mod beside;
mod check;
mod expand;
mod file;
mod load;
mod node;
mod private;
mod problem;
mod provider;
mod read;
mod schema;
mod shape;
mod source;
mod tenant_file;
mod typed;
mod unite;
mod yaml;

pub use file::LOCAL_FILE;
pub use load::{Checked, Loaded, load, parse};
pub use problem::{Problem, ProblemId, Problems};
pub use provider::ProviderChoice;
pub use schema::schema;
pub use source::{Position, Source, Sources, Span};
