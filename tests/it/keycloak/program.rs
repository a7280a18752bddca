//! The program itself on a realm: what people and pipelines see of it.

use std::process::{Command, Output, Stdio};

use anstream::adapter::strip_str;
use grantry::emulator::{self, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET};
use reqwest::Method;
use serde_json::json;

use super::double::Asked;
use super::realm::TestRealm;
use crate::helpers::served::in_memory;

const STORY: &str = "\
stack: world-mappers
provider: keycloak
resource_servers:
  world-mappers:
    identifier: https://api.world-mappers.example/
    name: World Mappers API
    scopes: { geocode:location: Geocode an address, read:maps: Read map tiles }
clients:
  gift-deliveries: { name: Gift Deliveries, description: Resolves delivery addresses }
grants:
  - { client: gift-deliveries, resource_server: world-mappers, scopes: [geocode:location] }
";

/// A folder with a configuration, and the variables of
/// whoever runs Grantry there.
struct Place {
    folder: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl Place {
    fn new(configuration: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("grantry.yaml"),
            configuration,
        )
        .unwrap();
        Self {
            folder,
            variables: Vec::new(),
        }
    }

    /// The variables of a realm, with this at the end of their names.
    fn with_realm(
        mut self,
        realm: &TestRealm,
        client: &str,
        suffix: &str,
    ) -> Self {
        let secret = format!("{client}-secret");
        for (name, value) in [
            ("KEYCLOAK_URL", realm.admin.url.as_str()),
            ("KEYCLOAK_REALM", &realm.admin.realm),
            ("KEYCLOAK_CLIENT_ID", client),
            ("KEYCLOAK_CLIENT_SECRET", &secret),
        ] {
            self.variables
                .push((format!("{name}{suffix}"), value.to_owned()));
        }
        self
    }

    async fn run(&self, words: &str) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
        command
            .args(words.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.variables.iter().cloned())
            .stdin(Stdio::null());
        let output =
            tokio::task::spawn_blocking(move || command.output().unwrap());
        Said::of(&output.await.unwrap())
    }
}

/// What a run said, and how it ended.
struct Said {
    code: i32,
    text: String,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = [&output.stdout, &output.stderr]
            .map(|out| String::from_utf8_lossy(out));
        Self {
            code: output.status.code().unwrap(),
            text: strip_str(&text.concat()).to_string(),
        }
    }

    /// With the realm by one name, wherever it is.
    fn of_realm(&self, realm: &TestRealm) -> String {
        self.text
            .replace(&realm.admin.url, "http://sso.example")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_realm_is_planned_applied_and_examined() {
    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-apply", "");

    let mut told = String::new();
    for (words, code) in [
        ("plan --detailed-exitcode", 2),
        ("apply --auto-approve", 0),
        ("plan --detailed-exitcode", 0),
        ("access --live", 0),
        ("doctor", 0),
        ("export --stack others --provider keycloak", 0),
    ] {
        let said = place.run(words).await;
        told.push_str(
            &[
                "$ grantry ",
                words,
                "\n",
                &said.of_realm(&realm),
                "\n",
            ]
            .concat(),
        );
        assert_eq!(said.code, code, "{told}");
    }
    // By hand, in the console.
    let change = json!({ "description": "Meals too", "directAccessGrantsEnabled": true });
    realm
        .change_client("gift-deliveries", &change)
        .await;
    told += &place.run("plan").await.of_realm(&realm);

    insta::assert_snapshot!(told);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_may_only_read_applies_nothing_and_is_told_why() {
    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-plan", "");
    assert_eq!(
        place
            .run("plan --detailed-exitcode")
            .await
            .code,
        2
    );

    realm.double().forget_requests();
    let said = place.run("apply --auto-approve").await;
    assert_eq!(said.code, 1, "{}", said.text);
    assert!(
        said.text.contains("manage-clients"),
        "{}",
        said.text
    );
    // Before anything was tried.
    let asked = realm.double().requests();
    let is_reading =
        |asked: &Asked| asked.method == "GET" || asked.path.ends_with("/token");
    assert!(asked.iter().all(is_reading), "{asked:?}");
}

/// Whoever opens a pull request chooses what stands in a file,
/// and not where secrets go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_follows_no_file() {
    let realm = TestRealm::doubled().await;
    let theirs = TestRealm::doubled().await;
    for realm in [&realm, &theirs] {
        realm.double().forget_requests();
    }
    for provider in [
        format!(
            "{{ keycloak: {{ url: \"{}\" }} }}",
            theirs.admin.url
        ),
        "{ keycloak: { realm: master } }".to_owned(),
    ] {
        let text = STORY.replace(
            "provider: keycloak",
            &format!("provider: {provider}"),
        );
        let place = Place::new(&text).with_realm(&realm, "grantry-apply", "");
        let said = place.run("plan").await;
        assert_eq!(said.code, 64, "{}", said.text);
        let words: Vec<&str> = said.text.split_whitespace().collect();
        assert!(
            words
                .join(" ")
                .contains("nothing was sent to either"),
            "{}",
            said.text
        );
    }

    assert_eq!(realm.double().requests(), []);
    assert_eq!(theirs.double().requests(), []);
}

/// The listing of clients shows every secret, and so do single clients.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_of_a_client_is_ever_shown() {
    const CANARY: &str = "c4n4ry-0f-a-cl1ent";

    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-apply", "");
    assert_eq!(
        place
            .run("apply --auto-approve")
            .await
            .code,
        0
    );
    realm
        .change_client(
            "gift-deliveries",
            &json!({ "secret": CANARY, "description": "" }),
        )
        .await;
    let stranger = json!({ "clientId": "stranger", "secret": CANARY, "attributes": { "client.secret.rotated": CANARY } });
    realm
        .admin
        .must(Method::POST, "/clients", Some(&stranger))
        .await;

    for words in [
        "plan -vv --json plan.json --out plan",
        "apply -vv --auto-approve",
        "access --live -vv",
        "doctor -vv",
        "export --stack others --provider keycloak -vv",
    ] {
        let said = place.run(words).await;
        assert!(
            !said.text.contains(CANARY),
            "{words}: {}",
            said.text
        );
        assert!(
            !said
                .text
                .contains("grantry-apply-secret"),
            "{words}: {}",
            said.text
        );
    }
    for file in ["plan.json", "plan"] {
        let text =
            std::fs::read_to_string(place.folder.path().join(file)).unwrap();
        assert!(!text.contains(CANARY), "{file}");
    }
}

