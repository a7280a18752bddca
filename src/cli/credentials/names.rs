//! The names of the variables that say who we are in a tenant, and where it is.

use crate::model::EnvironmentName;

pub(in crate::cli) const DOMAIN: &str = "AUTH0_DOMAIN";
pub(in crate::cli) const AUDIENCE: &str = "AUTH0_AUDIENCE";
pub(in crate::cli) const TOKENS: [&str; 2] =
    ["AUTH0_API_TOKEN", "AUTH0_ACCESS_TOKEN"];
pub(in crate::cli) const CLIENT_ID: &str = "AUTH0_CLIENT_ID";
pub(in crate::cli) const KEY: &str = "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY";
pub(in crate::cli) const SECRET: &str = "AUTH0_CLIENT_SECRET";
pub(in crate::cli) const ALGORITHM: &str = "AUTH0_CLIENT_ASSERTION_SIGNING_ALG";

pub(in crate::cli) const URL: &str = "KEYCLOAK_URL";
pub(in crate::cli) const REALM: &str = "KEYCLOAK_REALM";
pub(in crate::cli) const AUTH_REALM: &str = "KEYCLOAK_AUTH_REALM";
pub(in crate::cli) const REALM_CLIENT_ID: &str = "KEYCLOAK_CLIENT_ID";
pub(in crate::cli) const REALM_SECRET: &str = "KEYCLOAK_CLIENT_SECRET";
pub(in crate::cli) const REALM_KEY: &str =
    "KEYCLOAK_CLIENT_ASSERTION_PRIVATE_KEY";
pub(in crate::cli) const REALM_ALGORITHM: &str =
    "KEYCLOAK_CLIENT_ASSERTION_SIGNING_ALG";

pub(in crate::cli) const VAULT_ADDRESS: &str = "VAULT_ADDR";
pub(in crate::cli) const VAULT_NAMESPACE: &str = "VAULT_NAMESPACE";
pub(in crate::cli) const VAULT_AUTHORITY: &str = "VAULT_CACERT";
pub(in crate::cli) const VAULT_TOKEN: &str = "VAULT_TOKEN";
pub(in crate::cli) const VAULT_ROLE_ID: &str = "VAULT_ROLE_ID";
pub(in crate::cli) const VAULT_SECRET_ID: &str = "VAULT_SECRET_ID";
pub(in crate::cli) const VAULT_KUBERNETES_ROLE: &str = "VAULT_KUBERNETES_ROLE";
pub(in crate::cli) const VAULT_KUBERNETES_TOKEN: &str =
    "VAULT_KUBERNETES_TOKEN_FILE";

/// What the variables of our own credentials begin with, and of those that are
/// for any service. Those of no one service do.
pub(in crate::cli) const OWN: [&str; 3] = ["AUTH0", "KEYCLOAK", "GRANTRY"];

/// A service as whom a token is asked for.
pub(in crate::cli) const SERVICE_ID: &str = "GRANTRY_CLIENT_ID";
pub(in crate::cli) const SERVICE_SECRET: &str = "GRANTRY_CLIENT_SECRET";

/// Where many sets are, by the domains and realms of their tenants.
pub(in crate::cli) const FILE: &str = "GRANTRY_CREDENTIALS";

/// What stands between the name of a variable and that of the
/// environment whose own it is.
pub(in crate::cli) const SEPARATOR: &str = "__";

/// The variables that are secret.
pub(super) const SECRETS: [&str; 9] = [
    TOKENS[0],
    TOKENS[1],
    KEY,
    SECRET,
    REALM_KEY,
    REALM_SECRET,
    VAULT_TOKEN,
    VAULT_SECRET_ID,
    SERVICE_SECRET,
];

/// All variables of one set, for either provider: an
/// environment has one tenant.
pub(super) const SET: [&str; 15] = [
    DOMAIN,
    AUDIENCE,
    TOKENS[0],
    TOKENS[1],
    CLIENT_ID,
    KEY,
    SECRET,
    ALGORITHM,
    URL,
    REALM,
    AUTH_REALM,
    REALM_CLIENT_ID,
    REALM_KEY,
    REALM_SECRET,
    REALM_ALGORITHM,
];

/// How the names of an environment's own variables end.
pub(in crate::cli) fn suffix_of(environment: &EnvironmentName) -> String {
    format!("{SEPARATOR}{}", environment.as_variable())
}

/// Whether a variable of this name is a secret, of whichever environment.
pub(in crate::cli) fn is_secret(name: &str) -> bool {
    SECRETS.iter().any(|secret| {
        let rest = name.strip_prefix(secret);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(SEPARATOR))
    })
}
