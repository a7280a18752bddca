//! `drift.yml`: one issue, open for as long as the
//! tenant is not as it was left.

use serde_json::{Value as Json, json};

use super::world;
use super::world::World;

const CONFIGURATION: &str =
    "stack: world-mappers\nclients:\n  courier: { name: Courier }\n";
const MARK: &str = "<!-- grantry: world-mappers production -->";

/// A night, and how it has ended.
fn look(world: &World) -> Option<i32> {
    let sha = world.git(&["rev-parse", "main"]);
    let ended = world
        .begin("drift", "schedule", "main", &sha, json!({}))
        .job("drift");
    assert!(ended.code != Some(1), "{}", ended.log);
    ended.code
}

fn issues(world: &World) -> Vec<Json> {
    world.github.hub().issues.clone()
}

/// A world in which the configuration was applied.
fn applied() -> Option<World> {
    let world = world(CONFIGURATION)?;
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);
    assert_eq!(run.job("plan").code, Some(0));
    assert_eq!(run.job("apply").code, Some(0));
    Some(world)
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn drift_opens_an_issue_which_follows_it_and_is_closed() {
    let Some(world) = applied() else {
        return;
    };
    assert_eq!(look(&world), Some(0));
    assert!(issues(&world).is_empty());

    world.rename("Courier", "Somebody");
    assert_eq!(look(&world), Some(2));
    let [issue] = issues(&world).try_into().unwrap();
    assert_eq!(
        issue["title"],
        "Drift: world-mappers in production"
    );
    let body = issue["body"].as_str().unwrap();
    assert!(body.starts_with(MARK), "{body}");
    assert!(
        body.contains("-   name: \"Somebody\""),
        "{body}"
    );

    world.rename("Somebody", "Nobody");
    assert_eq!(look(&world), Some(2));
    let [issue] = issues(&world).try_into().unwrap();
    let body = issue["body"].as_str().unwrap();
    assert!(body.contains("-   name: \"Nobody\""), "{body}");

    world.rename("Nobody", "Courier");
    assert_eq!(look(&world), Some(0));
    let [issue] = issues(&world).try_into().unwrap();
    assert_eq!(
        (&issue["state"], &issue["state_reason"]),
        (&json!("closed"), &json!("completed"))
    );

    // What comes again is another issue.
    world.rename("Courier", "Somebody");
    assert_eq!(look(&world), Some(2));
    assert_eq!(issues(&world).len(), 2);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn an_issue_stays_when_nobody_could_look() {
    let Some(world) = applied() else {
        return;
    };
    world.rename("Courier", "Somebody");
    assert_eq!(look(&world), Some(2));
    let before = issues(&world);

    world.let_fail(&["GET /clients:403"]);
    let sha = world.git(&["rev-parse", "main"]);
    let ended = world
        .begin("drift", "schedule", "main", &sha, json!({}))
        .job("drift");
    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert_eq!(issues(&world), before);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn an_issue_of_anybody_else_is_not_ours_whatever_it_says() {
    let Some(world) = applied() else {
        return;
    };
    let theirs = json!({
        "id": 1, "number": 1, "state": "open", "title": "x", "body": MARK, "user": { "login": "stranger" },
    });
    world
        .github
        .hub()
        .issues
        .push(theirs.clone());

    world.rename("Courier", "Somebody");
    assert_eq!(look(&world), Some(2));
    let issues = issues(&world);
    assert_eq!(issues.len(), 2);
    assert_eq!(issues[0], theirs);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn an_issue_whose_creation_got_no_answer_is_not_doubled() {
    let Some(world) = applied() else {
        return;
    };
    world.rename("Courier", "Somebody");
    world.github.hub().lost_answers = 1;
    assert_eq!(look(&world), Some(2));
    assert_eq!(issues(&world).len(), 1);
}
