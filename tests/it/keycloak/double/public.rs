//! `/realms/{realm}`: what everybody may read, and the token endpoint.

use serde_json::{Value as Json, json};

use super::answer::{Answer, Outcome, error, no_such_method, no_such_path};
use super::request::Request;
use super::signer;
use super::state::{OPENID_CONNECT, Realm, World};
use super::token_endpoint;

pub(super) fn handle(
    world: &mut World,
    request: &Request,
    name: &str,
    rest: &[&str],
) -> Outcome {
    let Some(realm) = world.realms.get(name) else {
        return Err(error(404, "Realm does not exist"));
    };
    let url = format!("http://{}/realms/{name}", request.host);
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(Answer::shown(describe(realm, &url))),
        ("GET", [".well-known", "openid-configuration"]) => {
            Ok(Answer::shown(discover(realm, &url)))
        }
        ("GET", ["protocol", "openid-connect", "certs"]) => {
            Ok(Answer::shown(signer::published()))
        }
        ("POST", ["protocol", "openid-connect", "token"]) => {
            token_endpoint::handle(world, request, name, &url)
        }
        (
            _,
            []
            | [".well-known", "openid-configuration"]
            | ["protocol", "openid-connect", "certs" | "token"],
        ) => Err(no_such_method()),
        _ => Err(no_such_path()),
    }
}

fn describe(realm: &Realm, url: &str) -> Json {
    json!({
        "realm": realm.name,
        "public_key": signer::public_key(),
        "token-service": format!("{url}/protocol/openid-connect"),
        "account-service": format!("{url}/account"),
        "tokens-not-before": 0,
    })
}

/// Of the whole document what is asked for. Every client scope is public here,
/// unless it says otherwise.
fn discover(realm: &Realm, url: &str) -> Json {
    let hidden = Some("false");
    let scopes = realm.scopes.values().filter(|scope| {
        let metadata = scope
            .attributes
            .get("include.in.openid.provider.metadata");
        scope.protocol == OPENID_CONNECT
            && metadata.map(String::as_str) != hidden
    });
    let names = scopes.map(|scope| scope.name.as_str());
    let names: Vec<&str> = ["openid"]
        .into_iter()
        .chain(names)
        .collect();
    let endpoints = format!("{url}/protocol/openid-connect");
    json!({
        "issuer": url,
        "token_endpoint": format!("{endpoints}/token"),
        "introspection_endpoint": format!("{endpoints}/token/introspect"),
        "jwks_uri": format!("{endpoints}/certs"),
        "grant_types_supported": ["client_credentials", "password"],
        "token_endpoint_auth_methods_supported":
            ["private_key_jwt", "client_secret_basic", "client_secret_post"],
        "scopes_supported": names,
    })
}
