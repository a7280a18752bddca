//! Writes into the tenant's log what the Management API changed: `sapi`.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, OriginalUri, Request, State};
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderName, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::form;
use crate::emulator::app::App;
use crate::emulator::buffer_body::Buffered;
use crate::emulator::log_notes::AskedBy;
use crate::emulator::tenant::{Object, text};
use crate::emulator::tenant_log::hide_secrets;

const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// How many characters of a correlation id are kept.
const LONGEST_CORRELATION_ID: usize = 64;

/// What the log calls a change, by its method and its address.
const DESCRIPTIONS: [(&str, &str, &str); 17] = [
    ("POST", "/clients", "Create a client"),
    ("PATCH", "/clients/{id}", "Update a client"),
    ("DELETE", "/clients/{id}", "Delete a client"),
    (
        "POST",
        "/clients/{id}/rotate-secret",
        "Rotate a client secret",
    ),
    (
        "POST",
        "/clients/{id}/credentials",
        "Create a client credential",
    ),
    (
        "PATCH",
        "/clients/{id}/credentials/{credential}",
        "Update a client credential",
    ),
    (
        "DELETE",
        "/clients/{id}/credentials/{credential}",
        "Delete a client credential",
    ),
    ("POST", "/resource-servers", "Create a resource server"),
    (
        "PATCH",
        "/resource-servers/{id}",
        "Update a resource server",
    ),
    (
        "DELETE",
        "/resource-servers/{id}",
        "Delete a resource server",
    ),
    ("POST", "/client-grants", "Create client grant"),
    ("PATCH", "/client-grants/{id}", "Update client grant"),
    ("DELETE", "/client-grants/{id}", "Delete client grant"),
    ("POST", "/organizations", "Create an Organization"),
    ("PATCH", "/organizations/{id}", "Modify an Organization"),
    ("DELETE", "/organizations/{id}", "Delete an Organization"),
    ("PATCH", "/tenants/settings", "Update tenant settings"),
];

/// Middleware: writes into the log what a request changed, once it has.
pub(crate) async fn record_change(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    if *request.method() == Method::GET {
        return next.run(request).await;
    }

    let (head, body) = request.into_parts();
    let request = Request::from_parts(head.clone(), body);
    let response = next.run(request).await;
    if !response.status().is_success() {
        return response;
    }

    let (answer_head, answer_body) = response.into_parts();
    let answered = to_bytes(answer_body, usize::MAX).await.unwrap_or_default();
    let status = answer_head.status.as_u16();
    let entry = describe_change(&app, &head, status, &answered);
    app.log.add(entry, app.clock.moment());

    (answer_head, Body::from(answered)).into_response()
}

fn describe_change(app: &App, head: &Parts, status: u16, answered: &[u8]) -> Object {
    let asked_by = head.extensions.get::<AskedBy>();
    let client_id = asked_by.and_then(AskedBy::client_id).unwrap_or_default();
    let user_agent = header(head, &USER_AGENT);

    let mut entry = json!({
        "type": "sapi",
        "description": name_change(head),
        "client_id": client_id,
        "client_name": app.read(|tenant| {
            let client = tenant.client(client_id)?;
            text(client, "name").map(str::to_owned)
        }),
        "user_id": format!("{client_id}@clients"),
        "user_agent": user_agent,
        "details": {
            "request": {
                "method": head.method.as_str().to_ascii_lowercase(),
                "path": address(head),
                "query": read_query(head),
                "userAgent": user_agent,
                "body": read_body(head),
                "channel": "api",
                "auth": {"strategy": "jwt", "user": {}}
            },
            "response": {
                "statusCode": status,
                "body": read_json(answered)
            }
        }
    });
    if let Some(id) = header(head, &CORRELATION_ID) {
        let kept: String = id.chars().take(LONGEST_CORRELATION_ID).collect();
        entry["references"] = json!({"correlation_id": kept});
    }

    match entry {
        Value::Object(entry) => entry,
        _ => Object::new(),
    }
}

fn name_change(head: &Parts) -> String {
    let matched = head.extensions.get::<MatchedPath>();
    let path = matched.map_or_else(|| head.uri.path(), MatchedPath::as_str);
    let below = path.strip_prefix("/api/v2").unwrap_or(path);

    DESCRIPTIONS
        .iter()
        .find(|(method, address, _)| *method == head.method.as_str() && *address == below)
        .map_or_else(
            || format!("{} {below}", head.method),
            |(_, _, description)| (*description).to_owned(),
        )
}

/// As it was asked for, and not as it is below the root of the API.
fn address(head: &Parts) -> &str {
    let original = head.extensions.get::<OriginalUri>();
    original.map_or_else(|| head.uri.path(), |OriginalUri(uri)| uri.path())
}

fn read_query(head: &Parts) -> Value {
    let query = head.uri.query().unwrap_or_default();
    let parameters: Object = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect();

    hide_secrets(&parameters.into())
}

/// What was sent: a form has the same fields as JSON.
fn read_body(head: &Parts) -> Value {
    let Some(Buffered(sent)) = head.extensions.get::<Buffered>() else {
        return Value::Null;
    };

    let content_type = header(head, &CONTENT_TYPE).unwrap_or_default();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        return hide_secrets(&form::parse(sent).into());
    }
    read_json(sent)
}

/// Nothing where it is no JSON, as the answer to a DELETE.
fn read_json(text: &[u8]) -> Value {
    match serde_json::from_slice(text) {
        Ok(value) => hide_secrets(&value),
        Err(_) => Value::Null,
    }
}

fn header<'a>(head: &'a Parts, name: &HeaderName) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}