/// Scopes are asked for by the names that they have in the realm.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_is_told_where_to_ask_and_for_what() {
    let realm = TestRealm::doubled().await;
    let qualified = STORY.replace(
        "provider: keycloak",
        "provider: { keycloak: { scope_names: qualified } }",
    );
    let place = Place::new(&qualified).with_realm(&realm, "grantry-apply", "");
    assert_eq!(
        place
            .run("apply --auto-approve")
            .await
            .code,
        0
    );
    let said = place.run("outputs").await;

    assert_eq!(said.code, 0, "{}", said.text);
    let text = said
        .text
        .replace(&realm.admin.url, "https://sso.example");
    insta::assert_snapshot!(text);
}

/// No API is named there when a token is asked for, only scopes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_a_realm_are_fetched_and_hold_what_is_granted() {
    for naming in ["bare", "qualified"] {
        let realm = TestRealm::doubled().await;
        let provider =
            format!("provider: {{ keycloak: {{ scope_names: {naming} }} }}");
        let sinks = "sinks: { files: { file: { path: \"secrets/${client.key}.env\" } } }";
        let delivered = STORY
            .replace(
                "provider: keycloak",
                &format!("{provider}\n{sinks}"),
            )
            .replace(
                "name: Gift Deliveries",
                "name: Gift Deliveries, deliver: files",
            );
        let place =
            Place::new(&delivered).with_realm(&realm, "grantry-apply", "");
        let said = place
            .run("apply --auto-approve --json report.json")
            .await;
        assert_eq!(said.code, 0, "{}", said.text);

        let said = place
            .run("token gift-deliveries world-mappers --decode")
            .await;
        let audience = "\"aud\": \"https://api.world-mappers.example/\"";
        assert!(
            said.code == 0 && said.text.contains(audience),
            "{}",
            said.text
        );
        let many = " --scope read:maps".repeat(500);
        let command = format!("token gift-deliveries world-mappers{many}");
        let said = place.run(&command).await;
        let is_refused = said
            .text
            .contains("longer than one request can have");
        assert!(said.code == 64 && is_refused, "{}", said.text);
        let said = place
            .run("verify --report report.json")
            .await;
        assert!(
            said.code == 0 && said.text.contains("1 verified"),
            "{}",
            said.text
        );

        // By hand, in the console.
        let further = match naming {
            "bare" => "read:maps",
            _ => "https://api.world-mappers.example/read:maps",
        };
        let client = realm.client("gift-deliveries").await;
        let scope = realm.scope(further).await;
        let path = format!(
            "/clients/{}/optional-client-scopes/{}",
            client["id"].as_str().unwrap(),
            scope["id"].as_str().unwrap()
        );
        realm
            .admin
            .must(Method::PUT, &path, None)
            .await;
        let said = place.run("verify --all").await;
        let text = said
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert_eq!(said.code, 1, "{text}");
        let given = format!("`{further}` is not granted, and is given");
        assert!(text.contains(&given), "{text}");
    }
}

/// What was approved is applied, and nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approved_plan_is_applied_and_a_stale_one_is_not() {
    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-apply", "");
    assert_eq!(place.run("plan --out plan").await.code, 0);

    let said = place.run("apply --plan plan").await;
    assert_eq!(said.code, 0, "{}", said.text);
    realm
        .change_client("gift-deliveries", &json!({ "name": "Meals" }))
        .await;
    let said = place.run("apply --plan plan").await;
    assert_eq!(said.code, 4, "{}", said.text);
}

