//! What to do about variables that are not set.

use crate::cli::credentials::names::{self, suffix_of};
use crate::cli::exit::{Unset, UnsetPlace};
use crate::model::Step;
use crate::provider::auth0::Domain;
use crate::provider::keycloak::Realm;

/// What to do about variables that are not set.
pub(super) fn advise_on_unset(unset: &Unset) -> Step {
    let Unset {
        missing,
        place,
        suffix,
        environment,
    } = unset;

    let mut steps = match place {
        UnsetPlace::Domain {
            variable,
            stated,
        } => advise_on_unset_domain(missing, variable, stated.as_ref(), suffix),
        UnsetPlace::Realm {
            url,
            realm,
            stated,
        } => {
            let place = [url, realm];
            advise_on_unset_realm(missing, place, stated.as_ref(), suffix)
        }
    };
    if let Some(environment) = environment {
        let name = environment.as_str();
        let own = suffix_of(environment);
        steps.push(if suffix.is_empty() {
            format!(
                "or all of them for `{name}` alone, with names that end in \
                 {own}"
            )
        } else {
            format!(
                "`{name}` has variables of its own, which end in {own}: none \
                 is taken from those without it"
            )
        });
    }

    // Whoever states one means an account.
    let is_stated = match place {
        UnsetPlace::Domain { stated, .. } => stated.is_some(),
        UnsetPlace::Realm { stated, .. } => stated.is_some(),
    };
    if !is_stated {
        steps.push(
            "or try `--provider local`, which needs no account".to_owned(),
        );
    }
    steps.join("\n").into()
}

fn advise_on_unset_domain(
    missing: &[String],
    domain: &String,
    stated: Option<&Domain>,
    suffix: &str,
) -> Vec<String> {
    let mut steps = Vec::new();
    match stated {
        Some(stated) => steps.push(format!(
            "if `{stated}`, as `provider.auth0.domain` of the configuration \
             states, is the tenant that is meant, set {domain}={stated}: \
             credentials follow no file"
        )),
        None if missing.contains(domain) => steps.push(format!(
            "set {domain} to the tenant's domain, as in `acme.eu.auth0.com`"
        )),
        None => {}
    }

    if missing != [domain.as_str()] {
        steps.push(format!(
            "set {}{suffix} and {}{suffix} (or {}{suffix}), or {}{suffix}",
            names::CLIENT_ID,
            names::SECRET,
            names::KEY,
            names::TOKENS[0],
        ));
    }
    steps
}

fn advise_on_unset_realm(
    missing: &[String],
    [url, realm]: [&String; 2],
    stated: Option<&Realm>,
    suffix: &str,
) -> Vec<String> {
    let mut steps = Vec::new();
    match stated {
        Some(stated) => {
            let url = assign(url, &stated.server.to_string());
            let realm = assign(realm, stated.name.as_str());
            steps.push(format!(
                "if `{stated}`, as `provider.keycloak` of the configuration \
                 states, is the realm that is meant, set {url} and {realm}: \
                 credentials follow no file"
            ));
        }
        None => match [missing.contains(url), missing.contains(realm)] {
            [true, true] => steps.push(format!(
                "set {url} to the address, as in `https://sso.example`, and \
                 {realm} to the realm"
            )),
            [true, false] => steps.push(format!(
                "set {url} to the address, as in `https://sso.example`"
            )),
            [false, true] => steps.push(format!(
                "set {realm} to the realm that is meant"
            )),
            [false, false] => {}
        },
    }

    let mut others = missing.iter();
    if others.any(|name| name != url && name != realm) {
        steps.push(format!(
            "set {}{suffix} and {}{suffix} (or {}{suffix}) to a client with a \
             service account",
            names::REALM_CLIENT_ID,
            names::REALM_SECRET,
            names::REALM_KEY,
        ));
    }
    steps
}

/// A variable as it is set in a shell. What a file chose is pasted there, and
/// is no command.
pub(super) fn assign(variable: &str, value: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || ":/._-".contains(letter)
    };

    if value.chars().all(is_plain) {
        format!("{variable}={value}")
    } else {
        format!("{variable}='{}'", value.replace('\'', r"'\''"))
    }
}
