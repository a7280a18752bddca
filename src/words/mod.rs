//! What is said to people: advice, other people's texts made safe, and what
//! they may have meant.
//!
//! The ground floor: everything else may speak.

mod advice;
#[cfg(feature = "web")]
mod brief;
mod foreign;
#[cfg(any(feature = "engine", feature = "emulator"))]
mod hexadecimal;
#[cfg(feature = "engine")]
mod ids;
mod nearest;
#[cfg(any(feature = "engine", feature = "emulator"))]
mod quote;

#[cfg(feature = "engine")]
pub(crate) use advice::step;
pub use advice::{Advice, Piece, Step, Term, Words};
#[cfg(all(test, feature = "auth0"))]
pub(crate) use brief::LONGEST;
#[cfg(feature = "web")]
pub(crate) use brief::{innermost_cause, sanitize};
pub use foreign::{Foreign, escape_harmful, foreign, safe, safe_path};
#[cfg(any(feature = "engine", feature = "emulator"))]
pub(crate) use hexadecimal::hexadecimal;
#[cfg(feature = "engine")]
pub(crate) use ids::stable_ids;
pub(crate) use nearest::nearest;
#[cfg(feature = "engine")]
pub(crate) use nearest::nearest_few;
#[cfg(any(feature = "engine", feature = "emulator"))]
pub(crate) use quote::quote_all;
