//! Why a run ended early.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::advice::AdviceView;
use super::problem::ProblemView;

/// Why a run ended early.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailureView {
    /// Which failure, in words, and what to do next.
    #[serde(flatten)]
    pub advice: AdviceView,
    /// What is wrong with the configuration, if that is it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemView>,
    /// What is not as it was approved, if that is it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<AdviceView>,
}
