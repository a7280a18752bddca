//! Credentials in a Vault, from the command line.

use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::cli::harness::{Place, Said};
use crate::cli::serving::Emulator;
use crate::helpers::vault::{ROOT, Vault};

const CONFIGURATION: &str = "\
stack: maps
prune: true
sinks:
  vault: { vault: { path: \"m2m/${client.key}\" } }
  later: { vault: { path: \"later/${client.key}\" } }
resource_servers:
  maps: { identifier: \"https://api.maps.example/\", name: Maps, scopes: { read:maps: Read } }
clients:
  courier: { name: Courier, deliver: vault }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";

/// A tenant, a Vault, and a place to speak to both.
pub(crate) struct World {
    pub(crate) place: Place,
    pub(crate) vault: Vault,
    /// It serves as long as this lives.
    _runtime: Runtime,
    emulator: Emulator,
}

impl World {
    pub(crate) fn new(more: &[(&str, &str)]) -> Self {
        let runtime = Runtime::new().unwrap();
        let vault = runtime.block_on(Vault::start());
        let emulator = Emulator::start(&Place::new(), &[]);
        let mut environment = emulator.environment.clone();
        environment.push(("VAULT_ADDR".to_owned(), vault.url()));
        let more = more.iter();
        environment.extend(
            more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );

        let place = Place::new().with(&environment);
        place.write("grantry.yaml", CONFIGURATION);
        Self {
            place,
            vault,
            _runtime: runtime,
            emulator,
        }
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.place
            .run(&[arguments, &["--provider", "auth0"]].concat())
    }

    pub(crate) fn secret(&self, path: &str) -> Value {
        let (_, answer) = self.vault.somebody(
            "GET",
            &format!("secret/data/{path}"),
            json!({}),
        );
        answer["data"]["data"].clone()
    }
}

#[test]
fn credentials_go_to_a_vault_and_to_another_place_of_it_and_away() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let destination = format!("vault {} secret/m2m/courier", world.vault.url());
    assert!(
        said.stdout.contains(&destination),
        "{}",
        said.stdout
    );
    let secret = world.secret("m2m/courier");
    assert_eq!(
        secret["audience"], "https://api.maps.example/",
        "{secret}"
    );
    let again = world
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
    assert!(
        again
            .stdout
            .contains("No changes. 3 objects are as declared.\n"),
        "{}",
        again.stdout
    );

    // It stays where it is until it lies in the other place.
    let elsewhere = CONFIGURATION.replace("deliver: vault", "deliver: later");
    world
        .place
        .write("grantry.yaml", &elsewhere);
    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(
        said.stdout.contains("1 not delivered"),
        "{}",
        said.stdout
    );
    assert_eq!(world.secret("m2m/courier"), secret);
    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    assert_eq!(
        world.secret("later/courier")["client_secret"],
        secret["client_secret"]
    );
    assert_eq!(world.secret("m2m/courier"), Value::Null);
    world
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
}

/// As in an image that has nothing but the program.
#[test]
fn a_machine_without_certificates_can_speak_plain_http() {
    let world = World::new(&[
        ("VAULT_TOKEN", ROOT),
        ("SSL_CERT_FILE", "/no/such/file"),
        ("SSL_CERT_DIR", "/no/such/folder"),
    ]);

    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let entry = world.secret("m2m/courier");
    assert!(entry["client_secret"].is_string(), "{entry}");
    let domain = world.emulator.variable("AUTH0_DOMAIN");
    world
        .place
        .run(&["emulator", "--check-health", domain])
        .exits(0);
}

#[test]
fn a_plan_without_credentials_of_the_vault_says_where_they_go_and_an_apply_does_not_begin()
 {
    let world = World::new(&[]);
    let plan = world.run(&["plan"]).exits(0);
    let destination = format!(
        "? deliveries.courier -> vault {} secret/m2m/courier",
        world.vault.url()
    );
    assert!(
        plan.stdout.contains(&destination),
        "{}",
        plan.stdout
    );

    let apply = world
        .run(&["apply", "--auto-approve"])
        .exits(64);
    assert!(
        apply
            .stderr
            .contains("nothing says who we are there"),
        "{}",
        apply.stderr
    );
    assert_eq!(world.vault.asked(), Vec::<String>::new());
}

#[test]
fn a_file_names_no_vault_that_a_token_is_sent_to() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    for stated in [
        "https://evil.example",
        "http://127.0.0.1:1",
        "https://vault.example/v1",
    ] {
        let stated = format!("vault: {{ address: \"{stated}\", path: \"m2m/");
        let configuration =
            CONFIGURATION.replacen("vault: { path: \"m2m/", &stated, 1);
        world
            .place
            .write("grantry.yaml", &configuration);
        for verb in [&["plan"][..], &["apply", "--auto-approve"]] {
            let said = world.run(verb).exits(64);
            let told: Vec<&str> = said.stderr.split_whitespace().collect();
            let told = told.join(" ");
            assert!(
                told.contains("nothing was sent to either"),
                "{told}"
            );
        }
    }
    assert_eq!(world.vault.asked(), Vec::<String>::new());
}

#[test]
fn a_deleted_secret_comes_back_only_where_it_is_asked_for() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let secret = world.secret("m2m/courier");
    world
        .vault
        .somebody("DELETE", "secret/data/m2m/courier", json!({}));

    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    assert!(
        said.stdout.contains("1 not delivered"),
        "{}",
        said.stdout
    );
    assert_eq!(world.secret("m2m/courier"), Value::Null);

    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    assert_eq!(
        world.secret("m2m/courier")["client_secret"],
        secret["client_secret"]
    );
    world
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
}

/// It can be restored there, so it is not written over as nothing.
#[test]
fn a_deleted_secret_of_another_stack_is_a_conflict() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    world
        .vault
        .somebody("DELETE", "secret/data/m2m/courier", json!({}));

    let other = CONFIGURATION
        .replace("stack: maps", "stack: rides")
        .replace("api.maps", "api.rides");
    world
        .place
        .write("grantry.yaml", &other);
    // In a tenant of its own, where no client of `maps` is in its way.
    let elsewhere = Emulator::start(&Place::new(), &[]);
    let vault = [
        ("VAULT_ADDR", world.vault.url()),
        ("VAULT_TOKEN", ROOT.into()),
    ];
    let vault = vault.map(|(name, value)| (name.to_owned(), value));
    let place = world
        .place
        .with(&[elsewhere.environment.as_slice(), &vault].concat());
    let plan = place
        .run(&["plan", "--provider", "auth0"])
        .exits(1);
    let told: Vec<&str> = plan.stdout.split_whitespace().collect();
    let told = told.join(" ");
    assert!(
        told.contains("it is an entry of the stack `maps`"),
        "{told}"
    );
}

/// It may be nowhere else.
#[test]
fn what_somebody_has_written_over_an_entry_is_not_pruned() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let theirs = json!({ "database_password": "their only copy" });
    let path = "secret/data/m2m/courier";
    world
        .vault
        .somebody("POST", path, json!({ "data": theirs.clone() }));

    // The client stays and is delivered nowhere; then it goes.
    let undelivered = CONFIGURATION.replace(", deliver: vault", "");
    let gone = "stack: maps\nprune: true\nsinks:\n  vault: { vault: { path: \"m2m/${client.key}\" } }\n\
                resource_servers:\n  maps: { identifier: \"https://api.maps.example/\", scopes: { read:maps: Read } }\n\
                clients: { drone: { name: Drone } }\n\
                grants: [{ client: drone, resource_server: maps, scopes: [read:maps] }]\n";
    for configuration in [undelivered.as_str(), gone] {
        world
            .place
            .write("grantry.yaml", configuration);
        let said = world
            .run(&["apply", "--auto-approve"])
            .exits(0);
        assert!(
            said.stdout
                .contains("something was written there since"),
            "{}",
            said.stdout
        );
        assert_eq!(world.secret("m2m/courier"), theirs);
    }

    // Nor written over, when there is such a client again: not at once, and not
    // by the run that heals.
    world
        .place
        .write("grantry.yaml", CONFIGURATION);
    for _ in 0..2 {
        world
            .run(&["apply", "--auto-approve"])
            .exits(5);
        assert_eq!(world.secret("m2m/courier"), theirs);
    }
}

