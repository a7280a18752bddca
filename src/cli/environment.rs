//! The environment variables Grantry reads, and no other place reads any.

use secrecy::SecretString;

use super::exit::Failure;
use crate::provider::auth0::Credentials;

/// The domain of the tenant.
pub(super) fn domain() -> Option<String> {
    variable("AUTH0_DOMAIN")
}

/// The audience of the Management API, where the domain is a custom one.
pub(super) fn audience() -> Option<String> {
    variable("AUTH0_AUDIENCE")
}

/// Which variables say who we are, with what is in them.
enum Chosen {
    Token { variable: &'static str, token: SecretString },
    Key { id: String, key: SecretString },
    Secret { id: String, secret: SecretString },
}

const TOKENS: [&str; 2] = ["AUTH0_API_TOKEN", "AUTH0_ACCESS_TOKEN"];
const CLIENT_ID: &str = "AUTH0_CLIENT_ID";
const KEY: &str = "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY";
const SECRET: &str = "AUTH0_CLIENT_SECRET";

/// A ready token first, then a client with its key, then one with its secret, as Auth0's own tools
/// do.
fn chosen() -> Result<Chosen, Failure> {
    let token = |variable| Some(Chosen::Token { variable, token: secret(variable)? });
    if let Some(chosen) = TOKENS.into_iter().find_map(token) {
        return Ok(chosen);
    }
    match (variable(CLIENT_ID), secret(KEY), secret(SECRET)) {
        (Some(id), Some(key), _) => Ok(Chosen::Key { id, key }),
        (Some(id), None, Some(secret)) => Ok(Chosen::Secret { id, secret }),
        (None, None, None) => {
            Err(Failure::NoCredentials { missing: "AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET" })
        }
        (None, _, _) => Err(Failure::NoCredentials { missing: CLIENT_ID }),
        (Some(_), None, None) => Err(Failure::NoCredentials { missing: SECRET }),
    }
}

/// How to get into an Auth0 tenant.
pub(super) fn credentials() -> Result<Credentials, Failure> {
    Ok(match chosen()? {
        Chosen::Token { token, .. } => Credentials::token(&token)?,
        Chosen::Key { id, key } => {
            let algorithm = variable("AUTH0_CLIENT_ASSERTION_SIGNING_ALG");
            Credentials::client_key(&id, &key, algorithm.as_deref().unwrap_or("RS256"))?
        }
        Chosen::Secret { id, secret } => Credentials::client_secret(&id, secret)?,
    })
}

/// The names of the variables that [`credentials`] takes; none if they are not enough.
pub(super) fn credential_names() -> Vec<&'static str> {
    match chosen() {
        Ok(Chosen::Token { variable, .. }) => vec![variable],
        Ok(Chosen::Key { .. }) => vec![CLIENT_ID, KEY],
        Ok(Chosen::Secret { .. }) => vec![CLIENT_ID, SECRET],
        Err(_) => Vec::new(),
    }
}

fn secret(name: &str) -> Option<SecretString> {
    // A secret from a file often ends in a line break that is not its own.
    let text = variable(name)?;
    Some(SecretString::from(text.trim_end_matches(['\r', '\n'])))
}

/// A variable that is empty counts as not set, as it does for shells and CI systems.
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
