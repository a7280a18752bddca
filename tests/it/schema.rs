//! The committed JSON Schema: up to date, a schema at all, and what it says of
//! the examples.

use std::fs;
use std::path::{Path, PathBuf};

use grantry::render::document;
use grantry::{config, provider};
use serde_json::{Value, json};

use crate::helpers::bless;

/// The files of the examples, as JSON.
fn examples() -> Vec<(PathBuf, Value)> {
    let folders = [
        "platform",
        "teams/one-stack/access",
        "teams/one-stack/access/gifts",
        "teams/one-stack/access/maps",
        "teams/one-stack/access/sleighs",
        "teams/two-stacks/gifts",
        "teams/two-stacks/maps",
    ];
    let entries = folders.into_iter().flat_map(|folder| {
        let entries = fs::read_dir(Path::new("examples").join(folder));
        entries.expect("the example")
    });
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file())
        .collect();
    paths.push("examples/world-mappers.yaml".into());
    paths.push("examples/keys/grantry.yaml".into());
    paths.push("examples/saas/access.yaml".into());
    paths.push("examples/compose/access/grantry.yaml".into());
    paths.push("examples/tenants.yaml".into());
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a file");
            let json = serde_yaml::from_str(&text).expect("YAML");
            (path, json)
        })
        .collect()
}

#[test]
fn the_committed_schemas_are_the_generated_ones() {
    let schemas = [
        ("grantry", config::schema(provider::SUPPORTS)),
        ("plan", document::plan_schema().into()),
        ("report", document::report_schema().into()),
        ("problems", document::problems_schema().into()),
        ("access", document::access_schema().into()),
        ("outputs", document::outputs_schema().into()),
        (
            "verification",
            document::verification_schema().into(),
        ),
    ];
    for (name, schema) in schemas {
        let generated = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        bless::compare(
            &format!("schema/{name}.schema.json"),
            &generated,
        );
    }
}

#[test]
fn the_schemas_of_documents_are_valid_and_let_more_be_said() {
    let schemas = [
        document::plan_schema(),
        document::report_schema(),
        document::problems_schema(),
        document::access_schema(),
        document::outputs_schema(),
        document::verification_schema(),
    ];
    for schema in schemas {
        let schema = Value::from(schema);
        assert!(jsonschema::meta::is_valid(&schema));
        // Additions do not raise the version: nobody who checks a document may
        // trip over one.
        assert!(
            !schema
                .to_string()
                .contains("additionalProperties"),
            "{schema}"
        );
        assert!(
            !schema
                .to_string()
                .contains("unevaluatedProperties"),
            "{schema}"
        );
    }
}

#[test]
fn the_schema_is_valid_and_accepts_the_examples() {
    let schema = config::schema(provider::SUPPORTS);
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (path, example) in examples() {
        let errors: Vec<String> = validator
            .iter_errors(&example)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{}", path.display());
    }
}

/// What the loader refuses for its structure, an editor shows too.
#[test]
fn the_schema_refuses_what_the_loader_refuses() {
    let validator =
        jsonschema::validator_for(&config::schema(provider::SUPPORTS)).unwrap();
    let client =
        |client: Value| json!({ "clients": { "gift-deliveries": client } });
    let grant = |more: Value| {
        let mut grant = json!({ "client": "a", "resource_server": "b" });
        grant
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({ "grants": [grant] })
    };
    assert!(validator.is_valid(&client(json!({ "name": "Gift Deliveries" }))));
    assert!(validator.is_valid(&grant(json!({ "scopes": [] }))));
    for provider in [
        json!("auth0"),
        json!("local"),
        json!({ "local": {} }),
    ] {
        assert!(
            validator.is_valid(&json!({ "provider": provider })),
            "{provider}"
        );
    }
    let refused = [
        client(json!({ "nmae": "Gift Deliveries" })),
        client(json!({ "name": null })),
        client(json!({ "name": 123 })),
        client(
            json!({ "grant_types": ["client_credentials", "client_credentials"] }),
        ),
        client(json!({ "client_metadata": { "ümlaut": "x" } })),
        json!({ "clients": { "gift deliveries": { "name": "Gift Deliveries" } } }),
        json!({ "client": {} }),
        json!({ "stack": "World" }),
        json!({ "provider": {} }),
        json!({ "provider": "okta" }),
        json!({ "provider": ["auth0"] }),
        json!({ "resource_servers": { "maps": { "identifier": "maps", "token_lifetime": -1 } } }),
        grant(json!({})),
        grant(json!({ "all_scopes": false })),
        grant(json!({ "scopes": [], "all_scopes": true })),
    ];
    for document in refused {
        assert!(!validator.is_valid(&document), "{document}");
    }
}

/// The schema of a configuration, in the words of another
/// validator than an editor's.
#[test]
fn the_schema_of_a_configuration_knows_what_a_grant_can_be_between() {
    let paths = ["examples/platform".into()];
    let reading = config::Reading::of(
        &config::Tree::Disk,
        &paths,
        config::Sources::default(),
    );
    let schema = reading.project_schema(provider::SUPPORTS, &["read:clients"]);
    assert!(jsonschema::meta::is_valid(&schema));

    let validator = jsonschema::validator_for(&schema).unwrap();
    let is_valid = |client: &str, server: &str, scopes: Value| {
        let grant = json!({ "client": client, "resource_server": server, "scopes": scopes });
        validator.is_valid(&json!({ "grants": [grant] }))
    };
    let scopes = json!(["read:orders", "${var.scope}"]);
    assert!(is_valid(
        "checkout",
        "orders",
        json!(["read:orders"])
    ));
    assert!(is_valid("checkout", "orders", scopes));
    assert!(is_valid(
        "${var.client}",
        "${var.api}",
        json!(["any"])
    ));
    assert!(is_valid(
        "checkout",
        "management_api",
        json!(["read:new"])
    ));

    assert!(!is_valid(
        "chekout",
        "orders",
        json!(["read:orders"])
    ));
    assert!(!is_valid(
        "checkout",
        "ordres",
        json!(["read:orders"])
    ));
    assert!(!is_valid(
        "checkout",
        "orders",
        json!(["raed:orders"])
    ));
    let scopes = json!(["raed:orders", "${var.scope}"]);
    assert!(!is_valid("checkout", "orders", scopes));
}