#[test]
fn a_secret_that_somebody_has_put_there_is_not_taken_for_that_of_the_client() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let mut theirs = world.secret("m2m/courier");
    theirs["client_id"] = "of-another-client".into();
    world.vault.somebody(
        "POST",
        "secret/data/m2m/courier",
        json!({ "data": theirs.clone() }),
    );

    let plan = world.run(&["plan"]).exits(0);
    let warning = "something was written there since";
    assert!(plan.stdout.contains(warning), "{}", plan.stdout);
    let said = world
        .run(&["apply", "--auto-approve"])
        .exits(5);
    let told: Vec<&str> = said.stdout.split_whitespace().collect();
    let told = told.join(" ");
    assert!(
        told.contains("the entry cannot be read"),
        "{told}"
    );
    assert_eq!(world.secret("m2m/courier"), theirs);
    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(5);
    assert_eq!(world.secret("m2m/courier"), theirs);
}

/// Who may be shown the secret of the client is not content with
/// what somebody has written.
#[test]
fn another_secret_in_an_entry_is_exchanged_where_the_right_one_is_shown() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let right = world.secret("m2m/courier");
    let mut wrong = right.clone();
    wrong["client_secret"] = "not-what-the-tenant-has".into();
    let path = "secret/data/m2m/courier";
    world
        .vault
        .somebody("POST", path, json!({ "data": wrong }));

    world
        .run(&["apply", "--auto-approve", "--reveal-existing"])
        .exits(0);
    let now = world.secret("m2m/courier");
    assert_eq!(now["client_secret"], right["client_secret"]);
    world
        .run(&["plan", "--detailed-exitcode"])
        .exits(0);
}

