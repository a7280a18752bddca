//! How a run ends: an exit code for each end, and for each failure what to do next.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::choice::{NamedBy, Unsettled, are};
use super::{environment, output};
use crate::config::Problems;
use crate::emulator::EmulatorError;
use crate::model::{ClientId, safe_path};
use crate::plan::{PlanError, Refused};
use crate::provider::auth0::Domain;
use crate::provider::{Denial, Distrust, Objection, ProviderError, Retry, Silence};
use crate::render;

/// How a run ends. The codes are the same in every format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// An error that takes a person; nothing was changed.
    Error,
    /// There are changes (`plan --detailed-exitcode`).
    Changes,
    /// Refused: by a guard, or by the person asked.
    Refused,
    /// Applied in part.
    Partial,
    /// The command line makes no sense.
    Usage,
    /// An error that may pass by itself; nothing was changed.
    TryAgain,
}

impl Exit {
    /// How a run ends that got no further than this.
    pub(super) fn of_provider(error: &ProviderError) -> Self {
        match error.retry() {
            Retry::Worthwhile => Self::TryAgain,
            Retry::Pointless => Self::Error,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Error => 1,
            Exit::Changes => 2,
            Exit::Refused => 3,
            Exit::Partial => 5,
            Exit::Usage => 64,
            Exit::TryAgain => 75,
        })
    }
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the configuration has problems")]
    Problems(#[from] Problems),
    /// What they are was printed with the plan.
    #[error("{0}; nothing was changed")]
    Plan(#[from] PlanError),
    /// What it is was printed with the plan.
    #[error("{0}; nothing was changed")]
    Refused(#[from] Refused),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    #[error(transparent)]
    Unsettled(Unsettled),
    #[error("{} not set", are(missing))]
    NotSet { missing: Vec<&'static str>, stated: Option<Domain> },
    #[error("there is something to approve, and nobody to ask: this is no terminal")]
    NobodyToAsk,
    #[error("given up while changes were in flight: some may have been made")]
    GivenUp,
    #[error("not approved; nothing was changed")]
    NotApproved,
    #[error("stopped; nothing was changed")]
    Stopped,
    #[error("the emulator's tenant could not be filled")]
    NotFilled,
    #[error("{} exists already; nothing was written", safe_path(.0))]
    Exists(PathBuf),
    #[error("cannot write {}: {source}", safe_path(path))]
    File { path: PathBuf, source: io::Error },
    #[error("cannot start: {0}")]
    Runtime(io::Error),
    #[error("cannot write to the output: {0}")]
    Output(io::Error),
}

impl Failure {
    /// How the run ends then.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Provider(error) => Exit::of_provider(error),
            Self::Problems(_)
            | Self::Plan(_)
            | Self::Emulator(_)
            | Self::NotFilled
            | Self::Stopped
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => Exit::Error,
            Self::GivenUp => Exit::Partial,
            Self::NobodyToAsk | Self::NotSet { .. } | Self::Unsettled(_) => Exit::Usage,
            Self::Refused(_) | Self::NotApproved | Self::Exists(_) => Exit::Refused,
        }
    }

    /// What to do next.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Provider(error) => hint_of_provider(error),
            Self::NotSet { missing, stated } => Some(hint_of_unset(missing, stated.as_ref())),
            Self::Unsettled(unsettled) => hint_of_unsettled(unsettled),
            Self::GivenUp => Some("plan again to see what is left to do".to_owned()),
            Self::NobodyToAsk => Some("to do it without asking, add --auto-approve".to_owned()),
            Self::Exists(_) => Some("name another folder, or move the file away first".to_owned()),
            // These say themselves what to do, object by object, or leave nothing to do.
            Self::Problems(_)
            | Self::Plan(_)
            | Self::Refused(_)
            | Self::Emulator(_)
            | Self::NotApproved
            | Self::Stopped
            | Self::NotFilled
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => None,
        }
    }
}

/// What to do about variables that are not set.
fn hint_of_unset(missing: &[&str], stated: Option<&Domain>) -> String {
    let mut steps = Vec::new();
    match stated {
        Some(stated) => steps.push(format!(
            "if `{stated}`, as `provider.auth0.domain` of the configuration states, is the tenant that \
             is meant, set AUTH0_DOMAIN={stated}: credentials follow no file"
        )),
        None if missing.contains(&environment::DOMAIN) => steps.push(
            "set AUTH0_DOMAIN to the tenant's domain, as in `acme.eu.auth0.com`".to_owned(),
        ),
        None => {}
    }
    if missing != [environment::DOMAIN] {
        steps.push(
            "set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET (or AUTH0_CLIENT_ASSERTION_PRIVATE_KEY), or \
             AUTH0_API_TOKEN"
                .to_owned(),
        );
    }
    if stated.is_none() {
        steps.push("or try `--provider local`, which needs no account".to_owned());
    }
    steps.join("\n")
}

