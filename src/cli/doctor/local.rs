//! What there is to say of a tenant in a file.

use super::finding::{Finding, diagnose_error};
use crate::model::StackName;
use crate::provider::local::Examination;
use crate::render::{Diagnosis, Subject};

pub(super) fn diagnose(
    path: &str,
    found: &Examination,
    stack: Option<&StackName>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = match &found.file {
        Ok((state, contents)) => vec![
            Diagnosis::file(path, *state).into(),
            Diagnosis::contents(contents, stack).into(),
        ],
        Err(error) => vec![diagnose_error(Subject::File, error)],
    };

    findings.push(match &found.folder {
        Ok(()) => Diagnosis::good(Subject::Folder, "can be written").into(),
        Err(error) => diagnose_error(Subject::Folder, error),
    });
    findings
}
