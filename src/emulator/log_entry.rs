//! What every entry of the tenant's log says of whoever asked.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::HeaderName;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;

use super::app::App;
use super::hide::hide_credentials;
use super::origin::Origin;
use super::tenant::{Object, text};

/// The beginning of an entry. Of a client that there is none of nothing is
/// said: it may be a secret in the wrong place.
pub(crate) fn begin_entry(
    app: &App,
    head: &Parts,
    origin: &Origin,
    client_id: Option<&str>,
) -> Object {
    let mut entry = Object::new();
    let client_name = client_id.and_then(|id| name_client(app, id));
    let told = [
        ("client_id", client_name.as_ref().and(client_id)),
        ("client_name", client_name.as_deref()),
        ("hostname", Some(origin.host())),
        ("user_agent", user_agent(head)),
    ];
    for (name, value) in told {
        if let Some(value) = value {
            entry.insert(name.to_owned(), hide_credentials(value).into());
        }
    }

    if let Some(ConnectInfo(address)) = head
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
    {
        entry.insert("ip".to_owned(), address.ip().to_string().into());
    }
    entry
}

/// None where there is no such client.
fn name_client(app: &App, id: &str) -> Option<String> {
    app.read(|tenant| {
        let client = tenant.client(id)?;
        Some(
            text(client, "name")
                .unwrap_or_default()
                .to_owned(),
        )
    })
}

pub(crate) fn user_agent(head: &Parts) -> Option<&str> {
    header(head, &USER_AGENT)
}

pub(crate) fn header<'a>(
    head: &'a Parts,
    name: &HeaderName,
) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}
