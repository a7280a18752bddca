//! What to do about each failure, and how it is called.

use std::net::SocketAddr;
use std::path::Path;

use super::tenant::{advise_on_one_tenant, advise_on_unsettled};
use super::variables::advise_on_unset;
use crate::cli::arguments::Base;
use crate::cli::choice::Unsettled;
use crate::cli::credentials::invalid::InvalidCredentials;
use crate::cli::exit::Failure;
use crate::model::{Advice, Step, safe_path};

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
            Self::Unsettled(unsettled) => id_of_unsettled(unsettled),
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
        let words = match self {
            // What comes from below says itself what to do.
            Self::Provider(error) => return error.next_step(),
            Self::Emulator(error) => return error.next_step(),
            Self::Sink(error) => return error.next_step(),
            Self::Revision(error) => return error.next_step(),
            Self::Service(failure) => return failure.next_step(),
            Self::NoApproval { source, .. } => return source.next_step(),
            Self::Stale(stale) => return stale.next_step(),
            Self::Unsettled(unsettled) => {
                return advise_on_unsettled(unsettled);
            }
            Self::NotSet(unset) => return Some(advise_on_unset(unset)),
            Self::OneTenant(first, second, tenant) => {
                return Some(advise_on_one_tenant(first, second, tenant));
            }
            Self::MovedSince { base, path } => {
                return Some(advise_on_moved(base, path));
            }
            Self::NotFilledThere(address) => {
                return Some(advise_on_listening(*address));
            }
            Self::InvalidCredentials { source, .. } => {
                advise_on_credentials(source)
            }
            Self::TwoCredentials { .. } => {
                "unset either: a file has the credentials of many tenants, \
                 the others those of one"
            }
            Self::EnvironmentName(_) => {
                "unset it, or name an environment of the configuration"
            }
            Self::NoEnvironments => {
                "declare them under `environments`, or leave `--env` and \
                 `--all-envs` out"
            }
            Self::NoShard(_) => "say which part it is, as in `--shard 1/4`",
            Self::GivenUp => "plan again to see what is left to do",
            Self::NobodyToAsk => "to do it without asking, add --auto-approve",
            Self::NotInBase(_) => {
                "name the path from the folder of the repository, or with \
                 `./` from here"
            }
            Self::RenamedEnvironments { .. } => {
                "rename one environment in a change, or say first in the base \
                 which tenant each is, as in `provider: { auth0: { domain: \
                 acme.eu.auth0.com } }`"
            }
            Self::BaseProblems(_) => {
                "mend the revision that is compared with first, or name one \
                 that has no problems"
            }
            Self::Overwrites { .. } => "name a file of its own",
            Self::SecretInPlan(_) => {
                "take it out of the configuration and the tenant; where it is \
                 none, but the same by chance, choose another"
            }
            Self::Unhealthy { .. } => {
                "start one with `grantry emulator`, or say where it listens, \
                 as in `--check-health 127.0.0.1:4600`"
            }
            Self::Exists(_) => {
                "name another folder, or move the file away first"
            }
            // These say themselves what to do, object by object, or leave
            // nothing to do.
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
            | Self::Output(_) => return None,
        };
        Some(words.into())
    }
}

fn id_of_unsettled(unsettled: &Unsettled) -> &'static str {
    match unsettled {
        Unsettled::NoProvider { .. } => "no-provider",
        Unsettled::NoDomain { .. } => "domain-not-named",
        Unsettled::TwoDomains { .. } => "two-domains",
        Unsettled::NoRealm { .. } => "realm-not-named",
        Unsettled::TwoRealms { .. } => "two-realms",
        Unsettled::Settings(error) => error.id(),
    }
}

/// What to do where the configuration was at another path.
fn advise_on_moved(base: &Base, path: &Path) -> Step {
    let name = base.name.as_str();
    let path = safe_path(path);
    format!("say where it was, as in `--base {name}:{path}`").into()
}

/// What to do where a tenant is not filled at this address.
fn advise_on_listening(address: SocketAddr) -> Step {
    let port = address.port();
    format!(
        "listen at `0.0.0.0:{port}`, which this machine reaches too, or add \
         `--tls`"
    )
    .into()
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
            "it is YAML or JSON, as in `{ \"acme.eu.auth0.com\": { \
             \"client_id\": …, \"client_secret\": … } }`, with \
             `client_assertion_private_key` and \
             `client_assertion_signing_alg`, or `api_token`, in place of \
             `client_secret`, and perhaps an `audience`; a realm is a key as \
             `https://sso.example/realms/acme`, takes no `api_token` and no \
             `audience`, and may have an `auth_realm`"
        }
        InvalidCredentials::Absent(_)
        | InvalidCredentials::Incomplete(_)
        | InvalidCredentials::IncompleteRealm(_) => {
            "add `client_id` and `client_secret` for this tenant"
        }
    }
}
