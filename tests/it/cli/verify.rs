//! What tokens prove of grants, once they were applied and delivered.

use reqwest::Method;
use serde_json::{Value, json};

use crate::cli::harness::Place;
use crate::cli::tokens::{DELIVERED, ENTRY, Tenant};
use crate::helpers::documents;

/// The one grant of a run that ended so.
fn verify(tenant: &Tenant, extent: &str, code: i32) -> Value {
    let mut grants = verify_all(tenant, extent, code);
    assert_eq!(grants.len(), 1, "{grants:?}");
    grants.remove(0)
}

fn verify_all(tenant: &Tenant, extent: &str, code: i32) -> Vec<Value> {
    let said = tenant.run(&format!("verify {extent} --format json"));
    let said = said.exits(code);
    let schema = documents::schema_of("verify").unwrap();
    documents::check(schema, &said.stdout, code).unwrap();

    let document: Value = serde_json::from_str(&said.stdout).unwrap();
    let grants = document["verification"]["grants"].as_array();
    grants
        .unwrap_or_else(|| panic!("{document}"))
        .clone()
}

#[track_caller]
fn assert_remark(grant: &Value, verdict: &str, remark: &str) {
    assert_eq!(grant["verdict"], verdict, "{grant}");
    assert!(
        grant["remarks"]
            .to_string()
            .contains(remark),
        "{grant}"
    );
}

