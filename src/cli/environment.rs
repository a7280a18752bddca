//! The environment variables Grantry reads, and no other place reads any.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::credentials::names::{
    ALGORITHM, AUDIENCE, AUTH_REALM, CLIENT_ID, DOMAIN, FILE, KEY, REALM,
    REALM_ALGORITHM, REALM_CLIENT_ID, REALM_KEY, REALM_SECRET, SECRET,
    SEPARATOR, SERVICE_ID, SERVICE_SECRET, TOKENS, URL, VAULT_ADDRESS,
    VAULT_AUTHORITY, VAULT_KUBERNETES_ROLE, VAULT_KUBERNETES_TOKEN,
    VAULT_NAMESPACE, VAULT_ROLE_ID, VAULT_SECRET_ID, VAULT_TOKEN,
};
use super::engine;
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
/// The address of a job in GitLab or Jenkins: whoever waits can look whether it
/// still runs.
const JOBS: [&str; 2] = ["CI_JOB_URL", "BUILD_URL"];
/// The shell's own, and few pass it on.
const HOST: &str = "HOSTNAME";

/// A variable, and what it says.
pub(super) struct Variable {
    pub(super) name: &'static str,
    pub(super) meaning: &'static str,
}

const fn says(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, meaning }
}

/// All that is read here.
pub(super) const VARIABLES: [Variable; 47] = [
    says(
        ENVIRONMENT,
        "Which of the configuration's environments is meant, where `--env` names none.",
    ),
    says(
        "GRANTRY_VAR_NAME",
        "The value of the configuration's variable `NAME`, in the very letters of it. `--var-file` and `--var` count \
         before it.",
    ),
    says(
        DOMAIN,
        "The Auth0 tenant. Credentials go to no domain but this one, or the one that the command line names.",
    ),
    says(
        AUDIENCE,
        "The audience of tokens, where that is not `https://DOMAIN/api/v2/`: for a custom domain.",
    ),
    says(CLIENT_ID, "The id of Grantry's own client."),
    says(SECRET, "Its secret."),
    says(
        KEY,
        "The private key that it signs with instead, in PEM. It counts before a secret.",
    ),
    says(
        ALGORITHM,
        "With which algorithm it signs; `RS256` without it.",
    ),
    says(
        TOKENS[0],
        "A token that is ready. It counts before a client of its own.",
    ),
    says(TOKENS[1], "The same, by another name."),
    says(
        URL,
        "The Keycloak, as in `https://sso.example`. Credentials go to no address but this one, or the one that the \
         command line names.",
    ),
    says(REALM, "The realm of it that is managed."),
    says(
        AUTH_REALM,
        "The realm that Grantry's own client is of, where that is `master` and not the managed one.",
    ),
    says(
        REALM_CLIENT_ID,
        "The id of Grantry's own client in the realm.",
    ),
    says(REALM_SECRET, "Its secret."),
    says(
        REALM_KEY,
        "The private key that it signs with instead, in PEM. It counts before a secret.",
    ),
    says(
        REALM_ALGORITHM,
        "With which algorithm it signs; `RS256` without it.",
    ),
    says(
        FILE,
        "A YAML or JSON file with credentials by the domains and realms of their tenants, each for its own: \
         `acme.eu.auth0.com: { client_id: …, client_secret: … }`, or `https://sso.example/realms/acme: …`, which may \
         have an `auth_realm`; also `client_assertion_private_key`, \
         `client_assertion_signing_alg`, `api_token` and `audience`. Nobody but its owner and its group may read it.",
    ),
    says(
        SERVICE_ID,
        "The id of the service as which `token` and `verify` ask, where no sink has its credentials.",
    ),
    says(
        SERVICE_SECRET,
        "Its secret. It goes to the tenant that the command line or the environment names.",
    ),
    says(
        VAULT_ADDRESS,
        "The Vault or OpenBao that a `vault` sink is in. Its credentials go to no address but this one.",
    ),
    says(VAULT_NAMESPACE, "The namespace of it."),
    says(
        VAULT_AUTHORITY,
        "A file with certificate authorities that are trusted there, in PEM.",
    ),
    says(
        VAULT_TOKEN,
        "A token of it. It counts before the roles.",
    ),
    says(VAULT_ROLE_ID, "The id of an AppRole there."),
    says(VAULT_SECRET_ID, "Its secret."),
    says(
        VAULT_KUBERNETES_ROLE,
        "The role there of the Kubernetes service account that this runs as.",
    ),
    says(
        VAULT_KUBERNETES_TOKEN,
        "The file with the token of the service account, where Kubernetes puts it elsewhere.",
    ),
    says(
        "GRANTRY_EXEC_SINK_NAME",
        "The program that the `exec` sink `NAME` tells, in capitals and with `_` for `-`. `--exec-sink` counts before it.",
    ),
    says(
        "GRANTRY_EXEC_",
        "What begins so is passed on to the programs of `exec` sinks, and nothing else of ours is.",
    ),
    says(
        CI,
        "Where it is set, `file` and `age` sinks take `--sink-folder-stays`: set by CI systems.",
    ),
    says(
        GITHUB_OUTPUT,
        "Where a step of GitHub Actions leaves its outputs: set by GitHub.",
    ),
    says(
        GITHUB_RUN[0],
        "With the next two, which run holds a lock: set by GitHub.",
    ),
    says(GITHUB_RUN[1], "The repository of the run."),
    says(GITHUB_RUN[2], "The run."),
    says(
        JOBS[0],
        "Which job holds a lock: set by GitLab.",
    ),
    says(JOBS[1], "The same: set by Jenkins."),
    says(
        HOST,
        "Which machine holds a lock, where no job does.",
    ),
    says(
        engine::KUBERNETES_INDEX,
        "Which part `--shard auto/N` is, from 0 on: set by Kubernetes.",
    ),
    says(
        engine::GITLAB_INDEX,
        "Which part `--shard auto` is, from 1 on: set by GitLab.",
    ),
    says(engine::GITLAB_COUNT, "Of how many."),
    says(
        engine::BUILDKITE_INDEX,
        "Which part `--shard auto` is, from 0 on: set by Buildkite.",
    ),
    says(engine::BUILDKITE_COUNT, "Of how many."),
    says(
        engine::SLURM_INDEX,
        "Which part `--shard auto` is, from `SLURM_ARRAY_TASK_MIN` on: set by Slurm.",
    ),
    says(engine::SLURM_FIRST, "The first of all."),
    says(engine::SLURM_LAST, "The last of all."),
    says(engine::SLURM_COUNT, "Of how many."),
];

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

/// Everything in variables whose names say that it is secret, whether it is
/// used or not.
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

/// A variable that is empty counts as not set, as it does for shells and CI
/// systems.
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
