//! What the tenant's log says of a token request: `seccft` or `feccft`.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::request::TokenRequest;
use crate::emulator::app::App;
use crate::emulator::hide::hide_credentials;
use crate::emulator::origin::Origin;
use crate::emulator::tenant::{Object, text};

/// Who asked for what. Holds no proof.
pub(super) struct Attempt(Object);

impl Attempt {
    pub(super) fn new(
        app: &App,
        request: &TokenRequest,
        origin: &Origin,
        headers: &HeaderMap,
    ) -> Self {
        let user_agent = headers.get(USER_AGENT).and_then(|name| name.to_str().ok());
        let mut attempt = Object::new();
        let mut tell = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                attempt.insert(name.to_owned(), hide_credentials(&value).into());
            }
        };

        // Of a client there is none of, nothing is said: it may be a secret in the wrong place.
        let name = app.read(|tenant| {
            let client = tenant.client(&request.client_id)?;
            Some(text(client, "name").unwrap_or_default().to_owned())
        });
        if name.is_some() {
            tell("client_id", Some(request.client_id.clone()));
        }
        tell("client_name", name);
        tell("audience", request.audience.clone());
        tell("hostname", Some(origin.host().to_owned()));
        tell("user_agent", user_agent.map(str::to_owned));
        tell("organization_id", request.organization.clone());
        let asked = (!request.scopes.is_empty()).then(|| request.scopes.join(" "));
        tell("scope", asked);

        Self(attempt)
    }

    /// The entry, with what came of it.
    pub(super) fn tell<T>(self, exchanged: &Result<(Value, T), Refusal>) -> Object {
        let Self(mut entry) = self;
        match exchanged {
            Ok((answer, _)) => {
                entry.insert("type".to_owned(), "seccft".into());
                entry.insert("description".to_owned(), "".into());
                // What is granted, where it was not said what is asked for.
                if let Some(scope) = answer.get("scope") {
                    entry.insert("scope".to_owned(), scope.clone());
                }
            }
            Err(refusal) => {
                let description = hide_credentials(&refusal.to_string());
                entry.insert("type".to_owned(), "feccft".into());
                entry.insert(
                    "details".to_owned(),
                    json!({"error": {"message": description}}),
                );
                entry.insert("description".to_owned(), description.into());
            }
        }
        entry
    }
}
