//! The engine that runs this, as far as it says which part of several it is.

use std::num::NonZeroU32;

use super::arguments::Shard;

pub(super) const KUBERNETES_INDEX: &str = "JOB_COMPLETION_INDEX";
pub(super) const GITLAB_INDEX: &str = "CI_NODE_INDEX";
pub(super) const GITLAB_COUNT: &str = "CI_NODE_TOTAL";
pub(super) const BUILDKITE_INDEX: &str = "BUILDKITE_PARALLEL_JOB";
pub(super) const BUILDKITE_COUNT: &str = "BUILDKITE_PARALLEL_JOB_COUNT";
pub(super) const SLURM_INDEX: &str = "SLURM_ARRAY_TASK_ID";
pub(super) const SLURM_FIRST: &str = "SLURM_ARRAY_TASK_MIN";
pub(super) const SLURM_LAST: &str = "SLURM_ARRAY_TASK_MAX";
pub(super) const SLURM_COUNT: &str = "SLURM_ARRAY_TASK_COUNT";

/// How an engine says which part this is.
struct Engine {
    name: &'static str,
    index: &'static str,
    /// What the index of the first part is.
    first: First,
    /// Of how many; none where the engine does not say it.
    count: Option<&'static str>,
}

/// What the index of the first part is.
#[derive(Clone, Copy)]
enum First {
    Number(u32),
    /// What the first of these two variables says; the other is the last, with
    /// none left out between.
    Between(&'static str, &'static str),
}

const ENGINES: [Engine; 4] = [
    Engine {
        name: "Kubernetes",
        index: KUBERNETES_INDEX,
        first: First::Number(0),
        count: None,
    },
    Engine {
        name: "GitLab",
        index: GITLAB_INDEX,
        first: First::Number(1),
        count: Some(GITLAB_COUNT),
    },
    Engine {
        name: "Buildkite",
        index: BUILDKITE_INDEX,
        first: First::Number(0),
        count: Some(BUILDKITE_COUNT),
    },
    Engine {
        name: "Slurm",
        index: SLURM_INDEX,
        first: First::Between(SLURM_FIRST, SLURM_LAST),
        count: Some(SLURM_COUNT),
    },
];

/// Why no engine says which part this is.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoShard {
    #[error("`--shard auto` finds no engine that says which part this is")]
    NoEngine,
    #[error("`--shard auto` finds more than one engine: {0}")]
    Engines(String),
    #[error("{0} does not say how many parts there are")]
    NoCount(&'static str),
    #[error(
        "`--shard auto/{told}` is told of {told} parts, and {variable} says \
         {said}"
    )]
    OtherCount {
        told: NonZeroU32,
        variable: &'static str,
        said: NonZeroU32,
    },
    #[error("the indices of {0} have gaps, so some parts would be nobody's")]
    Gaps(&'static str),
    #[error("{0} is no number of a part")]
    Malformed(&'static str),
    #[error("{variable} is part {index}, and there are {count}")]
    Beyond {
        variable: &'static str,
        index: u32,
        count: NonZeroU32,
    },
}

/// The part that an engine says this is, and which engine; of
/// so many, if that is told.
pub(super) fn find_shard(
    told: Option<NonZeroU32>,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(&'static str, Shard), NoShard> {
    let found: Vec<&Engine> = ENGINES
        .iter()
        .filter(|engine| variable(engine.index).is_some())
        .collect();

    match found.as_slice() {
        [] => Err(NoShard::NoEngine),
        [engine] => engine
            .shard(told, variable)
            .map(|shard| (engine.name, shard)),
        engines => {
            let names: Vec<&str> = engines
                .iter()
                .map(|engine| engine.name)
                .collect();
            Err(NoShard::Engines(names.join(" and ")))
        }
    }
}

impl Engine {
    fn shard(
        &self,
        told: Option<NonZeroU32>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Shard, NoShard> {
        let number = |name: &'static str| {
            let text = variable(name).ok_or(NoShard::Malformed(name))?;
            text.parse::<u32>()
                .map_err(|_| NoShard::Malformed(name))
        };

        let first = match self.first {
            First::Number(first) => first,
            First::Between(name, _) => number(name)?,
        };
        let said = self.count.map(|name| {
            let said = NonZeroU32::new(number(name)?)
                .ok_or(NoShard::Malformed(name))?;
            Ok((name, said))
        });
        let count = match (told, said.transpose()?) {
            (Some(told), Some((variable, said))) if told != said => {
                return Err(NoShard::OtherCount {
                    told,
                    variable,
                    said,
                });
            }
            (_, Some((_, count))) | (Some(count), None) => count,
            (None, None) => return Err(NoShard::NoCount(self.name)),
        };

        if let First::Between(_, last) = self.first
            && number(last)?.checked_sub(first) != Some(count.get() - 1)
        {
            return Err(NoShard::Gaps(self.name));
        }

        let index = number(self.index)?
            .checked_sub(first)
            .and_then(|index| index.checked_add(1))
            .ok_or(NoShard::Malformed(self.index))?;
        Shard::new(index, count).ok_or(NoShard::Beyond {
            variable: self.index,
            index,
            count,
        })
    }
}

#[cfg(test)]
mod tests;
