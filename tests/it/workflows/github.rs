//! As much of GitHub's API as the steps speak to, on this machine. What a job
//! was not given the permission for is refused, as there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;

use super::archive;

pub(crate) const REPOSITORY: &str = "acme/access";
pub(crate) const BOT: &str = "github-actions[bot]";
const REPOSITORY_ID: u64 = 7;
const FORK_ID: u64 = 8;

/// What GitHub holds.
#[derive(Default)]
pub(crate) struct Hub {
    /// Of all pull requests; `on` says of which.
    pub(crate) comments: Vec<Json>,
    pub(crate) issues: Vec<Json>,
    pub(crate) pulls: Vec<Json>,
    /// Runs that have ended well.
    pub(crate) runs: Vec<Json>,
    artifacts: Vec<Artifact>,
    /// How many more writes are done without an answer.
    pub(crate) lost_answers: usize,
    /// Which requests, by their method, are not served for once.
    pub(crate) not_now: Vec<&'static str>,
    /// Whether nobody is let in.
    pub(crate) is_closed: bool,
    /// Whether it answers with nothing, and says that all is well.
    pub(crate) is_silent: bool,
    origin: PathBuf,
    begun: u64,
}

struct Artifact {
    view: Json,
    archive: Vec<u8>,
}

#[derive(Clone)]
pub(crate) struct GitHub {
    pub(crate) url: String,
    hub: Arc<Mutex<Hub>>,
}

/// Who has run what an artifact is of.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) run: u64,
    pub(crate) head_sha: String,
    pub(crate) is_fork: bool,
}

impl GitHub {
    /// Begins to answer, for a repository that lies in this folder.
    pub(crate) async fn start(origin: &Path) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let hub = Hub {
            origin: origin.to_owned(),
            ..Hub::default()
        };
        let hub = Arc::new(Mutex::new(hub));
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&hub));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, hub }
    }

    pub(crate) fn hub(&self) -> MutexGuard<'_, Hub> {
        self.hub.lock().unwrap()
    }

    /// As if nothing had been kept.
    pub(crate) fn forget_artifacts(&self) {
        self.hub().artifacts.clear();
    }

    /// Keeps an artifact with these files.
    pub(crate) fn keep(
        &self,
        name: &str,
        origin: &Origin,
        files: &[archive::Entry],
    ) {
        let mut hub = self.hub();
        let archive = archive::zip(files);
        let head_repository_id = if origin.is_fork {
            FORK_ID
        } else {
            REPOSITORY_ID
        };
        let view = json!({
            "id": 1000 + hub.artifacts.len(),
            "name": name,
            "size_in_bytes": archive.len(),
            "expired": false,
            "workflow_run": {
                "id": origin.run,
                "head_sha": origin.head_sha,
                "repository_id": REPOSITORY_ID,
                "head_repository_id": head_repository_id,
            },
        });
        hub.artifacts
            .push(Artifact { view, archive });
    }
}

/// A request, in the parts that matter.
struct Asked {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    body: Bytes,
}

