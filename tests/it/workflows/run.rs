//! A run of a workflow from `examples/github`, job by job, so that something may happen between two of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use super::expression::Context;
use super::github::{Origin, REPOSITORY};
use super::step::{filled, inputs_of, run_all};
use super::world::{Job, World, read_yaml};

/// What has happened on GitHub.
pub(crate) struct Event {
    pub(crate) name: &'static str,
    /// The revision that the run is of.
    pub(crate) sha: String,
    /// The revision that whoever caused it has pushed.
    pub(crate) head_sha: String,
    pub(crate) ref_name: String,
    pub(crate) is_of_fork: bool,
    pub(crate) details: Json,
}

pub(crate) struct Run<'w> {
    world: &'w World,
    caller: Json,
    github: Json,
    origin: Origin,
    file: String,
    done: RefCell<Map<String, Json>>,
}

/// How a job has ended; no code if it was not run.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
    pub(crate) summary: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl<'w> Run<'w> {
    /// Begins a run of an example.
    pub(crate) fn begin(world: &'w World, example: &str, event: &Event) -> Self {
        let file = format!("{example}.yml");
        let caller = read_yaml(&root().join("examples/github").join(&file));
        assert!(
            caller["on"].get(event.name).is_some(),
            "{file} is not for {}",
            event.name
        );
        assert_eq!(caller["permissions"], json!({}), "{file}");

        let github = json!({
            "event_name": event.name,
            "event": event.details,
            "repository": REPOSITORY,
            "sha": event.sha,
            "ref_name": event.ref_name,
        });
        let origin = Origin {
            run: world.github.hub().begin(),
            head_sha: event.head_sha.clone(),
            is_fork: event.is_of_fork,
        };
        Self {
            world,
            caller,
            github,
            origin,
            file,
            done: RefCell::default(),
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.origin.run
    }

    /// Runs a job of a workflow that the example calls; once more if it was run before.
    pub(crate) fn job(&self, name: &str) -> Ended {
        let context = self.context();
        let jobs = self.caller["jobs"].as_object().unwrap().values();
        for caller in jobs.filter(|caller| context.holds(caller["if"].as_str())) {
            let workflow = workflow_of(caller["uses"].as_str().unwrap());
            let job = &workflow["jobs"][name];
            if job.is_null() {
                continue;
            }

            insist_on_known_keys(job);
            assert_eq!(workflow["permissions"], json!({}));
            insist_on_less(&job["permissions"], &caller["permissions"]);
            let mut context = self.context_of(caller, &workflow, job);
            if !context.holds(job["if"].as_str()) {
                return Ended {
                    code: None,
                    log: String::new(),
                    summary: String::new(),
                };
            }
            return self.carry_out(name, job, &mut context);
        }
        panic!("{} calls no job {name}", self.file);
    }

    /// What a job of a workflow that is called may speak of.
    fn context_of(&self, caller: &Json, workflow: &Json, job: &Json) -> Context {
        let interface = &workflow["on"]["workflow_call"];
        let mut context = self.context();
        let given = filled(&caller["with"], &context);
        let declared = interface["inputs"].as_object().unwrap();
        context.values["inputs"] = inputs_of(declared, &given, &self.file);
        context.values["github"]["token"] = token(&job["permissions"]).into();
        if let Some(needed) = job["needs"].as_str() {
            context.has_failed = context.values["needs"][needed]["code"] != 0;
        }

        let passed = caller["secrets"].as_object().cloned().unwrap_or_default();
        let is_declared = |secret: &String| interface["secrets"].get(secret).is_some();
        assert!(passed.keys().all(is_declared), "{passed:?}");
        context.values["secrets"] = json!({});
        if let Some(environment) = job["environment"].as_str() {
            let environment = self.world.environment(&context.fill(environment));
            context.values["vars"] = environment["vars"].clone();
            for (secret, value) in environment["secrets"].as_object().unwrap() {
                if passed.contains_key(secret) {
                    context.values["secrets"][secret] = value.clone();
                }
            }
        }
        context
    }

    fn carry_out(&self, name: &str, job: &Json, context: &mut Context) -> Ended {
        let mut machine = Job::new(self.world, self.origin.clone(), &self.variables());
        context.values["runner"] = json!({
            "temp": machine.temp().to_str(), "os": "Linux", "arch": "X64",
        });
        let code = run_all(&mut machine, &job["steps"], context, &BTreeMap::new());

        let outputs = filled(&job["outputs"], context);
        let done = json!({ "outputs": outputs, "code": code });
        self.done.borrow_mut().insert(name.to_owned(), done);
        if name == "apply" && code == 0 {
            self.end_well();
        }
        let (log, summary) = machine.into_words();
        Ended {
            code: Some(code),
            log,
            summary,
        }
    }

    /// What the example itself may speak of: the repository has no secret, only its environments have.
    fn context(&self) -> Context {
        Context {
            values: json!({
                "github": self.github,
                "secrets": { "AUTH0_CLIENT_SECRET": "" },
                "vars": {},
                "needs": *self.done.borrow(),
            }),
            has_failed: false,
        }
    }

    /// What the runner tells every script.
    fn variables(&self) -> BTreeMap<String, String> {
        let text = |name: &str| self.github[name].as_str().unwrap().to_owned();
        let workflow = format!(
            "{REPOSITORY}/.github/workflows/{}@refs/heads/main",
            self.file
        );
        let variables = [
            ("PATH", super::path_of_tools()),
            ("GITHUB_API_URL", self.world.github.url.clone()),
            ("GITHUB_SERVER_URL", "https://github.example".to_owned()),
            ("GITHUB_REPOSITORY", text("repository")),
            ("GITHUB_SHA", text("sha")),
            ("GITHUB_REF_NAME", text("ref_name")),
            ("GITHUB_RUN_ID", self.id().to_string()),
            ("GITHUB_WORKFLOW_REF", workflow),
        ];
        variables
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    fn end_well(&self) {
        self.world.github.hub().runs.push(json!({
            "id": self.id(),
            "path": self.file,
            "event": self.github["event_name"],
            "head_branch": self.github["ref_name"],
            "head_sha": self.github["sha"],
        }));
    }
}

/// A workflow of ours, as a caller names it.
fn workflow_of(uses: &str) -> Json {
    let path = uses.strip_prefix("OWNER/grantry/").unwrap();
    let (path, revision) = path.split_once('@').unwrap();
    assert_eq!(revision.len(), 40, "{uses}");
    read_yaml(&root().join(path))
}

fn insist_on_known_keys(job: &Json) {
    const KNOWN: [&str; 9] = [
        "if",
        "needs",
        "runs-on",
        "timeout-minutes",
        "environment",
        "permissions",
        "concurrency",
        "outputs",
        "steps",
    ];
    for key in job.as_object().unwrap().keys() {
        assert!(KNOWN.contains(&key.as_str()), "what is `{key}` of a job?");
    }
}

/// A workflow that is called has no permission that its caller has not.
fn insist_on_less(asked: &Json, given: &Json) {
    for (area, access) in asked.as_object().unwrap() {
        let is_given = given[area] == *access || given[area] == "write";
        assert!(is_given, "{area}: {access} is not given by the caller");
    }
}

/// A token that says itself what it may do.
fn token(permissions: &Json) -> String {
    let permissions = permissions.as_object().unwrap().iter();
    let permissions =
        permissions.map(|(area, access)| format!("{area}={}", access.as_str().unwrap()));
    permissions.collect::<Vec<_>>().join(",")
}
