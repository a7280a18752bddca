//! The environment variables Grantry reads, and no other place reads any.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::exit::Failure;
use crate::files::{self, Limit};
use crate::model::{Day, EnvironmentName, VariableName};
use crate::provider::Holder;

/// How the names of a provider's variables begin: also of one that is not to be had yet, for
/// whoever has set them does not mean a local file.
const PREFIXES: [&str; 2] = ["AUTH0_", "KEYCLOAK_"];

/// What the names of a configuration's variables begin with in the environment.
pub(super) const VARIABLE_PREFIX: &str = "GRANTRY_VAR_";
pub(super) const ENVIRONMENT: &str = "GRANTRY_ENV";

/// The environment of the configuration that is meant, if that is said.
pub(super) fn chosen_environment() -> Result<Option<EnvironmentName>, Failure> {
    let Some(name) = variable(ENVIRONMENT) else {
        return Ok(None);
    };

    name.parse().map(Some).map_err(Failure::EnvironmentName)
}

/// The configuration's variables that are set here, by name. No configuration can refer to one of another name,
/// nor to what is no text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn variables() -> BTreeMap<VariableName, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name.to_str()?.strip_prefix(VARIABLE_PREFIX)?.parse().ok()?;
            // Empty is a value here: what a variable of ours is set to is nobody else's convention.
            Some((name, value.into_string().ok()?))
        })
        .collect()
}

/// The day in UTC.
pub(super) fn today() -> Day {
    time::OffsetDateTime::now_utc().date().into()
}

/// This moment in UTC, as in `2026-11-26T08:30:00.250Z`.
pub(super) fn now() -> String {
    let now = time::OffsetDateTime::now_utc();
    let day = Day::from(now.date());
    let (hour, minute, second, millisecond) = now.to_hms_milli();

    format!("{day}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

/// The names of the variables of any provider. What is in them, and whether it can be read as text,
/// does not matter.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn provider_variables() -> BTreeSet<String> {
    std::env::vars_os()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .filter(|name| is_of_provider(name))
        .collect()
}

fn is_of_provider(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Everything in variables whose names say that it is secret, whether it is used or not.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn secrets(is_secret: impl Fn(&str) -> bool) -> Vec<SecretString> {
    // Another part of the run may meet one that it does not use, in a file or in an answer.
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| is_secret(name))
        .filter_map(|name| secret(&name))
        .collect()
}

pub(super) fn secret(name: &str) -> Option<SecretString> {
    let text = variable(name)?;
    // A secret from a file often ends in a line break that is not its own.
    let secret = text.trim_end_matches(['\r', '\n']);

    Some(SecretString::from(secret))
}

/// Who runs this, for whoever finds the stack locked: the job of a CI system, or this machine.
pub(super) fn holder() -> Holder {
    let name = github_run()
        // The address of a job in GitLab or Jenkins: whoever waits can look whether it still runs.
        .or_else(|| variable("CI_JOB_URL"))
        .or_else(|| variable("BUILD_URL"))
        .unwrap_or_else(process_here);

    Holder::new(&name)
}

/// The address of a run of GitHub Actions. No variable holds it as a whole.
fn github_run() -> Option<String> {
    let server = variable("GITHUB_SERVER_URL")?;
    let repository = variable("GITHUB_REPOSITORY")?;
    let run = variable("GITHUB_RUN_ID")?;

    Some(format!("{server}/{repository}/actions/runs/{run}"))
}

fn process_here() -> String {
    // The variable is the shell's own, and few pass it on.
    let host = variable("HOSTNAME")
        .or_else(read_hostname)
        .unwrap_or_else(|| "a machine".to_owned());

    format!("{}, process {}", host.trim(), std::process::id())
}

/// The name that Linux has for this machine.
fn read_hostname() -> Option<String> {
    let name = files::read(Path::new("/proc/sys/kernel/hostname"), Limit::KEY).ok()?;

    String::from_utf8(name).ok()
}

/// A variable that is empty counts as not set, as it does for shells and CI systems.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where a step of GitHub Actions leaves its outputs.
pub(super) fn github_output() -> Option<PathBuf> {
    variable("GITHUB_OUTPUT").map(PathBuf::from)
}
