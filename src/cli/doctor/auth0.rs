//! What there is to say of an Auth0 tenant.

use super::finding::{Finding, diagnose_error, diagnose_failure};
use crate::cli::credentials::CredentialSet;
use crate::cli::exit::Failure;
use crate::cli::hint;
use crate::model::StackName;
use crate::provider::ProviderError;
use crate::provider::auth0::{
    Examination, Expiry, Permissions, Reach, Token, to_add_scopes,
    to_renew_token,
};
use crate::render::{self, Diagnosis, Subject};

const NO_TOKEN: &str = "not without a token that counts";

/// The steps of getting in, in their order: what fails first
/// is what has to be mended.
pub(super) fn diagnose(
    domain: &str,
    found: &Examination,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
    stack: Option<&StackName>,
) -> Vec<Finding> {
    vec![
        diagnose_site(domain, found),
        diagnose_clock(found),
        diagnose_credentials(found, set, unusable),
        diagnose_scopes(found),
        diagnose_contents(found, stack),
        diagnose_limits(found),
    ]
}

fn diagnose_site(domain: &str, found: &Examination) -> Finding {
    match &found.site {
        Ok(site) => Diagnosis::site(site).into(),
        Err(error @ ProviderError::Unreachable { reason, .. }) => {
            let why = format!("{domain} does not answer: {reason}");
            let step = hint::of(error);
            Finding {
                diagnosis: Diagnosis::failed(Subject::Domain, &why, step),
                ..diagnose_error(Subject::Domain, error)
            }
        }
        Err(error) => diagnose_error(Subject::Domain, error),
    }
}

fn diagnose_clock(found: &Examination) -> Finding {
    let diagnosis = match found.skew {
        Some(skew) => Diagnosis::clock(skew),
        None => Diagnosis::skipped(Subject::Clock, "no answer told the time"),
    };

    diagnosis.into()
}

fn diagnose_credentials(
    found: &Examination,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
) -> Finding {
    let finding = match (&found.token, unusable) {
        // First, for the tenant was asked without any then, and nothing that it
        // said is about them.
        (_, Some(failure)) => diagnose_failure(Subject::Credentials, failure),
        (Some(Ok(token)), None) => diagnose_token(token),
        (Some(Err(error)), None) => diagnose_error(Subject::Credentials, error),
        (None, None) => {
            let why = "nobody there to show them to";
            Diagnosis::skipped(Subject::Credentials, why).into()
        }
    };

    let names = set.names().join(" and ");
    if names.is_empty() {
        return finding;
    }
    let source = format!("from {names}");
    Finding {
        diagnosis: finding.diagnosis.saying(&source),
        ..finding
    }
}

fn diagnose_token(token: &Token) -> Finding {
    let help = match token.life {
        Expiry::Expired(_) => Some(to_renew_token().in_words(hint::words)),
        Expiry::Left(_) | Expiry::Unsaid => None,
    };

    Diagnosis::token(token)
        .with_help(help)
        .into()
}

fn diagnose_scopes(found: &Examination) -> Finding {
    match (&found.permissions, &found.token) {
        (Some(permissions), Some(Ok(token))) => {
            diagnose_permissions(permissions, token)
        }
        (None, Some(Ok(_))) => {
            let why = "the token does not name any";
            Diagnosis::skipped(Subject::Scopes, why).into()
        }
        _ => Diagnosis::skipped(Subject::Scopes, NO_TOKEN).into(),
    }
}

/// A token that can plan and is not meant to write lacks nothing.
fn diagnose_permissions(permissions: &Permissions, token: &Token) -> Finding {
    let help = to_add_scopes(&token.client).in_words(hint::words);
    let diagnosis = Diagnosis::permissions(permissions).with_help(Some(help));
    let detail = match permissions.reach {
        Reach::Nothing | Reach::PartOfApply => Some(render::scopes()),
        Reach::Plan | Reach::Apply => None,
    };

    Finding {
        detail,
        ..diagnosis.into()
    }
}

fn diagnose_contents(
    found: &Examination,
    stack: Option<&StackName>,
) -> Finding {
    match &found.contents {
        Some(Ok(contents)) => Diagnosis::contents(contents, stack).into(),
        Some(Err(error)) => diagnose_error(Subject::Tenant, error),
        None => Diagnosis::skipped(Subject::Tenant, NO_TOKEN).into(),
    }
}

fn diagnose_limits(found: &Examination) -> Finding {
    let diagnosis = match (&found.limits, &found.contents) {
        (Some(limits), _) => Diagnosis::limits(limits),
        (None, Some(_)) => {
            Diagnosis::skipped(Subject::Limits, "the tenant could not be read")
        }
        (None, None) => Diagnosis::skipped(Subject::Limits, NO_TOKEN),
    };

    diagnosis.into()
}
