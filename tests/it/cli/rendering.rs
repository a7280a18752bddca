//! `render`: one document that says the same as the files.

use std::fs;

use super::harness::{Place, STORY};

#[test]
fn what_is_rendered_says_the_same_wherever_it_is() {
    let place = Place::new();
    for example in ["world-mappers.yaml", "platform", "keys"] {
        let source = format!(
            "{}/examples/{example}",
            env!("CARGO_MANIFEST_DIR")
        );
        let said = place.run(&["render", &source]).exits(0);
        place.write("elsewhere/rendered.yaml", &said.stdout);

        // The tenant that the one makes is what the other declares.
        let tenant = place.path(&format!("{example}.json"));
        let provider = format!("local:{}", tenant.display());
        let apply = [
            "apply",
            &source,
            "--auto-approve",
            "--provider",
            &provider,
        ];
        place.run(&apply).exits(0);
        let plan = [
            "plan",
            "elsewhere",
            "--detailed-exitcode",
            "--provider",
            &provider,
        ];
        place.run(&plan).exits(0);

        let again = place
            .run(&["render", "elsewhere"])
            .exits(0);
        assert_eq!(again.stdout, said.stdout);
    }
}

#[test]
fn what_is_rendered_refers_to_nothing() {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        r#"
stack: shop
vars: { who: World }
clients:
  greeter: { name: "Hello ${var.who}, $${var.who}, $5" }
environments:
  production: { vars: { who: "${var.name}", name: Production } }
"#,
    );
    let said = place
        .run(&["render", "--env", "production"])
        .exits(0);
    place.write("elsewhere/rendered.yaml", &said.stdout);

    assert!(
        said.stdout
            .contains("Hello Production, $${var.who}, $5"),
        "{said:?}"
    );
    assert!(!said.stdout.contains("vars"), "{said:?}");
    let again = place
        .run(&["render", "elsewhere"])
        .exits(0);
    assert_eq!(again.stdout, said.stdout);
}

#[test]
fn nothing_is_rendered_of_what_has_problems() {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        &STORY.replace("grants:", "grant:"),
    );
    let said = place.run(&["render"]).exits(1);
    assert_eq!(said.stdout, "");
    assert!(
        said.stderr
            .contains("did you mean `grants`?"),
        "{said:?}"
    );
}

#[test]
fn a_key_file_is_in_what_is_rendered() {
    let place = Place::new();
    let source = format!("{}/examples/keys", env!("CARGO_MANIFEST_DIR"));
    let said = place.run(&["render", &source]).exits(0);
    assert!(!said.stdout.contains("pem_file"), "{said:?}");
    assert!(
        said.stdout
            .contains("-----BEGIN PUBLIC KEY-----"),
        "{said:?}"
    );
    assert!(
        fs::read_dir(place.path("."))
            .unwrap()
            .next()
            .is_none()
    );
}

/// Each layer has a part in it: what holds for all, an environment, a row, and
/// variables from everywhere.
#[test]
fn where_each_value_comes_from_is_said() {
    let place = Place::new();
    place.write(
        "access/stack.yaml",
        "stack: shop
vars: { host: dev.example, lifetime: 60, path: none }
resource_servers:
  api:
    identifier: https://${var.host}/${var.path}
    token_lifetime: ${var.lifetime}
    scopes: { read:orders: Read orders }
",
    );
    place.write(
        "access/customers.yaml",
        r#"for_each:
  - in: customers.csv
    as: customer
    clients: { "c-${customer.id}": { name: "${customer.name} at ${var.host}" } }
    grants: [{ client: "c-${customer.id}", resource_server: api, scopes: [read:orders] }]
environments:
  production: { vars: { lifetime: 30 }, clients: { c-2: { name: Other } } }
"#,
    );
    place.write(
        "access/customers.csv",
        "id,name\n1,First\n2,Second\n",
    );
    place.write("values.yaml", "path: orders\n");

    let arguments = [
        "--env",
        "production",
        "--var-file",
        "values.yaml",
        "--var",
        "host=shop.example",
    ];
    let said = place
        .run(
            &[
                &["render", "access", "--show-origin"],
                &arguments[..],
            ]
            .concat(),
        )
        .exits(0);
    insta::assert_snapshot!("origins", said.stdout);
}
