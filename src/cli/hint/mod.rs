//! What to do next, in the words of the command line and of the environment.
//!
//! `failure` has a step for each way in which a run ends, with `variables` that
//! are not set and a `tenant` that is not settled.

use std::collections::BTreeSet;

use super::credentials::names;
use super::exit::Failure;
use crate::config::Problems;
use crate::model::{Advice, Term};

mod failure;
mod tenant;
mod variables;

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

/// What to do about the changes of an apply that were
/// not made: each thing once.
pub(super) fn collect_hints<'a, A: Advice + 'a>(
    errors: impl Iterator<Item = &'a A>,
) -> BTreeSet<String> {
    errors.filter_map(of).collect()
}
