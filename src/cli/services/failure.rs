//! Why no token can be asked for, and what to do then.

use std::path::PathBuf;

use crate::cli::credentials::names::{SERVICE_ID, SERVICE_SECRET};
use crate::model::{
    Advice, ClientId, SinkKind, SinkName, Step, safe, safe_path,
};
use crate::provider::TokenRefusal;
use crate::secrets::SinkError;

/// Why the credentials of a client are not at hand.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Unavailable {
    #[error("it is only referred to, and its credentials are somebody else's")]
    External,
    #[error("it authenticates with a key of its own, or not at all")]
    NoSecret,
    #[error("its credentials are delivered nowhere")]
    NotDelivered,
    #[error("what lies in the sink `{sink}` ({kind}) cannot be read back")]
    NotReadable {
        sink: SinkName,
        kind: SinkKind,
    },
    #[error("{0}")]
    NotAtHand(SinkError),
    /// Something else than its entry lies there.
    #[error("{0}")]
    Strange(SinkError),
    #[error("there is no entry of it in the sink `{sink}`, at {place}")]
    NoEntry {
        sink: SinkName,
        place: String,
    },
    #[error("its entry in the sink `{sink}`, at {place}, holds no secret")]
    EmptyEntry {
        sink: SinkName,
        place: String,
    },
}

/// An entry that is not to be used in this run.
#[derive(Debug, thiserror::Error)]
#[error(
    "the entry in the sink `{sink}`, at {place}, is for {written_for}, and \
     this run is for {meant}; nothing was sent"
)]
pub(in crate::cli) struct Misplaced {
    pub(super) sink: SinkName,
    pub(super) place: String,
    pub(super) written_for: String,
    pub(super) meant: String,
}

/// Why no token can be asked for, or none was given.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum ServiceFailure {
    #[error("this tenant gives no tokens: it is a file")]
    NoTokens,
    #[error("no client `{}` is declared", safe(name))]
    UnknownClient {
        name: String,
        meant: Option<String>,
    },
    #[error("no resource server `{}` is declared", safe(name))]
    UnknownServer {
        name: String,
        meant: Option<String>,
    },
    #[error("no credentials of `{client}` are at hand: {}", list(why))]
    NoCredentials {
        client: String,
        why: Vec<Unavailable>,
    },
    #[error("half of a service's credentials are set: {0} is not")]
    HalfSet(&'static str),
    #[error("{variable} is no id of a client")]
    NoClientId { variable: String },
    #[error(
        "the client is `{stated}`, as the configuration says, and its \
         variable says `{set}`; nothing was sent"
    )]
    OtherClient {
        stated: ClientId,
        set: ClientId,
    },
    #[error(transparent)]
    Misplaced(#[from] Misplaced),
    #[error(
        "there are no scopes to ask for: `{client}` has no grant on `{server}`"
    )]
    NoScopes {
        client: String,
        server: String,
    },
    #[error(
        "the names of the scopes are longer than one request can have: {most} \
         characters"
    )]
    TooManyScopes { most: usize },
    #[error("`{client}` was given no token by {endpoint}: {refusal}")]
    Refused {
        client: String,
        endpoint: String,
        refusal: TokenRefusal,
    },
    #[error("the token cannot be decoded: it is no JWT that can be read")]
    Opaque,
    #[error("{} is no report of an apply: {why}", safe_path(path))]
    NoReport { path: PathBuf, why: String },
    #[error(
        "{} reports of nothing that this run is for: {meant}",
        safe_path(path)
    )]
    OtherReport { path: PathBuf, meant: String },
}

fn list(why: &[Unavailable]) -> String {
    if why.is_empty() {
        return "the environment has none".to_owned();
    }
    let why: Vec<String> = why
        .iter()
        .map(ToString::to_string)
        .collect();
    why.join("; ")
}

impl Advice for ServiceFailure {
    fn id(&self) -> &'static str {
        match self {
            Self::NoTokens => "no-tokens",
            Self::UnknownClient { .. } => "unknown-client",
            Self::UnknownServer { .. } => "unknown-resource-server",
            Self::NoCredentials { .. } => "no-service-credentials",
            Self::HalfSet(_) => "half-set",
            Self::NoClientId { .. } => "no-client-id",
            Self::OtherClient { .. } => "other-client",
            Self::Misplaced(_) => "misplaced-entry",
            Self::NoScopes { .. } => "no-scopes",
            Self::TooManyScopes { .. } => "too-many-scopes",
            Self::Refused { .. } => "token-refused",
            Self::Opaque => "opaque-token",
            Self::NoReport { .. } => "no-report",
            Self::OtherReport { .. } => "other-report",
        }
    }

    fn next_step(&self) -> Option<Step> {
        Some(match self {
            Self::NoTokens => "to try it on this machine, start `grantry \
                               emulator --config FILE`, set what it prints, \
                               and say `--provider auth0`"
                .into(),
            Self::UnknownClient { meant, .. }
            | Self::UnknownServer { meant, .. } => match meant {
                Some(meant) => {
                    format!("did you mean `{}`?", safe(meant)).into()
                }
                None => "name a key of the configuration".into(),
            },
            Self::NoCredentials { .. } => format!(
                "set {SERVICE_ID} and {SERVICE_SECRET} to those of the \
                 service, or `deliver` to a sink that can be read back \
                 (`file`, `vault`)"
            )
            .into(),
            Self::HalfSet(_) => format!(
                "set both {SERVICE_ID} and {SERVICE_SECRET}, or neither"
            )
            .into(),
            Self::NoClientId { variable } => {
                format!("set {variable} to the `client_id` of the service")
                    .into()
            }
            Self::OtherClient { .. } => format!(
                "set {SERVICE_ID} and {SERVICE_SECRET} to those of this client"
            )
            .into(),
            Self::Misplaced(_) => "name the tenant that it is for, or apply \
                                   to have it written for this one"
                .into(),
            Self::NoScopes { .. } => {
                "name them with `--scope`, or declare a grant".into()
            }
            Self::TooManyScopes { .. } => {
                "ask for some of them with `--scope`".into()
            }
            Self::Refused { refusal, .. } if refusal.is_of_scope() => {
                "see with `grantry access --live` what it is granted".into()
            }
            Self::Refused { .. } => "see whether the credentials are those \
                                     that the tenant has"
                .into(),
            Self::Opaque => "leave out `--decode`".into(),
            Self::NoReport { .. } => {
                "name what `apply --json FILE` wrote".into()
            }
            Self::OtherReport { .. } => {
                "name the report of this stack, environment and tenant".into()
            }
        })
    }
}
