//! What stands between a caller and the tenant: delay, limits and faults, in this order.
//!
//! ```text
//! request ─► latency ─► rate limit ─► fault ─► the tenant
//! ```
//!
//! The tenant's rules know nothing of it.

mod asked;
mod bucket;
mod conditions;
mod draw;
mod duration;
mod fault;
mod hang_up;
mod latency;
mod limiter;
mod misspelt;
mod rate_limit;
mod refusal;

pub(crate) use conditions::{Conditions, pass};
pub use fault::{Fault, FaultError};
pub(crate) use hang_up::{close, is_hung_up};
pub use latency::{Latency, LatencyError};
pub use rate_limit::{Allowance, RateLimit, RateLimitError};

/// How the emulator's answers come. By default at once, without limit and without fault.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Weather {
    /// How many requests are answered.
    pub rate_limit: RateLimit,
    /// How long an answer takes.
    pub latency: Latency,
    /// What goes wrong; of several that apply to a request, the first does.
    pub faults: Vec<Fault>,
}
