//! Turns what the engine knows into text. Everything here returns strings; only `cli` prints.
//!
//! Floor 4. The strings are styled; whoever prints them strips the styles where there is no
//! terminal. A public function is called for what it renders, as in `render::plan`.

#[cfg(feature = "cli")]
mod checkup;
mod estimate;
mod failure;
mod human;
mod lock;
mod notes;
mod problems;
mod renamed;
mod report;
mod rows;
mod style;
mod text;

#[cfg(feature = "cli")]
pub use checkup::{Diagnosis, Subject, checkup, scopes};
pub use estimate::time;
pub use failure::{conflicts, failure, hint, refusals};
pub use human::{name, plan, planned, valid};
pub use lock::{lock, lock_not_released, no_lock, unlocked, waiting};
pub use problems::{first_problem, problems};
pub use report::{correlation, ended, report};
