//! `grantry environments`

use std::num::NonZeroU32;

use serde_json::json;

use super::arguments::{Environments, EnvironmentsFormat, Shards};
use super::environment;
use super::exit::{Exit, Failure};
use super::output;
use crate::config::{Reading, Sources, Tree};
use crate::model::EnvironmentName;

/// How many environments are worth a process of their own, where nobody says
/// how many processes there are.
const WORTH_A_SHARD: usize = 25;

pub(super) fn run(arguments: &Environments) -> Result<Exit, Failure> {
    let reading = Reading::of(
        &Tree::Disk,
        &arguments.paths,
        Sources::default(),
    );
    let names = reading.environments()?;

    let text = match arguments.shards {
        None => show(&names, arguments.format),
        Some(_) if names.is_empty() => return Err(Failure::NoEnvironments),
        Some(shards) => show_shards(count(shards, &names), arguments.format),
    };
    output::data(&text)?;
    Ok(Exit::Done)
}

/// The names as whoever starts a job for each of them reads them. They hold
/// nothing that any of these would take for more than text.
fn show(names: &[EnvironmentName], format: EnvironmentsFormat) -> String {
    let texts: Vec<&str> = names
        .iter()
        .map(EnvironmentName::as_str)
        .collect();
    match format {
        EnvironmentsFormat::Lines => lines(&texts),
        EnvironmentsFormat::Json => format!("{}\n", json!(texts)),
        EnvironmentsFormat::GithubMatrix => {
            format!("{}\n", json!({ "environment": texts }))
        }
        EnvironmentsFormat::Gitlab => {
            let variable = environment::ENVIRONMENT;
            // Quoted, for a name such as `1e3` is a number to YAML.
            let names = json!(texts);
            format!("parallel:\n  matrix:\n    - {variable}: {names}\n")
        }
    }
}

/// The same for whoever starts a job for each part.
fn show_shards(count: NonZeroU32, format: EnvironmentsFormat) -> String {
    let shards = (1..=count.get()).map(|index| format!("{index}/{count}"));
    let shards: Vec<String> = shards.collect();

    match format {
        EnvironmentsFormat::Lines => lines(&shards),
        EnvironmentsFormat::Json => format!("{}\n", json!(shards)),
        EnvironmentsFormat::GithubMatrix => {
            format!("{}\n", json!({ "shard": shards }))
        }
        // It counts itself, and `--shard auto` asks it.
        EnvironmentsFormat::Gitlab => format!("parallel: {count}\n"),
    }
}

fn count(shards: Shards, names: &[EnvironmentName]) -> NonZeroU32 {
    match shards {
        Shards::Given(count) => count,
        Shards::Auto => {
            let count = names.len().div_ceil(WORTH_A_SHARD);
            let count = u32::try_from(count)
                .ok()
                .and_then(NonZeroU32::new);
            count.unwrap_or(NonZeroU32::MIN)
        }
    }
}

fn lines(texts: &[impl AsRef<str>]) -> String {
    let lines = texts
        .iter()
        .flat_map(|text| [text.as_ref(), "\n"]);
    lines.collect()
}
