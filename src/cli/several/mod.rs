//! A run over several environments: concurrently, each tenant once at a time,
//! and told in the order of their names.

mod lanes;
mod looking;
mod members;
mod results;

pub(super) use looking::{Look, look_at_each};
pub(super) use members::Member;
pub(super) use results::Results;
