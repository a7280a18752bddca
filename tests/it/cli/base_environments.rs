//! `validate --base` where there are environments, and values from files.

use std::fs;

use super::base::{commit, found, repository};
use super::harness::{Place, STORY};

const ENVIRONMENTS: &str = "
environments:
  production: { vars: { scope: geocode:location } }
  staging: {}
";

/// The story in environments, with a variable for the scope that is granted.
fn with_environments() -> String {
    let story = STORY.replace("[geocode:location]", "[\"${var.scope}\"]");
    let story = story.replace("{ geocode:", "{ read:maps: Read maps, geocode:");
    format!("{story}vars: {{ scope: geocode:location }}{ENVIRONMENTS}")
}

fn place() -> Place {
    let place = repository();
    place.write("grantry.yaml", &with_environments());
    commit(&place);
    place
}

#[test]
fn a_change_of_one_environment_is_found_in_that_one() {
    let place = place();
    let base = ["--base", "HEAD"];
    assert!(found(&place, &base, 0).is_empty());

    let widened = with_environments().replace(
        "{ scope: geocode:location } }",
        "{ scope: read:maps } }",
    );
    place.write("grantry.yaml", &widened);
    assert_eq!(found(&place, &base, 0), ["access-gained"]);
    assert!(
        found(
            &place,
            &[&base[..], &["--env", "staging"]].concat(),
            0
        )
        .is_empty()
    );
}

#[test]
fn an_environment_that_is_gone_is_told_once() {
    let place = place();
    let base = ["--base", "HEAD"];
    place.write(
        "grantry.yaml",
        &with_environments().replace("  staging: {}\n", ""),
    );
    assert_eq!(found(&place, &base, 0), ["vanished"]);

    // Whatever is there without any has taken the place of one of them, and
    // nobody knows which.
    place.write(
        "grantry.yaml",
        &with_environments().replace(ENVIRONMENTS, "\n"),
    );
    let said = place
        .run(&["validate", "--base", "HEAD"])
        .exits(1);
    insta::assert_snapshot!("two_are_gone", said.stderr);
}

#[test]
fn another_name_of_an_environment_is_no_way_around_what_was() {
    let place = place();
    let base = ["--base", "HEAD"];
    let renamed = with_environments().replace("production:", "live:");
    place.write("grantry.yaml", &renamed);
    assert_eq!(found(&place, &base, 0), ["vanished"]);

    place.write(
        "grantry.yaml",
        &renamed.replace("world-mappers\n", "payroll\n"),
    );
    let all = found(&place, &base, 3);
    assert!(
        all.contains(&"stack-changed".to_owned()),
        "{all:?}"
    );
}

#[test]
fn a_tenant_is_the_same_however_its_name_is_written() {
    let place = repository();
    let in_tenant = |name: &str, domain: &str, prune: &str| {
        let story = with_environments().replace(ENVIRONMENTS, "\n");
        format!(
            "{story}environments:\n  {name}: {{ prune: {prune}, provider: {{ auth0: {{ domain: {domain} }} }} }}\n  \
             staging: {{ provider: {{ auth0: {{ domain: staging.example }} }} }}\n"
        )
    };
    place.write(
        "grantry.yaml",
        &in_tenant("production", "acme.example", "false"),
    );
    commit(&place);

    place.write(
        "grantry.yaml",
        &in_tenant("live", "\"https://ACME.example/\"", "true"),
    );
    let all = found(&place, &["--base", "HEAD"], 3);
    assert!(
        all.contains(&"prune-enabled".to_owned()),
        "{all:?}"
    );
}

#[test]
fn an_environment_is_known_by_its_tenant_and_a_new_tenant_is_new() {
    let place = repository();
    let in_tenant = |name: &str, file: &str, scope: &str| {
        let story = with_environments().replace(ENVIRONMENTS, "\n");
        let of = format!(
            "provider: {{ local: {{ file: {file} }} }}, vars: {{ scope: {scope} }}"
        );
        format!(
            "{story}environments:\n  staging: {{ provider: {{ local: {{ file: s.json }} }} }}\n  {name}: {{ {of} }}\n"
        )
    };
    place.write(
        "grantry.yaml",
        &in_tenant("production", "p.json", "geocode:location"),
    );
    commit(&place);

    let base = ["--base", "HEAD"];
    place.write(
        "grantry.yaml",
        &in_tenant("live", "p.json", "read:maps"),
    );
    assert_eq!(
        found(&place, &base, 0),
        ["access-gained", "vanished"]
    );
    let new = in_tenant("live", "n.json", "geocode:location");
    place.write("grantry.yaml", &new);
    let all = found(&place, &base, 0);
    assert!(
        all.contains(&"access-gained".to_owned()),
        "{all:?}"
    );
}

#[test]
fn a_file_of_variables_is_what_it_was_in_the_revision() {
    let place = repository();
    let without = with_environments()
        .replace(ENVIRONMENTS, "\n")
        .replace("vars: { scope: geocode:location }", "");
    place.write("grantry.yaml", &without);
    place.write("values.yaml", "scope: geocode:location\n");
    commit(&place);

    place.write("values.yaml", "scope: read:maps\n");
    let arguments = ["--base", "HEAD", "--var-file", "values.yaml"];
    assert_eq!(found(&place, &arguments, 0), ["access-gained"]);

    // One that is kept elsewhere has no other state than the present one.
    let outside = tempfile::tempdir().unwrap();
    let file = outside.path().join("values.yaml");
    fs::write(&file, "scope: read:maps\n").unwrap();
    let arguments = [
        "--base",
        "HEAD",
        "--var-file",
        file.to_str().unwrap(),
    ];
    assert!(found(&place, &arguments, 0).is_empty());
}

#[test]
fn a_file_that_was_moved_is_known_by_the_stack_of_an_environment_too() {
    let place = repository();
    let text = with_environments()
        .replace("stack: world-mappers\n", "")
        .replace(
            "staging: {}",
            "staging: { stack: world-mappers }",
        )
        .replace(
            "production: {",
            "production: { stack: world-mappers,",
        );
    place.write("grantry.yaml", &text);
    commit(&place);
    place.write("access/grantry.yaml", &text);
    fs::remove_file(place.path("grantry.yaml")).unwrap();

    let said = place
        .run(&["validate", "access", "--base", "HEAD"])
        .exits(1);
    assert!(
        said.stderr
            .contains("no new configuration"),
        "{}",
        said.stderr
    );
}
