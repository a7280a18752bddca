//! `apply-approved.yml`: what the pull requests or the merge queue have shown
//! is what happens.

use serde_json::json;

use super::github::REPOSITORY;
use super::run::Run;
use super::world;
use super::world::World;

/// Two places that can be changed in two pull requests without a conflict.
const CONFIGURATION: &str = "stack: world-mappers
resource_servers:
  maps:
    identifier: https://maps.example/
    name: Maps
    scopes: { read: Read }

clients:
  courier: { name: Courier }
";

/// A world in which the configuration was applied by a plan of a pull request.
fn applied() -> Option<World> {
    let world = world("stack: world-mappers\n")?;
    let sha = merge_planned(&world, "first", CONFIGURATION);
    let ended = world
        .pushed("apply-light", "main", &sha)
        .job("apply");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    Some(world)
}

/// Opens a pull request, has it planned, and merges it.
fn merge_planned(world: &World, branch: &str, configuration: &str) -> String {
    let pull_request = world.open(REPOSITORY, branch, configuration);
    let planned = pull_request
        .run(world, "plan")
        .job("plan");
    assert_eq!(planned.code, Some(0), "{}", planned.log);
    world.merge(&pull_request)
}

fn with_drone() -> String {
    format!("{CONFIGURATION}  drone: {{ name: Drone }}\n")
}

fn name_of_api(world: &World) -> String {
    let servers = world.ask(reqwest::Method::GET, "resource-servers", None);
    let mut servers = servers.as_array().unwrap().iter();
    let maps =
        servers.find(|server| server["identifier"] == "https://maps.example/");
    maps.unwrap()["name"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn the_plans_of_all_pull_requests_since_the_last_run_are_one_approval() {
    let Some(world) = applied() else {
        return;
    };
    assert_eq!(world.clients(), ["Courier"]);

    // Both are planned of the same base, then merged one after the other; the
    // run of the first is dropped.
    let drone = world.open(REPOSITORY, "drone", &with_drone());
    let atlas = world.open(
        REPOSITORY,
        "atlas",
        &CONFIGURATION.replace("name: Maps", "name: Atlas"),
    );
    for pull_request in [&drone, &atlas] {
        assert_eq!(
            pull_request
                .run(&world, "plan")
                .job("plan")
                .code,
            Some(0)
        );
    }
    world.merge(&drone);
    let tip = world.merge(&atlas);

    let ended = world
        .pushed("apply-light", "main", &tip)
        .job("apply");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert_eq!(world.clients(), ["Courier", "Drone"]);
    assert_eq!(name_of_api(&world), "Atlas");
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_revision_that_is_not_the_tip_any_more_leaves_it_to_the_next() {
    let Some(world) = applied() else {
        return;
    };
    let first = merge_planned(&world, "drone", &with_drone());
    merge_planned(
        &world,
        "atlas",
        &with_drone().replace("name: Maps", "name: Atlas"),
    );
    let ended = world
        .pushed("apply-light", "main", &first)
        .job("apply");
    assert_eq!(ended.code, Some(4), "{}", ended.log);
    assert_eq!(world.clients(), ["Courier"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_nobody_has_planned_is_not_applied() {
    let Some(world) = applied() else {
        return;
    };
    // Pushed past every pull request.
    let sha = world.commit(&with_drone());
    let ended = world
        .pushed("apply-light", "main", &sha)
        .job("apply");
    assert_eq!(ended.code, Some(4), "{}", ended.log);
    assert!(
        ended.log.contains("no plan was kept"),
        "{}",
        ended.log
    );
    assert_eq!(world.clients(), ["Courier"]);

    // A plan of something else approves it no more.
    let atlas = with_drone().replace("name: Maps", "name: Atlas");
    let sha = merge_planned(&world, "atlas", &atlas);
    world.commit(&format!(
        "{atlas}  sledge: {{ name: Sledge }}\n"
    ));
    let tip = world.git(&["rev-parse", "main"]);
    assert_ne!(sha, tip);
    let ended = world
        .pushed("apply-light", "main", &tip)
        .job("apply");
    assert_eq!(ended.code, Some(4), "{}", ended.log);
    assert_eq!(world.clients(), ["Courier"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_plan_that_a_fork_has_kept_approves_nothing() {
    let Some(world) = applied() else {
        return;
    };
    let pull_request = world.open(REPOSITORY, "drone", &with_drone());
    let planned = pull_request.run(&world, "plan");
    assert_eq!(planned.job("plan").code, Some(0));
    world
        .github
        .hub()
        .hand_to_fork(planned.id());

    let sha = world.merge(&pull_request);
    let ended = world
        .pushed("apply-light", "main", &sha)
        .job("apply");
    assert_eq!(ended.code, Some(4), "{}", ended.log);
    assert_eq!(world.clients(), ["Courier"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn the_plan_of_a_merge_queue_is_applied_when_its_group_is_pushed() {
    let Some(world) = world("stack: world-mappers\n") else {
        return;
    };
    let pull_request = world.open(REPOSITORY, "first", CONFIGURATION);
    let base = world.git(&["rev-parse", "main"]);
    let group = world.merge(&pull_request);

    let planned = queued(&world, &base, &group).job("plan");
    assert_eq!(planned.code, Some(0), "{}", planned.log);
    assert!(
        world
            .comments_of(&pull_request)
            .is_empty()
    );
    let ended = world
        .pushed("merge-queue", "main", &group)
        .job("apply");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert_eq!(world.clients(), ["Courier"]);
}

/// A run of a merge queue, on a group of revisions from this base on.
fn queued<'w>(world: &'w World, base: &str, group: &str) -> Run<'w> {
    world.begin(
        "merge-queue",
        "merge_group",
        "gh-readonly-queue/main/pr-40",
        group,
        json!({ "merge_group": { "base_sha": base, "head_sha": group } }),
    )
}

/// A queue that rebases brings each commit of a pull request by itself.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_merge_queue_reviews_every_commit_of_its_group() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let base = world.git(&["rev-parse", "main"]);
    world.commit(&format!("{CONFIGURATION}prune: true\n"));
    let group = world.commit(&format!(
        "{CONFIGURATION}prune: true\n# and nothing else\n"
    ));

    let planned = queued(&world, &base, &group).job("plan");
    assert_eq!(planned.code, Some(3), "{}", planned.log);
    assert!(
        planned.log.contains("prune-enabled"),
        "{}",
        planned.log
    );
}
