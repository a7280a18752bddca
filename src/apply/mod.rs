//! Carries out a plan: wave by wave, side by side within a
//! wave, and tells what happens.
//!
//! Floor 3. Nothing is decided here; the plan has decided. `executor` goes from
//! wave to wave, `wave` makes the changes of one; `census` looks at the clients
//! before, `twins` after; `recheck` finds out what no answer has told, and
//! `guard` keeps other runs out. `deliver` brings credentials to their sinks.

mod census;
mod deliver;
mod delivered;
mod executor;
mod guard;
mod recheck;
mod report;
mod stop;
mod twins;
mod wave;
mod write;

pub use delivered::{DeliveryError, DeliveryOutcome};
pub use executor::{apply, apply_and_deliver};
pub use guard::Guard;
pub use report::{Counts, Outcome, Report, SameMark};
pub use stop::Stop;
