//! `tenants.yml`: jobs that share all tenants among them, with one secret, and
//! what all of them came to.

use std::fmt::Write as _;

use grantry::emulator::{MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET};
use serde_json::json;

use super::github::REPOSITORY;
use super::pull_request::FORK;
use super::run::{Ended, Run};
use super::world::World;

const TENANTS: [&str; 3] = ["amsterdam", "osaka", "production"];
const PARTS: [&str; 2] = ["1/2", "2/2"];

/// A world with tenants, the credentials of all of them in one secret, and a
/// configuration of them.
fn world() -> Option<World> {
    let mut world = super::world("stack: world-mappers\n")?;
    for tenant in TENANTS {
        if tenant != "production" {
            world.add_tenant(tenant);
        }
    }

    let mut credentials = String::new();
    for tenant in TENANTS {
        let _ = writeln!(
            credentials,
            "{}: {{ client_id: {MANAGEMENT_CLIENT_ID}, client_secret: {MANAGEMENT_CLIENT_SECRET} }}",
            world.domain(tenant)
        );
    }
    let held = json!({ "vars": {}, "secrets": { "GRANTRY_CREDENTIALS": credentials } });
    world.add_environment("tenants-plan", held.clone());
    world.add_environment("tenants", held);
    commit(&world, "{ courier: { name: Courier } }");
    Some(world)
}

/// A configuration with these clients in all tenants.
fn configuration(world: &World, clients: &str) -> String {
    let mut text =
        format!("stack: world-mappers\nclients: {clients}\nenvironments:\n");
    for tenant in TENANTS {
        let domain = world.domain(tenant);
        let _ = writeln!(
            text,
            "  {tenant}: {{ provider: {{ auth0: {{ domain: \"{domain}\" }} }} }}"
        );
    }
    text
}

fn commit(world: &World, clients: &str) -> String {
    world.commit(&configuration(world, clients))
}

/// A run on a push, with two parts.
fn push<'w>(world: &'w World, sha: &str) -> Run<'w> {
    in_two(world.pushed("tenants", "main", sha))
}

/// The same, of the tip as it is.
fn push_tip(world: &World) -> Run<'_> {
    push(world, &world.git(&["rev-parse", "main"]))
}

