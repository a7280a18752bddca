//! A first configuration is one that works.

use std::fs;

use super::harness::Place;

#[test]
fn a_first_configuration_is_valid_and_can_be_applied() {
    let place = Place::new();
    let made = place
        .run(&["init", "Orders & Co"])
        .exits(0);
    assert_eq!(
        made.stdout,
        "Orders & Co/grantry.yaml\nOrders & Co/grantry.schema.json\n"
    );
    let text =
        fs::read_to_string(place.path("Orders & Co/grantry.yaml")).unwrap();
    insta::assert_snapshot!("first", text);

    let configuration = "Orders & Co/grantry.yaml";
    place
        .run(&["validate", configuration])
        .exits(0);
    place
        .run(&["apply", configuration, "--auto-approve"])
        .exits(0);
    place
        .run(&["plan", configuration, "--detailed-exitcode"])
        .exits(0);

    let schema =
        fs::read_to_string(place.path("Orders & Co/grantry.schema.json"))
            .unwrap();
    let of_project = ["schema", "project", configuration];
    assert_eq!(schema, place.run(&of_project).exits(0).stdout);
}

#[test]
fn on_request_it_comes_with_all_that_is_around_it() {
    let place = Place::new();
    let init = ["init", "--stack", "shop", "--provider", "auth0"];
    let more = ["--vscode", "--gitignore", "--ci", "github"];
    let made = place
        .run(&[&init[..], &more].concat())
        .exits(0);
    insta::assert_snapshot!("made", made.stdout);
    let plan =
        fs::read_to_string(place.path(".github/workflows/grantry-plan.yml"))
            .unwrap();
    assert!(plan.contains("stack: shop"), "{plan}");

    // Nothing is overwritten, and nothing half written.
    fs::remove_file(place.path("grantry.yaml")).unwrap();
    let again = place.run(&init).exits(3);
    assert!(
        again.stderr.contains("exists already"),
        "{}",
        again.stderr
    );
    assert!(!place.path("grantry.yaml").exists());

    let pipeline = place
        .run(&["init", "other", "--ci", "gitlab"])
        .exits(0);
    assert!(
        pipeline
            .stdout
            .contains("other/.gitlab-ci.yml")
    );
}

#[test]
fn for_a_realm_it_is_said_that_the_workflows_are_for_auth0() {
    let place = Place::new();
    let init = [
        "init",
        "--stack",
        "shop",
        "--provider",
        "keycloak",
    ];
    place.run(&init).exits(0);
    let text = fs::read_to_string(place.path("grantry.yaml")).unwrap();
    assert!(text.contains("provider: keycloak # which one, KEYCLOAK_URL"));
    place.run(&["validate"]).exits(0);

    for engine in ["github", "gitlab"] {
        let made = place.run(&[&init[..], &[engine, "--ci", engine]].concat());
        let said = made.exits(0).stderr;
        let words: Vec<&str> = said.split_whitespace().collect();
        assert!(
            words
                .join(" ")
                .contains("hand no KEYCLOAK_* on"),
            "{said}"
        );
    }
}

#[test]
fn a_file_on_the_way_to_another_is_found_before_anything_is_written() {
    let place = Place::new();
    place.write(".github", "");

    let made = place
        .run(&["init", "--ci", "github"])
        .exits(3);
    assert!(
        made.stderr
            .contains("./.github exists already"),
        "{}",
        made.stderr
    );
    assert!(!place.path("grantry.yaml").exists());
}
