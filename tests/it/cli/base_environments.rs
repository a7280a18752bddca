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

    let widened =
        with_environments().replace("{ scope: geocode:location } }", "{ scope: read:maps } }");
    place.write("grantry.yaml", &widened);
    assert_eq!(found(&place, &base, 0), ["access-gained"]);
    assert!(found(&place, &[&base[..], &["--env", "staging"]].concat(), 0).is_empty());
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

    // Whatever is there without any is compared with nothing, as a new configuration is.
    place.write(
        "grantry.yaml",
        &with_environments().replace(ENVIRONMENTS, "\n"),
    );
    let all = found(&place, &base, 0);
    let gone = all.iter().filter(|finding| *finding == "vanished");
    assert_eq!(gone.count(), 2, "{all:?}");
    assert!(all.contains(&"access-gained".to_owned()), "{all:?}");
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
    let arguments = ["--base", "HEAD", "--var-file", file.to_str().unwrap()];
    assert!(found(&place, &arguments, 0).is_empty());
}
