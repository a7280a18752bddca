//! `fork-render.yml` and `fork-plan.yml`: what a stranger hands in is data, and
//! is planned only where it speaks of the stack that is here.

use grantry::emulator::MANAGEMENT_CLIENT_ID;

use super::archive::{Entry, LINK, REGULAR};
use super::github::{Origin, REPOSITORY};
use super::pull_request::{FORK, PullRequest};
use super::run::Ended;
use super::world;
use super::world::World;

const CONFIGURATION: &str = "stack: world-mappers
provider: auth0
owns: { resource_servers: [\"https://maps.example/*\"] }
clients:
  courier: { name: Courier }
";

/// What the second step makes of what the first has rendered.
fn plan(world: &World, pull_request: &PullRequest) -> Ended {
    let rendering = pull_request.run(world, "fork-render");
    let rendered = rendering.job("render");
    let conclusion = match rendered.code {
        None => "skipped",
        Some(0) => "success",
        Some(_) => "failure",
    };
    pull_request
        .run_after(world, "fork-plan", rendering.id(), conclusion)
        .job("plan")
}

/// What the second step makes of these files, whatever has put them there.
fn plan_files(
    world: &World,
    pull_request: &PullRequest,
    files: &[Entry],
) -> Ended {
    let origin = Origin {
        run: 77,
        head_sha: pull_request.head_sha.clone(),
        is_fork: true,
    };
    world
        .github
        .keep("grantry-rendered", &origin, files);
    pull_request
        .run_after(world, "fork-plan", 77, "success")
        .job("plan")
}

fn file(name: &str, mode: u32, content: &str) -> Entry {
    Entry {
        name: name.to_owned(),
        mode,
        content: content.as_bytes().to_vec(),
    }
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_fork_is_planned_by_somebody_who_may() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(
        FORK,
        "topic",
        &format!("{CONFIGURATION}  drone: {{ name: Drone }}\n"),
    );
    let ended = plan(&world, &pull_request);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    let begin = "<!-- grantry: world-mappers production -->\n`world-mappers`: **2 to create**, needs approval";
    assert!(comment.starts_with(begin), "{comment}");
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_fork_that_speaks_of_anything_else_than_the_base_is_not_planned() {
    let others = [
        (
            "stack-changed",
            CONFIGURATION.replace("stack: world-mappers", "stack: payroll"),
        ),
        (
            "provider-changed",
            CONFIGURATION.replace("provider: auth0", "provider: local"),
        ),
        (
            "owns-widened",
            CONFIGURATION.replace(
                "https://maps.example/*",
                "https://*.maps.example/*",
            ),
        ),
        // A plan of these would say what somebody else's API or client is like.
        (
            "resource-server-claimed",
            format!(
                "{CONFIGURATION}resource_servers: {{ pay: {{ identifier: https://pay.internal/, name: Pay }} }}\n"
            ),
        ),
        (
            "client-taken-over",
            format!(
                "{CONFIGURATION}  pay: {{ name: Pay, client_id: payments-client }}\n"
            ),
        ),
    ];
    for (id, configuration) in others {
        let Some(world) = world(CONFIGURATION) else {
            return;
        };
        let pull_request = world.open(FORK, "topic", &configuration);
        let before = world.requests();
        let ended = plan(&world, &pull_request);

        assert_eq!(ended.code, Some(3), "{id}: {}", ended.log);
        assert!(
            ended
                .log
                .contains(&format!("a fork may not: {id}")),
            "{id}: {}",
            ended.log
        );
        assert_eq!(world.requests(), before, "{id}: {}", ended.log);
        let [comment] = world
            .comments_of(&pull_request)
            .try_into()
            .unwrap();
        assert!(comment.contains(id), "{comment}");
        assert!(!comment.contains("127.0.0.1"), "{comment}");
    }
}

/// Who guesses the name of a client is not told which one has it.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_is_in_the_way_of_a_forks_plan_is_in_the_log_alone() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let configuration = format!(
        "{CONFIGURATION}  guess: {{ name: Grantry emulator management }}\n"
    );
    let pull_request = world.open(FORK, "topic", &configuration);
    let ended = plan(&world, &pull_request);

    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert!(
        ended.log.contains(MANAGEMENT_CLIENT_ID),
        "{}",
        ended.log
    );
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    assert!(
        !comment.contains(MANAGEMENT_CLIENT_ID),
        "{comment}"
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_else_is_found_of_a_fork_does_not_hide_its_plan() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(
        FORK,
        "topic",
        &format!("{CONFIGURATION}prune: true\n"),
    );
    let ended = plan(&world, &pull_request);
    assert_eq!(ended.code, Some(3), "{}", ended.log);
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    assert!(comment.contains("**1 to create**"), "{comment}");
    assert!(comment.contains("prune-enabled"), "{comment}");
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_cannot_be_rendered_bothers_nobody() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let broken = world.open(FORK, "broken", "stack: 1\n");
    assert_eq!(plan(&world, &broken).code, None);
    // And who needs no fork is planned by the other workflow.
    let own = world.open(REPOSITORY, "own", CONFIGURATION);
    assert_eq!(plan(&world, &own).code, None);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_first_configuration_is_not_a_forks_to_propose() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    world.git(&["rm", "--quiet", "grantry.yaml"]);
    world.git(&["commit", "--quiet", "--message", "nothing"]);
    let pull_request = world.open(FORK, "topic", CONFIGURATION);
    let before = world.requests();
    let ended = plan(&world, &pull_request);
    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert_eq!(world.requests(), before);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn an_artifact_is_one_regular_file_or_nothing() {
    let large = "#".repeat(16 * 1024 * 1024 + 1);
    let artifacts = [
        vec![file(
            "grantry.yaml",
            LINK,
            "../repository/grantry.yaml",
        )],
        vec![
            file("grantry.yaml", REGULAR, CONFIGURATION),
            file("b.yaml", REGULAR, "x"),
        ],
        vec![file("grantry.yaml", REGULAR, &large)],
        vec![],
    ];
    for files in artifacts {
        let Some(world) = world(CONFIGURATION) else {
            return;
        };
        let pull_request = world.open(FORK, "topic", CONFIGURATION);
        let before = world.requests();
        let ended = plan_files(&world, &pull_request, &files);
        assert_eq!(ended.code, Some(3), "{}", ended.log);
        assert_eq!(world.requests(), before);
        assert!(
            !ended.log.contains("success: Plan"),
            "{}",
            ended.log
        );
    }
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn the_name_of_a_file_leads_nowhere() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(FORK, "topic", CONFIGURATION);
    let broken = world.place_for("broken");
    let name = format!(
        "{}{}",
        "../".repeat(20),
        broken
            .strip_prefix("/")
            .unwrap()
            .display()
    );
    let files = [file(&name, REGULAR, CONFIGURATION)];
    let ended = plan_files(&world, &pull_request, &files);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert!(!broken.exists());
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_fork_that_has_moved_on_is_not_commented() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(FORK, "topic", CONFIGURATION);
    world.github.hub().pulls[0]["head"]["sha"] = "0".repeat(40).into();
    let ended = plan(&world, &pull_request);
    assert_eq!(ended.code, Some(4), "{}", ended.log);
    assert!(
        world
            .comments_of(&pull_request)
            .is_empty()
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn whose_pull_request_it_is_is_not_said_by_the_fork() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    // Another one with the same revision, of another fork.
    let theirs = world.open("other/access", "theirs", CONFIGURATION);
    let mut ours = world.open(FORK, "ours", CONFIGURATION);
    ours.head_sha
        .clone_from(&theirs.head_sha);
    world.github.hub().pulls[1]["head"]["sha"] =
        theirs.head_sha.as_str().into();

    let ended = plan(&world, &ours);
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert_eq!(world.comments_of(&ours).len(), 1);
    assert!(world.comments_of(&theirs).is_empty());
}
