//! Clients that authenticate with keys: `private_key_jwt`.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value as Json};
use x509_cert::Certificate;
use x509_cert::der::{Decode, Encode};

use super::answer::{Answer, Outcome, broken, described};
use super::state::{Client, World};
use super::token_endpoint::{Form, refuse};

pub(super) fn authenticate(
    world: &mut World,
    form: &Form,
    realm: &str,
    url: &str,
) -> Outcome<Client> {
    let assertion = form
        .get("client_assertion")
        .unwrap_or_default();
    let claims = peek(assertion)
        .ok_or_else(|| invalid("Client assertion is malformed"))?;
    let text = |name: &str| {
        claims
            .get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
    };
    let realm = world
        .realms
        .get(realm)
        .ok_or_else(broken)?;
    let client = realm.client_named(text("sub"));
    let client = client.filter(|client| client.is("enabled"));
    let client = client
        .ok_or_else(|| refuse("invalid_client"))?
        .clone();

    verify(assertion, &client, url)?;
    if !world
        .assertions
        .insert(text("jti").to_owned())
    {
        return Err(invalid("Token reuse detected"));
    }
    Ok(client)
}

fn invalid(reason: &str) -> Answer {
    described(400, "invalid_client", reason)
}

/// The claims, of which nothing is believed yet.
fn peek(assertion: &str) -> Option<Map<String, Json>> {
    let payload = assertion.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    serde_json::from_slice(&payload).ok()
}

/// For the realm or for its token endpoint, and signed
/// with a key of the client.
fn verify(assertion: &str, client: &Client, url: &str) -> Outcome<()> {
    let header = jsonwebtoken::decode_header(assertion);
    let header =
        header.map_err(|_| invalid("Client assertion is malformed"))?;
    let mut validation = Validation::new(header.alg);
    let endpoint = format!("{url}/protocol/openid-connect/token");
    validation.set_audience(&[url, &endpoint]);

    let key = find_key(client, header.kid.as_deref(), header.alg)
        .ok_or_else(|| invalid("Unable to load public key"))?;
    let decoded =
        jsonwebtoken::decode::<Map<String, Json>>(assertion, &key, &validation);
    decoded.map(drop).map_err(|_| {
        invalid(
            "Client authentication with signed JWT failed: Signature on JWT token failed validation",
        )
    })
}

fn find_key(
    client: &Client,
    id: Option<&str>,
    algorithm: Algorithm,
) -> Option<DecodingKey> {
    let text = |name: &str| client.attributes.get(name);
    if text("use.jwks.string").map(String::as_str) == Some("true") {
        let keys: JwkSet = serde_json::from_str(text("jwks.string")?).ok()?;
        // Who does not say which key it is has one try.
        let key = match id {
            Some(id) => keys.find(id)?,
            None => keys.keys.first()?,
        };
        return DecodingKey::from_jwk(key).ok();
    }
    let key = match text("jwt.credential.certificate") {
        Some(certificate) => key_of_certificate(certificate)?,
        None => text("jwt.credential.public.key")?.clone(),
    };
    let key = format!(
        "-----BEGIN PUBLIC KEY-----\n{key}\n-----END PUBLIC KEY-----\n"
    );
    match algorithm {
        Algorithm::ES256 | Algorithm::ES384 => {
            DecodingKey::from_ec_pem(key.as_bytes())
        }
        _ => DecodingKey::from_rsa_pem(key.as_bytes()),
    }
    .ok()
}

/// With or without the lines that make it a PEM.
fn key_of_certificate(text: &str) -> Option<String> {
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("-----"));
    let der = STANDARD
        .decode(lines.collect::<String>())
        .ok()?;
    let certificate = Certificate::from_der(&der).ok()?;
    let key = certificate
        .tbs_certificate()
        .subject_public_key_info();
    Some(STANDARD.encode(key.to_der().ok()?))
}
