//! `/admin/realms`: who asks, and which part of a realm it is about.

use serde_json::{Value as Json, json};

use super::answer::{
    Answer, Outcome, error, forbidden, no_such_method, no_such_path,
};
use super::realms;
use super::request::Request;
use super::state::{Realm, World};
use super::tokens::{Caller, find_caller};
use super::visit::{Power, Visit};
use super::{client_scopes, clients, users};

pub(super) fn handle(
    world: &mut World,
    request: &Request,
    rest: &[&str],
) -> Outcome {
    let caller = find_caller(world, request)?;
    match (request.method.as_str(), rest) {
        ("POST", []) => realms::create(world, request, &caller),
        (_, []) => Err(no_such_method()),
        (_, [name, rest @ ..]) => {
            if !world.realms.contains_key(*name) {
                return Err(error(404, "Realm not found."));
            }
            let power = power_over(world, &caller, name)?;
            if request.method == "DELETE" && rest.is_empty() {
                return realms::delete(world, power, name);
            }
            visit_realm(world, request, power, name, rest)
        }
    }
}

/// Roles are looked up in the realm as it is now. What the token says of them
/// matters only where its client lacks full scope.
fn power_over(world: &World, caller: &Caller, realm: &str) -> Outcome<Power> {
    let (home, id, named) = match caller {
        Caller::Administrator => return Ok(Power::Admin),
        Caller::Account {
            realm,
            id,
            roles,
        } => (realm, id, roles),
    };
    if home != realm {
        return Err(forbidden());
    }
    let client = world.realms[home].clients.get(id);
    let Some(account) = client.and_then(|client| client.account.as_ref())
    else {
        return Ok(Power::Nothing);
    };
    let has_full_scope =
        client.is_some_and(|client| client.is("fullScopeAllowed"));
    let held = account.roles.iter();
    let in_force = held.filter(|role| has_full_scope || named.contains(*role));
    let powers = in_force.map(|role| match role.as_str() {
        "realm-admin" => Power::Admin,
        "manage-clients" => Power::Manage,
        "view-clients" => Power::View,
        "query-clients" => Power::Query,
        _ => Power::Nothing,
    });
    Ok(powers.max().unwrap_or(Power::Nothing))
}

fn visit_realm(
    world: &mut World,
    request: &Request,
    power: Power,
    name: &str,
    rest: &[&str],
) -> Outcome {
    let host = world
        .location_host
        .as_deref()
        .unwrap_or(&request.host);
    let base = format!("http://{host}/admin/realms/{name}");
    let World {
        realms, source, ..
    } = world;
    let Some(realm) = realms.get_mut(name) else {
        return Err(no_such_path());
    };
    let mut visit = Visit {
        realm,
        source,
        request,
        power,
        base,
    };
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(realms::show(visit.realm, power)),
        ("PUT", []) => realms::update(&mut visit),
        (_, []) => Err(no_such_method()),
        ("GET", ["default-default-client-scopes"]) => {
            list_for_new_clients(&visit, true)
        }
        ("GET", ["default-optional-client-scopes"]) => {
            list_for_new_clients(&visit, false)
        }
        (_, ["client-scopes", rest @ ..]) => {
            client_scopes::handle(&mut visit, rest)
        }
        (_, ["clients", rest @ ..]) => clients::handle(&mut visit, rest),
        (_, ["users", rest @ ..]) => users::handle(&mut visit, rest),
        _ => Err(no_such_path()),
    }
}

/// The client scopes that new clients get: by this, who may only query is told
/// from who may view.
fn list_for_new_clients(visit: &Visit<'_>, are_defaults: bool) -> Outcome {
    visit.require(Power::View)?;
    let Realm {
        scopes,
        defaults,
        optionals,
        ..
    } = &*visit.realm;
    let ids = if are_defaults {
        defaults
    } else {
        optionals
    };
    let found = ids
        .iter()
        .filter_map(|id| scopes.get(id));
    let shown = found
        .map(|scope| json!({ "id": scope.id, "name": scope.name, "protocol": scope.protocol }));
    Ok(Answer::shown(shown.collect()))
}

/// The same code as behind the endpoints, for another administrator than the
/// one under test.
pub(super) fn ask_as_administrator(
    world: &mut World,
    method: &str,
    path: &str,
    body: Option<&Json>,
) -> Answer {
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        host: "localhost".to_owned(),
        authorization: None,
        content_type: Some("application/json".to_owned()),
        body: body
            .map(Json::to_string)
            .unwrap_or_default(),
    };
    let segments = request.segments();
    let ["admin", "realms", name, rest @ ..] = segments.as_slice() else {
        return no_such_path();
    };
    let outcome = if world.realms.contains_key(*name) {
        visit_realm(world, &request, Power::Admin, name, rest)
    } else {
        Err(error(404, "Realm not found."))
    };
    outcome.unwrap_or_else(|refusal| refusal)
}
