//! The workflows of `.github/workflows`, as `examples/github` calls
//! them: their own steps are run, against the emulator, with as much of
//! GitHub around them as they see.
//!
//! `run` is a run of a workflow, `done` what its jobs came to, and `step` does
//! its steps; `expression` reads what stands in `${{ }}`. `world` is the
//! repository, the tenants and the machines, `github` the API, `archive` what
//! artifacts come in. The other files are what is tried, each a workflow.

mod apply;
mod apply_approved;
mod archive;
mod comment;
mod done;
mod drift;
mod environments;
mod expression;
mod fleet;
mod forks;
mod github;
mod gitlab;
mod kubernetes;
mod pull_request;
mod run;
mod slurm;
mod step;
mod tenants;
mod verifying;
mod world;

use std::ffi::OsString;
use std::io::{self, Write as _};

use world::World;

/// What the steps call. GitHub's runners have all of it.
const TOOLS: [&str; 6] = [
    "bash",
    "curl",
    "git",
    "jq",
    "sha256sum",
    "unzip",
];

/// A world with this configuration; none where the machine has not what the
/// workflows call.
fn world(configuration: &str) -> Option<World> {
    tools_are_there().then(|| World::with(configuration))
}

/// Whether the machine has what the workflows call. Whoever has only a Rust
/// toolchain is told which test was not run, and a run of CI fails.
fn tools_are_there() -> bool {
    let path = path_of_tools();
    let is_there = |tool: &&str| {
        std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
    };
    let missing: Vec<&str> = TOOLS
        .into_iter()
        .filter(|tool| !is_there(tool))
        .collect();
    if missing.is_empty() {
        return true;
    }

    let test = std::thread::current();
    let test = test.name().unwrap_or_default();
    let missing = missing.join(", ");
    let said = format!(
        "NOT RUN: {test} takes {missing}, which this machine has not\n"
    );
    let must_run = ["CI", "GRANTRY_ALL"]
        .into_iter()
        .any(|name| variable(name).is_some());
    assert!(!must_run, "{said}");
    // Not by a macro: what those print is shown of a test that fails only.
    io::stderr()
        .write_all(said.as_bytes())
        .unwrap();
    false
}

/// Where the tools are.
fn path_of_tools() -> String {
    let path = variable("PATH").unwrap_or_default();
    path.into_string().unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the tools of a machine are where its environment says"
)]
fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}