fn in_two(run: Run<'_>) -> Run<'_> {
    run.with("shards", "2")
        .with("config", "grantry.yaml")
}

/// Runs a command in all parts; what is said of all of them.
#[track_caller]
fn all_parts(run: &Run<'_>, command: &str) -> Ended {
    run.goes_well(&format!("{command} / shards"));
    for part in PARTS {
        run.goes_well(&format!("{command} / part ({part})"));
    }
    let united = run.goes_well(&format!("{command} / united"));
    run.goes_well(&format!("{command} / result"));
    united
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_was_approved_of_all_tenants_is_applied_by_the_parts() {
    let Some(world) = world() else {
        return;
    };
    let run = push_tip(&world);
    let united = all_parts(&run, "plan");
    assert!(
        united
            .summary
            .contains("Done: 3 of 3 environments."),
        "{}",
        united.summary
    );
    assert!(world.clients_of("osaka").is_empty());

    let united = all_parts(&run, "apply");
    for tenant in TENANTS {
        assert_eq!(
            world.clients_of(tenant),
            ["Courier"],
            "{tenant}"
        );
        assert!(
            united.summary.contains(tenant),
            "{}",
            united.summary
        );
    }
    assert!(
        united.summary.contains("1 applied"),
        "{}",
        united.summary
    );

    // Nobody is asked to approve nothing.
    let run = push_tip(&world);
    all_parts(&run, "plan");
    assert_eq!(run.job("apply / shards").code, None);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_has_changed_since_it_was_approved_is_not_applied_and_said_of_its_tenant()
 {
    let Some(world) = world() else {
        return;
    };
    let run = push_tip(&world);
    all_parts(&run, "plan");
    all_parts(&run, "apply");

    let sha = commit(&world, "{ courier: { name: Bearer } }");
    let run = push(&world, &sha);
    all_parts(&run, "plan");
    world.rename("Courier", "Somebody Else");
    run.goes_well("apply / shards");
    let mut codes = PARTS.map(|part| {
        run.job(&format!("apply / part ({part})"))
            .code
    });
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(4)]);
    assert_eq!(run.job("apply / united").code, Some(4));
    assert_eq!(
        world.clients_of("production"),
        ["Somebody Else"]
    );
    assert_eq!(world.clients_of("osaka"), ["Bearer"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_part_that_has_not_come_to_its_tenants_is_a_failure() {
    let Some(world) = world() else {
        return;
    };
    let run = push_tip(&world);
    run.goes_well("plan / shards");
    run.goes_well("plan / part (1/2)");

    let united = run.job("plan / united");
    assert_eq!(united.code, Some(1), "{}", united.log);
    assert!(
        united.summary.contains("missing"),
        "{}",
        united.summary
    );
    assert_eq!(run.job("apply / shards").code, None);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_a_stack_of_a_longer_name_has_left_in_the_run_is_not_taken_for_a_part() {
    let Some(world) = world() else {
        return;
    };
    let run = push_tip(&world).with("stack", "world-mappers-eu");
    all_parts(&run, "plan");

    let run = run.with("stack", "world-mappers");
    run.goes_well("plan / part (1/2)");
    let united = run.job("plan / united");
    assert_eq!(united.code, Some(1), "{}", united.log);
    assert!(
        united.summary.contains("missing"),
        "{}",
        united.summary
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_pull_request_is_planned_also_where_a_finding_refuses_it_and_is_not_merged_so()
 {
    let Some(world) = world() else {
        return;
    };
    let clients = "{ courier: { name: Courier } }\nprune: true";
    let pull_request = world.open(
        REPOSITORY,
        "topic",
        &configuration(&world, clients),
    );
    let run = in_two(pull_request.run(&world, "tenants"));
    assert_eq!(run.job("plan / shards").code, Some(3));
    for part in PARTS {
        let ended = run.goes_well(&format!("plan / part ({part})"));
        assert!(
            !ended
                .log
                .contains(MANAGEMENT_CLIENT_SECRET),
            "{}",
            ended.log
        );
    }
    run.goes_well("plan / united");
    assert_eq!(run.job("plan / result").code, Some(1));

    let broken = world.open(REPOSITORY, "broken", "stack: 1\n");
    let run = in_two(broken.run(&world, "tenants"));
    assert_eq!(run.job("plan / shards").code, Some(1));
    assert_eq!(run.job("plan / part (1/2)").code, None);
    assert_eq!(run.job("plan / united").code, None);
    assert_eq!(run.job("plan / result").code, Some(1));
}

/// GitHub takes a check that was skipped for one that is well.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_fork_is_not_planned_but_what_is_wrong_with_it_fails_the_check() {
    let Some(world) = world() else {
        return;
    };
    let before = world.requests();
    let good = configuration(&world, "{ courier: { name: Bearer } }");
    let prunes = configuration(
        &world,
        "{ courier: { name: Courier } }\nprune: true",
    );
    for (branch, text, shards, result) in [
        ("good", good.as_str(), 0, 0),
        ("prunes", &prunes, 3, 1),
        ("broken", "stack: 1\n", 1, 1),
    ] {
        let pull_request = world.open(FORK, branch, text);
        let run = in_two(pull_request.run(&world, "tenants"));
        let ended = run.job("plan / shards");
        assert_eq!(
            ended.code,
            Some(shards),
            "{branch}: {}",
            ended.log
        );
        assert_eq!(
            run.job("plan / part (1/2)").code,
            None,
            "{branch}"
        );
        assert_eq!(run.job("plan / united").code, None, "{branch}");
        assert_eq!(
            run.job("plan / result").code,
            Some(result),
            "{branch}"
        );
    }
    assert_eq!(world.requests(), before);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_was_cancelled_before_it_was_planned_fails_the_check() {
    let Some(world) = world() else {
        return;
    };
    let clients = "{ courier: { name: Bearer } }";
    let pull_request = world.open(
        REPOSITORY,
        "topic",
        &configuration(&world, clients),
    );
    let run = in_two(pull_request.run(&world, "tenants"));
    run.goes_well("plan / shards");
    assert_eq!(run.job("plan / result").code, Some(1));
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn the_drift_of_one_tenant_is_that_of_the_run() {
    let Some(world) = world() else {
        return;
    };
    let run = push_tip(&world);
    all_parts(&run, "plan");
    all_parts(&run, "apply");
    world.rename("Courier", "Somebody");

    let sha = world.git(&["rev-parse", "main"]);
    let run =
        in_two(world.begin("tenants", "schedule", "main", &sha, json!({})));
    run.goes_well("drift / shards");
    let mut codes = PARTS.map(|part| {
        run.job(&format!("drift / part ({part})"))
            .code
    });
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(2)]);
    assert_eq!(run.job("drift / united").code, Some(2));
}
