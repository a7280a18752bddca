//! What each variable of the environment says, for the page that lists them.

use super::{CI, ENVIRONMENT, GITHUB_OUTPUT, GITHUB_RUN, HOST, JOBS};
use crate::cli::credentials::names::{
    ALGORITHM, AUDIENCE, AUTH_REALM, CLIENT_ID, DOMAIN, FILE, KEY, REALM,
    REALM_ALGORITHM, REALM_CLIENT_ID, REALM_KEY, REALM_SECRET, SECRET,
    SERVICE_ID, SERVICE_SECRET, TOKENS, URL, VAULT_ADDRESS, VAULT_AUTHORITY,
    VAULT_KUBERNETES_ROLE, VAULT_KUBERNETES_TOKEN, VAULT_NAMESPACE,
    VAULT_ROLE_ID, VAULT_SECRET_ID, VAULT_TOKEN,
};
use crate::cli::engine;

/// A variable, and what it says.
pub(in crate::cli) struct Variable {
    pub(in crate::cli) name: &'static str,
    pub(in crate::cli) meaning: &'static str,
}

const fn says(name: &'static str, meaning: &'static str) -> Variable {
    Variable { name, meaning }
}

/// All that is read of the environment.
pub(in crate::cli) const VARIABLES: [Variable; 47] = [
    says(
        ENVIRONMENT,
        "Which of the configuration's environments is meant, where `--env` \
         names none.",
    ),
    says(
        "GRANTRY_VAR_NAME",
        "The value of the configuration's variable `NAME`, in the very letters \
         of it. `--var-file` and `--var` count before it.",
    ),
    says(
        DOMAIN,
        "The Auth0 tenant. Credentials go to no domain but this one, or the \
         one that the command line names.",
    ),
    says(
        AUDIENCE,
        "The audience of tokens, where that is not `https://DOMAIN/api/v2/`: \
         for a custom domain.",
    ),
    says(CLIENT_ID, "The id of Grantry's own client."),
    says(SECRET, "Its secret."),
    says(
        KEY,
        "The private key that it signs with instead, in PEM. It counts before \
         a secret.",
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
        "The Keycloak, as in `https://sso.example`. Credentials go to no \
         address but this one, or the one that the command line names.",
    ),
    says(REALM, "The realm of it that is managed."),
    says(
        AUTH_REALM,
        "The realm that Grantry's own client is of, where that is `master` and \
         not the managed one.",
    ),
    says(
        REALM_CLIENT_ID,
        "The id of Grantry's own client in the realm.",
    ),
    says(REALM_SECRET, "Its secret."),
    says(
        REALM_KEY,
        "The private key that it signs with instead, in PEM. It counts before \
         a secret.",
    ),
    says(
        REALM_ALGORITHM,
        "With which algorithm it signs; `RS256` without it.",
    ),
    says(
        FILE,
        "A YAML or JSON file with credentials by the domains and realms of \
         their tenants, each for its own: `acme.eu.auth0.com: { client_id: …, \
         client_secret: … }`, or `https://sso.example/realms/acme: …`, which \
         may have an `auth_realm`; also `client_assertion_private_key`, \
         `client_assertion_signing_alg`, `api_token` and `audience`. Nobody \
         but its owner and its group may read it.",
    ),
    says(
        SERVICE_ID,
        "The id of the service as which `token` and `verify` ask, where no \
         sink has its credentials.",
    ),
    says(
        SERVICE_SECRET,
        "Its secret. It goes to the tenant that the command line or the \
         environment names.",
    ),
    says(
        VAULT_ADDRESS,
        "The Vault or OpenBao that a `vault` sink is in. Its credentials go to \
         no address but this one.",
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
        "The file with the token of the service account, where Kubernetes puts \
         it elsewhere.",
    ),
    says(
        "GRANTRY_EXEC_SINK_NAME",
        "The program that the `exec` sink `NAME` tells, in capitals and with \
         `_` for `-`. `--exec-sink` counts before it.",
    ),
    says(
        "GRANTRY_EXEC_",
        "What begins so is passed on to the programs of `exec` sinks, and \
         nothing else of ours is.",
    ),
    says(
        CI,
        "Where it is set, `file` and `age` sinks take `--sink-folder-stays`: \
         set by CI systems.",
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
        "Which part `--shard auto` is, from `SLURM_ARRAY_TASK_MIN` on: set by \
         Slurm.",
    ),
    says(engine::SLURM_FIRST, "The first of all."),
    says(engine::SLURM_LAST, "The last of all."),
    says(engine::SLURM_COUNT, "Of how many."),
];
