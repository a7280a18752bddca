//! Variables, and what an environment says over what holds for all.

use std::fs;
use std::path::PathBuf;

use grantry::config::{self, GivenValues, GivenVariables, Inputs, Loaded, Use};
use grantry::model::{Address, Attrs, Desired, Value};
use grantry::provider::{local, support_of};
use grantry::render;
use serde_json::json;

/// What is given beside the files.
#[derive(Default)]
struct Given<'a> {
    environment: Option<&'a str>,
    variables: &'a [(&'a str, &'a str)],
    file: Option<&'a str>,
}

impl Given<'_> {
    fn inputs(&self, folder: &std::path::Path) -> Inputs {
        let file = self.file.map(|text| {
            let path = folder.join("variables.json");
            fs::write(&path, text).unwrap();
            GivenVariables {
                expected: Use::Expected,
                values: GivenValues::File(path),
            }
        });
        let variables = self
            .variables
            .iter()
            .map(|(name, text)| GivenVariables {
                expected: Use::Expected,
                values: GivenValues::Text {
                    origin: "--var".to_owned(),
                    name: name.parse().unwrap(),
                    text: (*text).to_owned(),
                },
            });

        Inputs {
            environment: self
                .environment
                .map(|name| name.parse().unwrap()),
            variables: file
                .into_iter()
                .chain(variables)
                .collect(),
        }
    }
}

fn load(files: &[&str], given: &Given<'_>) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = files
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let path = folder
                .path()
                .join(format!("{place}.yaml"));
            fs::write(&path, text).unwrap();
            path
        })
        .collect();

    config::load(&paths, &given.inputs(folder.path()), support_of)
        .unwrap_or_else(|problems| panic!("{}", render::problems(&problems)))
}

fn desired(text: &str, given: &Given<'_>) -> Desired {
    load(&[text], given).desired
}

