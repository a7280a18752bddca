//! What services need to know, for people and as variables.

use super::document::{ClientOutputsView, EndpointsView, OutputsView};
use super::layout::Width;
use super::style::{QUIET, STRONG, styled};
use super::text::{safe, wrapped};
use crate::model::{ClientId, Key, Variables, dotenv_line, name_variables};
use crate::plan::Outputs;

/// Where values stand behind their names.
const INDENT: usize = 13;

/// What services need to know, for people.
#[must_use]
pub fn outputs(outputs: &OutputsView, width: Width) -> String {
    let endpoints = outputs
        .endpoints
        .iter()
        .map(show_endpoints);
    let clients = outputs
        .clients
        .iter()
        .map(|client| show_client(client, width));

    let parts: Vec<String> = endpoints.chain(clients).collect();
    if parts.is_empty() {
        return "No client is declared.\n".to_owned();
    }
    parts.join("\n")
}

fn show_endpoints(endpoints: &EndpointsView) -> String {
    let EndpointsView {
        domain,
        issuer,
        token_endpoint,
        key_set,
    } = endpoints;
    let rows = [
        ("Domain", domain.as_ref()),
        ("Issuer", Some(issuer)),
        ("Tokens", Some(token_endpoint)),
        ("Keys", Some(key_set)),
    ];

    rows.into_iter()
        .filter_map(|(name, value)| Some(row(name, &safe(value?))))
        .collect()
}

fn show_client(client: &ClientOutputsView, width: Width) -> String {
    let name = format!("clients.{}", safe(&client.key));
    let mut out = format!("{}\n", styled(STRONG, name));
    let id = match &client.client_id {
        Some(id) => safe(id),
        None => styled(QUIET, "not in the tenant yet"),
    };
    out += &row("  client_id", &id);

    for grant in &client.grants {
        out += &row("  audience", &safe(&grant.audience));
        let scopes = match &grant.scopes {
            None => "every scope".to_owned(),
            Some(scopes) if scopes.is_empty() => "no scope".to_owned(),
            Some(scopes) => {
                let scopes: Vec<String> = scopes
                    .iter()
                    .map(|scope| safe(scope))
                    .collect();
                wrapped(&scopes, INDENT, width)
            }
        };
        out += &row("", &scopes);
    }
    out
}

fn row(name: &str, value: &str) -> String {
    format!("{name:INDENT$}{value}\n")
}

/// The names that stand for none, each with whose they would be.
pub type SharedNames<'a> = Vec<(String, Vec<&'a Key>)>;

/// What services need to know, as variables, and the names that would not tell
/// which is meant.
#[must_use]
pub fn outputs_dotenv<'a>(
    outputs: &'a Outputs,
    endpoints: Option<&EndpointsView>,
) -> (String, SharedNames<'a>) {
    let mut lines = String::new();
    if let Some(endpoints) = endpoints {
        for (name, value) in [
            ("DOMAIN", endpoints.domain.as_deref()),
            ("ISSUER", Some(endpoints.issuer.as_str())),
            (
                "TOKEN_ENDPOINT",
                Some(endpoints.token_endpoint.as_str()),
            ),
            ("KEY_SET", Some(endpoints.key_set.as_str())),
        ] {
            lines.extend(value.map(|value| dotenv_line(name, value)));
        }
    }

    // Of all clients, so that none has another name once
    // one more is in the tenant.
    let clients = name_variables(outputs.clients.iter());
    let ids = clients.map(|client| {
        client
            .client_id
            .as_ref()
            .map(ClientId::as_str)
    });
    let audiences = name_variables(outputs.audiences.iter());
    let audiences = audiences.map(|audience| Some(audience.as_str()));

    let mut shared = add_variables(&mut lines, "CLIENT_ID", ids);
    shared.extend(add_variables(&mut lines, "AUDIENCE", audiences));
    (lines, shared)
}

fn add_variables<'a>(
    lines: &mut String,
    end: &str,
    variables: Variables<'a, Option<&str>>,
) -> SharedNames<'a> {
    for (name, value) in variables.named {
        lines.extend(
            value.map(|value| dotenv_line(&format!("{name}_{end}"), value)),
        );
    }

    let shared = variables.shared.into_iter();
    shared
        .map(|(name, keys)| (format!("{name}_{end}"), keys))
        .collect()
}

/// That there is no variable of a name, for it would not tell
/// which of several is meant.
#[must_use]
pub fn no_variable(name: &str, keys: &[&Key]) -> String {
    let keys: Vec<&str> = keys
        .iter()
        .map(|key| key.as_str())
        .collect();
    let keys = keys.join("` and `");

    format!(
        "No variable {name}: it would not tell whether `{keys}` is meant.\n"
    )
}
