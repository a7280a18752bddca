//! What services need to know.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use super::failure::FailureView;
use crate::apply::{Outcome, Report};
use crate::model::{Address, ClientRef, Endpoints, Key};
use crate::plan::{Action, ClientOutputs, GrantOutputs, Outputs};

/// What services need to know of a tenant: a document. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutputsDocument {
    /// What this is.
    pub format: OutputsFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How the run ended.
    pub exit_code: u8,
    /// What they need to know; not there where nothing is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outputs: Option<OutputsView>,
    /// Why nothing is known, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

/// What a document of outputs is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OutputsFormat {
    /// A document of outputs.
    #[serde(rename = "grantry/outputs")]
    Outputs,
}

/// What services need to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutputsView {
    /// Where tokens come from; not there where the tenant
    /// gives none, as a local one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<EndpointsView>,
    /// The clients.
    pub clients: Vec<ClientOutputsView>,
    /// The APIs.
    pub resource_servers: Vec<ServerOutputsView>,
}

/// Where tokens come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointsView {
    /// The domain of the tenant, where it has one to itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// What stands under `iss` in its tokens.
    pub issuer: String,
    /// Where a token is asked for.
    pub token_endpoint: String,
    /// Where the keys are published that tokens are verified by.
    pub key_set: String,
}

/// What one service needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ClientOutputsView {
    /// The client as the configuration calls it.
    pub key: String,
    /// The id of its client; not there where it is not in the tenant yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What it may ask for, for itself.
    pub grants: Vec<GrantOutputsView>,
}

/// What whoever calls an API needs to know, and the API itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServerOutputsView {
    /// The API as the configuration calls it.
    pub key: String,
    /// What it is called in tokens.
    pub audience: String,
}

/// What a service may ask for of one API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrantOutputsView {
    /// The API as the configuration calls it.
    pub resource_server: String,
    /// What the API is called in tokens.
    pub audience: String,
    /// The scopes, each as it is asked for; not there where it
    /// is all that the API has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
}

impl OutputsDocument {
    /// What is known.
    #[must_use]
    pub fn of_outputs(outputs: OutputsView) -> Self {
        Self {
            format: OutputsFormat::Outputs,
            version: Version::One,
            exit_code: 0,
            outputs: Some(outputs),
            error: None,
        }
    }

    /// The document of a run that came to nothing.
    #[must_use]
    pub fn of_failure(error: FailureView, exit_code: u8) -> Self {
        Self {
            format: OutputsFormat::Outputs,
            version: Version::One,
            exit_code,
            outputs: None,
            error: Some(error),
        }
    }
}

impl OutputsView {
    /// The view of what is known of a tenant, and of where it gives tokens.
    #[must_use]
    pub fn of(outputs: &Outputs, endpoints: Option<Endpoints>) -> Self {
        let clients = outputs.clients.iter();
        let audiences = outputs.audiences.iter();

        Self {
            endpoints: endpoints.map(EndpointsView::of),
            clients: clients
                .map(|(key, client)| ClientOutputsView::of(key, client))
                .collect(),
            resource_servers: audiences
                .map(|(key, audience)| ServerOutputsView {
                    key: key.to_string(),
                    audience: audience.to_string(),
                })
                .collect(),
        }
    }
}

impl OutputsView {
    /// The same once a plan was carried out: what was created has an id by now.
    #[must_use]
    pub fn with_new_ids(mut self, report: &Report) -> Self {
        let changes = report
            .plan
            .changes
            .iter()
            .zip(&report.outcomes);
        let ids: BTreeMap<&str, &str> = changes
            .filter_map(
                |(change, outcome)| match (&change.address, outcome) {
                    (
                        Address::Client(ClientRef::Key(key)),
                        Outcome::Applied(id),
                    ) if change.action != Action::Delete => {
                        Some((key.as_str(), id.as_str()))
                    }
                    _ => None,
                },
            )
            .collect();

        for client in &mut self.clients {
            if let Some(id) = ids.get(client.key.as_str()) {
                client.client_id = Some((*id).to_owned());
            }
        }
        self
    }
}

impl EndpointsView {
    fn of(endpoints: Endpoints) -> Self {
        let Endpoints {
            domain,
            issuer,
            token_endpoint,
            key_set,
        } = endpoints;

        Self {
            domain,
            issuer,
            token_endpoint,
            key_set,
        }
    }
}

impl ClientOutputsView {
    fn of(key: &Key, client: &ClientOutputs) -> Self {
        Self {
            key: key.to_string(),
            client_id: client
                .client_id
                .as_ref()
                .map(ToString::to_string),
            grants: client
                .grants
                .iter()
                .map(GrantOutputsView::of)
                .collect(),
        }
    }
}

impl GrantOutputsView {
    fn of(grant: &GrantOutputs) -> Self {
        Self {
            resource_server: grant.resource_server.clone(),
            audience: grant.audience.to_string(),
            scopes: grant.scopes.clone(),
        }
    }
}