/// Two plans of one client, each made before the other was applied: one of them
/// changes its mark.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_approved_of_a_mark_and_of_a_name_is_applied_one_after_the_other()
 {
    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-apply", "");
    assert_eq!(
        place
            .run("apply --auto-approve")
            .await
            .code,
        0
    );
    let file = place.folder.path().join("grantry.yaml");
    let protected = STORY.replace(
        "name: Gift Deliveries,",
        "name: Gift Deliveries, protect: true,",
    );
    let renamed = STORY.replace("name: Gift Deliveries,", "name: Gifts,");
    let both = protected.replace("name: Gift Deliveries,", "name: Gifts,");
    for (text, plan) in [(&protected, "a"), (&renamed, "b")] {
        std::fs::write(&file, text).unwrap();
        assert_eq!(
            place
                .run(&format!("plan --out {plan}"))
                .await
                .code,
            0
        );
    }

    std::fs::write(&file, &protected).unwrap();
    assert_eq!(place.run("apply --plan a").await.code, 0);
    std::fs::write(&file, &both).unwrap();
    let said = place
        .run("apply --plan a --plan b")
        .await;
    assert_eq!(said.code, 0, "{}", said.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stack_is_on_auth0_and_on_keycloak_at_once() {
    let realm = TestRealm::doubled().await;
    let emulator = emulator::start(in_memory())
        .await
        .unwrap();
    let text = STORY.replace(
        "provider: keycloak\n",
        "environments:\n  old: { provider: auth0 }\n  new: { provider: keycloak }\n",
    );
    let mut place =
        Place::new(&text).with_realm(&realm, "grantry-apply", "__NEW");
    for (name, value) in [
        ("AUTH0_DOMAIN__OLD", emulator.url()),
        (
            "AUTH0_CLIENT_ID__OLD",
            MANAGEMENT_CLIENT_ID.to_owned(),
        ),
        (
            "AUTH0_CLIENT_SECRET__OLD",
            MANAGEMENT_CLIENT_SECRET.to_owned(),
        ),
        (
            "AUTH0_AUDIENCE__OLD",
            emulator::MANAGEMENT_AUDIENCE.to_owned(),
        ),
    ] {
        place
            .variables
            .push((name.to_owned(), value));
    }

    let said = place
        .run("apply --all-envs --auto-approve")
        .await;
    assert_eq!(said.code, 0, "{}", said.text);
    let said = place
        .run("plan --all-envs --detailed-exitcode")
        .await;
    assert_eq!(said.code, 0, "{}", said.text);
}

/// What an export says is planned back without a change but for the marks.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_planned_back_as_adoptions_only() {
    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-apply", "");
    assert_eq!(
        place
            .run("apply --auto-approve")
            .await
            .code,
        0
    );
    super::writing::release_by_hand(
        &realm,
        &[
            "gift-deliveries",
            "https://api.world-mappers.example/",
        ],
    )
    .await;
    // What the realm can be set to, and no configuration
    // says: it stays as it is.
    let zero = json!({ "attributes": { "access.token.lifespan": "0" } });
    realm
        .change_client("gift-deliveries", &zero)
        .await;
    // A service whose own client is what somebody's tokens are for.
    let scope = json!({
        "name": "read:gifts",
        "protocol": "openid-connect",
        "protocolMappers": [{
            "name": "audience",
            "protocol": "openid-connect",
            "protocolMapper": "oidc-audience-mapper",
            "config": { "included.client.audience": "gift-deliveries", "access.token.claim": "true" },
        }],
    });
    realm
        .admin
        .must(Method::POST, "/client-scopes", Some(&scope))
        .await;

    let exported = place
        .run("export --stack new --provider keycloak")
        .await;
    let (text, _) = exported
        .text
        .split_once("Tenant: ")
        .unwrap();
    let back = Place::new(text).with_realm(&realm, "grantry-apply", "");
    let said = back
        .run("plan --provider keycloak")
        .await;
    insta::assert_snapshot!(format!("{text}\n{}", said.of_realm(&realm)));
}

/// What is written of our APIs has the keys in their marks, and of a damaged
/// scope what it allows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_of_our_own_is_planned_back_without_a_change_but_for_damage()
{
    let realm = TestRealm::doubled().await;
    let place = Place::new(STORY).with_realm(&realm, "grantry-apply", "");
    assert_eq!(
        place
            .run("apply --auto-approve")
            .await
            .code,
        0
    );

    let stack = "export --stack world-mappers --provider keycloak";
    for damage in ["none", "taken"] {
        if damage == "taken" {
            super::by_hand::take_audience(&realm, "geocode:location").await;
        }
        let exported = place.run(stack).await;
        let (text, _) = exported
            .text
            .split_once("Tenant: ")
            .unwrap();
        let back = Place::new(text).with_realm(&realm, "grantry-apply", "");
        let said = back
            .run("plan --provider keycloak")
            .await;
        insta::assert_snapshot!(
            format!("our_own_export_damage_{damage}"),
            format!("{text}\n{}", said.of_realm(&realm))
        );
    }
}
