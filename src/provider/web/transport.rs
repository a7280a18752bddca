//! Retries: how often, and when, a request goes out. It is tried again after
//! what passes by itself, where that is safe.

use std::time::Duration;

use reqwest::RequestBuilder;
use tokio::time::{Instant, sleep};

use super::exchange::Exchange;
use super::patience::{Patience, Repeat};
use super::request_line::RequestLine;
use super::response::{Response, TransportError};
use crate::provider::{OutOfTimeReason, Retry};

/// What one attempt comes to for whoever may make another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::provider) enum Ending {
    /// The result is to be kept, good or bad.
    Kept,
    /// There were too many requests; perhaps it is said how long to wait.
    TooMany(Option<Duration>),
    /// Nothing was sent, and that passes by itself.
    NotSent,
    /// It passes by itself, and the request may have been carried out.
    Fault,
}

/// A connection to a tenant.
pub(in crate::provider) trait Transport {
    /// Sends a request once, and not after the given time.
    async fn send_once(
        &self,
        line: &RequestLine,
        request: RequestBuilder,
        ends: Option<Instant>,
    ) -> Result<Response, TransportError>;

    /// What it comes to that a tenant has answered a request so.
    fn judge(&self, line: &RequestLine, response: &Response) -> Ending;

    /// There were too many requests, and one of them waits so long
    /// before it is sent again.
    fn hold_back(&self, wait: Duration);

    /// Sends a request until there is a response worth having,
    /// or patience or time ends.
    async fn send_with_retries(
        &self,
        line: &RequestLine,
        repeat: Repeat,
        patience: &mut Patience,
        build: impl Fn() -> RequestBuilder,
    ) -> Exchange {
        let mut is_doubtful = false;
        loop {
            let result = self
                .send_once(line, build(), patience.ends())
                .await;
            let ending = ending_of(self, line, &result);
            // Once in doubt, in doubt: a later refusal undoes nothing that was
            // done before.
            is_doubtful |= ending.leaves_doubt();

            let wait = ending.wait(repeat, patience);
            if let (Ending::TooMany(_), Some(wait)) = (ending, wait) {
                self.hold_back(wait);
            }
            let result = match wait {
                Some(wait) if patience.has_time_for(wait) => {
                    sleep(wait).await;
                    continue;
                }
                // In the place of what the tenant said: that would have passed,
                // and more time is what was lacking.
                Some(_) => Err(TransportError::OutOfTime(ending.waits_for())),
                None => result,
            };
            return Exchange {
                result,
                is_doubtful,
            };
        }
    }
}

fn ending_of<C: Transport + ?Sized>(
    connection: &C,
    line: &RequestLine,
    result: &Result<Response, TransportError>,
) -> Ending {
    match result {
        Ok(response) => connection.judge(line, response),
        // A certificate that is not trusted, or another protocol,
        // does not pass by itself.
        Err(TransportError::NotSent(cause))
            if cause.silence.retry() == Retry::Pointless =>
        {
            Ending::Kept
        }
        Err(TransportError::NotSent(_)) => Ending::NotSent,
        Err(TransportError::Lost(_)) => Ending::Fault,
        Err(TransportError::OutOfTime(_)) => Ending::Kept,
    }
}

impl Ending {
    /// How long to wait before the same is sent again; none where the result is
    /// to be kept after all.
    fn wait(self, repeat: Repeat, patience: &mut Patience) -> Option<Duration> {
        match (self, repeat) {
            // Also what creates: a tenant counts before it does anything.
            // Where that was not so, what was made is refused as a double,
            // or found among all of them at the end where names may be
            // there twice; to look first would take more requests just
            // where there are too many.
            (Self::TooMany(said), _) => patience.wait_after_too_many(said),
            // Nothing was sent, so what creates may be sent again too.
            (Self::NotSent, _) | (Self::Fault, Repeat::Freely) => {
                patience.wait_after_fault()
            }
            (Self::Fault, Repeat::WhenNothingWasDone) | (Self::Kept, _) => None,
        }
    }

    /// Whether the tenant may have done what it was asked for, though the
    /// result does not say so.
    fn leaves_doubt(self) -> bool {
        match self {
            // A tenant refuses too many requests before the deed. A proxy
            // before it need not.
            Self::TooMany(_) | Self::Fault => true,
            Self::Kept | Self::NotSent => false,
        }
    }

    /// What a request waits for that is to be sent again.
    fn waits_for(self) -> OutOfTimeReason {
        match self {
            Self::TooMany(_) => OutOfTimeReason::TooManyRequests,
            Self::Kept | Self::NotSent | Self::Fault => OutOfTimeReason::Answer,
        }
    }
}

#[cfg(test)]
mod tests;
