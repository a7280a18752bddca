//! Where a secret comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::SecretSource;

/// Where the secret comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SecretSourceView {
    /// The answer to the creation of its client.
    Creation,
    /// The tenant shows it.
    Tenant,
    /// It is set anew.
    Anew,
    /// The sink has it already.
    Sink,
    /// There is none: the client has a key of its own.
    Nothing,
}

impl SecretSourceView {
    pub(super) fn in_words(self) -> Option<&'static str> {
        match self {
            Self::Creation => None,
            Self::Tenant => Some("with the secret that the tenant shows"),
            Self::Anew => Some("with a secret that is set in the tenant"),
            Self::Sink => Some("the secret stays as it is"),
            Self::Nothing => {
                Some("without a secret: the client has keys of its own")
            }
        }
    }
}

impl From<SecretSource> for SecretSourceView {
    fn from(source: SecretSource) -> Self {
        match source {
            SecretSource::Creation => Self::Creation,
            SecretSource::Tenant => Self::Tenant,
            SecretSource::Anew => Self::Anew,
            SecretSource::Sink => Self::Sink,
            SecretSource::Nothing => Self::Nothing,
        }
    }
}
