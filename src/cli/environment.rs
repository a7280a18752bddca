//! The environment variables Grantry reads, and no other place reads any.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::choice::Surroundings;
use super::exit::Failure;
use crate::files::{self, Limit};
use crate::model::{Day, EnvironmentName, VariableName};
use crate::provider::Holder;
use crate::provider::auth0::Credentials;

/// How the names of a provider's variables begin: also of one that is not to be had yet, for
/// whoever has set them does not mean a local file.
const PREFIXES: [&str; 2] = ["AUTH0_", "KEYCLOAK_"];
pub(super) const DOMAIN: &str = "AUTH0_DOMAIN";
pub(super) const AUDIENCE: &str = "AUTH0_AUDIENCE";

/// What the names of a configuration's variables begin with in the environment.
pub(super) const VARIABLE_PREFIX: &str = "GRANTRY_VAR_";
pub(super) const ENVIRONMENT: &str = "GRANTRY_ENV";

const GITHUB_OUTPUT: &str = "GITHUB_OUTPUT";
/// No variable holds the address of a run as a whole.
const GITHUB_RUN: [&str; 3] = ["GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"];
/// The address of a job in GitLab or Jenkins: whoever waits can look whether it still runs.
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
pub(super) const VARIABLES: [Variable; 17] = [
    says(
        ENVIRONMENT,
        "Which of the configuration's environments is meant, where `--env` names none.",
    ),
    says(
        "GRANTRY_VAR_NAME",
        "The value of the configuration's variable `NAME`. `--var-file` and `--var` count before it.",
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
        GITHUB_OUTPUT,
        "Where a step of GitHub Actions leaves its outputs: set by GitHub.",
    ),
    says(
        GITHUB_RUN[0],
        "With the next two, which run holds a lock: set by GitHub.",
    ),
    says(GITHUB_RUN[1], "The repository of the run."),
    says(GITHUB_RUN[2], "The run."),
    says(JOBS[0], "Which job holds a lock: set by GitLab."),
    says(JOBS[1], "The same: set by Jenkins."),
    says(HOST, "Which machine holds a lock, where no job does."),
];

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

/// What the environment says of tenants. `AUTH0_AUDIENCE` is said nowhere else.
pub(super) fn surroundings() -> Surroundings {
    Surroundings {
        variables: provider_variables(),
        domain: variable(DOMAIN),
        audience: variable(AUDIENCE),
    }
}

/// The names of the variables of any provider. What is in them, and whether it can be read as text,
/// does not matter.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the room that reads the environment"
)]
fn provider_variables() -> BTreeSet<String> {
    std::env::vars_os()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, _)| name.to_string_lossy().into_owned())
        .filter(|name| is_of_provider(name))
        .collect()
}

fn is_of_provider(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Which variables say who we are, with what is in them.
enum Chosen {
    Token {
        variable: &'static str,
        token: SecretString,
    },
    Key {
        id: String,
        key: SecretString,
    },
    Secret {
        id: String,
        secret: SecretString,
    },
}

pub(super) const TOKENS: [&str; 2] = ["AUTH0_API_TOKEN", "AUTH0_ACCESS_TOKEN"];
pub(super) const CLIENT_ID: &str = "AUTH0_CLIENT_ID";
pub(super) const KEY: &str = "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY";
pub(super) const SECRET: &str = "AUTH0_CLIENT_SECRET";
pub(super) const ALGORITHM: &str = "AUTH0_CLIENT_ASSERTION_SIGNING_ALG";

/// A ready token first, then a client with its key, then one with its secret, as Auth0's own tools
/// do; or else the names of the variables that are missing.
fn choose() -> Result<Chosen, Vec<&'static str>> {
    for variable in TOKENS {
        if let Some(token) = secret(variable) {
            return Ok(Chosen::Token { variable, token });
        }
    }

    match (variable(CLIENT_ID), secret(KEY), secret(SECRET)) {
        (Some(id), Some(key), _) => Ok(Chosen::Key { id, key }),
        (Some(id), None, Some(secret)) => Ok(Chosen::Secret { id, secret }),
        (None, None, None) => Err(vec![CLIENT_ID, SECRET]),
        (None, _, _) => Err(vec![CLIENT_ID]),
        (Some(_), None, None) => Err(vec![SECRET]),
    }
}

/// How to get into an Auth0 tenant.
pub(super) fn credentials() -> Result<Credentials, Failure> {
    let chosen = choose().map_err(|missing| Failure::NotSet {
        missing,
        stated: None,
    })?;

    let credentials = match chosen {
        Chosen::Token { token, .. } => Credentials::token(&token)?,
        Chosen::Key { id, key } => {
            let algorithm = variable(ALGORITHM);
            let algorithm = algorithm.as_deref().unwrap_or("RS256");
            Credentials::client_key(&id, &key, algorithm)?
        }
        Chosen::Secret { id, secret } => Credentials::client_secret(&id, secret)?,
    };
    Ok(credentials)
}

/// The names of the variables that [`credentials`] lacks; none if there is enough.
pub(super) fn missing_credentials() -> Vec<&'static str> {
    choose().err().unwrap_or_default()
}

/// The names of the variables that [`credentials`] takes; none if they are not enough.
pub(super) fn credential_names() -> Vec<&'static str> {
    match choose() {
        Ok(Chosen::Token { variable, .. }) => vec![variable],
        Ok(Chosen::Key { .. }) => vec![CLIENT_ID, KEY],
        Ok(Chosen::Secret { .. }) => vec![CLIENT_ID, SECRET],
        Err(_) => Vec::new(),
    }
}

/// Every secret that is there, whether it is used or not.
pub(super) fn secrets() -> Vec<SecretString> {
    // Another part of the run may meet one that it does not use, in a file or in an answer.
    TOKENS
        .into_iter()
        .chain([KEY, SECRET])
        .filter_map(secret)
        .collect()
}

fn secret(name: &str) -> Option<SecretString> {
    let text = variable(name)?;
    // A secret from a file often ends in a line break that is not its own.
    let secret = text.trim_end_matches(['\r', '\n']);

    Some(SecretString::from(secret))
}

/// Who runs this, for whoever finds the stack locked: the job of a CI system, or this machine.
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

    Some(format!("{server}/{repository}/actions/runs/{run}"))
}

fn process_here() -> String {
    let host = variable(HOST)
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
fn variable(name: &str) -> Option<String> {
    debug_assert!(
        VARIABLES.iter().any(|known| known.name == name),
        "{name} is not documented"
    );
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where a step of GitHub Actions leaves its outputs.
pub(super) fn github_output() -> Option<PathBuf> {
    variable(GITHUB_OUTPUT).map(PathBuf::from)
}
