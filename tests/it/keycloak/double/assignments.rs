//! `…/clients/{id}/optional-client-scopes` and `default-client-scopes`

use serde_json::{Value as Json, json};

use super::answer::{Answer, Outcome, error, no_such_path};
use super::state::OPENID_CONNECT;
use super::visit::{Power, Visit};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum List {
    Default,
    Optional,
}

pub(super) fn handle(
    visit: &mut Visit<'_>,
    client: &str,
    list: List,
    rest: &[&str],
) -> Outcome {
    match (visit.request.method.as_str(), rest) {
        ("GET", []) => show(visit, client, list),
        ("PUT", [scope]) => assign(visit, client, list, scope),
        ("DELETE", [scope]) => take_away(visit, client, scope),
        _ => Err(no_such_path()),
    }
}

fn show(visit: &mut Visit<'_>, client: &str, list: List) -> Outcome {
    visit.require(Power::View)?;
    let client = visit.client(client)?;
    let ids = match list {
        List::Default => &client.defaults,
        List::Optional => &client.optionals,
    };
    let scopes = ids
        .iter()
        .filter_map(|id| visit.realm.scopes.get(id));
    let shown: Vec<Json> = scopes
        .map(|scope| json!({ "id": scope.id, "name": scope.name }))
        .collect();
    Ok(Answer::shown(Json::Array(
        visit.source.shuffle(shown),
    )))
}

/// Says yes also to what is in the other list already, and leaves it there; and
/// to what is of another protocol, which never gets into a list.
fn assign(
    visit: &mut Visit<'_>,
    client: &str,
    list: List,
    scope: &str,
) -> Outcome {
    let protocol = require_scope(visit, scope)?;
    let client = visit.client_mut(client)?;
    if protocol != OPENID_CONNECT {
        return Ok(Answer::done());
    }
    if client.defaults.contains(scope) || client.optionals.contains(scope) {
        return Ok(Answer::done());
    }
    let ids = match list {
        List::Default => &mut client.defaults,
        List::Optional => &mut client.optionals,
    };
    ids.insert(scope.to_owned());
    Ok(Answer::done())
}

/// From whichever list it is in.
fn take_away(visit: &mut Visit<'_>, client: &str, scope: &str) -> Outcome {
    require_scope(visit, scope)?;
    let client = visit.client_mut(client)?;
    client.defaults.remove(scope);
    client.optionals.remove(scope);
    Ok(Answer::done())
}

/// The protocol of a client scope that has to be there.
fn require_scope(visit: &Visit<'_>, scope: &str) -> Outcome<String> {
    visit.require(Power::Manage)?;
    let scope = visit.realm.scopes.get(scope);
    let scope = scope.ok_or_else(|| error(404, "Client scope not found"))?;
    Ok(scope.protocol.clone())
}
