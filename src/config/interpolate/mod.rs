//! References in parsed values: each is replaced by what it refers to.
//!
//! On values and never on text: what comes in cannot add a key, an object or
//! another reference. `walk` comes by all values, and `text` makes of each what
//! it becomes; `scopes` is what references may lead to, and `problems` what is
//! wrong with one.

mod problems;
mod scopes;
mod text;
mod walk;

pub(super) use problems::{refuse_malformed, refuse_scope};
pub(super) use scopes::{Referred, Scopes};
pub(super) use text::Interpolation;
