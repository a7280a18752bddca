//! What the tenant's log says of a token request: `seccft` or `feccft`.
//!
//! A request that is not understood is in the log of requests alone: it says of
//! nobody what he asked for.

use axum::http::request::Parts;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::request::TokenRequest;
use crate::emulator::app::App;
use crate::emulator::hide::hide_credentials;
use crate::emulator::log_entry::begin_entry;
use crate::emulator::origin::Origin;
use crate::emulator::tenant::Object;

/// Who asked for what. Holds no proof.
pub(super) struct Attempt(Object);

/// A token that was issued.
pub(super) struct Issued {
    pub(super) answer: Value,
    /// The id of the organization it is for, where the
    /// request may have named it.
    pub(super) organization: Option<String>,
}

impl Attempt {
    pub(super) fn new(
        app: &App,
        head: &Parts,
        origin: &Origin,
        request: &TokenRequest,
    ) -> Self {
        let mut entry =
            begin_entry(app, head, origin, Some(&request.client_id));
        let asked =
            (!request.scopes.is_empty()).then(|| request.scopes.join(" "));
        let told = [
            ("audience", request.audience.as_deref()),
            (
                "organization_id",
                request.organization.as_deref(),
            ),
            ("scope", asked.as_deref()),
        ];
        for (name, value) in told {
            if let Some(value) = value {
                entry.insert(name.to_owned(), hide_credentials(value).into());
            }
        }

        Self(entry)
    }

    /// The entry, with what came of it.
    pub(super) fn tell(self, outcome: Result<&Issued, &Refusal>) -> Object {
        let Self(mut entry) = self;
        let (kind, description) = match outcome {
            Ok(issued) => {
                if let Some(id) = &issued.organization {
                    entry.insert(
                        "organization_id".to_owned(),
                        id.as_str().into(),
                    );
                }
                // What is granted, where it was not said what is asked for.
                if let Some(scope) = issued.answer.get("scope") {
                    entry.insert("scope".to_owned(), scope.clone());
                }
                ("seccft", String::new())
            }
            Err(refusal) => {
                let description = hide_credentials(&refusal.to_string());
                let details = json!({"error": {"message": description}});
                entry.insert("details".to_owned(), details);
                ("feccft", description)
            }
        };

        entry.insert("type".to_owned(), kind.into());
        entry.insert("description".to_owned(), description.into());
        entry
    }
}
