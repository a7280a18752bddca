//! What a run over several environments leaves behind of each, for whoever
//! unites the work of several processes.

use serde::{Deserialize, Serialize};

use super::counts::CountsView;
use super::fate::Fate;
use super::report::OutcomeCountsView;

/// A line of what a process leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case")]
pub enum ReportLine {
    /// The first: what the process is about.
    Run(RunLine),
    /// It begins to write to the tenant of an environment.
    Begun(BegunLine),
    /// It has ended in an environment.
    Ended(EndedLine),
}

/// What a process is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunLine {
    /// `plan` or `apply`.
    pub verb: String,
    /// The files of the configuration in 16 hexadecimal digits: reports of one
    /// run have the same.
    pub configuration: String,
    /// The environments that all processes are about together.
    pub environments: Vec<String>,
    /// Those of them that this process is about.
    pub part: Vec<String>,
    /// When it began, in UTC.
    pub began: String,
    /// Which part of them is this one's, such as `1/4`, if not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Which attempt at it this is, from 1 on.
    pub attempt: u32,
    /// Where it runs: the job of an engine, or a machine.
    pub host: String,
}

/// A process begins to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BegunLine {
    /// In which environment.
    pub environment: String,
    /// When, in UTC.
    pub began: String,
}

/// A process has ended in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedLine {
    /// In which one.
    pub environment: String,
    /// Its tenant, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// How a run over it alone would have ended.
    pub exit_code: u8,
    /// Why it ended early, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How many objects are to be changed in which way, where there is a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<CountsView>,
    /// How many changes came to which end, where any was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcomes: Option<OutcomeCountsView>,
    /// Which part it was in, such as `1/4`, if the process was not about all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Which attempt at it this is, from 1 on.
    pub attempt: u32,
    /// Where it ran.
    pub host: String,
    /// When it began there, in UTC.
    pub began: String,
    /// When it ended there, in UTC.
    pub ended: String,
}
