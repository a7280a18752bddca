//! `…/clients`: which request is about what, and the listing.

use serde_json::{Value as Json, json};

use super::answer::{
    Answer, Outcome, described, error, forbidden, no_such_method, no_such_path,
};
use super::assignments::{self, List};
use super::authorization;
use super::client_changes::{create, update};
use super::mappers::{self, Owner};
use super::state::Client;
use super::users;
use super::visit::{Power, Visit};

/// Those that every realm has.
pub(super) const BUILT_IN: [&str; 6] = [
    "account",
    "account-console",
    "admin-cli",
    "broker",
    "realm-management",
    "security-admin-console",
];

pub(super) fn handle(visit: &mut Visit<'_>, rest: &[&str]) -> Outcome {
    match (visit.request.method.as_str(), rest) {
        ("GET", []) => list(visit),
        ("POST", []) => create(visit),
        (_, []) => Err(no_such_method()),
        (_, [id, rest @ ..]) => {
            if !visit.realm.clients.contains_key(*id) {
                return Err(absent(visit));
            }
            handle_one(visit, id, rest)
        }
    }
}

fn handle_one(visit: &mut Visit<'_>, id: &str, rest: &[&str]) -> Outcome {
    match (visit.request.method.as_str(), rest) {
        ("GET", []) => show(visit, id),
        ("PUT", []) => update(visit, id),
        ("DELETE", []) => delete(visit, id),
        ("GET", ["client-secret"]) => show_secret(visit, id),
        ("POST", ["client-secret"]) => renew_secret(visit, id),
        (_, []) => Err(no_such_method()),
        ("GET", ["client-secret", "rotated"]) => {
            visit.require(Power::View)?;
            Err(error(
                404,
                "Client does not have a rotated secret",
            ))
        }
        (_, ["default-client-scopes", rest @ ..]) => {
            assignments::handle(visit, id, List::Default, rest)
        }
        (_, ["optional-client-scopes", rest @ ..]) => {
            assignments::handle(visit, id, List::Optional, rest)
        }
        (_, ["protocol-mappers", rest @ ..]) => {
            mappers::handle(visit, Owner::Client(id), rest)
        }
        (_, ["authz", "resource-server", "resource"]) => {
            authorization::handle(visit, id)
        }
        ("GET", ["service-account-user"]) => users::show_account(visit, id),
        ("GET", ["roles", name]) => users::show_role(visit, id, name),
        _ => Err(no_such_path()),
    }
}

/// Who may not even list is not told what exists.
fn absent(visit: &Visit<'_>) -> Answer {
    if visit.power < Power::Query {
        return forbidden();
    }
    error(404, "Could not find client")
}

/// A page, by clientId. There is no total.
fn list(visit: &mut Visit<'_>) -> Outcome {
    let request = visit.request;
    let (first, most) = (request.number("first")?, request.number("max")?);
    visit.require(Power::Query)?;
    if let Some(attributes) = request.parameter("q") {
        return Err(not_searchable(&attributes));
    }
    let asked = request.parameter("clientId");
    let is_search = request.parameter("search").as_deref() == Some("true");
    let is_asked_for = |client: &Client| match &asked {
        None => true,
        Some(part) if is_search => {
            let name = client.client_id.to_lowercase();
            name.contains(&part.to_lowercase())
        }
        Some(name) => client.client_id == *name,
    };

    let clients = visit.realm.clients.values();
    let mut clients: Vec<Client> = clients
        .filter(|client| is_asked_for(client) && visit.may_see(client))
        .cloned()
        .collect();
    clients.sort_by(|left, right| left.client_id.cmp(&right.client_id));
    let page = clients
        .iter()
        .skip(first.unwrap_or_default())
        .take(most.unwrap_or(usize::MAX));
    let shown: Vec<Json> = page
        .map(|client| visit.show_client(client, false))
        .collect();
    Ok(Answer::shown(Json::Array(shown)))
}

fn not_searchable(query: &str) -> Answer {
    let name = query
        .split(':')
        .next()
        .unwrap_or_default();
    let description = format!("Attributes [{name}] not allowed for search");
    described(400, "invalid_request", &description)
}

fn show(visit: &mut Visit<'_>, id: &str) -> Outcome {
    let client = visit.client(id)?.clone();
    if !visit.may_see(&client) {
        return Err(forbidden());
    }
    Ok(Answer::shown(visit.show_client(&client, true)))
}

fn delete(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::Manage)?;
    if BUILT_IN.contains(&visit.client(id)?.client_id.as_str()) {
        return Err(forbidden());
    }
    visit.realm.clients.remove(id);
    Ok(Answer::done())
}

fn show_secret(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::View)?;
    let secret = &visit.client(id)?.secret;
    let mut shown = json!({ "type": "secret" });
    if let Some(secret) = secret {
        shown["value"] = json!(secret);
    }
    Ok(Answer::shown(shown))
}

/// The old one is void at once.
fn renew_secret(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::Manage)?;
    let secret = visit.source.secret();
    visit
        .client_mut(id)?
        .renew_secret(secret.clone());
    let shown = json!({ "type": "secret", "value": secret });
    Ok(Answer::shown(shown))
}
