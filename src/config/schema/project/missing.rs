//! What a schema leaves out because no provider of this
//! configuration can express it.

use serde_json::Value as Json;

use super::super::definition_of;
use super::super::definitions::name_with_null;
use crate::config::early_sections::ENVIRONMENT;
use crate::config::node::Node;
use crate::config::reading::Reading;
use crate::config::section::ENVIRONMENTS;
use crate::model::{Missing, Support};

impl Reading {
    /// Leaves out what no provider can express that this configuration names:
    /// of several, each may be that of an environment.
    pub(super) fn leave_out_missing(
        &self,
        schema: &mut Json,
        supports: &[&Support],
    ) {
        let providers = self.named_providers();
        let mut named = supports
            .iter()
            .filter(|support| providers.contains(&support.name));
        let Some(first) = named.next() else {
            return;
        };
        let others: Vec<_> = named.collect();

        for missing in first.missing {
            let is_of_all = others
                .iter()
                .all(|other| other.lacks(missing.kind, missing.field));
            if missing.value.is_none() && is_of_all {
                leave_out(schema, missing);
            }
        }
    }

    /// What the providers are called that it names,
    /// itself or in an environment.
    fn named_providers(&self) -> Vec<&'static str> {
        let environments = self
            .document
            .entries_at(ENVIRONMENTS)
            .iter()
            .map(|environment| &environment.value);

        environments
            .chain([&self.document])
            .filter_map(|document| document.entry("provider"))
            .filter_map(|provider| name_provider(&provider.value))
            .collect()
    }
}

fn leave_out(schema: &mut Json, missing: &Missing) {
    let definition = definition_of(missing.kind);
    // In an environment it may be left out, which editors are told
    // under a name of its own.
    let in_environment = format!("{ENVIRONMENT}{definition}");
    let or_null = name_with_null(&in_environment);

    for name in [definition, &in_environment, &or_null] {
        let place = format!("/$defs/{name}/properties");
        if let Some(Json::Object(fields)) = schema.pointer_mut(&place) {
            fields.remove(missing.field);
        }
    }
}

/// What the provider is called in messages that is written here.
fn name_provider(written: &Node) -> Option<&'static str> {
    let name = match written.as_text() {
        Some(name) => name,
        None => &written.entries().first()?.key,
    };
    match name {
        "auth0" => Some("Auth0"),
        "keycloak" => Some("Keycloak"),
        // A file is for trying out what will be somewhere else.
        _ => None,
    }
}
