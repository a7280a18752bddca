//! Pull requests, and what else happens to a repository.

use serde_json::{Value as Json, json};

use super::github::{BOT, REPOSITORY};
use super::run::{Event, Run};
use super::world::World;

pub(crate) const FORK: &str = "stranger/access";

pub(crate) struct PullRequest {
    pub(crate) number: u64,
    pub(crate) head_sha: String,
    /// What would be merged.
    pub(crate) merge_sha: String,
    repository: &'static str,
}

impl World {
    /// Opens a pull request from a branch of this repository, or of a fork.
    pub(crate) fn open(
        &self,
        repository: &'static str,
        branch: &str,
        configuration: &str,
    ) -> PullRequest {
        self.git(&["checkout", "--quiet", "-b", branch, "main"]);
        let head_sha = self.commit(configuration);
        self.git(&["checkout", "--quiet", "--detach", "main"]);
        self.git(&[
            "merge",
            "--quiet",
            "--no-ff",
            "--message",
            "merge",
            &head_sha,
        ]);
        let merge_sha = self.git(&["rev-parse", "HEAD"]);
        self.git(&["checkout", "--quiet", "main"]);

        let mut hub = self.github.hub();
        let number = 40 + u64::try_from(hub.pulls.len()).unwrap();
        hub.pulls.push(json!({
            "number": number,
            "state": "open",
            "base": { "ref": "main" },
            "head": { "sha": head_sha, "ref": branch, "repo": { "full_name": repository } },
            "merged_at": null,
        }));
        PullRequest {
            number,
            head_sha,
            merge_sha,
            repository,
        }
    }

    /// Merges it; the revision.
    pub(crate) fn merge(&self, pull_request: &PullRequest) -> String {
        let head = &pull_request.head_sha;
        self.git(&[
            "merge",
            "--quiet",
            "--no-ff",
            "--message",
            "merge",
            head,
        ]);
        let sha = self.git(&["rev-parse", "HEAD"]);

        let mut hub = self.github.hub();
        let mut pulls = hub.pulls.iter_mut();
        let pull = pulls
            .find(|pull| pull["number"] == pull_request.number)
            .unwrap();
        pull["state"] = "closed".into();
        pull["merged_at"] = "2026-11-26T12:00:00Z".into();
        pull["merge_commit_sha"] = sha.as_str().into();
        sha
    }

    /// A run on a push to a branch.
    pub(crate) fn pushed(
        &self,
        example: &str,
        branch: &str,
        sha: &str,
    ) -> Run<'_> {
        self.begin(example, "push", branch, sha, json!({}))
    }

    /// A run of something that is no pull request.
    pub(crate) fn begin(
        &self,
        example: &str,
        event: &'static str,
        branch: &str,
        sha: &str,
        details: Json,
    ) -> Run<'_> {
        let event = Event {
            name: event,
            sha: sha.to_owned(),
            head_sha: sha.to_owned(),
            ref_name: branch.to_owned(),
            is_of_fork: false,
            details,
        };
        Run::begin(self, example, &event)
    }

    /// The bodies of our comments on a pull request.
    pub(crate) fn comments_of(
        &self,
        pull_request: &PullRequest,
    ) -> Vec<String> {
        let hub = self.github.hub();
        let number = pull_request.number.to_string();
        let comments = hub.comments.iter();
        let ours = comments.filter(|comment| {
            comment["on"] == number && comment["user"]["login"] == BOT
        });
        ours.map(|comment| {
            comment["body"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
    }
}

impl PullRequest {
    /// A run on a pull request.
    pub(crate) fn run<'w>(&self, world: &'w World, example: &str) -> Run<'w> {
        let event = Event {
            name: "pull_request",
            sha: self.merge_sha.clone(),
            head_sha: self.head_sha.clone(),
            ref_name: format!("{}/merge", self.number),
            is_of_fork: self.repository != REPOSITORY,
            details: json!({ "pull_request": {
                "number": self.number,
                "head": { "sha": self.head_sha, "repo": { "full_name": self.repository } },
            } }),
        };
        Run::begin(world, example, &event)
    }

    /// The run on the end of another run of this pull
    /// request, which came to that.
    pub(crate) fn run_after<'w>(
        &self,
        world: &'w World,
        example: &str,
        other: u64,
        conclusion: &str,
    ) -> Run<'w> {
        let details = json!({
            "repository": { "default_branch": "main" },
            "workflow_run": {
                "id": other,
                "event": "pull_request",
                "conclusion": conclusion,
                "head_sha": self.head_sha,
                "head_repository": { "full_name": self.repository },
            },
        });
        let tip = world.git(&["rev-parse", "main"]);
        world.begin(example, "workflow_run", "main", &tip, details)
    }
}
