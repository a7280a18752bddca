//! What a configuration does not say, because the environment does.

use crate::model::{Step, Term, step};

/// The names of what no file may hold, besides those with one of the words
/// below in them.
const TOKENS: [&str; 5] = [
    "access_token",
    "api_token",
    "credentials",
    "private_key",
    "token",
];
const SECRETS: [&str; 2] = ["secret", "password"];

/// What to do about a key that is of the tenant or of the credentials for it;
/// nothing, if it is another.
pub(super) fn explain_key(key: &str) -> Option<Step> {
    if key == "domain" {
        return Some(leave_domain_out());
    }

    is_secret(key).then(leave_secret_out)
}

/// Whether what is called so is a secret.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    TOKENS.contains(&&*key)
        || SECRETS
            .iter()
            .any(|word| key.contains(word))
}

/// Where the domain comes from.
pub(super) fn leave_domain_out() -> Step {
    step!(
        "leave `domain` out: the environment names the tenant, as ",
        Term::Domain
    )
}

/// Where credentials come from.
pub(super) fn leave_secret_out() -> Step {
    step!(
        "leave it out: a configuration holds no secret. The tenant makes \
         those of its clients, and Grantry's own credentials stand in the \
         environment: ",
        Term::ClientId,
        " and ",
        Term::ClientSecret,
        ", or ",
        Term::RealmClientId,
        " and ",
        Term::RealmClientSecret,
        " for a Keycloak realm"
    )
}
