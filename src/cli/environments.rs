//! `grantry environments`

use serde_json::json;

use super::arguments::{Environments, EnvironmentsFormat};
use super::environment;
use super::exit::{Exit, Failure};
use super::output;
use crate::config::{Reading, Sources, Tree};
use crate::model::EnvironmentName;

pub(super) fn run(arguments: &Environments) -> Result<Exit, Failure> {
    let reading = Reading::of(&Tree::Disk, &arguments.paths, Sources::default());
    let names = reading.environments()?;

    output::data(&show(&names, arguments.format))?;
    Ok(Exit::Done)
}

/// The names as whoever starts a job for each of them reads them. They hold nothing that any of these would take for
/// more than text.
fn show(names: &[EnvironmentName], format: EnvironmentsFormat) -> String {
    let texts: Vec<&str> = names.iter().map(EnvironmentName::as_str).collect();
    match format {
        EnvironmentsFormat::Lines if texts.is_empty() => String::new(),
        EnvironmentsFormat::Lines => format!("{}\n", texts.join("\n")),
        EnvironmentsFormat::Json => format!("{}\n", json!(texts)),
        EnvironmentsFormat::GithubMatrix => format!("{}\n", json!({ "environment": texts })),
        EnvironmentsFormat::Gitlab => {
            let variable = environment::ENVIRONMENT;
            // Quoted, for a name such as `1e3` is a number to YAML.
            let names = json!(texts);
            format!("parallel:\n  matrix:\n    - {variable}: {names}\n")
        }
    }
}
