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

/// A ready token first, then a client with its key, then one with its secret, as Auth0's own tools
/// do.
pub(super) fn credentials() -> Result<Credentials, Failure> {
    if let Some(token) = secret("AUTH0_API_TOKEN").or_else(|| secret("AUTH0_ACCESS_TOKEN")) {
        return Ok(Credentials::token(&token)?);
    }
    let key = secret("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY");
    match (variable("AUTH0_CLIENT_ID"), key, secret("AUTH0_CLIENT_SECRET")) {
        (Some(id), Some(key), _) => {
            let algorithm = variable("AUTH0_CLIENT_ASSERTION_SIGNING_ALG");
            let algorithm = algorithm.as_deref().unwrap_or("RS256");
            Ok(Credentials::client_key(&id, &key, algorithm)?)
        }
        (Some(id), None, Some(secret)) => Ok(Credentials::client_secret(&id, secret)?),
        (None, None, None) => {
            Err(Failure::NoCredentials { missing: "AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET" })
        }
        (None, _, _) => Err(Failure::NoCredentials { missing: "AUTH0_CLIENT_ID" }),
        (Some(_), None, None) => Err(Failure::NoCredentials { missing: "AUTH0_CLIENT_SECRET" }),
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
