//! An emulator of Auth0: one tenant, on loopback unless told otherwise, spoken
//! to like the real one.
//!
//! It serves the Management API for resource servers, clients, client
//! grants and the organizations that may use them, their searches, the
//! tenant's log and its signing keys; the token endpoint for client
//! credentials, and discovery. It keeps raw JSON and checks it against
//! field tables of its own, so that a field misspelt by a provider is
//! refused here as it is there. Of what else a tenant has, lists are empty
//! and settings are kept as they are sent.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), grantry::emulator::EmulatorError> {
//! use grantry::emulator::{self, Settings};
//!
//! let emulator = emulator::start(Settings::default()).await?;
//! for (name, value) in emulator.environment() {
//!     println!("{name}={value}");
//! }
//! assert!(emulator.requests().is_empty());
//! emulator.stop().await
//! # }
//! ```

// server, transport, authority    how it listens
// running, persist, state_file    while it does, and what it keeps
// router                          what a request passes through: buffer_body,
//                                 check_host, refuse_pages, wait_for_begin,
//                                 conditions, request_log
//   management, token, discovery  what Auth0 serves
//   health, control               what it does not
// app                             what all of these share: tenant, signing_keys
//                                 (signing_key), search_index, clock, journal,
//                                 tenant_log
// host, origin                    by which name it is asked, and what follows
// hide, log_notes, log_entry      what is written down, and what is not

mod app;
mod authority;
mod buffer_body;
mod check_host;
mod clock;
mod conditions;
mod control;
mod custom_claim;
mod discovery;
mod error;
mod health;
mod hide;
mod host;
mod journal;
mod log_entry;
mod log_notes;
mod management;
mod origin;
mod persist;
mod readiness;
mod refuse_pages;
mod request_log;
mod router;
mod running;
mod search_index;
mod server;
mod signing_key;
mod signing_keys;
mod state_file;
mod tenant;
mod tenant_log;
mod time_span;
mod token;
mod transport;
mod wait_for_begin;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

pub use clock::{ClockOffset, ClockOffsetError};
pub use conditions::{
    Allowance, Conditions, Fault, FaultError, Latency, LatencyError, RateLimit,
    RateLimitError,
};
pub use control::Control;
pub use custom_claim::{CustomClaim, CustomClaimError};
pub use error::EmulatorError;
pub use host::{HostName, HostNameError, Reach};
pub use journal::Request;
pub use readiness::Readiness;
pub use running::Emulator;
pub use server::start;
pub use tenant::{
    MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET,
    management_scopes,
};
pub use transport::Transport;

/// An end to what a caller keeps open that says nothing. It counts while a
/// connection waits for its next request too, so it is as long as servers keep
/// those: some programs think for half a minute, and take a connection up again
/// that they had left open.
const HEADER_TIMEOUT: Duration = Duration::from_mins(5);

/// How to run the emulator.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Whether the address may be another one than of loopback.
    pub reach: Reach,
    /// The names under which it is reached, beside those of this
    /// machine. A request that names another host is refused; the
    /// first one is told to others.
    pub hosts: Vec<HostName>,
    /// Plain HTTP or TLS.
    pub transport: Transport,
    /// The file that keeps tenant and signing key across restarts; none keeps
    /// them in memory. While it runs, no other emulator may use it. A change is
    /// written within about half a second, in a large tenant within ten times
    /// as long as a writing takes, but after at most 10 seconds: a process that
    /// is killed loses what came after the last one.
    pub state: Option<PathBuf>,
    /// By how much its clock differs from the system's. May be changed while it
    /// runs: [`Emulator::move_clock`].
    pub clock: ClockOffset,
    /// What every access token says beside Auth0's own claims; of two with one
    /// name the later.
    pub custom_claims: Vec<CustomClaim>,
    /// Whether it is controlled over HTTP too, as [`Emulator::reset`] and
    /// [`Emulator::move_clock`] do.
    pub control: Control,
    /// From when on it says that it serves.
    pub readiness: Readiness,
    /// How long a caller may take to send the head of a request, and its body,
    /// and for the handshake of TLS; so long may a connection be idle, too. One
    /// of HTTP/2 is asked then whether it is still there, and closed where it
    /// does not answer in as long again.
    pub header_timeout: Duration,
    /// Limits, delays and faults.
    pub conditions: Conditions,
}

impl Default for Settings {
    /// At a free port of this machine, in plain HTTP, in memory only, and
    /// without limits, delays and faults: for tests.
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 0).into(),
            reach: Reach::default(),
            hosts: Vec::new(),
            transport: Transport::Plain,
            state: None,
            clock: ClockOffset::default(),
            custom_claims: Vec::new(),
            control: Control::default(),
            readiness: Readiness::default(),
            header_timeout: HEADER_TIMEOUT,
            conditions: Conditions::default(),
        }
    }
}