/// What to do where it is not settled which tenant is meant.
fn hint_of_unsettled(unsettled: &Unsettled) -> Option<String> {
    match unsettled {
        Unsettled::NoProvider { .. } => Some(
            "say `--provider auth0` or `--provider local`, or name a `provider` in the configuration"
                .to_owned(),
        ),
        Unsettled::TwoDomains { stated, named, by } => {
            let set = match by {
                NamedBy::CommandLine => format!("say `--provider auth0:{stated}`"),
                NamedBy::Environment => format!("set AUTH0_DOMAIN={stated}"),
            };
            Some(format!(
                "for `{stated}`, {set}, with credentials of that tenant\n\
                 for `{named}`, take `domain` out of the configuration, or state that one"
            ))
        }
        Unsettled::NoDomain { .. } | Unsettled::Settings(_) => None,
    }
}

/// Where the dashboard shows what each client is granted on the Management API.
const MANAGEMENT_GRANTS: &str = "Applications > APIs > Auth0 Management API > Machine to Machine";

const TENANT_HAS_CHANGED: &str = "the tenant has changed since it was read: plan again";

pub(super) fn hint_of_provider(error: &ProviderError) -> Option<String> {
    Some(match error {
        ProviderError::Unreachable { url, silence, .. } => hint_of_silence(*silence, url),
        ProviderError::Unauthorized { distrust, .. } => hint_of_distrust(*distrust).to_owned(),
        ProviderError::Forbidden { denial, .. } => return hint_of_denial(denial),
        ProviderError::MissingScopes { client, .. } => {
            format!("nothing was changed; {}", where_to_add_scopes(client))
        }
        ProviderError::Rejected { objection, .. } => return hint_of_objection(objection),
        ProviderError::RateLimited { .. } => {
            "try again later, or with a smaller --parallelism".to_owned()
        }
        ProviderError::OutOfTime { .. } => {
            "give the run more time with --deadline, as in `--deadline 2h`".to_owned()
        }
        ProviderError::Incomplete { .. } => {
            "someone else may be changing the tenant: try again".to_owned()
        }
        ProviderError::NotATenant { .. } => {
            "the file was left as it is; name another file with `--provider local:FILE`".to_owned()
        }
        ProviderError::NewerTenant { .. } => "use a newer Grantry".to_owned(),
        ProviderError::Locked { .. } => {
            "wait for the other run to end, with `--lock-timeout 5m`".to_owned()
        }
        ProviderError::LockHeld { .. } => {
            "wait for that run with `--lock-timeout 5m`; if it is gone, \
             `grantry unlock` removes its lock"
                .to_owned()
        }
        ProviderError::NotLocked { source } => {
            let without = "where it is sure that no other run is about, `--no-lock` does without";
            match hint_of_provider(source) {
                Some(hint) => format!("{hint}; {without}"),
                None => without.to_owned(),
            }
        }
        ProviderError::LockLost { .. } => {
            "apply again: another run may have taken the stack over".to_owned()
        }
        ProviderError::NotListedAgain { .. } => "apply again for what was not done".to_owned(),
        ProviderError::Gone { .. }
        | ProviderError::ChangedSince { .. }
        | ProviderError::NotLookedAt { .. }
        | ProviderError::AlreadyExists { .. } => TENANT_HAS_CHANGED.to_owned(),
        ProviderError::File { .. } => {
            "to keep the tenant elsewhere, name a file with `--provider local:FILE`".to_owned()
        }
        ProviderError::Partly { source, .. } => return hint_of_provider(source),
        ProviderError::Settings(_) | ProviderError::Unexpected { .. } => return None,
    })
}

fn hint_of_silence(silence: Silence, url: &str) -> String {
    match silence {
        Silence::Name => "check the domain (AUTH0_DOMAIN): this machine knows no such host",
        Silence::Certificate => {
            "check the domain; where a proxy or the emulator has a certificate authority of its own, \
             name its file in SSL_CERT_FILE"
        }
        Silence::PlainHttp => match domain_of(url, "http") {
            Some(domain) => return format!("this address speaks plain http: write `{domain}`"),
            None => "check the domain: credentials are sent by https, except to this machine itself",
        },
        Silence::Https => match domain_of(url, "https") {
            Some(domain) => return format!("this address speaks https: write `{domain}`"),
            None => "this address speaks https",
        },
        Silence::Time => {
            "check that nothing between here and the tenant stands in the way, or try \
                          again later"
        }
        Silence::Connection => "check the domain, and that the tenant (or the emulator) is running",
    }
    .to_owned()
}

/// The domain to write for the address to be spoken to like this, where that is allowed.
fn domain_of(url: &str, scheme: &str) -> Option<Domain> {
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split('/').next()?;
    Domain::parse(&format!("{scheme}://{authority}")).ok()
}

