//! Writes down each request once it has ended: in the journal for tests, and
//! through tracing for people.
//!
//! People are told of each request in one line, by what it came to: those that
//! were not answered as asked always, those that changed something or handed
//! out a token as steps, and all others.

use std::fmt;
use std::sync::Arc;

use axum::extract::{self, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use super::app::App;
use super::conditions::is_disconnected;
use super::hide::hide_credentials;
use super::journal::Request;
use super::log_notes::{AskedBy, reason};
use crate::words::safe;

/// How many letters of a path with its query are written down.
const LONGEST_PATH: usize = 4096;

/// Middleware: writes down each request once it has ended.
pub(crate) async fn log_request(
    State(app): State<Arc<App>>,
    mut request: extract::Request,
    next: Next,
) -> Response {
    let arrival = app.journal.note_arrival();
    // What is said of the request is kept before it is handed on; who asked is
    // only found out by the handler, and left in the extension.
    let method = request.method().clone();
    let path: String = match request.uri().path_and_query() {
        Some(path) => path
            .as_str()
            .chars()
            .take(LONGEST_PATH)
            .collect(),
        None => "/".to_owned(),
    };
    let asked_by = AskedBy::default();
    request
        .extensions_mut()
        .insert(asked_by.clone());

    let response = next.run(request).await;

    let status = status_of(&response);
    let line = Line {
        method: &method,
        path: &path,
        status,
        client_id: asked_by.client_id(),
        reason: reason(&response),
    };
    line.log();
    let ended = Request {
        method: method.to_string(),
        path,
        client_id: asked_by.client_id().map(str::to_owned),
        status,
    };
    app.journal.record(arrival, ended);

    response
}

/// None where the connection is closed without an answer.
fn status_of(response: &Response) -> Option<u16> {
    if is_disconnected(response) {
        return None;
    }
    Some(response.status().as_u16())
}

/// What the log says of a request.
struct Line<'a> {
    method: &'a Method,
    path: &'a str,
    status: Option<u16>,
    client_id: Option<&'a str>,
    reason: Option<&'a str>,
}

impl Line<'_> {
    fn log(&self) {
        let is_refused = self
            .status
            .is_none_or(|status| status >= 400);
        // A fault may leave the status as it is, and spoil
        // the answer all the same.
        if is_refused || self.reason.is_some() {
            tracing::warn!("{self}");
        } else if *self.method == Method::GET {
            tracing::debug!("{self}");
        } else {
            tracing::info!("{self}");
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = hide_credentials(self.path);
        // A path may have any letter in it, also one that ends a line.
        write!(formatter, "{} {}", self.method, safe(&path))?;

        match self.status {
            Some(status) => write!(formatter, " status={status}")?,
            None => formatter.write_str(" status=none")?,
        }

        if let Some(client_id) = self.client_id {
            write!(formatter, " client={client_id}")?;
        }
        if let Some(reason) = self.reason {
            // Quoted, so that what a caller sent stays on the line.
            write!(
                formatter,
                " reason={:?}",
                hide_credentials(reason)
            )?;
        }

        Ok(())
    }
}
