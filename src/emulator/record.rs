//! Writes down each request once it has ended: in the journal for tests, and through tracing for people.
//!
//! People are told of each request in one line, by what it came to: those that were not answered as
//! asked always, those that changed something or handed out a token as steps, and all others.

use std::fmt;
use std::sync::Arc;

use axum::extract::{self, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use super::app::App;
use super::discreet::discreet;
use super::journal::Request;
use super::remark::{AskedBy, reason};
use super::weather::is_hung_up;

/// Middleware: writes down each request once it has ended.
pub(crate) async fn record(
    State(app): State<Arc<App>>,
    mut request: extract::Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str())
        .to_owned();
    let asked_by = AskedBy::default();
    request.extensions_mut().insert(asked_by.clone());

    let response = next.run(request).await;
    let status = (!is_hung_up(&response)).then(|| response.status().as_u16());
    let (client_id, reason) = (asked_by.client_id(), reason(&response));
    Line {
        method: &method,
        path: &path,
        status,
        client_id,
        reason,
    }
    .tell();
    app.journal.record(Request {
        method: method.to_string(),
        path,
        status,
    });
    response
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
    fn tell(&self) {
        if self.reason.is_some() || self.status.is_none_or(|status| status >= 400) {
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
        write!(formatter, "{} {}", self.method, discreet(self.path))?;
        match self.status {
            Some(status) => write!(formatter, " status={status}")?,
            None => formatter.write_str(" status=none")?,
        }
        if let Some(client_id) = self.client_id {
            write!(formatter, " client={client_id}")?;
        }
        if let Some(reason) = self.reason {
            // Quoted, so that what a caller sent stays on the line.
            write!(formatter, " reason={:?}", discreet(reason))?;
        }
        Ok(())
    }
}
