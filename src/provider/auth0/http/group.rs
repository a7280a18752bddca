//! Which of a tenant's limits a request falls under.

use reqwest::Method;

use crate::provider::web::RequestLine;

/// A limit. Some plans have one of its own for listing clients; others do not,
/// and the answers say so by naming the same limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Group {
    /// `GET /clients`
    ClientListing,
    /// Everything else of the Management API.
    Others,
}

impl Group {
    /// None for what is not of the Management API.
    pub(super) fn of(line: &RequestLine) -> Option<Self> {
        let path = line.path().strip_prefix("/api/v2/")?;
        // One client by its id is not meant: that falls under the limit of all
        // other requests.
        let is_client_listing = line.method == Method::GET && path == "clients";

        Some(if is_client_listing {
            Self::ClientListing
        } else {
            Self::Others
        })
    }
}
