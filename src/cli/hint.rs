//! What to do next, in the words of the command line and of the environment.

use std::collections::BTreeSet;

use super::choice::{NamedBy, Unsettled};
use super::credentials::invalid::InvalidCredentials;
use super::credentials::names::{self, suffix_of};
use super::exit::{Failure, Unset, UnsetPlace};
use crate::config::{Problems, TenantName};
use crate::model::{Advice, EnvironmentName, Step, Term, safe_path};
use crate::provider::auth0::Domain;
use crate::provider::keycloak::Realm;

/// How the terms of advice are called here.
pub(super) fn words(term: Term) -> &'static str {
    match term {
        Term::Domain => names::DOMAIN,
        Term::ClientId => names::CLIENT_ID,
        Term::ClientSecret => names::SECRET,
        Term::PrivateKey => names::KEY,
        Term::SigningAlgorithm => names::ALGORITHM,
        Term::Token => names::TOKENS[0],
        Term::Audience => names::AUDIENCE,
        Term::Server => names::URL,
        Term::Realm => names::REALM,
        Term::AuthRealm => names::AUTH_REALM,
        Term::RealmClientId => names::REALM_CLIENT_ID,
        Term::RealmClientSecret => names::REALM_SECRET,
        Term::RealmPrivateKey => names::REALM_KEY,
        Term::CertificateAuthorities => "SSL_CERT_FILE",
        Term::TenantFile => "`--provider local:FILE`",
        Term::Parallelism => "--parallelism",
        Term::Deadline => "--deadline, as in `--deadline 2h`",
        Term::LockTimeout => "`--lock-timeout 5m`",
        Term::NoLock => "`--no-lock`",
        Term::Unlock => "`grantry unlock`",
        Term::MaxDeletes => "--max-deletes",
        Term::FullPlan => "--full",
    }
}

/// What to do next, in words.
pub(super) fn of(said: &impl Advice) -> Option<String> {
    said.next_step()
        .map(|step| step.in_words(words))
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems.in_words(words))
    }
}

/// The same, of a configuration as it was before a change.
pub(super) fn of_base(problems: Problems) -> Failure {
    Failure::BaseProblems(problems.in_words(words))
}

/// What to do about the changes of an apply that were not made: each thing
/// once.
pub(super) fn collect_hints<'a, A: Advice + 'a>(
    errors: impl Iterator<Item = &'a A>,
) -> BTreeSet<String> {
    errors.filter_map(of).collect()
}

