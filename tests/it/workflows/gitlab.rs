//! `examples/gitlab`: the scripts of its jobs, with as much
//! of GitLab as they speak to.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, Router};
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use super::fleet;
use super::world::{git, read_yaml};

const CONFIGURATION: &str =
    "stack: world-mappers\nclients:\n  courier: { name: Courier }\n";
const NOTES: &str = "/projects/5/merge_requests/9/notes";

/// A folder in which jobs run, and the notes of a merge request.
struct Project {
    folder: tempfile::TempDir,
    _runtime: Runtime,
    url: String,
    notes: Arc<Mutex<Vec<Json>>>,
}

impl Project {
    fn with(configuration: &str) -> Option<Self> {
        super::tools_are_there().then(|| {
            let folder = tempfile::tempdir().unwrap();
            fs::write(
                folder.path().join("grantry.yaml"),
                configuration,
            )
            .unwrap();
            let runtime = Runtime::new().unwrap();
            let notes = Arc::default();
            let app = Router::new()
                .fallback(answer)
                .with_state(Arc::clone(&notes));
            let listener = runtime
                .block_on(TcpListener::bind("127.0.0.1:0"))
                .unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            runtime.spawn(async move { axum::serve(listener, app).await });
            Self {
                folder,
                _runtime: runtime,
                url,
                notes,
            }
        })
    }

    /// Runs the script of a job in one shell, as GitLab's runner does.
    fn run(&self, job: &str) -> (i32, String) {
        self.run_with(job, &[])
    }

    /// The same, with more variables.
    fn run_with(&self, job: &str, more: &[(&str, &str)]) -> (i32, String) {
        let pipeline = read_yaml(&fleet::example("gitlab/.gitlab-ci.yml"));
        let lines = lines_of(&pipeline[job]["script"]);
        self.run_lines(&pipeline, &lines, more)
    }

    /// Runs these lines of a pipeline, with some more variables.
    fn run_lines(
        &self,
        pipeline: &Json,
        lines: &[String],
        more: &[(&str, &str)],
    ) -> (i32, String) {
        let binary = Path::new(env!("CARGO_BIN_EXE_grantry"))
            .parent()
            .unwrap();
        let path = format!(
            "{}:{}",
            binary.display(),
            super::path_of_tools()
        );

        let variables = pipeline["variables"]
            .as_object()
            .unwrap()
            .iter();
        let variables =
            variables.map(|(name, value)| (name, value.as_str().unwrap()));
        // The tenant is a file here.
        let script = lines.join("\n").replace(
            "--provider auth0",
            "--provider local:tenant.json",
        );
        let output = Command::new("bash")
            .args(["-e", "-o", "pipefail", "-c", &script])
            .current_dir(self.folder.path())
            .env_clear()
            .envs(variables)
            .env("PATH", path)
            .env("CI_API_V4_URL", &self.url)
            .env("CI_PROJECT_ID", "5")
            .env("CI_MERGE_REQUEST_IID", "9")
            .env("GRANTRY_TOKEN", "token")
            .envs(more.iter().copied())
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        (output.status.code().unwrap(), said)
    }

