//! How a run ends: an exit code for each end.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::arguments::Base;
use super::choice::{Unsettled, are};
use crate::approval::{ApprovalError, Stale};
use crate::config::{Problems, RevisionError};
use crate::emulator::EmulatorError;
use crate::model::{NameError, safe_path};
use crate::plan::{PlanError, Refused};
use crate::provider::auth0::Domain;
use crate::provider::{ProviderError, Retry};

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
    /// The tenant, or the configuration, is no longer what was approved.
    Stale,
    /// Applied in part.
    Partial,
    /// The command line makes no sense.
    Usage,
    /// An error that may pass by itself; nothing was changed.
    TryAgain,
}

impl Exit {
    /// The exit code.
    pub(super) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Error => 1,
            Self::Changes => 2,
            Self::Refused => 3,
            Self::Stale => 4,
            Self::Partial => 5,
            // This and the next are EX_USAGE and EX_TEMPFAIL of sysexits.h, which engines know.
            Self::Usage => 64,
            Self::TryAgain => 75,
        }
    }

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
        Self::from(exit.code())
    }
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the configuration has problems")]
    Problems(#[source] Problems),
    #[error("the configuration had problems before the change, so the two cannot be compared")]
    BaseProblems(Problems),
    #[error(transparent)]
    Revision(#[from] RevisionError),
    #[error("there is no configuration at `{0}`")]
    NotInBase(Base),
    #[error(
        "`{base}` has the stack at {}, so this is no new configuration",
        safe_path(path)
    )]
    MovedSince { base: Base, path: PathBuf },
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
    NotSet {
        missing: Vec<&'static str>,
        stated: Option<Domain>,
    },
    #[error("GRANTRY_ENV is no environment: {0}")]
    EnvironmentName(NameError),
    #[error("there is something to approve, and nobody to ask: this is no terminal")]
    NobodyToAsk,
    #[error("given up while changes were in flight: some may have been made")]
    GivenUp,
    #[error("not approved; nothing was changed")]
    NotApproved,
    #[error("{} approves nothing: {source}", safe_path(path))]
    NoApproval {
        path: PathBuf,
        source: ApprovalError,
    },
    /// What differs was printed before.
    #[error(transparent)]
    Stale(#[from] Stale),
    #[error("cannot read {}: {source}", safe_path(path))]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("stopped; nothing was changed")]
    Stopped,
    #[error("the emulator's tenant could not be filled")]
    NotFilled,
    #[error("`{option} {}` names {what}; nothing was written", safe_path(path))]
    Overwrites {
        option: &'static str,
        path: PathBuf,
        what: String,
    },
    #[error(
        "the plan says a secret of this environment, so it is not kept in {}",
        safe_path(.0)
    )]
    SecretInPlan(PathBuf),
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
            | Self::BaseProblems(_)
            | Self::Revision(_)
            | Self::NotInBase(_)
            | Self::MovedSince { .. }
            | Self::Plan(_)
            | Self::Emulator(_)
            | Self::NotFilled
            // Not to be tried again, though nothing was written: a person has stopped it.
            | Self::Stopped
            | Self::NoApproval { .. }
            | Self::Unreadable { .. }
            | Self::SecretInPlan(_)
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => Exit::Error,
            Self::Stale(_) => Exit::Stale,
            // Some may have been made, and any other code of an error says that nothing was.
            Self::GivenUp => Exit::Partial,
            Self::NobodyToAsk
            | Self::NotSet { .. }
            | Self::EnvironmentName(_)
            | Self::Unsettled(_)
            | Self::Overwrites { .. } => Exit::Usage,
            Self::Refused(_) | Self::NotApproved | Self::Exists(_) => Exit::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_failure_lets_the_name_of_a_file_speak() {
        let path = || PathBuf::from("a\n::error::");
        let source = io::Error::other("no");

        for failure in [
            Failure::Exists(path()),
            Failure::File {
                path: path(),
                source,
            },
        ] {
            let said = failure.to_string();
            assert!(said.contains("a\\n\\u{3a}:error::"), "{said}");
        }
    }
}