impl Advice for Failure {
    fn id(&self) -> &'static str {
        match self {
            Self::Problems(_) => "invalid-configuration",
            Self::BaseProblems(_) => "invalid-base",
            Self::Revision(error) => error.id(),
            Self::NotInBase(_) => "not-in-base",
            Self::MovedSince { .. } => "moved-since",
            Self::RenamedEnvironments { .. } => "renamed-environments",
            Self::Plan(_) => "conflicts",
            Self::Refused(_) => "refused",
            Self::Provider(error) => error.id(),
            Self::Emulator(error) => error.id(),
            Self::Sink(error) => error.id(),
            Self::Service(failure) => failure.id(),
            Self::Unsettled(unsettled) => match unsettled {
                Unsettled::NoProvider { .. } => "no-provider",
                Unsettled::NoDomain { .. } => "domain-not-named",
                Unsettled::TwoDomains { .. } => "two-domains",
                Unsettled::NoRealm { .. } => "realm-not-named",
                Unsettled::TwoRealms { .. } => "two-realms",
                Unsettled::Settings(error) => error.id(),
            },
            Self::NotSet(_) => "variables-not-set",
            Self::TwoCredentials { .. } => "two-credentials",
            Self::InvalidCredentials { .. } => "invalid-credentials",
            Self::EnvironmentName(_) => "environment-name",
            Self::NoEnvironments => "no-environments",
            Self::NoShard(_) => "no-shard",
            Self::OneTenant(..) => "one-tenant",
            Self::NotReached(_) => "not-reached",
            Self::NoReports(_) => "no-reports",
            Self::NobodyToAsk => "nobody-to-ask",
            Self::GivenUp => "given-up",
            Self::NotApproved => "not-approved",
            Self::NoApproval { source, .. } => source.id(),
            Self::Stale(stale) => stale.id(),
            Self::Unreadable { .. } => "unreadable",
            Self::Stopped => "stopped",
            Self::NotFilled => "not-filled",
            Self::NotFilledThere(_) => "not-filled-there",
            Self::Unhealthy { .. } => "unhealthy",
            Self::Overwrites { .. } => "file-in-use",
            Self::SecretInPlan(_) => "secret-in-plan",
            Self::Exists(_) => "exists-already",
            Self::File { .. } => "file",
            Self::Runtime(_) => "no-runtime",
            Self::Output(_) => "no-output",
        }
    }

    fn next_step(&self) -> Option<Step> {
        match self {
            Self::Provider(error) => error.next_step(),
            Self::Emulator(error) => error.next_step(),
            Self::Sink(error) => error.next_step(),
            Self::Service(failure) => failure.next_step(),
            Self::NoApproval { source, .. } => source.next_step(),
            Self::Stale(stale) => stale.next_step(),
            Self::NotSet(unset) => Some(advise_on_unset(unset)),
            Self::TwoCredentials { .. } => Some(
                "unset either: a file has the credentials of many tenants, \
                 the others those of one"
                    .into(),
            ),
            Self::InvalidCredentials { source, .. } => {
                Some(advise_on_credentials(source).into())
            }
            Self::Unsettled(unsettled) => advise_on_unsettled(unsettled),
            Self::EnvironmentName(_) => Some(
                "unset it, or name an environment of the configuration".into(),
            ),
            Self::NoEnvironments => Some(
                "declare them under `environments`, or leave `--env` and \
                 `--all-envs` out"
                    .into(),
            ),
            Self::NoShard(_) => {
                Some("say which part it is, as in `--shard 1/4`".into())
            }
            Self::OneTenant(first, second, tenant) => {
                Some(one_tenant(first, second, tenant).into())
            }
            Self::GivenUp => {
                Some("plan again to see what is left to do".into())
            }
            Self::NobodyToAsk => {
                Some("to do it without asking, add --auto-approve".into())
            }
            Self::Revision(error) => error.next_step(),
            Self::NotInBase(_) => Some(
                "name the path from the folder of the repository, or with \
                 `./` from here"
                    .into(),
            ),
            Self::RenamedEnvironments { .. } => Some(
                "rename one environment in a change, or say first in the base \
                 which tenant each is, as in `provider: { auth0: { domain: \
                 acme.eu.auth0.com } }`"
                    .into(),
            ),
            Self::MovedSince { base, path } => {
                let (name, path) = (base.name.as_str(), safe_path(path));
                Some(
                    format!("say where it was, as in `--base {name}:{path}`")
                        .into(),
                )
            }
            Self::BaseProblems(_) => Some(
                "mend the revision that is compared with first, or name one \
                 that has no problems"
                    .into(),
            ),
            Self::Overwrites { .. } => Some("name a file of its own".into()),
            Self::SecretInPlan(_) => Some(
                "take it out of the configuration and the tenant; where it is \
                 none, but the same by chance, choose another"
                    .into(),
            ),
            Self::NotFilledThere(address) => {
                let port = address.port();
                Some(
                    format!(
                        "listen at `0.0.0.0:{port}`, which this machine \
                         reaches too, or add `--tls`"
                    )
                    .into(),
                )
            }
            Self::Unhealthy { .. } => Some(
                "start one with `grantry emulator`, or say where it listens, \
                 as in `--check-health 127.0.0.1:4600`"
                    .into(),
            ),
            Self::Exists(_) => {
                Some("name another folder, or move the file away first".into())
            }
            // These say themselves what to do, object by object, or leave nothing to do.
            Self::Problems(_)
            | Self::Plan(_)
            | Self::Refused(_)
            | Self::NotApproved
            | Self::NotReached(_)
            | Self::NoReports(_)
            | Self::Stopped
            | Self::NotFilled
            | Self::Unreadable { .. }
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => None,
        }
    }
}

