//! What a checkup has found of one subject.

use crate::cli::exit::{Exit, Failure};
use crate::cli::hint;
use crate::provider::{ForbiddenReason, ProviderError};
use crate::render::{self, Diagnosis, Subject};

/// What was found, and how a run ends that meets it.
pub(super) struct Finding {
    pub(super) diagnosis: Diagnosis,
    pub(super) exit: Exit,
    /// What is shown below all diagnoses, because there
    /// is no room for it in one.
    pub(super) detail: Option<String>,
}

impl From<Diagnosis> for Finding {
    fn from(diagnosis: Diagnosis) -> Self {
        let exit = if diagnosis.is_failed() {
            Exit::Error
        } else {
            Exit::Done
        };

        Self {
            diagnosis,
            exit,
            detail: None,
        }
    }
}

pub(super) fn diagnose_error(
    subject: Subject,
    error: &ProviderError,
) -> Finding {
    let detail = match error {
        ProviderError::MissingScopes { .. }
        | ProviderError::Forbidden {
            denial:
                ForbiddenReason::Scope { .. }
                | ForbiddenReason::NoGrant
                | ForbiddenReason::ScopeNotGranted,
            ..
        } => Some(render::scopes()),
        _ => None,
    };
    let why = error.to_string();

    Finding {
        diagnosis: Diagnosis::failed(subject, &why, hint::of(error)),
        exit: Exit::of_provider(error),
        detail,
    }
}

pub(super) fn diagnose_failure(subject: Subject, failure: &Failure) -> Finding {
    let why = failure.to_string();

    Finding {
        diagnosis: Diagnosis::failed(subject, &why, hint::of(failure)),
        exit: failure.exit(),
        detail: None,
    }
}
