//! What every provider does that speaks to its tenant over the web: requests
//! with a token that is renewed, sent again after what passes, their answers
//! read to the end, and what broke in between.
//!
//! ```text
//! LogIn (401: once more with another session) ─► Transport (again after what passes) ─► receive
//! ```
//!
//! A `TokenDesk` asks as one of the services of a tenant, and not as ourselves;
//! a `KeySet` tells what its tokens say.
//!
//! How a tenant refuses, limits and lets somebody in is its own affair, and
//! each provider's.

mod assertion;
mod caller;
mod cause;
mod client;
mod clock;
mod credentials;
mod exchange;
mod foreign_text;
mod key_set;
mod login;
mod patience;
mod random;
mod refusal;
mod request_line;
mod response;
mod session;
mod token_desk;
mod transport;

pub use caller::{Caller, Token};
pub use key_set::{KeySet, Untold};
pub use token_desk::{TokenDesk, TokenError, TokenRefusal};

pub(super) use client::{build_client, cut_off_at};
#[cfg(feature = "auth0")]
pub(super) use clock::now;
pub(super) use credentials::{ClientCredentials, UnusableCredentials};
#[cfg(feature = "auth0")]
pub(super) use exchange::Exchange;
pub(super) use foreign_text::hide_setting;
pub(super) use login::LogIn;
pub(super) use patience::{Patience, Repeat, is_passing};
#[cfg(feature = "auth0")]
pub(super) use random::random_hexadecimal;
pub(super) use refusal::{
    foreign_not_found, parse, tell_reason, unanswered, unexpected_answer,
};
pub(super) use request_line::RequestLine;
pub(super) use response::{Response, TransportError, receive};
pub(super) use session::{CachedSession, Session, SessionCache};
pub(super) use transport::{Ending, Transport};