/// What to do about variables that are not set.
fn advise_on_unset(unset: &Unset) -> Step {
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
        } => advise_on_unset_realm(
            missing,
            [url, realm],
            stated.as_ref(),
            suffix,
        ),
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
        Some(stated) => steps.push(format!(
            "if `{stated}`, as `provider.keycloak` of the configuration \
             states, is the realm that is meant, set {} and {}: credentials \
             follow no file",
            assign(url, &stated.server.to_string()),
            assign(realm, stated.name.as_str()),
        )),
        None => match [missing.contains(url), missing.contains(realm)] {
            [true, true] => steps.push(format!(
                "set {url} to the address, as in `https://sso.example`, and \
                 {realm} to the realm"
            )),
            [true, false] => {
                steps.push(format!(
                    "set {url} to the address, as in `https://sso.example`"
                ));
            }
            [false, true] => steps.push(format!(
                "set {realm} to the realm that is meant"
            )),
            [false, false] => {}
        },
    }

    if missing
        .iter()
        .any(|name| name != url && name != realm)
    {
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
fn assign(variable: &str, value: &str) -> String {
    let is_plain = |letter: char| {
        letter.is_ascii_alphanumeric() || ":/._-".contains(letter)
    };

    if value.chars().all(is_plain) {
        format!("{variable}={value}")
    } else {
        format!("{variable}='{}'", value.replace('\'', r"'\''"))
    }
}

/// What to do about two environments with one tenant.
fn one_tenant(
    first: &EnvironmentName,
    second: &EnvironmentName,
    tenant: &TenantName,
) -> String {
    let variable = match tenant {
        TenantName::Local(_) => None,
        TenantName::Keycloak(_) => Some(names::REALM),
        _ => Some(names::DOMAIN),
    };
    let each = match variable {
        None => format!(
            "give each a file of its own: `provider: {{ local: {{ file: \
             {first}.json }} }}` in `{first}`"
        ),
        Some(variable) => {
            let (first, second) = (suffix_of(first), suffix_of(second));
            format!(
                "name a tenant for each: in the configuration, or as \
                 {variable}{first} and {variable}{second}"
            )
        }
    };

    format!(
        "{each}\nor give each a `stack` of its own, if both are to be in this \
         tenant"
    )
}

/// What to do about a file of credentials.
fn advise_on_credentials(invalid: &InvalidCredentials) -> &'static str {
    match invalid {
        InvalidCredentials::Readable => {
            "take it from the others, as with `chmod o= FILE`"
        }
        InvalidCredentials::Malformed { .. }
        | InvalidCredentials::NoDomain { .. }
        | InvalidCredentials::Foreign { .. }
        | InvalidCredentials::Twice(_) => {
            "it is YAML or JSON, as in `{ \"acme.eu.auth0.com\": { \"client_id\": …, \"client_secret\": … } }`, \
             with `client_assertion_private_key` and `client_assertion_signing_alg`, or `api_token`, in place of \
             `client_secret`, and perhaps an `audience`; a realm is a key as `https://sso.example/realms/acme`, takes no \
             `api_token` and no `audience`, and may have an `auth_realm`"
        }
        InvalidCredentials::Absent(_)
        | InvalidCredentials::Incomplete(_)
        | InvalidCredentials::IncompleteRealm(_) => {
            "add `client_id` and `client_secret` for this tenant"
        }
    }
}

/// What to do where it is not settled which tenant is meant.
fn advise_on_unsettled(unsettled: &Unsettled) -> Option<Step> {
    match unsettled {
        Unsettled::NoProvider { .. } => Some(
            "say `--provider auth0`, `--provider keycloak` or `--provider \
             local`, or name a `provider` in the configuration"
                .into(),
        ),
        Unsettled::TwoDomains {
            stated,
            named,
            by,
        } => {
            let set = match by {
                NamedBy::CommandLine => {
                    format!("say `--provider auth0:{stated}`")
                }
                NamedBy::Variable(variable) => {
                    format!("set {variable}={stated}")
                }
            };
            let step = format!(
                "for `{stated}`, {set}, with credentials of that tenant\nfor \
                 `{named}`, take `domain` out of the configuration, or state \
                 that one"
            );
            Some(step.into())
        }
        Unsettled::TwoRealms {
            field,
            stated,
            named,
            by,
        } => {
            let set = match by {
                NamedBy::CommandLine => {
                    "say `--provider keycloak:URL/REALM`".to_owned()
                }
                NamedBy::Variable(variable) => {
                    format!("set {}", assign(variable, stated))
                }
            };
            let step = format!(
                "for `{stated}`, {set}, with credentials of that realm\nfor \
                 `{named}`, take `{field}` out of the configuration, or state \
                 that one"
            );
            Some(step.into())
        }
        Unsettled::Settings(error) => error.next_step(),
        Unsettled::NoDomain { .. } | Unsettled::NoRealm { .. } => None,
    }
}