impl Asked {
    fn parameter(&self, name: &str) -> &str {
        let found = self
            .query
            .iter()
            .find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    fn is(&self, name: &str, value: &Json) -> bool {
        value.as_str() == Some(self.parameter(name))
    }

    fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// One page of these.
    fn page(&self, all: impl Iterator<Item = Json>) -> Json {
        let number = |name| {
            self.parameter(name)
                .parse::<usize>()
                .unwrap()
        };
        let (page, size) = (number("page"), number("per_page"));
        assert!(size <= 100, "GitHub gives 100 at most");
        all.skip((page - 1) * size)
            .take(size)
            .collect()
    }
}

/// The permission that a request takes, as a token of this test names it.
fn permission(method: &str, path: &str) -> (&'static str, &'static str) {
    let access = if method == "GET" {
        "read"
    } else {
        "write"
    };
    let is_of_pull_request =
        path.contains("comments") || path.contains("pulls");
    let area = match path.split('/').next().unwrap() {
        _ if is_of_pull_request => "pull-requests",
        "issues" => "issues",
        "actions" => "actions",
        _ => "contents",
    };
    (area, access)
}

async fn answer(
    State(hub): State<Arc<Mutex<Hub>>>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let token = head.headers[header::AUTHORIZATION]
        .to_str()
        .unwrap()
        .to_owned();
    let path = head
        .uri
        .path()
        .strip_prefix(&format!("/repos/{REPOSITORY}/"));
    let query = head.uri.query().unwrap_or_default();
    let asked = Asked {
        method: head.method.to_string(),
        path: path
            .unwrap_or_else(|| panic!("{}", head.uri))
            .to_owned(),
        query: url::form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect(),
        body: to_bytes(body, usize::MAX)
            .await
            .unwrap(),
    };

    let (area, access) = permission(&asked.method, &asked.path);
    let is_allowed = token.contains(&format!("{area}={access}"))
        || token.contains(&format!("{area}=write"));
    if !is_allowed {
        let refusal = format!(
            "{} {} takes {area}: {access}, not {token}",
            asked.method, asked.path
        );
        return (StatusCode::FORBIDDEN, refusal).into_response();
    }

    let mut hub = hub.lock().unwrap();
    if asked.path.ends_with("/zip") {
        return hub.archive(&asked).into_response();
    }
    if hub.is_silent {
        return StatusCode::OK.into_response();
    }
    if hub.is_closed {
        return (StatusCode::FORBIDDEN, "closed").into_response();
    }
    if let Some(place) = hub
        .not_now
        .iter()
        .position(|method| *method == asked.method)
    {
        hub.not_now.remove(place);
        return (
            StatusCode::SERVICE_UNAVAILABLE,
            "{\"message\": \"not now\"}",
        )
            .into_response();
    }
    let answer = hub.respond(&asked);
    if asked.method != "GET" && hub.lost_answers > 0 {
        hub.lost_answers -= 1;
        return (StatusCode::BAD_GATEWAY, "lost").into_response();
    }
    match answer {
        Some(answer) => axum::Json(answer).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            format!("{} {}", asked.method, asked.path),
        )
            .into_response(),
    }
}

impl Hub {
    /// The number of a run that begins.
    pub(crate) fn begin(&mut self) -> u64 {
        self.begun += 1;
        500 + self.begun
    }

    /// Says of the artifacts of a run that a fork has made them.
    pub(crate) fn hand_to_fork(&mut self, run: u64) {
        let artifacts = self.artifacts.iter_mut();
        for artifact in artifacts
            .filter(|artifact| artifact.view["workflow_run"]["id"] == run)
        {
            artifact.view["workflow_run"]["head_repository_id"] =
                FORK_ID.into();
        }
    }

    fn respond(&mut self, asked: &Asked) -> Option<Json> {
        let parts: Vec<&str> = asked.path.split('/').collect();
        match parts.as_slice() {
            ["issues", rest @ ..] => self.converse(asked, rest),
            ["actions", rest @ ..] => Some(self.tell_of_runs(asked, rest)),
            parts => self.tell_of_code(asked, parts),
        }
    }

    /// Pull requests, branches and revisions.
    fn tell_of_code(&self, asked: &Asked, parts: &[&str]) -> Option<Json> {
        match (asked.method.as_str(), parts) {
            ("GET", ["pulls"]) => {
                let open = self.pulls.iter().filter(|pull| {
                    asked.is("state", &pull["state"])
                        && asked.is("base", &pull["base"]["ref"])
                });
                Some(asked.page(open.cloned()))
            }
            ("GET", ["git", "ref", "heads", branch @ ..]) => {
                let query = format!("branch={}", branch.join("/"));
                let (_, branch) =
                    url::form_urlencoded::parse(query.as_bytes()).next()?;
                let tip = self.git(&[
                    "rev-parse",
                    "--verify",
                    "--quiet",
                    &format!("refs/heads/{branch}"),
                ]);
                Some(json!({ "object": { "sha": tip.first()? } }))
            }
            ("GET", ["commits", sha, "pulls"]) => {
                let merged = self
                    .pulls
                    .iter()
                    .filter(|pull| pull["merge_commit_sha"] == *sha);
                Some(asked.page(merged.cloned()))
            }
            ("GET", ["compare", range]) => {
                let (from, to) = range.split_once("...").unwrap();
                let commits = self.git(&[
                    "rev-list",
                    "--reverse",
                    &format!("{from}..{to}"),
                ]);
                let commits = commits
                    .into_iter()
                    .map(|sha| json!({ "sha": sha }));
                Some(json!({ "commits": asked.page(commits) }))
            }
            (method, _) => panic!("{method} {}", asked.path),
        }
    }

