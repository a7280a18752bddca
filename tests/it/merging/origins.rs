//! Where values come from: each says by itself who wrote it, so wherever it is said to stand, there it has to be.

use std::fs;

use anstream::adapter::strip_str;
use grantry::config::{GivenValues, GivenVariables, Inputs, Reading, Sources, Tree, Use};
use grantry::provider::support_of;
use grantry::render;

use super::files::ENVIRONMENT;

/// What is told of a configuration in its environment, without the folder it is in.
fn told(text: &str, given: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    fs::write(&file, text).unwrap();
    let variables = given.iter().map(|(name, text)| GivenVariables {
        expected: Use::Expected,
        values: GivenValues::Text {
            origin: "--var".to_owned(),
            name: name.parse().unwrap(),
            text: (*text).to_owned(),
        },
    });
    let inputs = Inputs {
        environment: Some(ENVIRONMENT.parse().unwrap()),
        variables: variables.collect(),
    };

    let reading = Reading::of(&Tree::Disk, &[file], Sources::default());
    let (written, sources) = reading.load(&Tree::Disk, &inputs, support_of).unwrap();
    let text = render::origins(&written.origins(&sources), &sources);
    strip_str(&text)
        .to_string()
        .replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn an_environment_that_empties_something_is_told() {
    let text = "stack: shop
resource_servers: { api: { identifier: 'urn:api', scopes: { a: A } } }
clients: { courier: { name: Courier, grant_types: [client_credentials] } }
environments:
  production:
    resource_servers: { api: { scopes: {} } }
    clients: { courier: { grant_types: [] } }
";
    let said = told(text, &[]);
    assert!(
        said.contains("scopes: {}\n    grantry.yaml:6:40 (environments.production)"),
        "{said}"
    );
    assert!(
        said.contains("grant_types: []\n    grantry.yaml:7:40 (environments.production)"),
        "{said}"
    );
}

#[test]
fn what_an_environment_makes_of_rows_is_its_own() {
    let text = "stack: shop
environments:
  production:
    for_each:
      - in: [north]
        as: region
        clients: { 'c-${region.value}': { name: 'Of ${region.value}' } }
";
    assert_eq!(
        told(text, &[]).lines().take(2).collect::<Vec<_>>(),
        [
            "clients.c-north.name: Of north",
            "    grantry.yaml:7:49 (environments.production); \
             row 1 of region from grantry.yaml:5:14 (environments.production)",
        ]
    );
}

/// An alias has the place of what it stands for, and both may be written by others.
#[test]
fn an_alias_is_of_whoever_writes_it() {
    let text = "stack: shop
clients:
  courier: { name: Courier, client_metadata: &more { team: maps } }
environments:
  production:
    clients: { planner: { name: Planner, client_metadata: *more } }
";
    let said = told(text, &[]);
    let of = |client: &str| {
        format!("clients.{client}.client_metadata.team: maps\n    grantry.yaml:3:60")
    };
    assert!(said.contains(&format!("{}\n", of("courier"))), "{said}");
    assert!(
        said.contains(&format!("{} (environments.production)\n", of("planner"))),
        "{said}"
    );
}
