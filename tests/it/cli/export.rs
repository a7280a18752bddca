//! `export` as people and CI systems meet it.

use std::fs;

use crate::cli::harness::{Place, STORY};

/// A place whose tenant is the story.
fn place() -> Place {
    let place = Place::new();
    place.write("grantry.yaml", STORY);
    place
        .run(&["apply", "--auto-approve"])
        .exits(0);
    place
}

#[test]
fn the_own_stack_comes_back_as_it_was_declared() {
    let place = place();
    let said = place
        .run(&["export", "--stack", "world-mappers", "--owned"])
        .exits(0);
    assert_eq!(
        said.stderr,
        "Tenant: local .grantry/tenant.json\n"
    );
    insta::assert_snapshot!("export_owned", said.stdout);
    place.write("exported.yaml", &said.stdout);
    place
        .run(&["plan", "exported.yaml", "--detailed-exitcode"])
        .exits(0);
}

#[test]
fn a_split_export_is_a_configuration_and_overwrites_nothing() {
    let place = place();
    let split = [
        "export",
        "--stack",
        "world-mappers",
        "--split",
        "access",
    ];
    let said = place.run(&split).exits(0);
    let files = [
        "access/api-api-world-mappers-example.yaml",
        "access/clients.yaml",
        "access/stack.yaml",
        "access/grantry.schema.json",
    ];
    assert_eq!(said.stdout.lines().collect::<Vec<_>>(), files);
    let printed = place
        .run(&["schema", "project", "access"])
        .exits(0);
    let schema =
        fs::read_to_string(place.path("access/grantry.schema.json")).unwrap();
    assert_eq!(schema, printed.stdout);
    let tenant = format!(
        "local:{}",
        place
            .path(".grantry/tenant.json")
            .display()
    );
    place
        .run(&[
            "plan",
            "access",
            "--provider",
            &tenant,
            "--detailed-exitcode",
        ])
        .exits(0);

    fs::remove_file(place.path("access/clients.yaml")).unwrap();
    let mine = place.write("access/stack.yaml", "mine");
    let said = place.run(&split).exits(3);
    assert_eq!(said.stdout, "");
    insta::assert_snapshot!("export_exists", said.stderr);
    assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
    assert!(
        !place
            .path("access/clients.yaml")
            .exists(),
        "nothing was written"
    );
}

#[test]
fn what_belongs_to_another_stack_is_named_and_left_out() {
    let place = place();
    let said = place
        .run(&["export", "--stack", "newcomers"])
        .exits(0);
    assert!(
        !said.stdout.contains("clients:"),
        "{}",
        said.stdout
    );
    let line = "# - the client \"Gift Deliveries\" (client_000002): it belongs to the stack `world-mappers`";
    assert!(said.stdout.contains(line), "{}", said.stdout);
}

#[test]
fn an_export_needs_a_stack_and_one_breadth() {
    let wrong = [
        &["export"][..],
        &["export", "--stack", "S P"],
        &["export", "--stack", "a", "--all", "--owned"],
    ];
    for arguments in wrong {
        let said = Place::new().run(arguments).exits(64);
        assert_eq!(said.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_tenant_that_cannot_be_read_gives_no_export() {
    let place = Place::new();
    place.write("mine.json", "{}");
    let said = place
        .run(&[
            "export",
            "--stack",
            "a",
            "--provider",
            "local:mine.json",
        ])
        .exits(1);
    assert_eq!(said.stdout, "");
}
