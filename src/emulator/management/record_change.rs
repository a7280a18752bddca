//! Writes into the tenant's log what the Management API changed: `sapi`.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, OriginalUri, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::body::parse_any;
use super::descriptions::describe;
use crate::emulator::app::App;
use crate::emulator::buffer_body::Buffered;
use crate::emulator::hide::{hide_credentials, hide_in_value};
use crate::emulator::log_entry::{begin_entry, header, user_agent};
use crate::emulator::log_notes::AskedBy;
use crate::emulator::origin::Origin;
use crate::emulator::tenant::Object;

const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// How many characters of a correlation id are kept.
const LONGEST_CORRELATION_ID: usize = 64;

/// How many bytes a body may have that is in the log, and not its length alone.
const LONGEST_BODY: usize = 256 * 1024;

/// Middleware: writes into the log what a request changed, once it has.
pub(crate) async fn record_change(
    State(app): State<Arc<App>>,
    origin: Origin,
    request: Request,
    next: Next,
) -> Response {
    // GET, and what asks for less than that.
    if request.method().is_safe() {
        return next.run(request).await;
    }

    let (head, body) = request.into_parts();
    let request = Request::from_parts(head.clone(), body);
    let response = next.run(request).await;
    if !response.status().is_success() {
        return response;
    }

    let (answer_head, answer_body) = response.into_parts();
    let answered = to_bytes(answer_body, usize::MAX)
        .await
        .unwrap_or_default();
    let entry = describe_change(
        &app,
        &head,
        &origin,
        answer_head.status,
        &answered,
    );
    app.log.add(entry, app.clock.moment());

    (answer_head, Body::from(answered)).into_response()
}

fn describe_change(
    app: &App,
    head: &Parts,
    origin: &Origin,
    status: StatusCode,
    answered: &[u8],
) -> Object {
    let asked_by = head.extensions.get::<AskedBy>();
    let client_id = asked_by.and_then(AskedBy::client_id);
    let mut entry = begin_entry(app, head, origin, client_id);

    let user_id = client_id.map(|id| format!("{id}@clients"));
    let request = json!({
        "method": head.method.as_str().to_ascii_lowercase(),
        "path": hide_credentials(address(head)),
        "query": read_query(head),
        "userAgent": user_agent(head).map(hide_credentials),
        "body": show_sent(head),
        "channel": "api",
        "auth": {"strategy": "jwt", "user": {}}
    });
    let response = json!({
        "statusCode": status.as_u16(),
        "body": show_answered(answered)
    });
    let details = json!({"request": request, "response": response});

    let mut insert = |key: &str, value: Value| {
        entry.insert(key.to_owned(), value);
    };
    insert("type", "sapi".into());
    insert("description", name_change(head).into());
    if let Some(user_id) = user_id {
        insert("user_id", user_id.into());
    }
    insert("details", details);
    if let Some(id) = header(head, &CORRELATION_ID) {
        let kept: String = id
            .chars()
            .take(LONGEST_CORRELATION_ID)
            .collect();
        let id = hide_credentials(&kept);
        insert("references", json!({"correlation_id": id}));
    }
    entry
}

fn name_change(head: &Parts) -> String {
    let path = match head.extensions.get::<MatchedPath>() {
        Some(matched) => matched.as_str(),
        None => head.uri.path(),
    };
    let below = path
        .strip_prefix("/api/v2")
        .unwrap_or(path);

    match describe(head.method.as_str(), below) {
        Some(description) => description.to_owned(),
        None => format!("{} {below}", head.method),
    }
}

/// As it was asked for, and not as it is below the root of the API.
fn address(head: &Parts) -> &str {
    match head.extensions.get::<OriginalUri>() {
        Some(OriginalUri(uri)) => uri.path(),
        None => head.uri.path(),
    }
}

fn read_query(head: &Parts) -> Value {
    let query = head.uri.query().unwrap_or_default();
    let mut parameters = Object::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        parameters.insert(name.into_owned(), value.into());
    }

    hide_in_value(&parameters.into())
}

/// What was sent, as far as it is known.
fn show_sent(head: &Parts) -> Value {
    let Some(Buffered(sent)) = head.extensions.get::<Buffered>() else {
        return Value::Null;
    };

    show_body(sent, |sent| parse_any(&head.headers, sent).ok())
}

/// What was answered. Nothing where it is no JSON, as the answer to a DELETE.
fn show_answered(answered: &[u8]) -> Value {
    show_body(answered, |answered| {
        serde_json::from_slice(answered).ok()
    })
}

/// A body without what is secret in it; or how long it
/// is, where it is too long.
fn show_body(text: &[u8], parse: impl FnOnce(&[u8]) -> Option<Value>) -> Value {
    if text.len() > LONGEST_BODY {
        return format!("{} bytes, too many for the log", text.len()).into();
    }

    parse(text).map_or(Value::Null, |body| hide_in_value(&body))
}
