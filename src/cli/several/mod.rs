//! A run over several environments: concurrently, each tenant once at a time,
//! and told in the order of their names.
//!
//! `members` are the environments, each with its tenant, and `lanes` the order
//! in which they are done; `looking` tells of each in its turn, and `results`
//! how the run ended in each.

mod lanes;
mod looking;
mod members;
mod results;

pub(super) use looking::{Look, look_at_each};
pub(super) use members::Member;
pub(super) use results::Results;
