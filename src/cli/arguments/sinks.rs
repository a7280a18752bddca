//! What may be said of sinks on the command line.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::model::SinkName;

#[derive(Debug, Args)]
pub(in crate::cli) struct SinkArguments {
    /// The program that an `exec` sink of this name tells: a configuration
    /// never names one. Also `GRANTRY_EXEC_SINK_NAME`.
    #[arg(long = "exec-sink", value_name = "NAME=PROGRAM")]
    pub(in crate::cli) programs: Vec<SinkProgram>,
    /// Files that `file` and `age` sinks write stay where this runs. Without it
    /// they are refused where `CI` is set: a runner's folder is thrown away,
    /// and what is in it with it.
    #[arg(long)]
    pub(in crate::cli) sink_folder_stays: bool,
    /// Deliver also to sinks that have no entry of a client that is in use,
    /// with its secret as the tenant shows it. Takes a tenant that shows
    /// secrets to us.
    #[arg(long)]
    pub(in crate::cli) reveal_existing: bool,
}

/// A program by the name of its sink.
#[derive(Debug, Clone)]
pub(in crate::cli) struct SinkProgram {
    pub(in crate::cli) sink: SinkName,
    pub(in crate::cli) program: PathBuf,
}

impl FromStr for SinkProgram {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let said = || {
            "it is `NAME=PROGRAM`, as in `--exec-sink team=/usr/local/bin/keep`"
                .to_owned()
        };
        let (sink, program) = text.split_once('=').ok_or_else(said)?;
        if program.is_empty() {
            return Err(said());
        }

        Ok(Self {
            sink: sink
                .parse()
                .map_err(|error| format!("{error}"))?,
            program: program.into(),
        })
    }
}