/// What to do about scopes that our own client lacks.
pub(super) fn where_to_add_scopes(client: &ClientId) -> String {
    format!("in the dashboard, add them to the client `{client}` under {MANAGEMENT_GRANTS}")
}

pub(super) fn hint_of_distrust(distrust: Distrust) -> &'static str {
    match distrust {
        Distrust::Credentials => {
            "check AUTH0_CLIENT_ID with its AUTH0_CLIENT_SECRET (or its \
             AUTH0_CLIENT_ASSERTION_PRIVATE_KEY), and that both are of the tenant at this domain"
        }
        Distrust::NoToken => {
            "set AUTH0_API_TOKEN to an access token of the Management API, and to nothing else"
        }
        Distrust::Expired => {
            "get a new token for AUTH0_API_TOKEN; with AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET \
             instead, each run gets its own"
        }
        Distrust::Audience => {
            "get a token for the tenant's own Management API (AUTH0_AUDIENCE), as in \
             `https://acme.eu.auth0.com/api/v2/`, also where the domain is a custom one"
        }
        Distrust::Issuer => {
            "a token counts only at the domain it was issued at: check AUTH0_DOMAIN, and use either \
             the custom domain or the tenant's own for both"
        }
        Distrust::Unsaid => {
            "check the client's id and its secret or key, and that the domain is this tenant's"
        }
    }
}

fn hint_of_denial(denial: &Denial) -> Option<String> {
    let hint = match denial {
        Denial::Scope { any_of } => {
            let any_of: Vec<String> = any_of.iter().map(|scope| format!("`{scope}`")).collect();
            let scopes = if any_of.is_empty() {
                "the missing scope".to_owned()
            } else {
                any_of.join(" or ")
            };
            return Some(format!(
                "add {scopes} to what Grantry's own client is granted on the Management API: in the \
                 dashboard, {MANAGEMENT_GRANTS}"
            ));
        }
        Denial::NoGrant => {
            return Some(format!(
                "grant Grantry's own client the Management API: in the dashboard, \
                 {MANAGEMENT_GRANTS}"
            ));
        }
        Denial::ScopeNotGranted => "ask for no more than the client is granted",
        Denial::GrantType => "add `client_credentials` to the grant types of Grantry's own client",
        Denial::Audience => {
            "set AUTH0_AUDIENCE to the tenant's own Management API, as in \
             `https://acme.eu.auth0.com/api/v2/`, also where the domain is a custom one"
        }
        Denial::Plan => "leave out what the tenant's plan does not include, or change the plan",
        Denial::EntityLimit => "delete what is not needed, or have Auth0 raise the tenant's limit",
        Denial::Unsaid => return None,
    };
    Some(hint.to_owned())
}

fn hint_of_objection(objection: &Objection) -> Option<String> {
    let list = |fields: &BTreeSet<String>| {
        fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ")
    };
    Some(match objection {
        Objection::NotFound => {
            "check the ids in the configuration, and plan again: the tenant may have changed since \
             it was read"
                .to_owned()
        }
        Objection::Conflict => TENANT_HAS_CHANGED.to_owned(),
        Objection::Immutable { fields } => {
            format!(
                "{} cannot be changed: declare a new object, and remove the old one",
                list(fields)
            )
        }
        Objection::UnknownFields { fields } => {
            format!("leave out what this tenant does not know: {}", list(fields))
        }
        Objection::Reserved => "choose another identifier: this one is the tenant's own".to_owned(),
        Objection::System => {
            "declare it as `external: true`: it is the tenant's own, and stays as it is".to_owned()
        }
        Objection::Paging => {
            "the tenant has more of these than Auth0 gives page by page: delete what is not needed"
                .to_owned()
        }
        Objection::Other => return None,
    })
}

/// What to do about the changes of an apply that were not made: each thing once.
pub(super) fn hints<'a>(errors: impl Iterator<Item = &'a ProviderError>) -> BTreeSet<String> {
    errors.filter_map(hint_of_provider).collect()
}

/// Says why the run failed, and gives its exit code.
pub(super) fn fail(failure: &Failure) -> ExitCode {
    let text = match failure {
        Failure::Problems(problems) => render::problems(problems),
        _ => render::failure(&failure.to_string(), failure.hint().as_deref()),
    };
    output::talk(&text);
    failure.exit().into()
}

/// Shows what clap has to say: help and version are no failures, all else is a usage error.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        output::talk(&text);
        return Exit::Usage.into();
    }
    // Nothing can be done where even this cannot be printed.
    let _ = output::data(&text);
    Exit::Done.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failure_lets_the_name_of_a_file_speak() {
        let path = || PathBuf::from("a\n::error::");
        let source = io::Error::other("no");
        for failure in [Failure::Exists(path()), Failure::File { path: path(), source }] {
            let said = failure.to_string();
            assert!(said.contains("a\\u{a}\\u{3a}:error::"), "{said}");
        }
    }
}
