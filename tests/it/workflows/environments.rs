//! `environments.yml` and `fork-environments.yml`: a job for each environment
//! of the configuration, each with what is its own and no more.

use serde_json::{Value as Json, json};

use super::archive::{Entry, REGULAR};
use super::github::{Origin, REPOSITORY};
use super::pull_request::{FORK, PullRequest};
use super::run::Run;
use super::world::World;

const CONFIGURATION: &str = "stack: world-mappers
provider: auth0
clients:
  courier: { name: Courier }
environments:
  production: {}
  staging: { clients: { courier: { name: Courier on trial } } }
";

/// A world with a tenant for each environment.
fn world() -> Option<World> {
    let mut world = super::world(CONFIGURATION)?;
    world.add_tenant("staging");
    Some(world)
}

fn with_drone() -> String {
    CONFIGURATION.replace(
        "courier: { name: Courier }",
        "courier: { name: Courier }\n  drone: { name: Drone }",
    )
}

/// Applies the tip of `main` in an environment.
#[track_caller]
fn apply(run: &Run<'_>, environment: &str) {
    for job in ["plan", "apply"] {
        run.goes_well(&format!("apply ({environment}) / {job}"));
    }
}

fn push(world: &World) -> Run<'_> {
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("environments", "main", &sha);
    run.goes_well("environments");
    run
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_pull_request_has_a_plan_of_each_environment_also_of_one_that_it_adds() {
    let Some(mut world) = world() else {
        return;
    };
    world.add_tenant("qa");
    let pull_request = world.open(
        REPOSITORY,
        "topic",
        &format!("{}  qa: {{}}\n", with_drone()),
    );
    let run = pull_request.run(&world, "environments");
    run.goes_well("environments");

    let environments = ["production", "qa", "staging"];
    for environment in environments {
        run.goes_well(&format!("plan ({environment}) / plan"));
    }
    run.goes_well("planned");
    let comments = world.comments_of(&pull_request);
    assert_eq!(comments.len(), environments.len());
    for (comment, environment) in comments.iter().zip(environments) {
        let begin = format!(
            "<!-- grantry: world-mappers {environment} -->\n`world-mappers/{environment}`: **2 to create**"
        );
        assert!(comment.starts_with(&begin), "{comment}");
    }
    assert!(
        comments[2].contains("Courier on trial"),
        "{comments:?}"
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn each_environment_is_applied_for_itself() {
    let Some(world) = world() else {
        return;
    };
    let run = push(&world);
    apply(&run, "staging");
    assert_eq!(
        world.clients_of("staging"),
        ["Courier on trial"]
    );
    assert!(
        world
            .clients_of("production")
            .is_empty()
    );

    apply(&run, "production");
    assert_eq!(world.clients_of("production"), ["Courier"]);
    // Nobody is asked to approve nothing.
    let run = push(&world);
    run.goes_well("apply (staging) / plan");
    assert_eq!(run.job("apply (staging) / apply").code, None);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn nobody_is_kept_waiting_by_what_fails_elsewhere_and_the_check_tells_of_it() {
    let Some(world) = world() else {
        return;
    };
    let there = "production: { clients: { taken: { name: Grantry emulator management } } }";
    let configuration = CONFIGURATION.replace("production: {}", there);
    let pull_request = world.open(REPOSITORY, "topic", &configuration);
    let run = pull_request.run(&world, "environments");
    run.goes_well("environments");

    assert_eq!(
        run.job("plan (production) / plan").code,
        Some(1)
    );
    run.goes_well("plan (staging) / plan");
    assert_eq!(run.job("planned").code, Some(1));
    assert_eq!(world.comments_of(&pull_request).len(), 2);
}

/// Else the plans are skipped, which a check takes for well.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn where_the_environments_are_not_known_the_check_fails() {
    let Some(world) = world() else {
        return;
    };
    let pull_request = world.open(
        REPOSITORY,
        "topic",
        &CONFIGURATION.replace("clients:", "client:"),
    );
    let run = pull_request.run(&world, "environments");
    assert_eq!(
        run.job("environments / environments")
            .code,
        Some(1)
    );
    assert_eq!(run.job("plan (staging) / plan").code, None);
    assert_eq!(run.job("planned").code, Some(1));
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_a_finding_refuses_fails_the_check_also_of_a_fork_and_is_planned_where_it_can_be()
 {
    let Some(world) = world() else {
        return;
    };
    let prunes = format!("{CONFIGURATION}prune: true\n");
    for (repository, branch, plan) in [
        (REPOSITORY, "own", Some(3)),
        (FORK, "strange", None),
    ] {
        let pull_request = world.open(repository, branch, &prunes);
        let run = pull_request.run(&world, "environments");
        let ended = run.job("environments / environments");
        assert_eq!(ended.code, Some(3), "{branch}: {}", ended.log);
        for environment in ["production", "staging"] {
            let ended = run.job(&format!("plan ({environment}) / plan"));
            assert_eq!(ended.code, plan, "{branch}: {}", ended.log);
        }
        assert_eq!(run.job("planned").code, Some(1), "{branch}");
        let planned = world.comments_of(&pull_request).len();
        assert_eq!(planned, plan.map_or(0, |_| 2), "{branch}");
    }
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn the_drift_of_each_environment_is_an_issue_of_its_own() {
    let Some(world) = world() else {
        return;
    };
    let run = push(&world);
    for environment in ["production", "staging"] {
        apply(&run, environment);
    }
    world.rename("Courier", "Somebody");

    let sha = world.git(&["rev-parse", "main"]);
    let run = world.begin(
        "environments",
        "schedule",
        "main",
        &sha,
        json!({}),
    );
    run.goes_well("environments");
    assert_eq!(
        run.job("drift (production) / drift")
            .code,
        Some(2)
    );
    run.goes_well("drift (staging) / drift");
    let issues: Vec<Json> = world.github.hub().issues.clone();
    let [issue] = issues.as_slice() else {
        panic!("{issues:?}");
    };
    assert_eq!(
        issue["title"],
        "Drift: world-mappers in production"
    );
}

/// A run of the trusted half, after the other one has ended well.
fn after_fork<'w>(
    world: &'w World,
    pull_request: &PullRequest,
    other: u64,
) -> Run<'w> {
    let run =
        pull_request.run_after(world, "fork-environments", other, "success");
    run.goes_well("environments");
    run
}

/// What somebody hands in who renders nothing.
fn hand_in(world: &World, pull_request: &PullRequest, text: &str) -> u64 {
    const RUN: u64 = 77;
    let origin = Origin {
        run: RUN,
        head_sha: pull_request.head_sha.clone(),
        is_fork: true,
    };
    let file = Entry {
        name: "grantry.yaml".to_owned(),
        mode: REGULAR,
        content: text.as_bytes().to_vec(),
    };
    world
        .github
        .keep("grantry-rendered", &origin, &[file]);
    RUN
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_fork_has_a_plan_of_each_environment_of_the_base() {
    let Some(world) = world() else {
        return;
    };
    // One that the base has not is a stranger's word,
    // and no job is begun for it.
    let pull_request = world.open(
        FORK,
        "topic",
        &format!("{}  1e3: {{}}\n", with_drone()),
    );
    let run = pull_request.run(&world, "environments");
    run.goes_well("environments");
    assert_eq!(run.job("plan (staging) / plan").code, None);
    run.goes_well("planned");

    let rendering = pull_request.run(&world, "fork-render");
    rendering.goes_well("render");
    let run = after_fork(&world, &pull_request, rendering.id());
    for environment in ["production", "staging"] {
        run.goes_well(&format!("plan ({environment}) / plan"));
    }
    let comments = world.comments_of(&pull_request);
    assert_eq!(comments.len(), 2);
    for (comment, environment) in comments
        .iter()
        .zip(["production", "staging"])
    {
        let begin = format!(
            "<!-- grantry: world-mappers {environment} -->\n`world-mappers/{environment}`: **2 to create**"
        );
        assert!(comment.starts_with(&begin), "{comment}");
        assert!(comment.contains("**no findings**"), "{comment}");
    }
    assert!(
        comments[1].contains("Courier on trial"),
        "{comments:?}"
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_fork_cannot_leave_the_environments_out_to_be_compared_with_nothing() {
    let Some(world) = world() else {
        return;
    };
    let pull_request = world.open(FORK, "topic", CONFIGURATION);
    let stranger =
        "stack: payroll\nprovider: auth0\nclients: { pay: { name: Pay } }\n";
    let with_others = format!(
        "{stranger}environments: {{ staging: {{}}, production: {{}} }}\n"
    );

    // Where nothing says which environment is meant, as where
    // `fork-plan.yml` was copied.
    let before = world.requests();
    let nobody_knows = "nothing says which of `production` and `staging`";
    for (text, code, reason) in [
        (stranger, 1, nobody_knows),
        (
            "stack: payroll\nenvironments: { new: {} }\n",
            1,
            nobody_knows,
        ),
        (&with_others, 3, "stack-changed"),
    ] {
        let other = hand_in(&world, &pull_request, text);
        let run = pull_request.run_after(&world, "fork-plan", other, "success");
        let ended = run.job("plan");
        assert_eq!(ended.code, Some(code), "{text}: {}", ended.log);
        assert!(
            ended.log.contains(reason),
            "{text}: {}",
            ended.log
        );
        world.github.forget_artifacts();
    }
    // And where it is said.
    for (text, code) in [(stranger, 1), (&with_others, 3)] {
        let other = hand_in(&world, &pull_request, text);
        let run = after_fork(&world, &pull_request, other);
        let ended = run.job("plan (production) / plan");
        assert_eq!(ended.code, Some(code), "{text}: {}", ended.log);
        assert!(
            !ended.log.contains("success: Plan"),
            "{text}: {}",
            ended.log
        );
        world.github.forget_artifacts();
    }
    assert_eq!(world.requests(), before);
}
