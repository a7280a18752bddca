//! A run of a workflow from `examples/github`, job by job, so that something
//! may happen between two of them.
//!
//! A job is called as GitHub calls its check: `plan (staging) / plan` is the
//! job `plan` of the workflow that the job `plan` of the example calls for
//! `staging`. `plan` alone is the first one there is.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value as Json, json};

use super::done::{Called, Done};
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
    done: RefCell<Done>,
    /// How often each job was asked for.
    attempts: RefCell<BTreeMap<String, usize>>,
    /// Which attempt at its job runs.
    attempt: Cell<usize>,
}

/// How a job has ended; no code if it was not run.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) log: String,
    pub(crate) summary: String,
}

impl Ended {
    fn not_run() -> Self {
        Self {
            code: None,
            log: String::new(),
            summary: String::new(),
        }
    }
}

/// A job, and which part of it where it has a matrix.
struct Named {
    job: String,
    part: Option<String>,
}

impl Named {
    fn of(name: &str) -> Self {
        let (job, part) = match name.split_once(" (") {
            Some((job, part)) => (
                job,
                part.strip_suffix(')')
                    .map(str::to_owned),
            ),
            None => (name, None),
        };
        Self {
            job: job.to_owned(),
            part,
        }
    }
}

/// Takes the part of a matrix that is meant, if the job has one.
fn choose(context: &mut Context, job: &Json, part: Option<&str>) {
    let Some(matrix) = job["strategy"]["matrix"].as_str() else {
        assert_eq!(part, None, "there is no matrix");
        return;
    };
    assert_eq!(job["strategy"]["fail-fast"], false);
    let matrix = context.value(matrix);
    let [(key, values)] = matrix
        .as_object()
        .unwrap()
        .iter()
        .collect::<Vec<_>>()[..]
    else {
        panic!("{matrix} has not one key");
    };

    let mut values = values.as_array().unwrap().iter();
    let place = values.position(|value| value.as_str() == part);
    let place = place.unwrap_or_else(|| panic!("{part:?} is not in {matrix}"));
    context.values["matrix"] = json!({ key: part });
    context.values["strategy"] = json!({ "job-index": place });
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl<'w> Run<'w> {
    /// Begins a run of an example.
    pub(crate) fn begin(
        world: &'w World,
        example: &str,
        event: &Event,
    ) -> Self {
        let file = format!("{example}.yml");
        let caller = read_yaml(
            &root()
                .join("examples/github")
                .join(&file),
        );
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
            attempts: RefCell::default(),
            attempt: Cell::new(1),
        }
    }

    pub(crate) fn id(&self) -> u64 {
        self.origin.run
    }

    /// The same with another input for the workflows that the example calls.
    pub(crate) fn with(mut self, input: &str, value: &str) -> Self {
        for caller in self.caller["jobs"]
            .as_object_mut()
            .unwrap()
            .values_mut()
        {
            caller["with"][input] = value.into();
        }
        self
    }

    /// Runs a job that must end well.
    #[track_caller]
    pub(super) fn goes_well(&self, job: &str) -> Ended {
        let ended = self.job(job);
        assert_eq!(ended.code, Some(0), "{job}: {}", ended.log);
        ended
    }

    /// Runs a job of a workflow that the example calls, or of its own; once
    /// more if it was run before.
    pub(crate) fn job(&self, name: &str) -> Ended {
        let mut attempts = self.attempts.borrow_mut();
        let attempt = attempts
            .entry(name.to_owned())
            .or_default();
        *attempt += 1;
        self.attempt.set(*attempt);
        drop(attempts);

        let (outer, name) = match name.split_once(" / ") {
            Some((outer, name)) => (Some(Named::of(outer)), Named::of(name)),
            None => (None, Named::of(name)),
        };
        let callers = self.caller["jobs"]
            .as_object()
            .unwrap()
            .iter();
        let callers = callers.filter(|(job, _)| {
            outer
                .as_ref()
                .is_none_or(|outer| outer.job == **job)
        });

        let mut is_there = false;
        for (job, caller) in callers {
            let Some(uses) = caller["uses"].as_str() else {
                if *job == name.job && outer.is_none() {
                    return self.own_job(job, caller);
                }
                continue;
            };
            let workflow = workflow_of(uses);
            if workflow["jobs"]
                .get(&name.job)
                .is_none()
            {
                continue;
            }
            is_there = true;
            let mut context = self.context_of_caller(caller);
            if context.holds(caller["if"].as_str()) {
                let part = outer
                    .as_ref()
                    .and_then(|outer| outer.part.as_deref());
                choose(&mut context, caller, part);
                let called = Called::new(job, part);
                return self
                    .called_job(&called, caller, &workflow, &name, context);
            }
        }
        assert!(
            is_there,
            "{} calls no job {}",
            self.file, name.job
        );
        Ended::not_run()
    }

    /// A job with steps of its own in the example.
    fn own_job(&self, name: &str, job: &Json) -> Ended {
        insist_on_known_keys(job);
        let mut context = self.context_of_caller(job);
        context.values["github"]["token"] = token(&job["permissions"]).into();
        if !context.holds(job["if"].as_str()) {
            return Ended::not_run();
        }
        self.carry_out(
            &Called::new(name, None),
            &Named::of(name),
            job,
            &mut context,
        )
    }

    fn called_job(
        &self,
        by: &Called,
        caller: &Json,
        workflow: &Json,
        name: &Named,
        mut context: Context,
    ) -> Ended {
        let job = &workflow["jobs"][&name.job];
        insist_on_known_keys(job);
        assert_eq!(workflow["permissions"], json!({}));
        insist_on_less(&job["permissions"], &caller["permissions"]);

        self.enter(by, caller, workflow, job, &mut context);
        if !context.holds(job["if"].as_str()) {
            self.done
                .borrow_mut()
                .skip(by, &name.job);
            return Ended::not_run();
        }
        choose(&mut context, job, name.part.as_deref());
        self.carry_out(by, name, job, &mut context)
    }

    /// Turns what the caller may speak of into what a job of a workflow that it
    /// calls may speak of.
    fn enter(
        &self,
        by: &Called,
        caller: &Json,
        workflow: &Json,
        job: &Json,
        context: &mut Context,
    ) {
        // What the caller has waited for is not what the jobs
        // of the workflow wait for.
        context.has_failed = false;
        let interface = &workflow["on"]["workflow_call"];
        let given = filled(&caller["with"], context);
        let declared = interface["inputs"].as_object().unwrap();
        context.values["inputs"] = inputs_of(declared, &given, &self.file);
        context.values["github"]["token"] = token(&job["permissions"]).into();
        context.values["matrix"] = json!({});

        let passed = caller["secrets"]
            .as_object()
            .cloned()
            .unwrap_or_default();
        let is_declared = |secret: &String| {
            interface["secrets"]
                .get(secret)
                .is_some()
        };
        assert!(passed.keys().all(is_declared), "{passed:?}");
        context.values["secrets"] = json!({});
        if let Some(environment) = job["environment"].as_str() {
            let environment = self
                .world
                .environment(&context.fill(environment));
            context.values["vars"] = environment["vars"].clone();
            for (secret, value) in environment["secrets"]
                .as_object()
                .unwrap()
            {
                if passed.contains_key(secret) {
                    context.values["secrets"][secret] = value.clone();
                }
            }
        }

        let done = self.done.borrow();
        self.wait(job, context, |needed| {
            done.result_of(by, needed)
        });
    }

    /// What a job of the example may speak of.
    fn context_of_caller(&self, job: &Json) -> Context {
        let mut context = self.context();
        let done = self.done.borrow();
        self.wait(job, &mut context, |needed| {
            let workflow = self.caller["jobs"][needed]["uses"].as_str();
            let workflow = workflow.map_or(Json::Null, workflow_of);
            let result = done.result_of_all(needed);
            json!({ "result": result, "outputs": done.outputs_of_all(needed, &workflow) })
        });
        context
    }

    /// Lets a job know of those that it needs, and whether one of
    /// them has not ended well.
    fn wait(
        &self,
        job: &Json,
        context: &mut Context,
        result_of: impl Fn(&str) -> Json,
    ) {
        let needed = match &job["needs"] {
            Json::String(needed) => vec![needed.as_str()],
            Json::Array(all) => all
                .iter()
                .map(|needed| needed.as_str().unwrap())
                .collect(),
            Json::Null => Vec::new(),
            other => panic!("{}: needs {other}", self.file),
        };
        context.values["needs"] = json!({});
        for needed in needed {
            let result = result_of(needed);
            context.has_failed |= result["result"] != "success";
            context.values["needs"][needed] = result;
        }
    }

    fn carry_out(
        &self,
        by: &Called,
        name: &Named,
        job: &Json,
        context: &mut Context,
    ) -> Ended {
        // Those that it needs have had their say in whether it is run.
        context.has_failed = false;
        let mut machine = Job::new(
            self.world,
            self.origin.clone(),
            &self.variables(),
        );
        context.values["runner"] = json!({
            "temp": machine.temp().to_str(), "os": "Linux", "arch": "X64",
        });
        let code = run_all(
            &mut machine,
            &job["steps"],
            context,
            &BTreeMap::new(),
        );

        let outputs = filled(&job["outputs"], context);
        let mut done = self.done.borrow_mut();
        done.end(
            by,
            &name.job,
            name.part.as_deref(),
            code,
            &json!(outputs),
        );
        if name.job == "apply" && code == 0 {
            self.end_well();
        }
        let (log, summary) = machine.into_words();
        Ended {
            code: Some(code),
            log,
            summary,
        }
    }

    /// What everything in the example may speak of: the repository has no
    /// secret, only its environments have.
    fn context(&self) -> Context {
        Context {
            values: json!({
                "github": self.github,
                "secrets": {},
                "vars": {},
                "needs": {},
            }),
            has_failed: false,
        }
    }

    /// What the runner tells every script.
    fn variables(&self) -> BTreeMap<String, String> {
        let text = |name: &str| {
            self.github[name]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let workflow = format!(
            "{REPOSITORY}/.github/workflows/{}@refs/heads/main",
            self.file
        );
        let variables = [
            ("PATH", super::path_of_tools()),
            ("GITHUB_API_URL", self.world.github.url.clone()),
            (
                "GITHUB_SERVER_URL",
                "https://github.example".to_owned(),
            ),
            ("GITHUB_REPOSITORY", text("repository")),
            ("GITHUB_SHA", text("sha")),
            ("GITHUB_REF_NAME", text("ref_name")),
            ("GITHUB_RUN_ID", self.id().to_string()),
            (
                "GITHUB_RUN_ATTEMPT",
                self.attempt.get().to_string(),
            ),
            ("GITHUB_WORKFLOW_REF", workflow),
        ];
        variables
            .map(|(name, value)| (name.to_owned(), value))
            .into()
    }

    fn end_well(&self) {
        self.world
            .github
            .hub()
            .runs
            .push(json!({
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
    let path = uses
        .strip_prefix("OWNER/grantry/")
        .unwrap();
    let (path, revision) = path.split_once('@').unwrap();
    assert_eq!(revision.len(), 40, "{uses}");
    read_yaml(&root().join(path))
}

fn insist_on_known_keys(job: &Json) {
    const KNOWN: [&str; 10] = [
        "if",
        "strategy",
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
        assert!(
            KNOWN.contains(&key.as_str()),
            "what is `{key}` of a job?"
        );
    }
}

/// A workflow that is called has no permission that its caller has not.
fn insist_on_less(asked: &Json, given: &Json) {
    for (area, access) in asked.as_object().unwrap() {
        let is_given = given[area] == *access || given[area] == "write";
        assert!(
            is_given,
            "{area}: {access} is not given by the caller"
        );
    }
}

/// A token that says itself what it may do.
fn token(permissions: &Json) -> String {
    let permissions = permissions.as_object().unwrap().iter();
    let permissions = permissions
        .map(|(area, access)| format!("{area}={}", access.as_str().unwrap()));
    permissions
        .collect::<Vec<_>>()
        .join(",")
}
