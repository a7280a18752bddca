//! `plan.yml`: what a pull request would change, in one comment of it.

use serde_json::json;

use super::github::REPOSITORY;
use super::world;

const CONFIGURATION: &str =
    "stack: world-mappers\nclients:\n  courier: { name: Courier }\n";
const MARK: &str = "<!-- grantry: world-mappers production -->\n";

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_pull_request_has_one_comment_which_is_edited_in_place() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(
        REPOSITORY,
        "topic",
        &format!("{CONFIGURATION}  drone: {{ name: Drone }}\n"),
    );
    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    assert!(
        comment.starts_with(&format!(
            "{MARK}`world-mappers`: **2 to create**"
        )),
        "{comment}"
    );

    // As if two pages of others stood before it.
    {
        let mut hub = world.github.hub();
        let number = pull_request.number.to_string();
        let theirs = (1000..1150).map(
            |id| json!({ "id": id, "on": number, "user": { "login": "stranger" }, "body": MARK }),
        );
        let theirs: Vec<_> = theirs.collect();
        hub.comments.splice(0..0, theirs);
    }
    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert_eq!(world.comments_of(&pull_request).len(), 1);
    let hub = world.github.hub();
    let theirs = hub
        .comments
        .iter()
        .filter(|comment| comment["body"] == MARK);
    assert_eq!((theirs.count(), hub.comments.len()), (150, 151));
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_github_could_not_do_at_once_is_asked_again() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(REPOSITORY, "topic", CONFIGURATION);
    for _ in 0..2 {
        world.github.hub().not_now = vec!["GET", "POST", "PATCH"];
        let ended = pull_request
            .run(&world, "plan")
            .job("plan");
        assert_eq!(ended.code, Some(0), "{}", ended.log);
    }
    assert_eq!(world.comments_of(&pull_request).len(), 1);
    // The second edits what is there.
    assert_eq!(world.github.hub().not_now, ["POST"]);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_run_ends_where_github_lets_nobody_in() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(REPOSITORY, "topic", CONFIGURATION);
    world.github.hub().is_closed = true;
    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert!(
        ended
            .log
            .contains("closedfailure: Comment"),
        "{}",
        ended.log
    );
    assert_ne!(ended.code, Some(0));
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn an_answer_with_nothing_in_it_is_not_asked_for_ever() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(REPOSITORY, "topic", CONFIGURATION);
    world.github.hub().is_silent = true;
    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert!(
        ended
            .log
            .contains("GitHub answers nothing"),
        "{}",
        ended.log
    );
    assert_eq!(ended.code, Some(1));
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_comment_whose_creation_got_no_answer_is_not_doubled() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(REPOSITORY, "topic", CONFIGURATION);
    world.github.hub().lost_answers = 1;
    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert_eq!(world.comments_of(&pull_request).len(), 1);
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_configuration_that_is_wrong_is_said_and_not_planned() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let broken = format!(
        "{CONFIGURATION}grants:\n  - {{ client: nobody, resource_server: x, scopes: [] }}\n"
    );
    let pull_request = world.open(REPOSITORY, "topic", &broken);
    let before = world.requests();
    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert_eq!(ended.code, Some(1), "{}", ended.log);
    assert_eq!(world.requests(), before);
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    assert!(
        comment.starts_with(&format!("{MARK}Configuration: **")),
        "{comment}"
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn hostile_words_are_only_words_in_a_comment() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let broken = world.place_for("broken");
    let words = format!(
        "$(touch {0})`touch {0}`\\\"; touch {0} @everyone <img src=x>",
        broken.display()
    );
    let hostile = format!(
        "{CONFIGURATION}  drone: {{ name: Drone, description: \"{words}\" }}\n"
    );
    let branch = format!("x\"';$(touch${{IFS}}{0})", broken.display());
    let pull_request = world.open(REPOSITORY, &branch, &hostile);

    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert_eq!(ended.code, Some(0), "{}", ended.log);
    assert!(!broken.exists());
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    assert!(
        comment.contains("@everyone <img src=x>"),
        "{comment}"
    );
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_finding_that_refuses_it_does_not_hide_the_plan() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(
        REPOSITORY,
        "topic",
        &format!("{CONFIGURATION}prune: true\n"),
    );

    let ended = pull_request
        .run(&world, "plan")
        .job("plan");
    assert_eq!(ended.code, Some(3), "{}", ended.log);
    let [comment] = world
        .comments_of(&pull_request)
        .try_into()
        .unwrap();
    assert!(
        comment.starts_with(&format!(
            "{MARK}`world-mappers`: **1 to create**"
        )),
        "{comment}"
    );
    assert!(comment.contains("prune-enabled"), "{comment}");
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_pull_request_of_a_fork_is_given_no_secret() {
    let Some(world) = world(CONFIGURATION) else {
        return;
    };
    let pull_request = world.open(
        super::pull_request::FORK,
        "topic",
        CONFIGURATION,
    );
    assert_eq!(
        pull_request
            .run(&world, "plan")
            .job("plan")
            .code,
        None
    );
}
