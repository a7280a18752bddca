//! What there is to say of a realm.

use super::finding::{Finding, diagnose_error, diagnose_failure};
use crate::cli::credentials::CredentialSet;
use crate::cli::exit::Failure;
use crate::model::StackName;
use crate::provider::keycloak::Examination;
use crate::render::{Diagnosis, Subject};

const NO_TOKEN: &str = "not without a token";

/// The steps of getting in, in their order: what fails first
/// is what has to be mended.
pub(super) fn diagnose(
    found: &Examination,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
    stack: Option<&StackName>,
) -> Vec<Finding> {
    let issuer = match &found.issuer {
        Ok(issuer) => Diagnosis::good(Subject::Realm, issuer).into(),
        Err(error) => diagnose_error(Subject::Realm, error),
    };
    let credentials = diagnose_credentials(found, set, unusable);
    let roles = match &found.reach {
        Some(Ok(reach)) => Diagnosis::roles(*reach).into(),
        Some(Err(error)) => diagnose_error(Subject::Roles, error),
        None => Diagnosis::skipped(Subject::Roles, NO_TOKEN).into(),
    };
    let contents = match &found.contents {
        Some(Ok(contents)) => Diagnosis::contents(contents, stack).into(),
        Some(Err(error)) => diagnose_error(Subject::Tenant, error),
        None => {
            let why = "not without a token and a role";
            Diagnosis::skipped(Subject::Tenant, why).into()
        }
    };

    vec![issuer, credentials, roles, contents]
}

fn diagnose_credentials(
    found: &Examination,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
) -> Finding {
    match (&found.token, unusable) {
        (_, Some(failure)) => diagnose_failure(Subject::Credentials, failure),
        (Some(Ok(life)), None) => {
            let names = set.names_for_realm().join(" and ");
            let seconds = life.as_secs();
            let finding = format!("{names}: a token for {seconds} seconds");
            Diagnosis::good(Subject::Credentials, &finding)
                .saying("another one is asked for before it ends")
                .into()
        }
        (Some(Err(error)), None) => diagnose_error(Subject::Credentials, error),
        (None, None) => {
            let why = "the realm does not answer";
            Diagnosis::skipped(Subject::Credentials, why).into()
        }
    }
}
