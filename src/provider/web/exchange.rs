//! How asking ended, once all repetitions are over.

use reqwest::StatusCode;

use super::response::{Response, TransportError};

/// A request and what came of it in the end.
pub(in crate::provider) struct Exchange {
    pub(in crate::provider) result: Result<Response, TransportError>,
    /// Whether one of the attempts may have been carried out
    /// though it does not look so.
    pub(in crate::provider) is_doubtful: bool,
}

impl Exchange {
    /// Whether the tenant did not take the token: then nothing was done.
    pub(in crate::provider) fn is_unauthorized(&self) -> bool {
        self.result
            .as_ref()
            .is_ok_and(|response| response.status == StatusCode::UNAUTHORIZED)
    }
}