    /// Issues, and comments, which pull requests have like them.
    fn converse(&mut self, asked: &Asked, parts: &[&str]) -> Option<Json> {
        match (asked.method.as_str(), parts) {
            ("GET", [number, "comments"]) => {
                let comments = self
                    .comments
                    .iter()
                    .filter(|comment| comment["on"] == *number);
                Some(asked.page(comments.cloned()))
            }
            ("POST", [number, "comments"]) => {
                let id = self.comments.len() + 1;
                let body = &asked.json()["body"];
                let comment = json!({ "id": id, "on": number, "user": { "login": BOT }, "body": body });
                self.comments.push(comment.clone());
                Some(comment)
            }
            ("PATCH", ["comments", id]) => {
                changed(&mut self.comments, id, &asked.json())
            }
            ("GET", []) => {
                let issues = self.issues.iter().filter(|issue| {
                    asked.is("state", &issue["state"])
                        && asked.is("creator", &issue["user"]["login"])
                });
                Some(asked.page(issues.cloned()))
            }
            ("POST", []) => {
                let number = self.issues.len() + 1;
                let mut issue = asked.json();
                issue["id"] = json!(number + 90_000);
                issue["number"] = json!(number);
                issue["state"] = json!("open");
                issue["user"] = json!({ "login": BOT });
                self.issues.push(issue.clone());
                Some(issue)
            }
            ("PATCH", [number]) => {
                changed(&mut self.issues, number, &asked.json())
            }
            (method, _) => panic!("{method} {}", asked.path),
        }
    }

    /// Runs, and what they have kept.
    fn tell_of_runs(&self, asked: &Asked, parts: &[&str]) -> Json {
        match (asked.method.as_str(), parts) {
            ("GET", ["runs", id, "artifacts"]) => {
                let of_run =
                    |view: &&Json| is_number(&view["workflow_run"]["id"], id);
                let views = self.views().filter(of_run);
                json!({ "artifacts": asked.page(views.cloned()) })
            }
            ("GET", ["artifacts"]) => {
                let views = self
                    .views()
                    .filter(|view| asked.is("name", &view["name"]));
                json!({ "artifacts": asked.page(views.cloned()) })
            }
            ("GET", ["workflows", file, "runs"]) => {
                assert_eq!(asked.parameter("status"), "success");
                let runs = self.runs.iter().rev().filter(|run| {
                    run["path"] == *file
                        && asked.is("branch", &run["head_branch"])
                        && asked.is("event", &run["event"])
                });
                let runs: Json = runs.take(1).cloned().collect();
                json!({ "workflow_runs": runs })
            }
            (method, _) => panic!("{method} {}", asked.path),
        }
    }

    fn views(&self) -> impl Iterator<Item = &Json> {
        self.artifacts
            .iter()
            .map(|artifact| &artifact.view)
    }

    fn archive(&self, asked: &Asked) -> Vec<u8> {
        let id = asked.path.split('/').nth(2).unwrap();
        let artifact = self
            .artifacts
            .iter()
            .find(|artifact| is_number(&artifact.view["id"], id));
        artifact.unwrap().archive.clone()
    }

    fn git(&self, arguments: &[&str]) -> Vec<String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.origin)
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines()
            .map(str::to_owned)
            .collect()
    }
}

/// The one of this number, or of this id where it has no
/// number, with these fields set.
fn changed(all: &mut [Json], number: &str, fields: &Json) -> Option<Json> {
    let one = all.iter_mut().find(|one| {
        let known = one.get("number").unwrap_or(&one["id"]);
        is_number(known, number)
    })?;
    for (name, value) in fields.as_object()? {
        one[name] = value.clone();
    }
    Some(one.clone())
}

fn is_number(value: &Json, text: &str) -> bool {
    value.as_u64() == text.parse().ok()
}
