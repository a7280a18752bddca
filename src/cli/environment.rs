//! The environment variables Grantry reads, and no other place reads any.

mod meanings;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

pub(super) use self::meanings::VARIABLES;
use super::credentials::names::{FILE, SEPARATOR};
use super::exit::Failure;
use crate::files::{self, Limit};
use crate::model::{Day, EnvironmentName, SinkName, VariableName};
use crate::provider::Holder;

/// How the names of a provider's variables begin: also of one that is not to be
/// had yet, for whoever has set them does not mean a local file.
const PREFIXES: [&str; 2] = ["AUTH0_", "KEYCLOAK_"];

/// What the names of a configuration's variables begin with in the environment.
pub(super) const VARIABLE_PREFIX: &str = "GRANTRY_VAR_";
pub(super) const ENVIRONMENT: &str = "GRANTRY_ENV";

/// How the name of a variable begins that names the program of an `exec` sink.
const EXEC_SINK_PREFIX: &str = "GRANTRY_EXEC_SINK_";
/// What the programs of `exec` sinks are given.
const FOR_PROGRAMS: [&str; 4] = ["PATH", "HOME", "TMPDIR", "LANG"];
const FOR_PROGRAMS_PREFIXES: [&str; 2] = ["LC_", "GRANTRY_EXEC_"];
const CI: &str = "CI";

const GITHUB_OUTPUT: &str = "GITHUB_OUTPUT";
/// No variable holds the address of a run as a whole.
const GITHUB_RUN: [&str; 3] = [
    "GITHUB_SERVER_URL",
    "GITHUB_REPOSITORY",
    "GITHUB_RUN_ID",
];
/// The address of a job in GitLab or Jenkins: whoever waits can
/// look whether it still runs.
const JOBS: [&str; 2] = ["CI_JOB_URL", "BUILD_URL"];
/// The shell's own, and few pass it on.
const HOST: &str = "HOSTNAME";

fn is_documented(name: &str) -> bool {
    // An environment's own are those with its suffix.
    let plain = name
        .split_once(SEPARATOR)
        .map_or(name, |(plain, _)| plain);

    VARIABLES
        .iter()
        .any(|known| known.name == plain)
}

/// The environment of the configuration that is meant, if that is said.
pub(super) fn chosen_environment() -> Result<Option<EnvironmentName>, Failure> {
    // What is no text is no name either, and not as if nothing were said.
    let Some(name) = path(ENVIRONMENT) else {
        return Ok(None);
    };

    let name = name.to_string_lossy().parse();
    name.map(Some)
        .map_err(Failure::EnvironmentName)
}

/// The configuration's variables that are set here, by name. No configuration
/// can refer to one of another name, nor to what is no text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn variables() -> BTreeMap<VariableName, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            let name = name
                .to_str()?
                .strip_prefix(VARIABLE_PREFIX)?
                .parse()
                .ok()?;
            // Empty is a value here: what a variable of ours is set to is
            // nobody else's convention.
            Some((name, value.into_string().ok()?))
        })
        .collect()
}

/// The day in UTC.
pub(super) fn today() -> Day {
    time::OffsetDateTime::now_utc()
        .date()
        .into()
}

/// This moment in UTC, as in `2026-11-26T08:30:00.250Z`.
pub(super) fn now() -> String {
    let now = time::OffsetDateTime::now_utc();
    let day = Day::from(now.date());
    let (hour, minute, second, millisecond) = now.to_hms_milli();

    format!("{day}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

/// The names of the variables of any provider. What is in them, and whether it
/// can be read as text, does not matter.
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
    // Credentials are nothing that a file needs.
    name == FILE
        || PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// Everything in variables whose names say that it is secret,
/// whether it is used or not.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn secrets(is_secret: impl Fn(&str) -> bool) -> Vec<SecretString> {
    // Another part of the run may meet one that it does not use, in a file or
    // in an answer.
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| is_secret(name))
        .filter_map(|name| secret(&name))
        .collect()
}

pub(super) fn secret(name: &str) -> Option<SecretString> {
    variable(name).as_deref().map(as_secret)
}

fn as_secret(text: &str) -> SecretString {
    // A secret from a file often ends in a line break that is not its own.
    text.trim_end_matches(['\r', '\n'])
        .into()
}

/// The id and the secret that an emulator has printed for a service, whose
/// variables begin so; none where one of the two is not set.
pub(super) fn of_service(name: &str) -> Option<(ServiceId, SecretString)> {
    let variable = format!("{name}_CLIENT_ID");
    let text = read(&variable)?;
    let secret = read(&format!("{name}_CLIENT_SECRET"))?;

    Some((ServiceId { variable, text }, as_secret(&secret)))
}

/// The id of a service, as a variable has it.
#[derive(Debug)]
pub(super) struct ServiceId {
    pub(super) variable: String,
    pub(super) text: String,
}

/// Who runs this, for whoever finds the stack locked: the job of a CI system,
/// or this machine.
pub(super) fn holder() -> Holder {
    let name = github_run()
        .or_else(|| JOBS.into_iter().find_map(variable))
        .unwrap_or_else(process_here);

    Holder::new(&name)
}

/// The address of a run of GitHub Actions.
fn github_run() -> Option<String> {
    let [server, repository, run] = GITHUB_RUN.map(variable);
    let (server, repository, run) = (server?, repository?, run?);

    Some(format!(
        "{server}/{repository}/actions/runs/{run}"
    ))
}

fn process_here() -> String {
    let host = variable(HOST)
        .or_else(read_hostname)
        .unwrap_or_else(|| "a machine".to_owned());

    format!(
        "{}, process {}",
        host.trim(),
        std::process::id()
    )
}

/// The name that Linux has for this machine.
fn read_hostname() -> Option<String> {
    let name = files::read(
        Path::new("/proc/sys/kernel/hostname"),
        Limit::KEY,
    )
    .ok()?;

    String::from_utf8(name).ok()
}

/// A variable with the name of a file.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn path(name: &str) -> Option<PathBuf> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty());
    value.map(PathBuf::from)
}

/// Whether a variable is there, though it may say nothing.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn exists(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

/// A variable that is empty counts as not set, as it does
/// for shells and CI systems.
pub(super) fn variable(name: &str) -> Option<String> {
    debug_assert!(is_documented(name), "{name} is not documented");
    read(name)
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
fn read(name: &str) -> Option<String> {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
}

/// Whether this is a job of a CI system.
pub(super) fn is_ci() -> bool {
    variable(CI).is_some_and(|said| said != "false" && said != "0")
}

/// The variable that names the program of an `exec` sink.
pub(super) fn exec_sink_variable(sink: &SinkName) -> String {
    let name = sink
        .as_str()
        .to_ascii_uppercase()
        .replace('-', "_");
    format!("{EXEC_SINK_PREFIX}{name}")
}

/// The environment of the programs of `exec` sinks: what a program needs to run
/// at all, and what is meant for them.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
pub(super) fn for_programs() -> Vec<(OsString, OsString)> {
    let is_for_them = |name: &str| {
        let mut prefixes = FOR_PROGRAMS_PREFIXES.iter();
        FOR_PROGRAMS.contains(&name)
            || prefixes.any(|prefix| name.starts_with(prefix))
    };

    std::env::vars_os()
        .filter(|(name, _)| name.to_str().is_some_and(is_for_them))
        .collect()
}

/// Where a step of GitHub Actions leaves its outputs.
pub(super) fn github_output() -> Option<PathBuf> {
    variable(GITHUB_OUTPUT).map(PathBuf::from)
}
