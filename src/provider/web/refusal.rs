//! What a request comes to that was not answered, or not with what it should
//! be. What a tenant means by its own words is each provider's affair.

use serde::de::DeserializeOwned;

use super::cause::Cause;
use super::request_line::RequestLine;
use super::response::TransportError;
use crate::model::{Secrets, Step};
use crate::provider::{ProviderError, UnreachableReason};
use crate::words::sanitize;

/// What a tenant said, fit to be shown.
pub(in crate::provider) fn tell_reason(
    said: Option<&str>,
    secrets: &Secrets,
) -> String {
    // Secrets go before the text is cut: half of one would not be found.
    match said.map(|text| sanitize(&secrets.hide(text))) {
        Some(text) if !text.is_empty() => text,
        _ => "no reason given".to_owned(),
    }
}

/// The error that stands for no response; what to do then depends on why, and
/// on the address.
pub(in crate::provider) fn unanswered(
    line: &RequestLine,
    error: TransportError,
    advise: impl FnOnce(UnreachableReason, &str) -> Step,
) -> ProviderError {
    match error {
        TransportError::NotSent(cause) | TransportError::Lost(cause) => {
            let Cause {
                silence,
                reason,
            } = cause;
            let url = line.url();
            let next_step = Some(advise(silence, &url));
            ProviderError::Unreachable {
                url,
                silence,
                reason,
                next_step,
            }
        }
        TransportError::OutOfTime(wait) => ProviderError::OutOfTime {
            request: line.to_string(),
            wait,
        },
    }
}

/// A 404 in a shape that the API of a tenant has not.
pub(in crate::provider) fn foreign_not_found(
    line: &RequestLine,
    api: &str,
) -> ProviderError {
    unexpected_answer(
        line,
        format!(
            "a 404 that is not {api}'s own, so nothing is known to be gone; \
             something else answers at this address, such as a proxy"
        ),
    )
}

/// An answer that says yes, but not in the way it should.
pub(in crate::provider) fn unexpected_answer(
    line: &RequestLine,
    reason: impl Into<String>,
) -> ProviderError {
    ProviderError::Unexpected {
        request: line.to_string(),
        reason: reason.into(),
    }
}

/// What the body of an answer says.
pub(in crate::provider) fn parse<T: DeserializeOwned>(
    line: &RequestLine,
    body: &[u8],
) -> Result<T, ProviderError> {
    // The parser's own words are not used: they quote the answer, which may
    // hold secrets.
    serde_json::from_slice(body).map_err(|error| {
        let (row, column) = (error.line(), error.column());
        let reason = format!(
            "it is not the JSON it should be at line {row}, column {column}"
        );
        unexpected_answer(line, reason)
    })
}
