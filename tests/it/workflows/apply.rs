//! `apply.yml`: what a second person has approved is what happens.

use super::world;
use super::world::World;

const ONE: &str =
    "stack: world-mappers\nclients:\n  courier: { name: Courier }\n";
const THREE: &str = "stack: world-mappers\nclients:\n  courier: { name: Courier }\n  drone: { name: Drone }\n  \
                     sledge: { name: Sledge }\n";

/// Plans the tip of `main` and applies it, as it must go.
fn apply(world: &World) {
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);
    for job in ["plan", "apply"] {
        let ended = run.job(job);
        assert_eq!(ended.code, Some(0), "{}", ended.log);
    }
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_was_approved_is_applied_and_then_nothing_changes() {
    let Some(world) = world(ONE) else {
        return;
    };
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);

    let planned = run.job("plan");
    assert_eq!(planned.code, Some(0), "{}", planned.log);
    assert!(
        planned
            .summary
            .contains("**1 to create**, needs approval"),
        "{}",
        planned.summary
    );
    assert!(world.clients().is_empty());
    let applied = run.job("apply");
    assert_eq!(applied.code, Some(0), "{}", applied.log);
    assert!(
        applied
            .summary
            .contains("**applied**: 1 change"),
        "{}",
        applied.summary
    );
    assert_eq!(world.clients(), ["Courier"]);

    // Nobody is asked to approve nothing.
    let run = world.pushed("apply", "main", &sha);
    assert_eq!(run.job("plan").code, Some(0));
    assert_eq!(run.job("apply").code, None);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_has_changed_since_it_was_approved_is_not_applied() {
    let Some(world) = world(ONE) else {
        return;
    };
    apply(&world);
    let sha = world.commit(&ONE.replace("name: Courier", "name: Bearer"));
    let run = world.pushed("apply", "main", &sha);
    assert_eq!(run.job("plan").code, Some(0));

    world.rename("Courier", "Somebody Else");
    let applied = run.job("apply");
    assert_eq!(applied.code, Some(4), "{}", applied.log);
    assert_eq!(world.clients(), ["Somebody Else"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_run_that_ended_half_way_goes_on() {
    let Some(world) = world(THREE) else {
        return;
    };
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);
    assert_eq!(run.job("plan").code, Some(0));

    world.let_fail(&["POST /clients:403:nth=2"]);
    let applied = run.job("apply");
    assert_eq!(applied.code, Some(5), "{}", applied.log);
    assert_eq!(world.clients().len(), 2);

    // The same job of the same run, with the same plan.
    world.let_fail(&[]);
    let applied = run.job("apply");
    assert_eq!(applied.code, Some(0), "{}", applied.log);
    assert_eq!(world.clients(), ["Courier", "Drone", "Sledge"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_change_that_fails_fails_the_run_and_no_other_change() {
    let Some(world) = world(&format!(
        "{ONE}resource_servers:\n  maps:\n    identifier: https://maps.example/\n    scopes: {{ read: Read }}\n"
    )) else {
        return;
    };
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);
    assert_eq!(run.job("plan").code, Some(0));

    // The lock is an API too, which is created first.
    world.let_fail(&["POST /resource-servers:403:nth=2"]);
    let applied = run.job("apply");
    assert_eq!(applied.code, Some(5), "{}", applied.log);
    assert!(
        applied
            .log
            .contains("::error title=failed::"),
        "{}",
        applied.log
    );
    assert!(
        applied.summary.contains("failed: "),
        "{}",
        applied.summary
    );
    assert_eq!(world.clients(), ["Courier"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn two_merges_in_quick_succession_both_end_in_the_tenant() {
    let Some(world) = world(ONE) else {
        return;
    };
    apply(&world);
    let first = world
        .commit(&ONE.replace("courier:", "drone: { name: Drone }\n  courier:"));
    let first = world.pushed("apply", "main", &first);
    assert_eq!(first.job("plan").code, Some(0));
    let second = world.commit(THREE);
    let second = world.pushed("apply", "main", &second);
    assert_eq!(second.job("plan").code, Some(0));

    // Whoever approves the first is too late, and the second has it all.
    let applied = first.job("apply");
    assert_eq!(applied.code, Some(4), "{}", applied.log);
    assert_eq!(world.clients(), ["Courier"]);
    let applied = second.job("apply");
    assert_eq!(applied.code, Some(0), "{}", applied.log);
    assert_eq!(world.clients(), ["Courier", "Drone", "Sledge"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn more_deletions_than_the_limit_are_refused_before_anybody_is_asked() {
    let Some(world) = world(THREE) else {
        return;
    };
    apply(&world);
    let sha = world.commit(&format!(
        "{ONE}prune: true\nlimits: {{ max_deletes: 1 }}\n"
    ));
    let run = world.pushed("apply", "main", &sha);

    let planned = run.job("plan");
    assert_eq!(planned.code, Some(3), "{}", planned.log);
    assert!(
        planned.summary.contains("**refused**"),
        "{}",
        planned.summary
    );
    assert_eq!(run.job("apply").code, None);
    assert_eq!(world.clients(), ["Courier", "Drone", "Sledge"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn the_name_of_a_branch_is_only_a_name() {
    let Some(world) = world(ONE) else {
        return;
    };
    let broken = world.place_for("broken");
    let touch = format!("touch${{IFS}}{}", broken.display());
    for (branch, configuration) in [
        (format!("x/$({touch})`{touch}`;{touch};"), ONE),
        (
            format!("x/\"';$({touch});`{touch}`;%2e{{@&y=z#"),
            THREE,
        ),
    ] {
        world.git(&["checkout", "--quiet", "-b", &branch]);
        let sha = world.commit(configuration);
        let run = world.pushed("apply", &branch, &sha);
        assert_eq!(run.job("plan").code, Some(0));
        let applied = run.job("apply");
        assert_eq!(applied.code, Some(0), "{}", applied.log);
        assert!(!broken.exists());
    }
}
