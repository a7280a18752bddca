//! Where the workflows run: a repository, a tenant, and GitHub.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use grantry::emulator::{
    self, Conditions, Emulator, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET,
};
use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use super::archive::{Entry, REGULAR};
use super::github::{GitHub, Origin};
use super::step::only_file;
use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::in_memory;

/// What a client that only plans is granted.
const READING: [&str; 3] = [
    "read:clients",
    "read:client_grants",
    "read:resource_servers",
];

/// The tenant that a world begins with, and the beginning of the names of its
/// environments of GitHub.
const FIRST: &str = "production";

pub(crate) struct World {
    folder: tempfile::TempDir,
    runtime: Runtime,
    tenants: BTreeMap<String, Tenant>,
    pub(crate) github: GitHub,
    /// What each environment of GitHub holds.
    environments: BTreeMap<String, Json>,
}

struct Tenant {
    emulator: Emulator,
    management: Management,
}

pub(crate) fn read_yaml(path: &Path) -> Json {
    let text = fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl World {
    /// An empty tenant, and a repository with this configuration on `main`.
    pub(crate) fn with(configuration: &str) -> Self {
        // A part of the name of a branch may not begin with a dot.
        let folder = tempfile::Builder::new()
            .prefix("world-")
            .tempdir()
            .unwrap();
        let origin = folder.path().join("origin");
        let runtime = Runtime::new().unwrap();
        let github = runtime.block_on(GitHub::start(&origin));
        let mut world = Self {
            folder,
            runtime,
            tenants: BTreeMap::new(),
            github,
            environments: BTreeMap::new(),
        };
        world.add_tenant(FIRST);

        fs::create_dir(&origin).unwrap();
        world.git(&["init", "--quiet", "--initial-branch", "main"]);
        world.git(&[
            "config",
            "uploadpack.allowAnySHA1InWant",
            "true",
        ]);
        world.commit(configuration);
        world
    }

    /// Adds an empty tenant, with the environments of
    /// GitHub that hold its clients.
    pub(crate) fn add_tenant(&mut self, name: &str) {
        let runtime = &self.runtime;
        let emulator = runtime
            .block_on(emulator::start(in_memory()))
            .unwrap();
        let management =
            runtime.block_on(Management::of(&emulator, &plain_http()));

        let reader = runtime.block_on(reading_client(&management, &emulator));
        let writer = environment(
            &emulator,
            MANAGEMENT_CLIENT_ID,
            MANAGEMENT_CLIENT_SECRET,
        );
        self.add_environment(&format!("{name}-plan"), reader.clone());
        self.add_environment(&format!("{name}-forks"), reader);
        self.add_environment(name, writer);
        let tenant = Tenant {
            emulator,
            management,
        };
        self.tenants
            .insert(name.to_owned(), tenant);
    }

    /// Adds an environment of GitHub, with its variables and secrets.
    pub(crate) fn add_environment(&mut self, name: &str, held: Json) {
        self.environments
            .insert(name.to_owned(), held);
    }

    /// Where a tenant is.
    pub(crate) fn domain(&self, tenant: &str) -> String {
        self.tenants[tenant].emulator.url()
    }

    fn origin(&self) -> PathBuf {
        self.folder.path().join("origin")
    }

    /// Where a file would be that nobody should make.
    pub(crate) fn place_for(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What Git says in the repository.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.origin(), arguments)
    }

    /// Commits this configuration; the revision.
    pub(crate) fn commit(&self, configuration: &str) -> String {
        fs::write(
            self.origin().join("grantry.yaml"),
            configuration,
        )
        .unwrap();
        self.git(&["add", "--all"]);
        self.git(&[
            "commit",
            "--quiet",
            "--allow-empty",
            "--message",
            "change",
        ]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// A revision in a folder of its own, with so many
    /// before it; `0` stands for all.
    pub(crate) fn check_out(&self, revision: &str, depth: &str, folder: &Path) {
        fs::create_dir_all(folder).unwrap();
        let origin = format!("file://{}", self.origin().display());
        git(folder, &["init", "--quiet"]);
        let mut fetch = vec!["fetch", "--quiet", &origin, revision];
        if depth != "0" {
            fetch.extend(["--depth", depth]);
        }
        git(folder, &fetch);
        git(folder, &["checkout", "--quiet", "FETCH_HEAD"]);
    }

    /// The variables and secrets of an environment of GitHub.
    pub(crate) fn environment(&self, name: &str) -> &Json {
        let found = self.environments.get(name);
        found.unwrap_or_else(|| panic!("there is no environment {name}"))
    }

    /// Lets requests to the tenant fail, or none any more.
    pub(crate) fn let_fail(&self, faults: &[&str]) {
        let faults = faults
            .iter()
            .map(|fault| fault.parse().unwrap());
        self.tenants[FIRST]
            .emulator
            .change_conditions(Conditions {
                faults: faults.collect(),
                ..Conditions::default()
            });
    }

    /// Asks the tenant, without Grantry.
    pub(crate) fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Json {
        let management = &self.tenants[FIRST].management;
        self.runtime
            .block_on(management.ask(method, path, body))
    }

    /// The names of the clients in the tenant that some stack owns.
    pub(crate) fn clients(&self) -> Vec<String> {
        self.clients_of(FIRST)
    }

    /// The same of one tenant among several.
    pub(crate) fn clients_of(&self, tenant: &str) -> Vec<String> {
        let management = &self.tenants[tenant].management;
        let clients = management.ask(Method::GET, "clients", None);
        let clients = self.runtime.block_on(clients);
        let clients = clients.as_array().unwrap().iter();
        let owned = clients.filter(|client| {
            client["client_metadata"]["grantry_key"].is_string()
        });
        let mut names: Vec<String> = owned
            .map(|client| {
                client["name"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        names.sort();
        names
    }

    /// How many requests the tenant has been sent.
    pub(crate) fn requests(&self) -> usize {
        self.tenants[FIRST]
            .emulator
            .requests()
            .len()
    }

    /// Renames a client of the tenant by hand.
    pub(crate) fn rename(&self, name: &str, new: &str) {
        let clients = self.ask(Method::GET, "clients", None);
        let client = clients
            .as_array()
            .unwrap()
            .iter()
            .find(|client| client["name"] == name);
        let id = client.unwrap()["client_id"]
            .as_str()
            .unwrap();
        self.ask(
            Method::PATCH,
            &format!("clients/{id}"),
            Some(&json!({ "name": new })),
        );
    }
}

pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = [
        "-c",
        "user.name=test",
        "-c",
        "user.email=test@acme.example",
    ];
    let output = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "git {arguments:?}: {said}"
    );
    String::from_utf8(output.stdout)
        .unwrap()
        .trim()
        .to_owned()
}

/// A client that may read what a plan takes, and nothing else.
async fn reading_client(management: &Management, emulator: &Emulator) -> Json {
    let client = json!({
        "name": "Reader",
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
    });
    let client = management
        .ask(Method::POST, "clients", Some(&client))
        .await;
    let id = client["client_id"].as_str().unwrap();
    let grant = json!({ "client_id": id, "audience": MANAGEMENT_AUDIENCE, "scope": READING });
    management
        .ask(Method::POST, "client-grants", Some(&grant))
        .await;
    environment(
        emulator,
        id,
        &emulator.client_secret(id).unwrap(),
    )
}

fn environment(emulator: &Emulator, id: &str, secret: &str) -> Json {
    json!({
        "vars": {
            "AUTH0_DOMAIN": emulator.url(),
            "AUTH0_AUDIENCE": MANAGEMENT_AUDIENCE,
            "AUTH0_CLIENT_ID": id,
            // Credentials of clients go nowhere.
            "VAULT_ADDR": "",
            "VAULT_NAMESPACE": "",
            "VAULT_ROLE_ID": "",
        },
        "secrets": { "AUTH0_CLIENT_SECRET": secret, "VAULT_SECRET_ID": "", "VAULT_TOKEN": "" },
    })
}

/// A machine that runs one job.
pub(crate) struct Job<'a> {
    world: &'a World,
    origin: Origin,
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
    log: String,
}

impl<'a> Job<'a> {
    pub(crate) fn new(
        world: &'a World,
        origin: Origin,
        variables: &BTreeMap<String, String>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut job = Self {
            world,
            origin,
            folder,
            variables: variables.clone(),
            log: String::new(),
        };
        // As if it had been built before: building it is
        // what the cache spares too.
        let built = job.temp().join("grantry/bin");
        fs::create_dir_all(&built).unwrap();
        std::os::unix::fs::symlink(
            env!("CARGO_BIN_EXE_grantry"),
            built.join("grantry"),
        )
        .unwrap();
        fs::create_dir(job.workspace()).unwrap();

        for (name, path) in [
            ("RUNNER_TEMP", job.temp()),
            ("GITHUB_WORKSPACE", job.workspace()),
            (
                "GITHUB_STEP_SUMMARY",
                job.folder.path().join("summary"),
            ),
        ] {
            job.variables.insert(
                name.to_owned(),
                path.to_str().unwrap().to_owned(),
            );
        }
        job
    }

    pub(crate) fn world(&self) -> &World {
        self.world
    }

    pub(crate) fn workspace(&self) -> PathBuf {
        self.folder.path().join("workspace")
    }

    pub(crate) fn temp(&self) -> PathBuf {
        self.folder.path().join("temp")
    }

    pub(crate) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    pub(crate) fn log(&mut self, said: &str) {
        self.log.push_str(said);
    }

    /// What it has said, and the summary of its run.
    pub(crate) fn into_words(self) -> (String, String) {
        let summary = fs::read_to_string(self.folder.path().join("summary"));
        (self.log, summary.unwrap_or_default())
    }

    /// Where what the jobs of this run have kept lies.
    fn kept(&self) -> PathBuf {
        let run = self.origin.run.to_string();
        self.world
            .folder
            .path()
            .join("artifacts")
            .join(run)
    }

    /// Keeps a file as an artifact, for this run and for others; or a folder of
    /// files, for this run alone.
    pub(crate) fn keep(&self, name: &str, path: &Path) {
        let folder = self.kept().join(name);
        if path.is_dir() {
            return copy_files(path, &folder);
        }

        fs::create_dir_all(&folder).unwrap();
        fs::copy(path, folder.join(path.file_name().unwrap())).unwrap();
        let entry = Entry {
            name: "kept".to_owned(),
            mode: REGULAR,
            content: fs::read(path).unwrap(),
        };
        self.world
            .github
            .keep(name, &self.origin, &[entry]);
    }

    /// Takes the one file of an artifact of this run.
    pub(crate) fn take(&self, name: &str, folder: &Path) {
        let file = only_file(&self.kept().join(name));
        fs::create_dir_all(folder).unwrap();
        fs::copy(&file, folder.join(file.file_name().unwrap())).unwrap();
    }

    /// Takes the files of all artifacts of this run whose names begin alike,
    /// into one folder.
    pub(crate) fn take_all(&self, pattern: &str, folder: &Path) {
        let begin = pattern.strip_suffix('*').unwrap();
        for entry in fs::read_dir(self.kept()).unwrap() {
            let entry = entry.unwrap();
            if entry
                .file_name()
                .to_str()
                .unwrap()
                .starts_with(begin)
            {
                copy_files(&entry.path(), folder);
            }
        }
    }
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
