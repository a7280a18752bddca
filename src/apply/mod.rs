//! Carries out a plan: wave by wave, side by side within a wave, and tells what happens.
//!
//! Floor 3. Nothing is decided here; the plan has decided.

mod census;
mod executor;
mod guard;
mod recheck;
mod report;

pub use executor::{Stop, apply};
pub use guard::Guard;
pub use report::{Counts, Outcome, Report, SameMark};
