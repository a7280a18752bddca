//! `…/protocol-mappers/models`, of a client scope or of a client.

use serde_json::{Map, Value as Json};

use super::answer::{
    Answer, Outcome, broken, duplicate, error, message, no_such_method,
    no_such_path,
};
use super::attributes;
use super::representation::{MAPPER, given};
use super::source::Source;
use super::state::Mapper;
use super::visit::{Power, Visit};

/// Whose mappers they are.
#[derive(Clone, Copy)]
pub(super) enum Owner<'a> {
    Scope(&'a str),
    Client(&'a str),
}

pub(super) fn handle(
    visit: &mut Visit<'_>,
    owner: Owner<'_>,
    rest: &[&str],
) -> Outcome {
    match (visit.request.method.as_str(), rest) {
        ("GET", ["models"]) => {
            visit.require(Power::View)?;
            let mappers = mappers_of(visit, owner)?;
            Ok(Answer::shown(
                mappers
                    .iter()
                    .map(Mapper::show)
                    .collect(),
            ))
        }
        ("POST", ["models"]) => create(visit, owner),
        ("GET", ["models", id]) => {
            visit.require(Power::View)?;
            Ok(Answer::shown(find(visit, owner, id)?.show()))
        }
        ("PUT", ["models", id]) => update(visit, owner, id),
        ("DELETE", ["models", id]) => {
            visit.require(Power::Manage)?;
            find(visit, owner, id)?;
            mappers_of(visit, owner)?.retain(|mapper| mapper.id != *id);
            Ok(Answer::done())
        }
        (_, ["models"] | ["models", _]) => Err(no_such_method()),
        _ => Err(no_such_path()),
    }
}

fn mappers_of<'a>(
    visit: &'a mut Visit<'_>,
    owner: Owner<'_>,
) -> Outcome<&'a mut Vec<Mapper>> {
    match owner {
        Owner::Client(id) => Ok(&mut visit.client_mut(id)?.mappers),
        Owner::Scope(id) => {
            let scope = visit
                .realm
                .scopes
                .get_mut(id)
                .ok_or_else(broken)?;
            Ok(&mut scope.mappers)
        }
    }
}

fn find<'a>(
    visit: &'a mut Visit<'_>,
    owner: Owner<'_>,
    id: &str,
) -> Outcome<&'a mut Mapper> {
    let mut mappers = mappers_of(visit, owner)?.iter_mut();
    let found = mappers.find(|mapper| mapper.id == id);
    found.ok_or_else(|| error(404, "Model not found"))
}

fn create(visit: &mut Visit<'_>, owner: Owner<'_>) -> Outcome {
    let body = visit.body(&MAPPER)?;
    visit.require(Power::Manage)?;
    let mut mapper = parse(&body, visit.source);
    if !is_known(&mapper.kind) {
        return Err(error(404, "ProtocolMapper provider not found"));
    }
    add_introspection(&mut mapper);
    let mappers = mappers_of(visit, owner)?;
    if mappers
        .iter()
        .any(|other| other.name == mapper.name)
    {
        return Err(message(
            409,
            "Protocol mapper exists with same name",
        ));
    }
    check(&mapper)?;
    let id = mapper.id.clone();
    mappers.push(mapper);
    let path = match owner {
        Owner::Scope(owner) => format!("client-scopes/{owner}"),
        Owner::Client(owner) => format!("clients/{owner}"),
    };
    let base = &visit.base;
    Ok(Answer::created(format!(
        "{base}/{path}/protocol-mappers/models/{id}"
    )))
}

/// Replaces the whole `config`, and finds the mapper by
/// the id that the body gives.
fn update(visit: &mut Visit<'_>, owner: Owner<'_>, id: &str) -> Outcome {
    let body = visit.body(&MAPPER)?;
    visit.require(Power::Manage)?;
    let mut mapper = parse(&body, visit.source);
    add_introspection(&mut mapper);
    let found = find(visit, owner, id)?;
    if given(&body, "id") != Some(id) {
        return Err(broken());
    }
    check(&mapper)?;
    *found = mapper;
    Ok(Answer::done())
}

/// The mappers that come along with a new client or client scope.
pub(super) fn read_all(
    list: Option<&Json>,
    source: &mut Source,
) -> Outcome<Vec<Mapper>> {
    let items = list
        .and_then(Json::as_array)
        .into_iter()
        .flatten();
    let mappers: Vec<Mapper> = items
        .filter_map(Json::as_object)
        .map(|body| parse(body, source))
        .collect();
    for mapper in &mappers {
        check(mapper)?;
    }
    Ok(mappers)
}

/// The list that a client is to have: who has the name of one
/// that is there is that one.
pub(super) fn replace_all(
    existing: &[Mapper],
    list: &Json,
    source: &mut Source,
) -> Outcome<Vec<Mapper>> {
    let mut mappers = read_all(Some(list), source)?;
    for mapper in &mut mappers {
        if let Some(same) = existing
            .iter()
            .find(|other| other.name == mapper.name)
        {
            mapper.id.clone_from(&same.id);
        }
    }
    Ok(mappers)
}

fn parse(body: &Map<String, Json>, source: &mut Source) -> Mapper {
    let mut mapper = parse_as_it_is(body, source);
    add_default(
        &mut mapper,
        "userinfo.token.claim",
        "id.token.claim",
    );
    mapper
}

/// Those that are built in have no default but what they say.
pub(super) fn parse_as_it_is(
    body: &Map<String, Json>,
    source: &mut Source,
) -> Mapper {
    let text = |field| {
        given(body, field)
            .unwrap_or_default()
            .to_owned()
    };
    Mapper {
        id: given(body, "id").map_or_else(|| source.id(), str::to_owned),
        name: text("name"),
        protocol: text("protocol"),
        kind: text("protocolMapper"),
        config: attributes::read(body.get("config")),
    }
}

/// Only on its own way does a mapper get this, not where it
/// comes along with its owner.
fn add_introspection(mapper: &mut Mapper) {
    add_default(
        mapper,
        "introspection.token.claim",
        "access.token.claim",
    );
}

fn add_default(mapper: &mut Mapper, name: &str, like: &str) {
    if let Some(value) = mapper.config.get(like).cloned() {
        mapper
            .config
            .entry(name.to_owned())
            .or_insert(value);
    }
}

fn check(mapper: &Mapper) -> Outcome<()> {
    if mapper.name.is_empty() {
        return Err(duplicate());
    }
    Ok(())
}

fn is_known(kind: &str) -> bool {
    kind.starts_with("oidc-") || kind.starts_with("saml-")
}
