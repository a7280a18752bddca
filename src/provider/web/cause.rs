//! What broke a connection, or kept it from being made.

use std::error::Error;
use std::{io, iter};

use rustls::InvalidMessage;

use crate::provider::UnreachableReason;
use crate::words::innermost_cause;

/// Why a connection broke, or was not made.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::provider) struct Cause {
    pub(in crate::provider) silence: UnreachableReason,
    /// In the words of whoever noticed.
    pub(in crate::provider) reason: String,
}

impl Cause {
    pub(in crate::provider) fn of(error: &reqwest::Error) -> Self {
        let silence = classify(error);
        // Where the library speaks of content types and versions, in words that
        // say what to mend.
        let reason = match silence {
            UnreachableReason::Time => "it took too long".to_owned(),
            UnreachableReason::PlainHttp => {
                "it speaks plain http there, not https".to_owned()
            }
            UnreachableReason::Https => {
                "it speaks https there, not plain http".to_owned()
            }
            UnreachableReason::Name
            | UnreachableReason::Certificate
            | UnreachableReason::Connection => innermost_cause(error),
        };

        Self {
            silence,
            reason,
        }
    }
}

/// What the causes of an error come to: each takes another next step.
fn classify(error: &reqwest::Error) -> UnreachableReason {
    if error.is_timeout() {
        return UnreachableReason::Time;
    }

    for cause in iter::successors(error.source(), |cause| (*cause).source()) {
        match find_tls_error(cause) {
            // An answer in plain http is no TLS from its first byte on.
            Some(rustls::Error::InvalidMessage(
                InvalidMessage::InvalidContentType,
            )) => {
                return UnreachableReason::PlainHttp;
            }
            Some(_) => return UnreachableReason::Certificate,
            None => {}
        }

        // The types are private; their texts are all there is.
        match cause.to_string().as_str() {
            "dns error" => return UnreachableReason::Name,
            // An alert of TLS in the place of a status line.
            "invalid HTTP version parsed" => return UnreachableReason::Https,
            _ => {}
        }
    }
    UnreachableReason::Connection
}

/// An error of TLS is wrapped in errors of I/O, of which none calls the next
/// one its source.
fn find_tls_error<'a>(
    cause: &'a (dyn Error + 'static),
) -> Option<&'a rustls::Error> {
    let inner = cause
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)?;

    inner
        .downcast_ref::<rustls::Error>()
        .or_else(|| find_tls_error(inner))
}
