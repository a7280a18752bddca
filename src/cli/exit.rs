//! How a run ends: an exit code for each end.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use url::Url;

use super::arguments::Base;
use super::choice::{Unsettled, are};
use super::credentials::invalid::InvalidCredentials;
use super::engine::NoShard;
use super::services::failure::ServiceFailure;
use crate::approval::{ApprovalError, Stale};
use crate::config::{Problems, RevisionError, TenantName};
use crate::emulator::EmulatorError;
use crate::model::{EnvironmentName, NameError, safe_path};
use crate::plan::{PlanError, Refused};
use crate::provider::auth0::Domain;
use crate::provider::keycloak::Realm;
use crate::provider::{ProviderError, Retry};
use crate::secrets::SinkError;
use crate::words::quote_all;

/// How a run ends. The codes are the same in every format. Nobody chooses one;
/// but what is said of each here is what the reference says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Exit {
    /// Done, or nothing to do.
    Done,
    /// An error that takes a person; nothing was changed.
    Error,
    /// There are changes (`plan --detailed-exitcode`), or the tenant has
    /// drifted (`plan --expect-no-changes`).
    Changes,
    /// Refused: by a guard, a rule of `validate --base`, or the person asked.
    Refused,
    /// The tenant, or the configuration, is no longer what was approved.
    Stale,
    /// Applied in part.
    Partial,
    /// The command line, or a variable that it needs, is wrong or missing; or
    /// there is nobody to ask.
    Usage,
    /// An error that may pass by itself, so trying again is worth
    /// it; nothing was changed.
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
            // This and the next are EX_USAGE and EX_TEMPFAIL of sysexits.h,
            // which engines know.
            Self::Usage => 64,
            Self::TryAgain => 75,
        }
    }

    /// How a run ends that came to this.
    pub(super) fn of(ended: Result<Self, &Failure>) -> Self {
        match ended {
            Ok(exit) => exit,
            Err(failure) => failure.exit(),
        }
    }

    /// How a run ended that had this exit code.
    pub(super) fn of_code(code: u8) -> Self {
        let mut all = Self::value_variants().iter().copied();
        all.find(|exit| exit.code() == code)
            .unwrap_or(Self::Error)
    }

    /// How a run over several ends: as the one that asks for most attention.
    /// Whoever is told to mend the command line must do that first, and after
    /// what was done in part everything else can wait.
    pub(super) fn gravest(exits: impl IntoIterator<Item = Self>) -> Self {
        const GRAVEST_FIRST: [Exit; 7] = [
            Exit::Usage,
            Exit::Partial,
            Exit::Error,
            Exit::TryAgain,
            Exit::Stale,
            Exit::Refused,
            Exit::Changes,
        ];

        let exits: Vec<Self> = exits.into_iter().collect();
        let mut gravest = GRAVEST_FIRST.into_iter();
        gravest
            .find(|exit| exits.contains(exit))
            .unwrap_or(Self::Done)
    }

    /// How a run ends that got no further than this.
    pub(super) fn of_provider(error: &ProviderError) -> Self {
        match error.retry() {
            Retry::Worthwhile => Self::TryAgain,
            Retry::Pointless => Self::Error,
        }
    }
}

impl Exit {
    /// How a run ends that a sink kept from beginning.
    fn of_sink(error: &SinkError) -> Self {
        match error {
            SinkError::NotSetUp { .. } => Self::Usage,
            SinkError::Unreachable { .. } => Self::TryAgain,
            _ => Self::Error,
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
    #[error(
        "the configuration had problems before the change, so the two cannot \
         be compared"
    )]
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
    #[error(
        "nothing says which of {} {} has taken the place of: they are gone \
         since the base",
        quote_all(.gone, " and "),
        match .environment {
            Some(name) => format!("`{name}`"),
            None => "what is there now".to_owned(),
        },
    )]
    RenamedEnvironments {
        environment: Option<EnvironmentName>,
        gone: Vec<EnvironmentName>,
    },
    /// What they are was printed with the plan.
    #[error("{0}; nothing was changed")]
    Plan(#[from] PlanError),
    /// What it is was printed with the plan.
    #[error("{0}; nothing was changed")]
    Refused(#[from] Refused),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Sink(#[from] SinkError),
    #[error(transparent)]
    Service(#[from] ServiceFailure),
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    #[error(transparent)]
    Unsettled(Unsettled),
    #[error("{} not set", are(&.0.missing))]
    NotSet(Box<Unset>),
    #[error(
        "GRANTRY_CREDENTIALS is set, and so {}: which credentials are meant?",
        are(names)
    )]
    TwoCredentials { names: Vec<String> },
    #[error("the credentials in {} are of no use: {source}", safe_path(path))]
    InvalidCredentials {
        path: PathBuf,
        source: InvalidCredentials,
    },
    #[error("GRANTRY_ENV is no environment: {0}")]
    EnvironmentName(NameError),
    #[error("several environments are meant, and the configuration has none")]
    NoEnvironments,
    #[error(transparent)]
    NoShard(NoShard),
    #[error(
        "`{0}` and `{1}` are about one tenant, {2}, and each would undo what \
         the other does"
    )]
    OneTenant(EnvironmentName, EnvironmentName, TenantName),
    #[error("there is no report in {}", safe_path(.0))]
    NoReports(PathBuf),
    #[error("not reached: {0}")]
    NotReached(Ending),
    #[error(
        "there is something to approve, and nobody to ask: this is no terminal"
    )]
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
    Unreadable {
        path: PathBuf,
        source: io::Error,
    },
    #[error("stopped; nothing was changed")]
    Stopped,
    #[error("the emulator's tenant could not be filled")]
    NotFilled,
    #[error(
        "a tenant is filled over https or at an address of this machine, and \
         {0} is none"
    )]
    NotFilledThere(SocketAddr),
    #[error("no emulator serves at {url}: {reason}")]
    Unhealthy { url: Url, reason: String },
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
    File {
        path: PathBuf,
        source: io::Error,
    },
    #[error("cannot start: {0}")]
    Runtime(io::Error),
    #[error("cannot write to the output: {0}")]
    Output(io::Error),
}

