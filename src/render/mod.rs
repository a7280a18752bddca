//! Turns what the engine knows into text. Everything here returns strings; only `cli` prints.
//!
//! Floor 3. The strings are styled; whoever prints them strips the styles where there is no
//! terminal.

mod human;
pub mod problems;
mod report;
mod style;
mod text;

pub use human::plan;
pub use report::{outcome, report};