/// Also where nobody says which Vault it is, the service itself
/// may have its credentials.
#[test]
fn without_a_vault_the_variables_count() {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let entry = world.secret("m2m/courier");
    let mut command =
        world
            .place
            .command(&["verify", "--all", "--provider", "auth0"]);
    command
        .env_remove("VAULT_ADDR")
        .env_remove("VAULT_TOKEN")
        .env(
            "GRANTRY_CLIENT_ID",
            entry["client_id"].as_str().unwrap(),
        )
        .env(
            "GRANTRY_CLIENT_SECRET",
            entry["client_secret"].as_str().unwrap(),
        );
    let said = Said::of(command.output().unwrap()).exits(0);
    assert!(
        said.stdout.contains("1 verified"),
        "{}",
        said.stdout
    );
}

/// A secret id may be good for one login only.
#[test]
fn two_sinks_in_one_vault_share_a_login() {
    let role = [
        ("VAULT_ROLE_ID", "a-role"),
        ("VAULT_SECRET_ID", "a-secret-id"),
    ];
    let world = World::new(&role);
    let login = json!({ "role_id": "a-role", "secret_id": "a-secret-id" });
    world
        .vault
        .expect_login("approle", login, "hvs.of-an-approle");
    let both =
        CONFIGURATION.replace("deliver: vault", "deliver: [vault, later]");
    world.place.write("grantry.yaml", &both);

    world
        .run(&["apply", "--auto-approve"])
        .exits(0);
    let asked = world.vault.asked();
    let logins = asked
        .iter()
        .filter(|asked| asked.contains("/login"));
    assert_eq!(logins.count(), 1, "{asked:?}");
}

#[test]
fn a_file_names_no_namespace_that_a_token_is_sent_to() {
    let world = World::new(&[
        ("VAULT_TOKEN", ROOT),
        ("VAULT_NAMESPACE", "team"),
    ]);
    let stated = "vault: { vault: { namespace: theirs, path:";
    let theirs = CONFIGURATION.replace("vault: { vault: { path:", stated);
    world
        .place
        .write("grantry.yaml", &theirs);
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        let said = world.run(command).exits(64);
        assert!(
            said.stderr.contains("VAULT_NAMESPACE"),
            "{}",
            said.stderr
        );
    }
    assert_eq!(world.vault.asked(), Vec::<String>::new());
}

#[test]
fn a_token_goes_to_no_address_where_others_could_read_it() {
    for address in [
        "http://vault.example",
        "https://user:word@vault.example",
    ] {
        let world =
            World::new(&[("VAULT_TOKEN", ROOT), ("VAULT_ADDR", address)]);
        let said = world.run(&["plan"]).exits(64);
        assert!(
            said.stderr.contains("the sink `vault`"),
            "{}",
            said.stderr
        );
        assert!(
            !said.stderr.contains("word@"),
            "{}",
            said.stderr
        );
    }
}
