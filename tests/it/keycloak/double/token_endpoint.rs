//! `…/protocol/openid-connect/token`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};
use url::form_urlencoded;

use super::answer::{Answer, Outcome, broken, described};
use super::request::Request;
use super::signer;
use super::state::{Client, OPENID_CONNECT, Realm, Scope, World};
use super::tokens::{Ingredients, life_of};
use super::{assertions, clock};

/// A longer parameter is dropped without a word.
const MOST_OF_A_PARAMETER: usize = 4000;
/// How long an administrator's token lives.
const MASTER_LIFE: u64 = 60;

pub(super) fn handle(
    world: &mut World,
    request: &Request,
    realm: &str,
    url: &str,
) -> Outcome {
    let form = Form(request.form());
    match form.get("grant_type") {
        None => Err(described(
            400,
            "invalid_request",
            "Missing form parameter: grant_type",
        )),
        Some("client_credentials") => issue(world, request, &form, realm, url),
        Some("password") if realm == "master" => log_in(world, &form, url),
        Some(_) => Err(described(
            400,
            "unsupported_grant_type",
            "Unsupported grant_type",
        )),
    }
}

pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter();
        let (_, value) = parameters.find(|(other, _)| other == name)?;
        Some(value.as_str())
    }
}

/// The administrator, by name and password.
fn log_in(world: &mut World, form: &Form, url: &str) -> Outcome {
    if (form.get("username"), form.get("password"))
        != (Some("admin"), Some("admin"))
    {
        let refusal = "Invalid user credentials";
        return Err(described(400, "invalid_grant", refusal));
    }
    let (now, id) = (clock::now(), world.source.id());
    let claims = json!({
        "exp": now + MASTER_LIFE,
        "iat": now,
        "jti": id,
        "iss": url,
        "azp": "admin-cli",
    });
    let claims = claims
        .as_object()
        .cloned()
        .unwrap_or_default();
    Ok(hand_out(
        world,
        &claims,
        MASTER_LIFE,
        "JWT",
        "profile email",
    ))
}

fn issue(
    world: &mut World,
    request: &Request,
    form: &Form,
    realm: &str,
    url: &str,
) -> Outcome {
    let client = authenticate(world, request, form, realm, url)?;
    let realm = world
        .realms
        .get(realm)
        .ok_or_else(broken)?;
    if client.account.is_none() {
        let refusal = "Client not enabled to retrieve service account";
        return Err(described(401, "unauthorized_client", refusal));
    }
    let asked = form.get("scope").unwrap_or_default();
    let asked = if asked.len() > MOST_OF_A_PARAMETER {
        ""
    } else {
        asked
    };
    let scopes = choose_scopes(realm, &client, asked)?;
    let scope = name_scopes(&scopes, asked);
    let life = life_of(&client, realm)?;
    let ingredients = Ingredients {
        realm,
        client: &client,
        scopes: &scopes,
        scope: scope.join(" "),
        issuer: url,
        life,
    };
    let claims = ingredients.claims(&mut world.source);
    let kind = kind_of(&client)?;
    let scope = world.source.shuffle(scope).join(" ");
    Ok(hand_out(world, &claims, life, kind, &scope))
}

fn hand_out(
    world: &mut World,
    claims: &Map<String, Json>,
    life: u64,
    kind: &str,
    scope: &str,
) -> Answer {
    let id = claims
        .get("jti")
        .and_then(Json::as_str)
        .unwrap_or_default();
    world.tokens.insert(id.to_owned());
    Answer::shown(json!({
        "access_token": signer::sign(claims, kind),
        "expires_in": life,
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": scope,
    }))
}

/// The `typ` of the token's header; the double signs in one way only.
fn kind_of(client: &Client) -> Outcome<&'static str> {
    let text = |name: &str| {
        client
            .attributes
            .get(name)
            .map(String::as_str)
    };
    match text("access.token.signed.response.alg") {
        None | Some("RS256") => {}
        Some(_) => return Err(broken()),
    }
    if text("dpop.bound.access.tokens") == Some("true") {
        let refusal = "DPoP proof is missing";
        return Err(described(400, "invalid_request", refusal));
    }
    Ok(match text("access.token.header.type.rfc9068") {
        Some("true") => "at+jwt",
        _ => "JWT",
    })
}

/// The client that proves who it is: with its secret, in the header or in the
/// form, or with an assertion.
fn authenticate(
    world: &mut World,
    request: &Request,
    form: &Form,
    realm: &str,
    url: &str,
) -> Outcome<Client> {
    if form.get("client_assertion").is_some() {
        return assertions::authenticate(world, form, realm, url);
    }
    let (client_id, secret) = basic(request)
        .or_else(|| {
            let id = form.get("client_id")?.to_owned();
            Some((
                id,
                form.get("client_secret")
                    .map(str::to_owned),
            ))
        })
        .ok_or_else(|| refuse("invalid_client"))?;
    let realm = world
        .realms
        .get(realm)
        .ok_or_else(broken)?;
    let client = realm.client_named(&client_id);
    let client = client.filter(|client| client.is("enabled"));
    let client = client.ok_or_else(|| refuse("invalid_client"))?;
    if client.is("publicClient") {
        let refusal = "Public client not allowed to retrieve service account";
        return Err(described(401, "unauthorized_client", refusal));
    }
    if secret.is_none() || secret != client.secret {
        return Err(refuse("unauthorized_client"));
    }
    Ok(client.clone())
}

pub(super) fn refuse(error: &str) -> Answer {
    let refusal = "Invalid client or Invalid client credentials";
    described(401, error, refusal)
}

fn basic(request: &Request) -> Option<(String, Option<String>)> {
    let encoded = request
        .authorization
        .as_deref()?
        .strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |text: &str| {
        let mut pairs = form_urlencoded::parse(text.as_bytes());
        pairs
            .next()
            .map(|(name, _)| name.into_owned())
    };
    Some((plain(id)?, plain(secret)))
}

/// Those by default, and of the optional ones those that are asked for. Whether
/// a scope does not exist or is not granted is not told apart.
fn choose_scopes<'a>(
    realm: &'a Realm,
    client: &Client,
    asked: &str,
) -> Outcome<Vec<&'a Scope>> {
    let of = |id: &String| {
        let scope = realm.scopes.get(id)?;
        (scope.protocol == OPENID_CONNECT).then_some(scope)
    };
    let mut chosen: Vec<&Scope> = client
        .defaults
        .iter()
        .filter_map(of)
        .collect();
    for name in asked.split_whitespace() {
        if name == "openid"
            || chosen
                .iter()
                .any(|scope| scope.name == name)
        {
            continue;
        }
        let mut optional = client.optionals.iter().filter_map(of);
        let Some(scope) = optional.find(|scope| scope.name == name) else {
            let refusal = format!("Invalid scopes: {asked}");
            return Err(described(400, "invalid_scope", &refusal));
        };
        chosen.push(scope);
    }
    Ok(chosen)
}

fn name_scopes(scopes: &[&Scope], asked: &str) -> Vec<String> {
    let is_named = |scope: &&&Scope| {
        let included = scope
            .attributes
            .get("include.in.token.scope");
        included.map(String::as_str) != Some("false")
    };
    let openid = asked
        .split_whitespace()
        .any(|name| name == "openid");
    let names = scopes.iter().filter(is_named);
    let names = names.map(|scope| scope.name.clone());
    openid
        .then(|| "openid".to_owned())
        .into_iter()
        .chain(names)
        .collect()
}
