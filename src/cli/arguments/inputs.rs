//! What a configuration is given from outside of its files.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::model::{EnvironmentName, VariableName};

/// What a configuration is given from outside of its files.
#[derive(Debug, Clone, Args)]
pub(crate) struct InputArguments {
    /// Which of the configuration's environments is meant; without it, the one
    /// that `GRANTRY_ENV` names.
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Option<EnvironmentName>,
    #[command(flatten)]
    pub(crate) variables: VariableArguments,
}

/// Values of a configuration's variables.
#[derive(Debug, Clone, Args)]
pub(crate) struct VariableArguments {
    /// The value of a variable. The later one counts, and each before the files
    /// and `GRANTRY_VAR_NAME`.
    #[arg(long = "var", value_name = "NAME=VALUE")]
    pub(crate) variables: Vec<VariableArgument>,
    /// Values of variables: a YAML or JSON file with a map of names to values.
    /// `--var` counts before it.
    #[arg(long = "var-file", value_name = "FILE")]
    pub(crate) variable_files: Vec<PathBuf>,
}

/// A variable with its value.
#[derive(Debug, Clone)]
pub(crate) struct VariableArgument {
    pub(crate) name: VariableName,
    pub(crate) value: String,
}

impl FromStr for VariableArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text
            .split_once('=')
            .ok_or("a variable is given as NAME=VALUE")?;

        Ok(Self {
            name: name
                .parse()
                .map_err(|error: crate::model::NameError| error.to_string())?,
            value: value.to_owned(),
        })
    }
}

/// Which of a configuration's environments a run is about.
#[derive(Debug, Clone, Args)]
pub(crate) struct EnvironmentArguments {
    /// Which of the configuration's environments is meant; may be given several
    /// times. Without it, the one that `GRANTRY_ENV` names.
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environments: Vec<EnvironmentName>,
    /// All environments of the configuration, whatever `GRANTRY_ENV` names.
    #[arg(long, conflicts_with = "environments")]
    pub(crate) all_envs: bool,
    /// Of all environments only the part of one process among several: the
    /// first of four is `1/4`. `auto` takes it from the engine that runs this:
    /// GitLab, Buildkite, Slurm, or Kubernetes, which has to be told of how
    /// many, as in `auto/4`.
    #[arg(
        long,
        value_name = "SHARD",
        requires = "all_envs",
        conflicts_with = "environments"
    )]
    pub(crate) shard: Option<ShardArgument>,
    /// Write a line of JSON for each environment as it ends, into a file of
    /// this folder, for `grantry report`. Each run needs a folder of its own:
    /// all of its processes, and further attempts at it, write there.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) report_dir: Option<PathBuf>,
}

/// The part of one process among several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShardArgument {
    /// This one.
    Given(Shard),
    /// Which one, the engine says; and of how many, if that is not said here.
    Auto(Option<NonZeroU32>),
}

/// One part of so many; the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    index: u32,
    count: NonZeroU32,
}

impl Shard {
    /// The part of this index, from 1 on; none where there are not so many.
    pub(crate) fn new(index: u32, count: NonZeroU32) -> Option<Self> {
        let is_one = (1..=count.get()).contains(&index);
        is_one.then_some(Self { index, count })
    }

    pub(crate) fn index(self) -> u32 {
        self.index
    }

    pub(crate) fn count(self) -> NonZeroU32 {
        self.count
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.index, self.count)
    }
}

impl FromStr for ShardArgument {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str = "a shard is given as `1/4`, `auto` or `auto/4`";

        if text == "auto" {
            return Ok(Self::Auto(None));
        }
        let (index, count) = text.split_once('/').ok_or(FORM)?;
        let count = count.parse().map_err(|_| FORM)?;
        if index == "auto" {
            return Ok(Self::Auto(Some(count)));
        }

        let index = index.parse().map_err(|_| FORM)?;
        Shard::new(index, count)
            .map(Self::Given)
            .ok_or("shards are counted from 1, and there are not so many")
    }
}

/// Into how many parts environments are shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shards {
    /// So many.
    Given(NonZeroU32),
    /// As many as there is work for.
    Auto,
}

impl FromStr for Shards {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            text => text
                .parse()
                .map(Self::Given)
                .map_err(|_| "say how many, or `auto`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_one_of_so_many() {
        for (text, expected) in [
            ("1/1", Some("1/1")),
            ("4/4", Some("4/4")),
            ("0/4", None),
            ("5/4", None),
            ("1/0", None),
            ("-1/4", None),
            ("1", None),
            ("1/4/2", None),
            ("one/4", None),
        ] {
            let said = match text.parse() {
                Ok(ShardArgument::Given(shard)) => Some(shard.to_string()),
                _ => None,
            };
            assert_eq!(said.as_deref(), expected, "{text}");
        }
        assert_eq!("auto".parse(), Ok(ShardArgument::Auto(None)));
        let four = NonZeroU32::new(4);
        assert_eq!("auto/4".parse(), Ok(ShardArgument::Auto(four)));
    }
}
