//! `…/client-scopes`

use serde_json::Value as Json;

use super::answer::{
    Answer, Outcome, broken, error, forbidden, message, no_such_method,
    no_such_path,
};
use super::attributes::{self, Empty};
use super::mappers::{self, Owner};
use super::representation::{CLIENT_SCOPE, given};
use super::state::Scope;
use super::visit::{Power, Visit};

const MOST_OF_A_TEXT: usize = 255;
const MOST_OF_AN_ATTRIBUTE: usize = 2048;

pub(super) fn handle(visit: &mut Visit<'_>, rest: &[&str]) -> Outcome {
    let method = visit.request.method.as_str();
    match (method, rest) {
        ("GET", []) => list(visit),
        ("POST", []) => create(visit),
        (_, []) => Err(no_such_method()),
        (_, [id, rest @ ..]) => {
            if !visit.realm.scopes.contains_key(*id) {
                return Err(absent(visit));
            }
            match (method, rest) {
                ("GET", []) => {
                    visit.require(Power::View)?;
                    let scope = visit
                        .realm
                        .scopes
                        .get(*id)
                        .ok_or_else(broken)?;
                    Ok(Answer::shown(scope.show()))
                }
                ("PUT", []) => update(visit, id),
                ("DELETE", []) => delete(visit, id),
                (_, []) => Err(no_such_method()),
                (_, ["protocol-mappers", rest @ ..]) => {
                    mappers::handle(visit, Owner::Scope(id), rest)
                }
                _ => Err(no_such_path()),
            }
        }
    }
}

/// Who may not even list is not told what exists.
fn absent(visit: &Visit<'_>) -> Answer {
    if visit.power < Power::Query {
        return forbidden();
    }
    error(404, "Could not find client scope")
}

/// All of them whole, in one answer: `first` and `max` are
/// no parameters of this path.
fn list(visit: &mut Visit<'_>) -> Outcome {
    visit.require(Power::Query)?;
    if visit.power < Power::View {
        return Ok(Answer::shown(Json::Array(Vec::new())));
    }
    let shown = visit
        .realm
        .scopes
        .values()
        .map(Scope::show)
        .collect();
    Ok(Answer::shown(Json::Array(
        visit.source.shuffle(shown),
    )))
}

fn create(visit: &mut Visit<'_>) -> Outcome {
    let body = visit.body(&CLIENT_SCOPE)?;
    visit.require(Power::Manage)?;
    let name = given(&body, "name").map(str::to_owned);
    check_name(name.as_deref())?;
    let protocol = given(&body, "protocol").map(str::to_owned);
    let protocol = check_protocol(protocol)?;

    let scope = Scope {
        id: given(&body, "id").map_or_else(|| visit.source.id(), str::to_owned),
        name: name.ok_or_else(broken)?,
        description: given(&body, "description").map(str::to_owned),
        protocol,
        attributes: attributes::read(body.get("attributes")),
        mappers: Vec::new(),
    };
    check_taken(visit, &scope.name, None)?;
    check_lengths(&scope)?;
    let mappers = mappers::read_all(body.get("protocolMappers"), visit.source)?;
    let mut names: Vec<&str> = mappers
        .iter()
        .map(|mapper| mapper.name.as_str())
        .collect();
    names.sort_unstable();
    if names
        .windows(2)
        .any(|pair| pair[0] == pair[1])
    {
        return Err(taken(&scope.name));
    }

    let location = format!("{}/client-scopes/{}", visit.base, scope.id);
    let scope = Scope {
        mappers,
        ..scope
    };
    visit
        .realm
        .scopes
        .insert(scope.id.clone(), scope);
    Ok(Answer::created(location))
}

/// Merges: what is left out stays. `protocolMappers` is not looked at.
fn update(visit: &mut Visit<'_>, id: &str) -> Outcome {
    let body = visit.body(&CLIENT_SCOPE)?;
    visit.require(Power::Manage)?;
    let name = given(&body, "name").map(str::to_owned);
    check_name(name.as_deref())?;
    let mut scope = visit
        .realm
        .scopes
        .get(id)
        .ok_or_else(broken)?
        .clone();
    scope.name = name.ok_or_else(broken)?;
    check_taken(visit, &scope.name, Some(id))?;
    if let Some(description) = given(&body, "description") {
        scope.description = Some(description.to_owned());
    }
    if let Some(protocol) = given(&body, "protocol") {
        protocol.clone_into(&mut scope.protocol);
    }
    attributes::merge(
        &mut scope.attributes,
        body.get("attributes"),
        Empty::IsKept,
    );
    check_lengths(&scope)?;
    visit
        .realm
        .scopes
        .insert(id.to_owned(), scope);
    Ok(Answer::done())
}

/// Its assignments go along, without a word.
fn delete(visit: &mut Visit<'_>, id: &str) -> Outcome {
    visit.require(Power::Manage)?;
    visit.realm.scopes.remove(id);
    visit.realm.defaults.remove(id);
    visit.realm.optionals.remove(id);
    for client in visit.realm.clients.values_mut() {
        client.defaults.remove(id);
        client.optionals.remove(id);
    }
    Ok(Answer::done())
}

/// RFC 6749's scope-token. A name that is missing is found too late.
fn check_name(name: Option<&str>) -> Outcome<()> {
    let name = name.ok_or_else(broken)?;
    let is_fine =
        |character: char| matches!(character, '!' | '#'..='[' | ']'..='~');
    if name.is_empty() || !name.chars().all(is_fine) {
        let refusal = format!("Unexpected name \"{name}\" for ClientScope");
        return Err(message(400, &refusal));
    }
    Ok(())
}

fn check_protocol(protocol: Option<String>) -> Outcome<String> {
    protocol
        .filter(|protocol| {
            ["openid-connect", "saml"].contains(&protocol.as_str())
        })
        .ok_or_else(|| message(400, "Unexpected protocol"))
}

fn check_taken(
    visit: &Visit<'_>,
    name: &str,
    own: Option<&str>,
) -> Outcome<()> {
    let other = visit.realm.scope_named(name);
    if other.is_some_and(|other| Some(other.id.as_str()) != own) {
        return Err(taken(name));
    }
    Ok(())
}

fn taken(name: &str) -> Answer {
    message(
        409,
        &format!("Client Scope {name} already exists"),
    )
}

fn check_lengths(scope: &Scope) -> Outcome<()> {
    let mut texts = vec![(scope.name.as_str(), MOST_OF_A_TEXT)];
    texts.extend(
        scope
            .description
            .as_deref()
            .map(|text| (text, MOST_OF_A_TEXT)),
    );
    for (name, value) in &scope.attributes {
        texts.push((name, MOST_OF_A_TEXT));
        texts.push((value, MOST_OF_AN_ATTRIBUTE));
    }
    if texts
        .iter()
        .any(|(text, most)| text.chars().count() > *most)
    {
        return Err(broken());
    }
    Ok(())
}
