//! The requests so far, in memory, for tests.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Older requests than these are forgotten, so that a long-lived emulator does not grow.
const REMEMBERED: usize = 100_000;

/// A request to the emulator that has ended. Holds no body and no header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The client that asked: by its token, or, where it asks for one, by the id that it gives if there is such
    /// a client. None where nobody is known.
    pub client_id: Option<String>,
    /// The status of the answer; none if the connection was closed without one.
    pub status: Option<u16>,
}

#[derive(Default)]
pub(crate) struct Journal {
    requests: Mutex<VecDeque<Request>>,
}

impl Journal {
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.lock_requests().iter().cloned().collect()
    }

    pub(crate) fn record(&self, request: Request) {
        let mut requests = self.lock_requests();
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    pub(crate) fn forget(&self) {
        self.lock_requests().clear();
    }

    fn lock_requests(&self) -> MutexGuard<'_, VecDeque<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
