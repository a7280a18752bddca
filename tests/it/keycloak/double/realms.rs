//! Realms: those of tests, and `master`, whose administrator makes them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::answer::{Answer, Outcome, broken, error, forbidden, message};
use super::attributes;
use super::client_changes::{self, build};
use super::mappers;
use super::representation::{CLIENT, given};
use super::request::Request;
use super::source::Source;
use super::state::{Client, Realm, Scope, World};
use super::tokens::Caller;
use super::visit::{Power, Visit};

/// What every realm has, as a new one of a real server has it.
const NEW_REALM: &str = include_str!("new-realm.json");
const TOKEN_LIFE: u64 = 300;

pub(super) fn create(
    world: &mut World,
    request: &Request,
    caller: &Caller,
) -> Outcome {
    request.require_json()?;
    let given: Json =
        serde_json::from_str(&request.body).map_err(|_| broken())?;
    if !matches!(caller, Caller::Administrator) {
        return Err(forbidden());
    }
    let name = given["realm"]
        .as_str()
        .ok_or_else(broken)?
        .to_owned();
    if world.realms.contains_key(&name) {
        let refusal = format!("Realm {name} already exists");
        return Err(message(409, &refusal));
    }
    let realm = import(&name, &given, &mut world.source)?;
    world.realms.insert(name.clone(), realm);
    let host = world
        .location_host
        .as_deref()
        .unwrap_or(&request.host);
    Ok(Answer::created(format!(
        "http://{host}/admin/realms/{name}"
    )))
}

pub(super) fn delete(world: &mut World, power: Power, name: &str) -> Outcome {
    if power < Power::Admin {
        return Err(forbidden());
    }
    world.realms.remove(name);
    Ok(Answer::done())
}

/// Who may not view the realm is shown next to nothing of it.
pub(super) fn show(realm: &Realm, power: Power) -> Answer {
    let mut shown = json!({
        "realm": realm.name,
        "bruteForceProtected": false,
        "supportedLocales": [],
        "organizationsEnabled": false,
    });
    if power == Power::Admin {
        shown["enabled"] = json!(true);
        shown["accessTokenLifespan"] = json!(realm.token_life);
    }
    Answer::shown(shown)
}

pub(super) fn update(visit: &mut Visit<'_>) -> Outcome {
    visit.require(Power::Admin)?;
    let given: Json =
        serde_json::from_str(&visit.request.body).map_err(|_| broken())?;
    if let Some(life) = given["accessTokenLifespan"].as_u64() {
        visit.realm.token_life = life;
    }
    Ok(Answer::done())
}

/// A realm as it is given, with clients, and their service accounts as users.
pub(super) fn import(
    name: &str,
    given: &Json,
    source: &mut Source,
) -> Outcome<Realm> {
    let mut realm = found(name, source)?;
    realm.token_life = given["accessTokenLifespan"]
        .as_u64()
        .unwrap_or(TOKEN_LIFE);
    for body in given["clients"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let client = import_client(body, &realm, source)?;
        realm
            .clients
            .insert(client.id.clone(), client);
    }
    for user in given["users"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let owner = user["serviceAccountClientId"]
            .as_str()
            .unwrap_or_default();
        let mut clients = realm.clients.values_mut();
        let client = clients.find(|client| client.client_id == owner);
        let account = client.and_then(|client| client.account.as_mut());
        let account =
            account.ok_or_else(|| error(400, "no such service account"))?;
        let roles = user["clientRoles"]["realm-management"].as_array();
        let roles = roles
            .into_iter()
            .flatten()
            .filter_map(Json::as_str);
        account
            .roles
            .extend(roles.map(str::to_owned));
    }
    Ok(realm)
}

/// Imported, a client lacks some of what one that is created gets.
fn import_client(
    body: &Json,
    realm: &Realm,
    source: &mut Source,
) -> Outcome<Client> {
    let body = CLIENT.read(&body.to_string())?;
    let mut client = build(&body, realm, source)?;
    if given(&body, "secret").is_some() {
        client
            .attributes
            .remove("client.secret.creation.time");
    }
    client.attributes.insert(
        "post.logout.redirect.uris".to_owned(),
        "+".to_owned(),
    );
    if let Some(account) = &mut client.account {
        account.has_default_roles = false;
    }
    let scope = realm.scope_named("service_account");
    let named = body
        .get("defaultClientScopes")
        .is_some();
    if let Some(scope) = scope.filter(|_| !named) {
        client.defaults.remove(&scope.id);
    }
    Ok(client)
}

/// A realm with what is built in, and nothing else.
fn found(name: &str, source: &mut Source) -> Outcome<Realm> {
    let new: Json = serde_json::from_str(NEW_REALM).map_err(|_| broken())?;
    let mut realm = Realm {
        name: name.to_owned(),
        token_life: TOKEN_LIFE,
        scopes: BTreeMap::new(),
        clients: BTreeMap::new(),
        defaults: BTreeSet::new(),
        optionals: BTreeSet::new(),
        visible: BTreeSet::new(),
    };
    for body in new["clientScopes"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let scope = built_in_scope(body, source);
        match body["assigned"].as_str() {
            Some("default") => realm.defaults.insert(scope.id.clone()),
            Some("optional") => realm.optionals.insert(scope.id.clone()),
            _ => false,
        };
        realm
            .scopes
            .insert(scope.id.clone(), scope);
    }
    for body in new["clients"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let body = body
            .to_string()
            .replace("(realm)", name);
        let client = built_in_client(&body, &realm, source)?;
        realm
            .clients
            .insert(client.id.clone(), client);
    }
    Ok(realm)
}

fn built_in_scope(body: &Json, source: &mut Source) -> Scope {
    let text = |field: &str| {
        body[field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let mappers = body["protocolMappers"]
        .as_array()
        .into_iter()
        .flatten();
    let mappers = mappers.filter_map(Json::as_object);
    Scope {
        id: source.id(),
        name: text("name"),
        description: Some(text("description")),
        protocol: text("protocol"),
        attributes: attributes::read(body.get("attributes")),
        mappers: mappers
            .map(|mapper| mappers::parse_as_it_is(mapper, source))
            .collect(),
    }
}

fn built_in_client(
    body: &str,
    realm: &Realm,
    source: &mut Source,
) -> Outcome<Client> {
    let body: Map<String, Json> =
        serde_json::from_str(body).map_err(|_| broken())?;
    let mut client = build(&body, realm, source)?;
    client.secret = None;
    client.attributes = attributes::read(body.get("attributes"));
    for (field, value) in client_changes::defaults() {
        let value = body
            .get(&field)
            .cloned()
            .unwrap_or(value);
        client.fields.insert(field, value);
    }
    Ok(client)
}
