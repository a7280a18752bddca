//! Configuration: YAML to a checked [`Desired`](crate::model::Desired), with
//! all problems at once.
//!
//! ```text
//!  paths
//!    │  read           the files that were named, and those of a `folder`
//!    ▼
//!  texts              each file by itself:
//!    │  yaml             the text becomes a tree of plain values, each with its place; if it is none,
//!    │                   `syntax` says why
//!    │  private_keys     a file that holds a private key goes no further
//!    │  normalize        keys in order and each once, every place with its file
//!    │  lookalikes       letters that were meant as spaces or quotes
//!    ▼
//!  trees              all files together:
//!    │  merge            several trees become one, and nothing is said twice
//!    │  variables        which there are, and what each of them is
//!    │  interpolate      references are replaced by what they lead to
//!    │  for_each         objects are made, once for each of the rows of a table
//!    │  environments     what the chosen one says comes over what holds for all
//!    │  shape            a walk along the JSON Schema; what is not sound is taken out
//!    │  key_files        the text of each key file takes the place of its name
//!    │  tenant_file      the file of a local tenant stays in the folder
//!    │  deserialize      the tree becomes a `File`, the types of `file`
//!    │  check            what a schema cannot say; the tree says at which `place`
//!    │  expand           defaults are filled in
//!    ▼
//!  Desired
//! ```
//!
//! `load` goes this way. Where places matter afterwards, the tree is kept
//! beside what it says: `written`. Each step reports problems, each with its
//! place, and none stops the next one. So that a mistake in one object does not
//! hide those in the others, and brings none that are not there, what is taken
//! out is remembered as `unsound`.
//!
//! The JSON Schema is generated from the types in `file` and is what editors
//! use. The loader walks every document along that same schema, so that an
//! editor and the loader cannot disagree.

mod check;
mod credential_keys;
mod deserialize;
mod early_sections;
mod environments;
mod expand;
mod file;
mod folder;
mod for_each;
mod inputs;
mod interpolate;
mod key_files;
mod load;
mod lookalikes;
mod merge;
mod named_file;
mod node;
mod normalize;
mod origin;
mod other_names;
mod place;
mod private_keys;
mod problem;
mod provider;
mod read;
mod reading;
mod reference;
mod resolve;
mod review_rules;
mod row_scope;
mod rows;
mod scalar;
mod schema;
mod section;
mod shape;
mod shared_tenants;
mod sinks;
mod source;
mod syntax;
mod tenant_file;
mod unsound;
mod unused;
mod variables;
mod written;
mod yaml;

pub use crate::files::{Revision, RevisionError, RevisionName, Tree};
pub use file::LOCAL_FILE;
pub use inputs::{GivenValues, GivenVariables, Inputs, Use};
pub use load::{Checked, Loaded, load, parse, stacks_of};
pub use origin::{Origin, OriginPlace};
pub use problem::{Problem, ProblemId, Problems};
pub use provider::{ProviderChoice, TenantName};
pub use reading::Reading;
pub(crate) use scalar::quote_scalar;
#[cfg(feature = "cli")]
pub(crate) use schema::described_schema;
pub(crate) use schema::join_description_lines;
pub use schema::schema;
pub use shared_tenants::find_shared_tenants;
pub use source::{Position, Source, Sources, Span};
pub use written::Written;
#[cfg(feature = "cli")]
pub use yaml::read_secrets;
