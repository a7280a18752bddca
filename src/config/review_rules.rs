//! What the review of a change goes by, as it is written.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::{Day, FindingId, Pattern};

/// Access that is looked at with care. What is left out is all there is.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(
    deny_unknown_fields,
    title = "pattern of access",
    extend("minProperties" = 1)
)]
pub(crate) struct Critical {
    /// A pattern of keys of clients.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Pattern")]
    pub(crate) client: Option<Pattern>,
    /// A pattern of keys or identifiers of resource servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Pattern")]
    pub(crate) resource_server: Option<Pattern>,
    /// A pattern of scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Pattern")]
    pub(crate) scope: Option<Pattern>,
}

/// That a finding is known.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, title = "waiver")]
pub(crate) struct Waiver {
    /// Which finding.
    pub(crate) finding: FindingId,
    /// What it is about, as the finding says, or a pattern of such names.
    pub(crate) object: Pattern,
    /// Why nobody need act on it.
    #[schemars(length(min = 1, max = 1000))]
    pub(crate) reason: String,
    /// The last day that the waiver holds, in UTC.
    pub(crate) until: Day,
}