const STAGES: &str = r#"
stack: shop
provider: { auth0: { domain: "${var.domain}" } }
vars: { domain: shop-dev.eu.auth0.com, lifetime: 3600, team: sales }
resource_servers:
  orders:
    identifier: https://orders.example/
    name: Orders
    token_lifetime: ${var.lifetime}
    scopes: { "read:orders": Read, "write:orders": Write }
  debug: { identifier: https://debug.example/, name: Debug, scopes: { all: Everything } }
clients:
  billing:
    name: Billing of ${var.team}
    client_metadata: { team: "${var.team}", stage: all }
  tester: { name: Tester }
grants:
  - { client: billing, resource_server: orders, scopes: ["read:orders"] }
  - { client: tester, resource_server: orders, scopes: ["read:orders"] }
  - { client: billing, resource_server: debug, scopes: [all] }
environments:
  development: {}
  production:
    vars: { domain: shop.eu.auth0.com, lifetime: 300 }
    prune: true
    resource_servers:
      debug: null
      orders: { scopes: { "read:orders": Read } }
    clients:
      tester: null
      billing: { description: "Bills", client_metadata: { stage: live } }
      shipping: { name: Shipping }
    grants:
      - { client: billing, resource_server: orders, all_scopes: true }
      - { client: shipping, resource_server: orders, scopes: ["read:orders"] }
"#;

/// All that is declared, by address.
fn declared(desired: &Desired) -> Vec<(Address, Attrs)> {
    let seen = local::Reader::new(PathBuf::from("none.json"));
    let seen = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(grantry::provider::Observe::read(&seen))
        .unwrap();
    desired
        .resources(&seen)
        .iter()
        .map(|(address, declared)| (address.clone(), declared.attrs()))
        .collect()
}

#[test]
fn an_environment_comes_over_what_holds_for_all() {
    let production = Given {
        environment: Some("production"),
        ..Given::default()
    };
    let loaded = load(&[STAGES], &production);
    let names: Vec<String> = declared(&loaded.desired)
        .iter()
        .map(|(address, _)| address.to_string())
        .collect();
    assert_eq!(
        names,
        [
            "resource_servers.https://orders.example/",
            "clients.billing",
            "clients.shipping",
            "grants.billing -> https://orders.example/",
            "grants.shipping -> https://orders.example/",
        ]
    );
    assert_eq!(
        loaded.environment.unwrap().as_str(),
        "production"
    );

    let of = |address: &str| {
        let all = declared(&loaded.desired).into_iter();
        let (_, attrs) = all
            .map(|(at, attrs)| (at.to_string(), attrs))
            .find(|(at, _)| at == address)
            .unwrap();
        serde_json::to_value(Value::Map(attrs)).unwrap()
    };
    let orders = of("resource_servers.https://orders.example/");
    assert_eq!(
        orders["token_lifetime"], 300,
        "a variable of the environment"
    );
    assert_eq!(
        orders["scopes"],
        json!({ "read:orders": "Read" }),
        "replaced as a whole"
    );
    assert_eq!(
        orders["name"], "Orders",
        "not named, so it stays"
    );
    let billing = of("clients.billing");
    assert_eq!(billing["name"], "Billing of sales");
    assert_eq!(billing["description"], "Bills");
    assert_eq!(
        billing["client_metadata"]["team"], "sales",
        "metadata counts by its keys"
    );
    assert_eq!(billing["client_metadata"]["stage"], "live");
    let grant = of("grants.billing -> https://orders.example/");
    assert_eq!(
        grant["all_scopes"], true,
        "in place of the scopes"
    );
    assert_eq!(grant["scopes"], serde_json::Value::Null);
}

#[test]
fn an_environment_that_says_nothing_changes_nothing() {
    let development = Given {
        environment: Some("development"),
        ..Given::default()
    };
    let without = STAGES
        .split("environments:")
        .next()
        .unwrap();

    assert_eq!(
        desired(STAGES, &development),
        desired(without, &Given::default())
    );
}

#[test]
fn several_files_say_parts_of_one_environment() {
    let (base, environments) = STAGES
        .split_once("environments:")
        .unwrap();
    let one = "environments: { production: { clients: { tester: null } } }";
    let other = "environments: { production: { prune: true, resource_servers: { debug: null } } }";
    let production = Given {
        environment: Some("production"),
        ..Given::default()
    };
    assert!(environments.contains("production"));

    let here = load(&[base, one, other], &production).desired;
    let there = load(&[other, base, one], &production).desired;
    assert_eq!(here, there);
    assert_eq!((here.clients.len(), here.grants.len()), (1, 1));
}

/// What one variable of a configuration comes to.
fn lifetime(given: &Given<'_>) -> serde_json::Value {
    let text = r#"
stack: shop
vars: { lifetime: 1, half: "${var.lifetime}0" }
resource_servers:
  orders: { identifier: "https://${var.half}/", name: Orders, token_lifetime: "${var.lifetime}", scopes: {} }
environments: { production: { vars: { lifetime: 2 } }, other: {} }
"#;
    let desired = desired(text, given);
    let server = desired
        .resource_servers
        .values()
        .next()
        .unwrap();
    let attrs = serde_json::to_value(Value::Map(
        server.spec.as_ref().unwrap().attrs(),
    ))
    .unwrap();
    attrs["token_lifetime"].clone()
}

#[test]
fn the_nearer_a_value_is_to_the_run_the_more_it_counts() {
    let mut given = Given {
        environment: Some("other"),
        ..Given::default()
    };
    assert_eq!(lifetime(&given), 1);

    given.environment = Some("production");
    assert_eq!(lifetime(&given), 2);

    given.file = Some(r#"{ "lifetime": 3 }"#);
    assert_eq!(lifetime(&given), 3);

    given.variables = &[("lifetime", "4"), ("lifetime", "5")];
    assert_eq!(lifetime(&given), 5);
}

#[test]
fn what_comes_out_is_never_looked_at_again() {
    let text = "stack: shop\nvars: { a: x }\nclients: { c: { name: \"${var.a}, $${var.a}\" } }";
    let given = Given {
        variables: &[("a", "${var.b} $${var.c}")],
        ..Given::default()
    };

    let loaded = format!("{:?}", desired(text, &given).clients);
    assert!(
        loaded.contains("${var.b} $${var.c}, ${var.a}"),
        "{loaded}"
    );
}

#[test]
fn a_text_from_outside_is_what_its_place_wants() {
    let text = r#"
stack: shop
vars: { offline: false, alg: RS256, name: N, scopes: none, null_it: 1 }
resource_servers:
  orders:
    identifier: https://orders.example/
    name: ${var.name}
    allow_offline_access: ${var.offline}
    signing_alg: ${var.alg}
    token_lifetime: ${var.null_it}
    scopes: { "read:orders": Read, "write:orders": Write }
clients: { billing: { name: Billing } }
grants: [{ client: billing, resource_server: orders, scopes: "${var.scopes}" }]
"#;
    let given = Given {
        variables: &[
            ("offline", "true"),
            ("alg", "PS256"),
            ("name", "0042"),
            ("scopes", "[read:orders, 'write:orders']"),
            ("null_it", "null"),
        ],
        ..Given::default()
    };
    let desired = desired(text, &given);
    let server = desired
        .resource_servers
        .values()
        .next()
        .unwrap();
    let attrs = serde_json::to_value(Value::Map(
        server.spec.as_ref().unwrap().attrs(),
    ))
    .unwrap();
    assert_eq!(attrs["allow_offline_access"], true);
    assert_eq!(attrs["signing_alg"], "PS256");
    assert_eq!(attrs["name"], "0042");
    assert_eq!(attrs["token_lifetime"], serde_json::Value::Null);
    assert_eq!(
        desired.grants[0]
            .spec
            .scopes
            .as_ref()
            .unwrap()
            .len(),
        2
    );
}

const CUSTOMERS: &str = r#"
stack: shop
resource_servers:
  orders: { identifier: https://orders.example/, name: Orders, scopes: { "read:orders": Read } }
for_each:
  - in: [{ id: 1, name: Acme }, { id: 2, name: "Bolts ${var.suffix}" }]
    as: customer
    clients:
      customer-${customer.id}: { name: "Customer ${customer.name}" }
    grants:
      - { client: "customer-${customer.id}", resource_server: orders, scopes: ["read:orders"] }
  - in: [north]
    as: region
    resource_servers:
      stock-${region.value}:
        identifier: https://${region.value}.example/
        name: Stock ${region.value}
        scopes: {}
vars: { suffix: Ltd }
environments:
  all: {}
  fewer:
    vars: { suffix: GmbH }
    clients:
      customer-1: null
      customer-2: { description: "The last one" }
  none: { for_each: [] }
"#;

fn names(environment: &str) -> Vec<String> {
    let given = Given {
        environment: Some(environment),
        ..Given::default()
    };
    declared(&desired(CUSTOMERS, &given))
        .into_iter()
        .map(|(address, attrs)| {
            let name = attrs
                .get("name")
                .map(|name| format!("{name:?}"));
            format!("{address} {}", name.unwrap_or_default())
        })
        .collect()
}

#[test]
fn objects_are_made_for_each_row() {
    assert_eq!(
        names("all"),
        [
            r#"resource_servers.https://north.example/ Text("Stock north")"#,
            r#"resource_servers.https://orders.example/ Text("Orders")"#,
            r#"clients.customer-1 Text("Customer Acme")"#,
            r#"clients.customer-2 Text("Customer Bolts Ltd")"#,
            "grants.customer-1 -> https://orders.example/ ",
            "grants.customer-2 -> https://orders.example/ ",
        ]
    );
}

#[test]
fn an_environment_comes_over_what_is_made_from_rows_too() {
    assert_eq!(
        names("fewer")[2..],
        [
            r#"clients.customer-2 Text("Customer Bolts GmbH")"#.to_owned(),
            "grants.customer-2 -> https://orders.example/ ".to_owned(),
        ]
    );
    assert_eq!(names("none").len(), 1);
}

#[test]
fn templates_make_no_more_than_a_file_may_have() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    let scopes: Vec<String> = (0..40)
        .map(|scope| format!("s{scope}: S"))
        .collect();
    let scopes = scopes.join(", ");
    let text = format!(
        "stack: shop\nfor_each:\n  - in: rows.csv\n    as: row\n    resource_servers: {{ \"r-${{row.id}}\": {{ \
         identifier: \"urn:${{row.id}}\", name: R, scopes: {{ {scopes} }} }} }}\n"
    );
    fs::write(&file, text).unwrap();
    let rows: Vec<String> = (0..100_000)
        .map(|row| row.to_string())
        .collect();
    fs::write(
        folder.path().join("rows.csv"),
        format!("id\n{}\n", rows.join("\n")),
    )
    .unwrap();

    let problems =
        config::load(&[file], &Inputs::default(), support_of).unwrap_err();
    let messages: Vec<&str> = problems
        .problems
        .iter()
        .map(|problem| &*problem.message)
        .collect();
    assert_eq!(
        messages,
        ["the templates make more than 4000000 values"]
    );
}

#[test]
fn a_private_key_comes_in_by_no_variable() {
    let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n";
    let (head, tail) = key.split_at(20);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    let text = "stack: shop\nvars: { tail: '' }\nclients: { c: { name: C, description: \"${var.head}${var.tail}\" } }\n";
    fs::write(&file, text).unwrap();

    for variables in [
        &[("head", key)][..],
        &[("head", head), ("tail", tail)],
    ] {
        let given = Given {
            variables,
            ..Given::default()
        };
        let inputs = given.inputs(folder.path());
        let problems =
            config::load(std::slice::from_ref(&file), &inputs, support_of)
                .unwrap_err();
        let ids: Vec<&str> = problems
            .problems
            .iter()
            .map(|problem| problem.id.as_str())
            .collect();
        assert_eq!(ids, ["not-a-key"]);
        assert!(
            !render::problems(&problems).contains("MC4CAQ"),
            "it is shown"
        );
    }
}