#[test]
fn what_was_applied_and_delivered_is_verified() {
    let tenant = Tenant::applied(DELIVERED);
    let asked = tenant.count_token_requests();
    let grant = verify(&tenant, "--report report.json", 0);

    assert_eq!(grant["verdict"], "verified", "{grant}");
    assert_eq!(
        grant["scopes"],
        json!(["geocode:location", "read:maps"])
    );
    assert_eq!(grant["further_scope"], "write:maps");
    // Grantry's own, the one of the grant, and the one that is refused.
    assert_eq!(tenant.count_token_requests(), asked + 3);

    let said = tenant
        .run("verify --client gift-deliveries")
        .exits(0);
    let asking =
        "Asking for 1 token, and 1 time for a scope that is not granted.";
    assert!(said.stderr.contains(asking), "{}", said.stderr);
    insta::assert_snapshot!(said.stdout, @"
    gift-deliveries  world-mappers  verified

    1 verified.
    ");
}

#[test]
fn the_secret_is_not_said() {
    let tenant = Tenant::applied(DELIVERED);
    let said = tenant.run("verify --all -vv").exits(0);
    let secret = tenant.delivered("CLIENT_SECRET");

    assert!(
        said.stderr
            .contains("POST /oauth/token"),
        "{}",
        said.stderr
    );
    let all = format!("{}{}", said.stdout, said.stderr);
    assert!(
        !all.contains(&secret) && !all.contains("eyJ"),
        "{all}"
    );
}

#[test]
fn a_report_says_which_grants_are_meant() {
    let tenant = Tenant::applied(DELIVERED);
    // Nothing is left to do, so there is nothing to prove.
    tenant
        .run("apply --auto-approve --json report.json")
        .exits(0);
    assert_eq!(
        verify_all(&tenant, "--report report.json", 0).len(),
        0
    );

    let second = "  - { client: courier, resource_server: world-mappers, scopes: [read:maps] }\n";
    let more = DELIVERED.replace(
        "grants:\n",
        &format!(
            "  courier: {{ name: Courier, deliver: files }}\ngrants:\n{second}"
        ),
    );
    tenant
        .place
        .write("grantry.yaml", &more);
    tenant
        .run("apply --auto-approve --json report.json")
        .exits(0);
    let grant = verify(&tenant, "--report report.json", 0);
    assert_eq!(grant["client"], "courier");
    assert_eq!(verify_all(&tenant, "--all", 0).len(), 2);

    // Of a grant alone that has changed.
    let wider = more.replace(
        "scopes: [read:maps] }",
        "scopes: [read:maps, write:maps] }",
    );
    tenant
        .place
        .write("grantry.yaml", &wider);
    tenant
        .run("apply --auto-approve --json report.json")
        .exits(0);
    let grant = verify(&tenant, "--report report.json", 0);
    assert_eq!(
        grant["scopes"],
        json!(["read:maps", "write:maps"])
    );
}

#[test]
fn a_report_of_something_else_is_refused_before_a_token_is_asked_for() {
    let tenant = Tenant::applied(DELIVERED);
    let report =
        std::fs::read_to_string(tenant.place.path("report.json")).unwrap();
    let other = report.replace(
        "\"stack\": \"world-mappers\"",
        "\"stack\": \"others\"",
    );
    tenant.place.write("other.json", &other);

    for (file, what) in [
        (
            "other.json",
            "reports of nothing that this run is for",
        ),
        ("grantry.yaml", "is no report of an apply"),
        ("nowhere.json", "cannot read"),
    ] {
        let said = tenant
            .run(&format!("verify --report {file}"))
            .exits(1);
        let text = said
            .stderr
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(text.contains(what), "{text}");
    }
}

#[test]
fn a_grant_that_somebody_has_changed_fails() {
    let tenant = Tenant::applied(DELIVERED);
    tenant.grant(&["geocode:location"]);
    let grant = verify(&tenant, "--report report.json", 1);
    assert_remark(&grant, "failed", "it lacks `read:maps`");

    tenant.grant(&["geocode:location", "read:maps", "write:maps"]);
    let grant = verify(&tenant, "--all", 1);
    assert_remark(
        &grant,
        "failed",
        "it holds `write:maps` besides",
    );
    assert_remark(
        &grant,
        "failed",
        "`write:maps` is not granted, and is given",
    );
}

#[test]
fn credentials_that_are_not_the_clients_fail() {
    let tenant = Tenant::applied(DELIVERED);
    let before = tenant.entry();
    let (secret, id) = (
        tenant.delivered("CLIENT_SECRET"),
        tenant.delivered("CLIENT_ID"),
    );
    tenant.edit_entry(&secret, "not-what-the-tenant-has");
    let grant = verify(&tenant, "--all", 1);
    assert_remark(
        &grant,
        "failed",
        "no token is given: 401 access_denied",
    );

    // An entry of another tenant, or of a client that was in its place.
    for (from, to) in [
        ("/oauth/token", "/oauth/tokens"),
        (&*id, "another-client"),
    ] {
        tenant.place.write(ENTRY, &before);
        tenant.edit_entry(from, to);
        let asked = tenant.count_token_requests();
        let grant = verify(&tenant, "--all", 1);
        assert_remark(&grant, "failed", "nothing was sent");
        assert_eq!(tenant.count_token_requests(), asked + 1);
    }
}

#[test]
fn what_cannot_be_read_back_is_not_verified_and_no_failure() {
    const RECIPIENT: &str =
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
    let sink = format!(
        "age: {{ path: \"secrets/${{client.key}}.age\", recipients: [{RECIPIENT}] }}"
    );
    let encrypted = DELIVERED.replace(
        "file: { path: \"secrets/${client.key}.env\" }",
        &sink,
    );
    let tenant = Tenant::applied(&encrypted);
    let grant = verify(&tenant, "--report report.json", 0);
    assert_remark(&grant, "not_verified", "cannot be read back");

    let said = tenant.run("verify --all").exits(0);
    assert!(
        said.stderr.contains("no failure"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr
            .contains("Asking for 0 tokens."),
        "{}",
        said.stderr
    );

    // In a job of a CI system a file is not there, unless it is said to be.
    let tenant = Tenant::applied(DELIVERED);
    let ci = [("CI", "true")];
    let said = tenant
        .run_with(&ci, "verify --all")
        .exits(0);
    assert!(
        said.stdout.contains("not verified"),
        "{}",
        said.stdout
    );
    let said = tenant
        .run_with(&ci, "verify --all --sink-folder-stays")
        .exits(0);
    assert!(
        said.stdout.contains("1 verified"),
        "{}",
        said.stdout
    );
}

#[test]
fn what_nobody_can_tell_of_a_token_is_not_verified() {
    let shared = DELIVERED.replace(
        "    scopes: {",
        "    signing_alg: HS256\n    scopes: {",
    );
    let tenant = Tenant::applied(&shared);
    let asked = tenant.count_token_requests();
    let grant = verify(&tenant, "--all", 0);
    assert_remark(
        &grant,
        "not_verified",
        "signed with a secret of the API",
    );
    assert_eq!(tenant.count_token_requests(), asked + 1);

    let every = DELIVERED.replace(
        "scopes: [geocode:location, read:maps]",
        "all_scopes: true",
    );
    let tenant = Tenant::applied(&every);
    let grant = verify(&tenant, "--all", 0);
    assert_eq!(grant["verdict"], "verified", "{grant}");
    assert_eq!(grant["further_scope"], Value::Null);
    let body = json!({ "scopes": [{ "value": "geocode:location" }, { "value": "read:maps" }] });
    let servers = tenant.manage(Method::GET, "resource-servers", None);
    let mut servers = servers.as_array().unwrap().iter();
    let server =
        servers.find(|server| server["name"] != "Auth0 Management API");
    let id = server.unwrap()["id"].as_str().unwrap();
    tenant.manage(
        Method::PATCH,
        &format!("resource-servers/{id}"),
        Some(&body),
    );
    assert_remark(
        &verify(&tenant, "--all", 1),
        "failed",
        "it lacks `write:maps`",
    );
}

#[test]
fn whoever_says_nothing_is_told_what_can_be_said() {
    let place = Place::new();
    place.write("grantry.yaml", DELIVERED);
    let said = place.run(&["verify"]).exits(64);
    for word in ["--report", "--client", "--all"] {
        assert!(said.stderr.contains(word), "{}", said.stderr);
    }
}

/// A sink that cannot be read back keeps nobody from proving
/// one client after the other.
#[test]
fn the_environment_may_have_the_credentials_of_one_client() {
    let tenant = Tenant::applied(DELIVERED);
    let (id, secret) = (
        tenant.delivered("CLIENT_ID"),
        tenant.delivered("CLIENT_SECRET"),
    );
    std::fs::remove_file(tenant.place.path(ENTRY)).unwrap();
    let said = tenant.run("verify --all").exits(0);
    assert!(
        said.stdout.contains("1 not verified"),
        "{}",
        said.stdout
    );

    let set = [
        ("GRANTRY_CLIENT_ID", &*id),
        ("GRANTRY_CLIENT_SECRET", &secret),
    ];
    let said = tenant
        .run_with(&set, "verify --all")
        .exits(0);
    assert!(
        said.stdout.contains("1 verified"),
        "{}",
        said.stdout
    );

    // Of a client that is not there.
    let other = [
        ("GRANTRY_CLIENT_ID", "another-client"),
        ("GRANTRY_CLIENT_SECRET", &*secret),
    ];
    let said = tenant
        .run_with(&other, "verify --all")
        .exits(0);
    assert!(
        said.stdout.contains("1 not verified"),
        "{}",
        said.stdout
    );
    assert!(
        said.stderr
            .contains("GRANTRY_CLIENT_ID is of no client"),
        "{}",
        said.stderr
    );
    let half = [("GRANTRY_CLIENT_ID", &*id)];
    tenant
        .run_with(&half, "verify --all")
        .exits(64);
}

#[test]
fn a_job_is_told_in_files_and_in_annotations() {
    let tenant = Tenant::applied(DELIVERED);
    tenant.grant(&["geocode:location"]);
    let command = "verify --report report.json --format github --json said.json --markdown said.md";
    let said = tenant.run(command).exits(1);

    let read = |name| std::fs::read_to_string(tenant.place.path(name)).unwrap();
    documents::check(
        documents::schema_of("verify").unwrap(),
        &read("said.json"),
        1,
    )
    .unwrap();
    insta::assert_snapshot!(read("said.md"), @"
    **failed**: 1 failed

    - `grants.gift-deliveries -> world-mappers` **failed**: `` it lacks `read:maps` ``
    ");
    let annotation = "::error title=failed::grants.gift-deliveries -> world-mappers: it lacks `read:maps`";
    assert!(
        said.stdout.contains(annotation),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("1 failed."),
        "{}",
        said.stdout
    );

    // Also of a run that came to nothing, lest what
    // another has written is read.
    tenant
        .run(&command.replace("report.json", "nowhere.json"))
        .exits(1);
    assert!(
        read("said.md").starts_with("**nothing was verified**"),
        "{}",
        read("said.md")
    );
    assert!(
        read("said.json").contains("\"exit_code\": 1"),
        "{}",
        read("said.json")
    );
    tenant
        .run("verify --markdown said.md --format json")
        .exits(64);
    assert!(
        read("said.md").contains("--report"),
        "{}",
        read("said.md")
    );
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let tenant = Tenant::applied(DELIVERED);
    for file in ["grantry.yaml", "report.json", ENTRY] {
        let before = std::fs::read(tenant.place.path(file)).unwrap();
        let command = format!("verify --report report.json --json {file}");
        tenant.run(&command).exits(64);
        assert_eq!(
            std::fs::read(tenant.place.path(file)).unwrap(),
            before,
            "{file}"
        );
    }

    // Also of a configuration that is invalid.
    tenant
        .place
        .write("customers.csv", "id\nacme\n");
    let rows = "for_each: [{ in: customers.csv, as: customer, clients: { \"c-${customer.nothing}\": {} } }]\n";
    tenant
        .place
        .write("grantry.yaml", &format!("{DELIVERED}{rows}"));
    tenant
        .run("verify --all --json customers.csv")
        .exits(64);
    let kept = std::fs::read_to_string(tenant.place.path("customers.csv"));
    assert_eq!(kept.unwrap(), "id\nacme\n");
}

/// Whoever reads that entry gets in nowhere, and that
/// says nothing of the others.
#[test]
fn an_entry_that_cannot_be_read_fails_its_client_alone() {
    let more = DELIVERED
        .replace(
            "grants:\n",
            "  courier: { name: Courier, deliver: files }\ngrants:\n",
        )
        .replace(
            "scopes: [geocode:location, read:maps] }\n",
            "scopes: [geocode:location, read:maps] }\n  - { client: courier, resource_server: world-mappers, scopes: [read:maps] }\n",
        );
    let tenant = Tenant::applied(&more);
    tenant.edit_entry("CLIENT_ID=", "CLIENT_NAME=");

    let grants = verify_all(&tenant, "--all", 1);
    let verdicts: Vec<_> = grants
        .iter()
        .map(|grant| {
            (
                grant["client"].as_str().unwrap(),
                &grant["verdict"],
            )
        })
        .collect();
    assert_eq!(
        verdicts,
        [
            ("courier", &json!("verified")),
            ("gift-deliveries", &json!("failed"))
        ]
    );
}

/// What is granted of every scope changes with the API, and
/// the grant itself does not.
#[test]
fn a_scope_more_of_an_api_is_proved_where_every_scope_is_granted() {
    let every = DELIVERED.replace(
        "scopes: [geocode:location, read:maps]",
        "all_scopes: true",
    );
    let tenant = Tenant::applied(&every);
    let wider = every.replace("scopes: {", "scopes: { read:roads: Roads,");
    tenant
        .place
        .write("grantry.yaml", &wider);
    tenant
        .run("apply --auto-approve --json report.json")
        .exits(0);

    let grant = verify(&tenant, "--report report.json", 0);
    assert_eq!(grant["verdict"], "verified", "{grant}");
    let scopes = grant["scopes"].as_array().unwrap();
    assert!(scopes.contains(&json!("read:roads")), "{grant}");
}