/// Why a run ended before it came to all of its environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Ending {
    #[error("the run was stopped")]
    Stopped,
    #[error("the time of the run was over")]
    OutOfTime,
    #[error("nobody has approved it")]
    NotApproved,
    #[error("there was nobody to approve it")]
    NobodyToAsk,
    #[error("two environments are about one tenant")]
    OneTenant,
}

impl Ending {
    /// What ends a run before anything is begun.
    pub(super) fn of(failure: &Failure) -> Self {
        match failure {
            Failure::NotApproved => Self::NotApproved,
            Failure::NobodyToAsk => Self::NobodyToAsk,
            Failure::OneTenant(..) => Self::OneTenant,
            _ => Self::Stopped,
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Stopped => Exit::Error,
            Self::OutOfTime => Exit::TryAgain,
            Self::NotApproved => Exit::Refused,
            Self::NobodyToAsk | Self::OneTenant => Exit::Usage,
        }
    }
}

/// What names a tenant.
#[derive(Debug)]
pub(super) enum UnsetPlace {
    /// Its domain.
    Domain {
        /// What the variable is called that names it.
        variable: String,
        /// The one that the configuration states.
        stated: Option<Domain>,
    },
    /// Its address, and its realm.
    Realm {
        /// What the variable is called that names the address.
        url: String,
        /// What the variable is called that names the realm.
        realm: String,
        /// The one that the configuration states.
        stated: Option<Realm>,
    },
}

/// What is missing of the variables that say who we are in
/// a tenant, and where it is.
#[derive(Debug)]
pub(super) struct Unset {
    /// The variables that are not set.
    pub(super) missing: Vec<String>,
    /// What names the tenant.
    pub(super) place: UnsetPlace,
    /// How their names end, where the environment has variables of its own.
    pub(super) suffix: String,
    /// The environment that is meant.
    pub(super) environment: Option<EnvironmentName>,
}

impl Failure {
    /// How the run ends then.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Provider(error) => Exit::of_provider(error),
            Self::Service(failure) => exit_of_service(failure),
            Self::Sink(error) => Exit::of_sink(error),
            Self::Problems(_)
            | Self::BaseProblems(_)
            | Self::Revision(_)
            | Self::NotInBase(_)
            | Self::MovedSince { .. }
            | Self::RenamedEnvironments { .. }
            | Self::Plan(_)
            | Self::Emulator(_)
            | Self::NotFilled
            | Self::NotFilledThere(_)
            | Self::Unhealthy { .. }
            | Self::NoReports(_)
            // Not to be tried again, though nothing was written: a person has
            // stopped it.
            | Self::Stopped
            | Self::NoApproval { .. }
            | Self::Unreadable { .. }
            | Self::SecretInPlan(_)
            | Self::File { .. }
            | Self::Runtime(_)
            | Self::Output(_) => Exit::Error,
            Self::NotReached(ending) => ending.exit(),
            Self::Stale(_) => Exit::Stale,
            // Some may have been made, and any other code of an error says that
            // nothing was.
            Self::GivenUp => Exit::Partial,
            Self::NobodyToAsk
            | Self::NotSet(_)
            | Self::TwoCredentials { .. }
            | Self::InvalidCredentials { .. }
            | Self::NoEnvironments
            | Self::NoShard(_)
            | Self::OneTenant(..)
            | Self::EnvironmentName(_)
            | Self::Unsettled(_)
            | Self::Overwrites { .. } => Exit::Usage,
            Self::Refused(_) | Self::NotApproved | Self::Exists(_) => {
                Exit::Refused
            }
        }
    }
}

/// How a run ends that got no token.
fn exit_of_service(failure: &ServiceFailure) -> Exit {
    match failure {
        ServiceFailure::NoTokens
        | ServiceFailure::UnknownClient { .. }
        | ServiceFailure::UnknownServer { .. }
        | ServiceFailure::NoCredentials { .. }
        | ServiceFailure::HalfSet(_)
        | ServiceFailure::NoClientId { .. }
        | ServiceFailure::NoScopes { .. }
        | ServiceFailure::TooManyScopes { .. } => Exit::Usage,
        ServiceFailure::OtherClient { .. }
        | ServiceFailure::Misplaced(_)
        | ServiceFailure::Refused { .. }
        | ServiceFailure::Opaque
        | ServiceFailure::NoReport { .. }
        | ServiceFailure::OtherReport { .. } => Exit::Error,
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
