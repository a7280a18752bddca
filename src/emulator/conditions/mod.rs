//! What stands between a caller and the handlers: delay, limits
//! and faults, in this order.
//!
//! ```text
//! request ─► latency ─► rate limit ─► fault ─► handler        (layer)
//!                           │           │
//!                        limiter    injection
//! ```
//!
//! `target` tells requests apart, for limits and for faults. `fault` is what
//! goes wrong, and `fault_parser` reads it from a text.
//!
//! The handlers know nothing of all this.

mod duration;
mod fault;
mod fault_parser;
mod injection;
mod latency;
mod layer;
mod limiter;
mod random;
mod rate_limit;
mod target;
mod unknown_word;

use std::time::Duration;

pub use fault::Fault;
pub use fault_parser::FaultError;
pub(crate) use injection::{SearchLag, close_disconnected, is_disconnected};
pub use latency::{Latency, LatencyError};
pub(crate) use layer::{ActiveConditions, apply_conditions};
pub use rate_limit::{Allowance, RateLimit, RateLimitError};

/// How the emulator's answers come. By default at once, without limit and
/// without fault.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conditions {
    /// How many requests are answered.
    pub rate_limit: RateLimit,
    /// How long an answer takes.
    pub latency: Latency,
    /// What goes wrong; of several that apply to a request, the first does.
    pub faults: Vec<Fault>,
}

impl Conditions {
    /// How far the slowest search is behind.
    pub(crate) fn longest_search_lag(&self) -> Duration {
        self.faults
            .iter()
            .map(Fault::search_lag)
            .max()
            .unwrap_or_default()
    }
}
