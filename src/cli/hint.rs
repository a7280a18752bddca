//! What to do next, in the words of the command line and of the environment.

use std::collections::BTreeSet;

use super::choice::{NamedBy, Unsettled};
use super::environment;
use super::exit::Failure;
use crate::config::Problems;
use crate::model::{Advice, Step, Term, safe_path};
use crate::provider::ProviderError;
use crate::provider::auth0::Domain;

/// How the terms of advice are called here.
pub(super) fn words(term: Term) -> &'static str {
    match term {
        Term::Domain => environment::DOMAIN,
        Term::ClientId => environment::CLIENT_ID,
        Term::ClientSecret => environment::SECRET,
        Term::PrivateKey => environment::KEY,
        Term::SigningAlgorithm => environment::ALGORITHM,
        Term::Token => environment::TOKENS[0],
        Term::Audience => environment::AUDIENCE,
        Term::CertificateAuthorities => "SSL_CERT_FILE",
        Term::TenantFile => "`--provider local:FILE`",
        Term::Parallelism => "--parallelism",
        Term::Deadline => "--deadline, as in `--deadline 2h`",
        Term::LockTimeout => "`--lock-timeout 5m`",
        Term::NoLock => "`--no-lock`",
        Term::Unlock => "`grantry unlock`",
        Term::MaxDeletes => "--max-deletes",
    }
}

/// What to do next, in words.
pub(super) fn of(said: &impl Advice) -> Option<String> {
    said.next_step().map(|step| step.in_words(words))
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

/// What to do about the changes of an apply that were not made: each thing once.
pub(super) fn collect_hints<'a>(
    errors: impl Iterator<Item = &'a ProviderError>,
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
            Self::Plan(_) => "conflicts",
            Self::Refused(_) => "refused",
            Self::Provider(error) => error.id(),
            Self::Emulator(error) => error.id(),
            Self::Unsettled(unsettled) => match unsettled {
                Unsettled::NoProvider { .. } => "no-provider",
                Unsettled::NoDomain { .. } => "domain-not-named",
                Unsettled::TwoDomains { .. } => "two-domains",
                Unsettled::Settings(error) => error.id(),
            },
            Self::NotSet { .. } => "variables-not-set",
            Self::EnvironmentName(_) => "environment-name",
            Self::NobodyToAsk => "nobody-to-ask",
            Self::GivenUp => "given-up",
            Self::NotApproved => "not-approved",
            Self::NoApproval { source, .. } => source.id(),
            Self::Stale(stale) => stale.id(),
            Self::Unreadable { .. } => "unreadable",
            Self::Stopped => "stopped",
            Self::NotFilled => "not-filled",
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
            Self::NoApproval { source, .. } => source.next_step(),
            Self::Stale(stale) => stale.next_step(),
            Self::NotSet { missing, stated } => Some(advise_on_unset(missing, stated.as_ref())),
            Self::Unsettled(unsettled) => advise_on_unsettled(unsettled),
            Self::EnvironmentName(_) => {
                Some("unset it, or name an environment of the configuration".into())
            }
            Self::GivenUp => Some("plan again to see what is left to do".into()),
            Self::NobodyToAsk => Some("to do it without asking, add --auto-approve".into()),
            Self::Revision(error) => error.next_step(),
            Self::NotInBase(_) => Some(
                "name the path from the folder of the repository, or with `./` from here".into(),
            ),
            Self::MovedSince { base, path } => {
                let (name, path) = (base.name.as_str(), safe_path(path));
                Some(format!("say where it was, as in `--base {name}:{path}`").into())
            }
            Self::BaseProblems(_) => Some(
                "mend the revision that is compared with first, or name one that has no problems"
                    .into(),
            ),
            Self::Overwrites { .. } => Some("name a file of its own".into()),
            Self::SecretInPlan(_) => Some(
                "take it out of the configuration and the tenant; where it is none, but the same by chance, \
                 choose another"
                    .into(),
            ),
            Self::Exists(_) => Some("name another folder, or move the file away first".into()),
            // These say themselves what to do, object by object, or leave nothing to do.
            Self::Problems(_)
            | Self::Plan(_)
            | Self::Refused(_)
            | Self::NotApproved
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
fn advise_on_unset(missing: &[&str], stated: Option<&Domain>) -> Step {
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

    // Whoever states a domain means an account.
    if stated.is_none() {
        steps.push("or try `--provider local`, which needs no account".to_owned());
    }
    steps.join("\n").into()
}

/// What to do where it is not settled which tenant is meant.
fn advise_on_unsettled(unsettled: &Unsettled) -> Option<Step> {
    match unsettled {
        Unsettled::NoProvider { .. } => Some(
            "say `--provider auth0` or `--provider local`, or name a `provider` in the configuration"
                .into(),
        ),
        Unsettled::TwoDomains { stated, named, by } => {
            let set = match by {
                NamedBy::CommandLine => format!("say `--provider auth0:{stated}`"),
                NamedBy::Environment => format!("set AUTH0_DOMAIN={stated}"),
            };
            let step = format!(
                "for `{stated}`, {set}, with credentials of that tenant\n\
                 for `{named}`, take `domain` out of the configuration, or state that one"
            );
            Some(step.into())
        }
        Unsettled::Settings(error) => error.next_step(),
        Unsettled::NoDomain { .. } => None,
    }
}
