//! How a run ends: an exit code for each end, and for each failure what to do next.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use super::output;
use crate::config::Problems;
use crate::emulator::EmulatorError;
use crate::plan::{PlanError, Refused};
use crate::provider::ProviderError;
use crate::render;

/// How a run ends. The codes are the same in every format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// An error; nothing was changed.
    Error,
    /// There are changes (`plan --detailed-exitcode`).
    Changes,
    /// Refused: by a guard, or by the person asked.
    Refused,
    /// Applied in part.
    Partial,
    /// The command line makes no sense.
    Usage,
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
        })
    }
}

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("the configuration has problems")]
    Problems(#[from] Problems),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    #[error("no credentials for Auth0: {missing} not set")]
    NoCredentials { missing: &'static str },
    #[error("there are changes to apply, and nobody to ask: this is no terminal")]
    NobodyToAsk,
    #[error("given up while changes were in flight: some may have been made")]
    GivenUp,
    #[error("not approved; nothing was changed")]
    NotApproved,
    #[error("the emulator's tenant could not be filled")]
    NotFilled,
    #[error("{} exists already; nothing was written", .0.display())]
    Exists(PathBuf),
    #[error("cannot write {}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("cannot start: {0}")]
    Runtime(io::Error),
    #[error("cannot write to the output: {0}")]
    Output(io::Error),
}

impl Failure {
    fn exit(&self) -> Exit {
        match self {
            Self::Problems(_)
            | Self::Plan(_)
            | Self::Provider(_)
            | Self::Emulator(_)
            | Self::NoCredentials { .. }
            | Self::NotFilled
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => Exit::Error,
            Self::GivenUp => Exit::Partial,
            Self::NobodyToAsk => Exit::Usage,
            Self::Refused(_) | Self::NotApproved | Self::Exists(_) => Exit::Refused,
        }
    }

    /// What to do next.
    fn hint(&self) -> Option<String> {
        match self {
            Self::Provider(error) => hint_of_provider(error),
            Self::NoCredentials { .. } => Some(
                "set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or AUTH0_API_TOKEN; or try \
                 `--provider local`, which needs no account"
                    .to_owned(),
            ),
            Self::GivenUp => Some("plan again to see what is left to do".to_owned()),
            Self::NobodyToAsk => Some("to apply without asking, add --auto-approve".to_owned()),
            Self::Exists(_) => Some("name another folder, or move the file away first".to_owned()),
            // These say themselves what to do, object by object, or leave nothing to do.
            Self::Problems(_)
            | Self::Plan(_)
            | Self::Refused(_)
            | Self::Emulator(_)
            | Self::NotApproved
            | Self::NotFilled
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => None,
        }
    }
}

fn hint_of_provider(error: &ProviderError) -> Option<String> {
    Some(match error {
        ProviderError::Unreachable { .. } => {
            "check the domain, and that the tenant (or the emulator) is running".to_owned()
        }
        ProviderError::Unauthorized { .. } => {
            "check the client's id and secret, and that the domain is this tenant's".to_owned()
        }
        ProviderError::Forbidden { .. } => {
            "grant Grantry's own client the missing scope on the Management API".to_owned()
        }
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
        ProviderError::Locked { .. } => "wait for the other run to end".to_owned(),
        ProviderError::Gone { .. }
        | ProviderError::ChangedSince { .. }
        | ProviderError::AlreadyExists { .. } => {
            "the tenant has changed since it was read: plan again".to_owned()
        }
        ProviderError::File { .. } => {
            "to keep the tenant elsewhere, name a file with `--provider local:FILE`".to_owned()
        }
        ProviderError::Partly { source, .. } => return hint_of_provider(source),
        ProviderError::Settings(_)
        | ProviderError::Rejected { .. }
        | ProviderError::Unexpected { .. } => return None,
    })
}

/// Says why the run failed, and gives its exit code.
pub(super) fn fail(failure: &Failure) -> ExitCode {
    let text = match failure {
        Failure::Problems(problems) => render::problems(problems),
        Failure::Plan(error) => render::conflicts(error),
        Failure::Refused(refused) => render::refusals(refused),
        _ => render::failure(&failure.to_string(), failure.hint().as_deref()),
    };
    output::talk(&text);
    failure.exit().into()
}

/// Shows what clap has to say: help and version are no failures, all else is a usage error.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // Nothing can be done where even this cannot be printed.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() }
}
