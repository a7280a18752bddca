//! Environments on the command line: which is meant, what is said of it, and
//! what it is told apart by.

use std::fs;

use super::harness::Place;

/// The example of a provider with a thousand customers, in a place of its own.
fn saas() -> Place {
    let place = Place::new();
    for file in ["access.yaml", "customers.csv"] {
        let path = format!(
            "{}/examples/saas/{file}",
            env!("CARGO_MANIFEST_DIR")
        );
        place.write(
            &format!("saas/{file}"),
            &fs::read_to_string(path).unwrap(),
        );
    }
    place
}

fn counts(said: &str) -> serde_json::Value {
    let document: serde_json::Value = serde_json::from_str(said).unwrap();
    document["plans"][0]["counts"].clone()
}

#[test]
fn each_customer_of_a_table_has_a_client_and_a_grant() {
    let place = saas();
    let provider = [
        "--provider",
        "local:tenant.json",
        "--env",
        "production",
    ];
    let run = |verb: &[&str]| place.run(&[verb, &["saas"], &provider].concat());

    let plan = ["plan", "--format", "json"];
    let made = counts(&run(&plan).exits(0).stdout);
    // One API; and a client and a grant for each of the thousand.
    assert_eq!(made["create"], 2001);
    run(&["apply", "--auto-approve"]).exits(0);

    let table = fs::read_to_string(place.path("saas/customers.csv")).unwrap();
    place.write(
        "saas/customers.csv",
        &format!("{table}1001,Latecomer,basic\n"),
    );
    let more = counts(&run(&plan).exits(0).stdout);
    assert_eq!(
        (&more["create"], &more["unchanged"]),
        (&2.into(), &2001.into())
    );

    let (fewer, _) = table
        .trim_end()
        .rsplit_once('\n')
        .unwrap();
    place.write("saas/customers.csv", fewer);
    let fewer = counts(&run(&plan).exits(0).stdout);
    assert_eq!(
        (&fewer["delete"], &fewer["create"]),
        (&2.into(), &0.into())
    );
    assert_eq!(
        (&fewer["update"], &fewer["unchanged"]),
        (&0.into(), &1999.into())
    );
}

#[test]
fn all_environments_are_checked_unless_one_is_chosen() {
    let place = saas();
    let all = place
        .run(&["validate", "saas"])
        .exits(0);
    insta::assert_snapshot!("all_are_valid", all.stdout);
    let one = place
        .run(&["validate", "saas", "--env", "staging"])
        .exits(0);
    assert_eq!(one.stdout.lines().count(), 1, "{one:?}");

    let text = fs::read_to_string(place.path("saas/access.yaml")).unwrap();
    let text = text
        .replace(
            "token_lifetime: ${var.lifetime}",
            "token_lifetime: ${var.lifetme}",
        )
        .replace(
            "{ console: null }",
            "{ console: null, other: { nme: Other } }",
        );
    place.write("saas/access.yaml", &text);
    let wrong = place
        .run(&["validate", "saas"])
        .exits(1);
    insta::assert_snapshot!("one_of_them_is_wrong", wrong.stdout);
}

#[test]
fn environments_are_named_as_ci_reads_them() {
    let place = saas();
    let mut all = String::new();
    for shards in [
        &[][..],
        &["--shards", "2"],
        &["--shards", "auto"],
    ] {
        for format in ["lines", "json", "github-matrix", "gitlab"] {
            let arguments = [
                &["environments", "saas", "--format", format],
                shards,
            ]
            .concat();
            let said = place.run(&arguments).exits(0);
            all += &[&arguments[3..].join(" "), ":\n", &said.stdout].concat();
        }
    }
    insta::assert_snapshot!("formats", all);

    place.write("grantry.yaml", "stack: shop\n");
    let none = place.run(&["environments"]).exits(0);
    assert_eq!(none.stdout, "");
}

#[test]
fn the_environment_of_the_process_chooses_and_gives_values() {
    let place = saas().with(&[
        (
            "GRANTRY_ENV".to_owned(),
            "development".to_owned(),
        ),
        (
            "GRANTRY_VAR_host".to_owned(),
            "laptop.example".to_owned(),
        ),
        (
            "GRANTRY_VAR_of_another".to_owned(),
            "configuration".to_owned(),
        ),
    ]);

    let rendered = place.run(&["render", "saas"]).exits(0);
    assert!(
        rendered
            .stdout
            .contains("https://api.laptop.example/reports/"),
        "{rendered:?}"
    );
    assert!(
        rendered.stdout.contains("customer-one"),
        "{rendered:?}"
    );
    let staging = place
        .run(&["render", "saas", "--env", "staging"])
        .exits(0);
    assert!(
        staging.stdout.contains("customer-1000"),
        "the command line counts before it"
    );
}

#[test]
fn a_plan_of_one_environment_approves_nothing_in_another() {
    let place = saas();
    let tenant = ["--provider", "local:tenant.json"];
    let plan = [
        "plan",
        "saas",
        "--env",
        "development",
        "--out",
        "plan.json",
    ];
    place
        .run(&[&plan[..], &tenant].concat())
        .exits(0);

    let apply = [
        "apply",
        "saas",
        "--env",
        "staging",
        "--plan",
        "plan.json",
    ];
    let said = place
        .run(&[&apply[..], &tenant].concat())
        .exits(4);
    assert!(
        said.stderr.contains(
            "is for the environment development, and this is staging"
        ),
        "{said:?}"
    );
    let apply = [
        "apply",
        "saas",
        "--env",
        "development",
        "--plan",
        "plan.json",
    ];
    place
        .run(&[&apply[..], &tenant].concat())
        .exits(0);
}

#[test]
fn without_a_choice_the_environments_are_named() {
    let said = saas()
        .run(&[
            "plan",
            "saas",
            "--provider",
            "local:tenant.json",
        ])
        .exits(1);
    assert!(
        said.stderr
            .contains("choose with `--env`: development, production, staging; or all of them with"),
        "{said:?}"
    );
}

#[test]
fn a_variable_of_the_process_in_other_letters_is_a_slip() {
    let place = Place::new();
    place.write(
        "grantry.yaml",
        "stack: maps\nvars: { host: a.example }\nclients: { courier: { name: \"Courier ${var.host}\" } }\n",
    );
    let variable = |name: &str| (name.to_owned(), "b.example".to_owned());

    // What another configuration needs is nobody's slip.
    let place = place.with(&[variable("GRANTRY_VAR_port")]);
    place.run(&["validate"]).exits(0);
    let place = place.with(&[variable("GRANTRY_VAR_HOST")]);
    let said = place.run(&["validate"]).exits(1);
    assert!(
        said.stdout
            .contains("did you mean `host`?"),
        "{}",
        said.stdout
    );
}

#[test]
fn two_environments_of_one_stack_in_one_tenant_are_a_problem() {
    let place = Place::new();
    let text = "stack: maps
provider: { auth0: { domain: acme.eu.auth0.com } }
clients: { courier: { name: Courier } }
environments: { blue: {}, green: {} }
";
    place.write("grantry.yaml", text);
    let said = place.run(&["validate"]).exits(1);
    insta::assert_snapshot!("shared_tenant", said.stdout);

    // Each alone is as good as any; two stacks do not mind each other.
    place
        .run(&["validate", "--env", "green"])
        .exits(0);
    place.write(
        "grantry.yaml",
        &text.replace("green: {}", "green: { stack: others }"),
    );
    place.run(&["validate"]).exits(0);
}
