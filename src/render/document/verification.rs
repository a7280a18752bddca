//! What tokens have proved of grants.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Version;
use super::failure::FailureView;
use crate::plan::ExpectedToken;

/// What tokens have proved of grants: a document. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VerificationDocument {
    /// What this is.
    pub format: VerificationFormat,
    /// Which form of it. Readers ignore fields that they do not know.
    pub version: Version,
    /// How the run ended.
    pub exit_code: u8,
    /// What was proved; not there where the run came to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationView>,
    /// Why the run came to nothing, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureView>,
}

/// What a document of a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum VerificationFormat {
    /// A document of a verification.
    #[serde(rename = "grantry/verification")]
    Verification,
}

/// What was proved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct VerificationView {
    /// How often a tenant was asked for a token, also
    /// where it was to refuse it.
    pub requests: usize,
    /// The grants that were looked at.
    pub grants: Vec<GrantVerificationView>,
}

/// What was proved of one grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GrantVerificationView {
    /// The client as the configuration calls it.
    pub client: String,
    /// The API as the configuration calls it.
    pub resource_server: String,
    /// What the API is called in tokens.
    pub audience: String,
    /// The scopes that its token is to hold, each as it
    /// is called in the tenant.
    pub scopes: Vec<String>,
    /// A scope that is not granted, and was asked for besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub further_scope: Option<String>,
    /// What it came to.
    pub verdict: VerificationVerdict,
    /// Why, where it is not verified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// What the proof of a grant came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerificationVerdict {
    /// Its token holds what is granted, and nothing else.
    Verified,
    /// It does not, or there was none.
    Failed,
    /// That could not be told. It is no failure.
    NotVerified,
}

impl VerificationDocument {
    /// What was proved by a run that ended so.
    #[must_use]
    pub fn of_verification(
        verification: VerificationView,
        exit_code: u8,
    ) -> Self {
        Self {
            format: VerificationFormat::Verification,
            version: Version::One,
            exit_code,
            verification: Some(verification),
            error: None,
        }
    }

    /// The document of a run that came to nothing.
    #[must_use]
    pub fn of_failure(error: FailureView, exit_code: u8) -> Self {
        Self {
            format: VerificationFormat::Verification,
            version: Version::One,
            exit_code,
            verification: None,
            error: Some(error),
        }
    }
}

impl VerificationView {
    /// How many grants came to this.
    #[must_use]
    pub fn count(&self, verdict: VerificationVerdict) -> usize {
        let grants = self.grants.iter();
        grants
            .filter(|grant| grant.verdict == verdict)
            .count()
    }
}

impl GrantVerificationView {
    /// A grant whose token came to this.
    #[must_use]
    pub fn of(
        expected: &ExpectedToken,
        verdict: VerificationVerdict,
        remarks: Vec<String>,
    ) -> Self {
        Self {
            client: expected.client.to_string(),
            resource_server: expected.resource_server.clone(),
            audience: expected.audience.to_string(),
            scopes: expected
                .scopes
                .iter()
                .cloned()
                .collect(),
            further_scope: None,
            verdict,
            remarks,
        }
    }
}

impl VerificationVerdict {
    /// As it is said to people.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Failed => "failed",
            Self::NotVerified => "not verified",
        }
    }
}