    fn read(&self, name: &str) -> Json {
        let text = fs::read_to_string(self.folder.path().join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

fn lines_of(script: &Json) -> Vec<String> {
    let lines = script.as_array().unwrap().iter();
    lines
        .map(|line| line.as_str().unwrap().to_owned())
        .collect()
}

async fn answer(
    State(notes): State<Arc<Mutex<Vec<Json>>>>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    assert_eq!(head.headers["private-token"], "token");
    let body = to_bytes(body, usize::MAX)
        .await
        .unwrap();
    let body: Json = serde_json::from_slice(&body).unwrap_or_default();
    let mut notes = notes.lock().unwrap();
    let path = head.uri.path();
    let id = path
        .strip_prefix(NOTES)
        .map(|rest| rest.trim_start_matches('/'));

    match (head.method.as_str(), path, id) {
        ("GET", "/user", _) => Answer(json!({ "id": 1 })).into_response(),
        ("GET", _, Some("")) => {
            let second = head
                .uri
                .query()
                .unwrap()
                .ends_with("page=2");
            let half = notes.len() / 2;
            let (page, next) = if second {
                (&notes[half..], "")
            } else {
                (&notes[..half], "2")
            };
            let next = [(
                header::HeaderName::from_static("x-next-page"),
                next,
            )];
            (next, Answer(page.to_vec())).into_response()
        }
        ("POST", _, Some("")) => {
            let id = notes.len();
            notes.push(json!({ "id": id, "author": { "id": 1 }, "body": body["body"] }));
            Answer(json!({})).into_response()
        }
        ("PUT", _, Some(id)) => {
            let id: usize = id.parse().unwrap();
            notes[id]["body"] = body["body"].clone();
            Answer(json!({})).into_response()
        }
        (method, path, _) => panic!("{method} {path}"),
    }
}

#[test]
fn a_merge_request_has_one_note_which_is_edited_in_place() {
    let Some(project) = Project::with(CONFIGURATION) else {
        return;
    };
    let mark = "<!-- grantry: world-mappers production -->";
    let theirs = json!({ "id": 0, "author": { "id": 2 }, "body": mark });
    project
        .notes
        .lock()
        .unwrap()
        .push(theirs.clone());

    for _ in 0..2 {
        let (code, said) = project.run("plan");
        assert_eq!(code, 0, "{said}");
        let notes = project.notes.lock().unwrap();
        assert_eq!((notes.len(), &notes[0]), (2, &theirs));
        let note = notes[1]["body"].as_str().unwrap();
        assert!(
            note.starts_with(&format!(
                "{mark}\n`world-mappers`: **1 to create**"
            )),
            "{note}"
        );
    }
    let (code, said) = project.run("apply");
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_plan_that_is_refused_is_noted_and_fails() {
    let Some(project) = Project::with("stack: 1\n") else {
        return;
    };
    let (code, said) = project.run("plan");
    assert_eq!(code, 1, "{said}");
    assert_eq!(project.notes.lock().unwrap().len(), 1);
}

#[test]
fn problems_are_a_report_of_code_quality() {
    let Some(project) = Project::with(CONFIGURATION) else {
        return;
    };
    assert_eq!(project.run("validate").0, 0);
    assert_eq!(project.read("code-quality.json"), json!([]));

    fs::write(
        project
            .folder
            .path()
            .join("grantry.yaml"),
        "stack: maps\nclient: {}\n",
    )
    .unwrap();
    assert_eq!(project.run("validate").0, 1);
    let report = project.read("code-quality.json");
    let problem = &report[0];
    assert_eq!(problem["severity"], "major");
    assert_eq!(
        problem["location"],
        json!({ "path": "grantry.yaml", "lines": { "begin": 2 } })
    );
    assert!(problem["fingerprint"].is_string());
}

/// The pipeline that shares many tenants among jobs, each in a file here.
struct Many {
    project: Project,
    pipeline: Json,
}

impl Many {
    fn new() -> Option<Self> {
        let project = Project::with("stack: other\n")?;
        let path = |name: &str| project.folder.path().join(name);
        fs::write(path("tenants.yaml"), fleet::configuration()).unwrap();
        // As if it had been built before, and as the runner leaves a variable
        // behind that is a file.
        fs::create_dir_all(path(".cargo/bin")).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_grantry"),
            path(".cargo/bin/grantry"),
        )
        .unwrap();
        fs::write(path("credentials"), "").unwrap();
        fs::set_permissions(
            path("credentials"),
            Permissions::from_mode(0o666),
        )
        .unwrap();

        let pipeline =
            read_yaml(&fleet::example("gitlab/tenants.gitlab-ci.yml"));
        Some(Self {
            project,
            pipeline,
        })
    }

    /// Runs a job, or one of its parts.
    fn run(&self, job: &str, part: Option<u64>) -> (i32, String) {
        let folder = self.project.folder.path().display();
        let home = format!("{folder}/.cargo");
        let credentials = format!("{folder}/credentials");
        let total = self.parts(job).to_string();
        let index = part.map(|part| part.to_string());
        let mut more = vec![
            ("CARGO_HOME", home.as_str()),
            ("GRANTRY_CREDENTIALS", credentials.as_str()),
            ("CI_NODE_TOTAL", total.as_str()),
        ];
        more.extend(
            index
                .as_deref()
                .map(|index| ("CI_NODE_INDEX", index)),
        );

        let before = lines_of(&self.pipeline["default"]["before_script"]);
        let lines = [before, lines_of(&self.pipeline[job]["script"])].concat();
        self.project
            .run_lines(&self.pipeline, &lines, &more)
    }

    fn parts(&self, job: &str) -> u64 {
        self.pipeline[job]["parallel"]
            .as_u64()
            .unwrap_or(1)
    }

    /// Runs all parts of a job, which must go well, and
    /// the job that unites them.
    #[track_caller]
    fn run_all(&self, job: &str, united: &str) -> String {
        for part in 1..=self.parts(job) {
            let (code, said) = self.run(job, Some(part));
            assert_eq!(code, 0, "{said}");
        }
        let (code, said) = self.run(united, None);
        assert_eq!(code, 0, "{said}");
        said
    }
}

#[test]
fn what_a_change_takes_away_is_reported_in_the_file_that_had_it() {
    let Some(project) = Project::with(CONFIGURATION) else {
        return;
    };
    let folder = project.folder.path();
    for arguments in [
        &["init", "--quiet", "--initial-branch", "main"][..],
        &["add", "grantry.yaml"],
        &["commit", "--quiet", "--message", "begin"],
        &["remote", "add", "origin", "."],
    ] {
        git(folder, arguments);
    }
    fs::write(
        folder.join("grantry.yaml"),
        "stack: world-mappers\nclients: {}\n",
    )
    .unwrap();

    let (code, said) = project.run_with(
        "validate",
        &[("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main")],
    );
    let report = project.read("code-quality.json");
    assert_eq!(
        report[0]["check_name"], "vanished",
        "{code} {said} {report}"
    );
    assert_eq!(report[0]["location"]["path"], "grantry.yaml");
}

#[test]
fn the_jobs_of_a_pipeline_share_the_environments() {
    let Some(many) = Many::new() else {
        return;
    };
    // What is planned by one is applied by the same one.
    assert_eq!(many.parts("plan"), many.parts("apply"));
    assert!(many.parts("plan") > 1);

    let said = many.run_all("plan", "planned");
    assert!(
        said.contains("Done: 9 of 9 environments."),
        "{said}"
    );
    assert!(said.contains("to create"), "{said}");
    let said = many.run_all("apply", "applied");
    assert!(said.contains("applied"), "{said}");
    let said = many.run_all("plan", "planned");
    assert!(said.contains("no changes"), "{said}");

    let credentials = many
        .project
        .folder
        .path()
        .join("credentials");
    let mode = fs::metadata(credentials)
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_environment_that_no_job_of_a_pipeline_came_to_is_a_failure() {
    let Some(many) = Many::new() else {
        return;
    };
    assert_eq!(many.run("plan", Some(1)).0, 0);
    let (code, said) = many.run("planned", None);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("missing"), "{said}");
}
