//! The record of the requests: in memory for tests, and through tracing for people.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{self, State};
use axum::middleware::Next;
use axum::response::Response;

use super::app::App;
use super::weather::is_hung_up;

/// Older requests than these are forgotten, so that a long-lived emulator does not grow.
const REMEMBERED: usize = 100_000;

/// A request to the emulator that has ended. Holds no body and no header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method, such as `GET`.
    pub method: String,
    /// The path with its query.
    pub path: String,
    /// The status of the answer; none if the connection was closed without one.
    pub status: Option<u16>,
}

#[derive(Default)]
pub(crate) struct Journal {
    requests: Mutex<VecDeque<Request>>,
}

impl Journal {
    pub(crate) fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().cloned().collect()
    }

    fn record(&self, request: Request) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(request);
    }
}

/// Middleware: writes down each request once it has ended.
pub(crate) async fn record(
    State(app): State<Arc<App>>,
    request: extract::Request,
    next: Next,
) -> Response {
    let method = request.method().to_string();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let response = next.run(request).await;
    let status = (!is_hung_up(&response)).then(|| response.status().as_u16());
    tracing::info!(%method, %path, status);
    app.journal.record(Request { method, path, status });
    response
}
