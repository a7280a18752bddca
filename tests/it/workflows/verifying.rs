//! What `apply.yml` does behind an apply: tokens prove what was applied, with
//! credentials from a Vault.

use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use super::run::Ended;
use super::world;
use super::world::World;
use crate::helpers::vault::{ROOT, Trouble, Vault};

const MAPS: &str = "\
stack: world-mappers
sinks:
  vault: { vault: { path: \"m2m/${client.key}\" } }
resource_servers:
  maps: { identifier: \"https://maps.example/\", scopes: { read:maps: Read, read:roads: Read } }
clients:
  courier: { name: Courier, deliver: vault }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
";
const ENTRY: &str = "secret/data/m2m/courier";

/// A Vault whose address every job knows, and whose token
/// only the job that applies.
struct Keeping {
    vault: Vault,
    /// It serves as long as this lives.
    _runtime: Runtime,
}

impl Keeping {
    fn beside(world: &mut World) -> Self {
        let runtime = Runtime::new().unwrap();
        let vault = runtime.block_on(Vault::start());
        for (name, token) in [
            ("production-plan", None),
            ("production", Some(ROOT)),
        ] {
            let mut held = world.environment(name).clone();
            held["vars"]["VAULT_ADDR"] = vault.url().into();
            if let Some(token) = token {
                held["secrets"]["VAULT_TOKEN"] = token.into();
            }
            world.add_environment(name, held);
        }
        Self {
            vault,
            _runtime: runtime,
        }
    }

    fn entry(&self) -> Json {
        let (_, answer) = self
            .vault
            .somebody("GET", ENTRY, json!({}));
        answer["data"]["data"].clone()
    }
}

/// Plans the tip of `main`, which must go well, and applies it.
fn apply(world: &World) -> (Ended, Ended) {
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);
    let planned = run.job("plan");
    assert_eq!(planned.code, Some(0), "{}", planned.log);
    (planned, run.job("apply"))
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_was_applied_is_delivered_and_proved() {
    let Some(mut world) = world(MAPS) else {
        return;
    };
    let keeping = Keeping::beside(&mut world);

    let (planned, applied) = apply(&world);
    let destination = format!(
        "vault {} secret/m2m/courier",
        keeping.vault.url()
    );
    assert!(
        planned.summary.contains(&destination),
        "{}",
        planned.summary
    );
    assert_eq!(applied.code, Some(0), "{}", applied.log);
    assert!(
        applied
            .summary
            .contains("**verified**: 1 verified"),
        "{}",
        applied.summary
    );

    // Who may read the log of a run may not call the API.
    let secret = keeping.entry()["client_secret"].clone();
    let secret = secret.as_str().unwrap();
    for said in [&applied.log, &applied.summary, &planned.log] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_service_that_gets_no_token_fails_the_run() {
    let Some(mut world) = world(MAPS) else {
        return;
    };
    let keeping = Keeping::beside(&mut world);
    apply(&world);

    let mut entry = keeping.entry();
    entry["client_secret"] = "not-what-the-tenant-has".into();
    keeping
        .vault
        .somebody("POST", ENTRY, json!({ "data": entry }));
    world.commit(&MAPS.replace("[read:maps]", "[read:maps, read:roads]"));
    let (_, applied) = apply(&world);
    assert_eq!(applied.code, Some(1), "{}", applied.log);
    assert!(
        applied
            .log
            .contains("::error title=failed::"),
        "{}",
        applied.log
    );
    assert!(
        applied
            .summary
            .contains("no token is given"),
        "{}",
        applied.summary
    );
}

/// A run that is started again has nothing left to apply, and what was not
/// proved is still not proved.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_has_failed_to_verify_fails_again() {
    let Some(mut world) = world(MAPS) else {
        return;
    };
    let _keeping = Keeping::beside(&mut world);
    let sha = world.git(&["rev-parse", "main"]);
    let run = world.pushed("apply", "main", &sha);
    assert_eq!(run.job("plan").code, Some(0));

    // The first two are asked for by the apply and by the proof, and the third
    // is the service's.
    for _ in 0..2 {
        world.let_fail(&["POST /oauth/token:403:nth=3"]);
        let applied = run.job("apply");
        assert_eq!(applied.code, Some(1), "{}", applied.log);
        assert!(
            applied
                .summary
                .contains("**failed**: 1 failed"),
            "{}",
            applied.summary
        );
    }
}

/// Who plans what was merged need not have a token of the Vault: that a client
/// has no credentials yet stands in its mark.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn what_was_not_delivered_is_delivered_by_the_next_push() {
    let Some(mut world) = world(MAPS) else {
        return;
    };
    let keeping = Keeping::beside(&mut world);
    keeping.vault.strike(
        "POST secret/data/m2m/courier",
        Trouble::Status(403),
    );
    let (_, applied) = apply(&world);
    assert_eq!(applied.code, Some(5), "{}", applied.log);
    assert_eq!(keeping.entry(), Json::Null);

    world.commit(MAPS);
    let (planned, applied) = apply(&world);
    assert!(
        planned
            .summary
            .contains("**1 to deliver**, needs approval"),
        "{}",
        planned.summary
    );
    assert_eq!(applied.code, Some(0), "{}", applied.log);
    assert!(keeping.entry()["client_secret"].is_string());
}

/// An entry that is out of date is no object of the tenant, and somebody has to
/// approve it all the same.
#[test]
#[ignore = "takes a minute with the others of its kind; .ci/run runs it"]
fn a_delivery_alone_is_applied() {
    let Some(mut world) = world(&MAPS.replace(", deliver: vault", "")) else {
        return;
    };
    let keeping = Keeping::beside(&mut world);
    world.commit(MAPS);
    // Who plans may look, so that something is known of the entry.
    let writing = world.environment("production").clone();
    let mut planning = world
        .environment("production-plan")
        .clone();
    planning["secrets"]["VAULT_TOKEN"] =
        writing["secrets"]["VAULT_TOKEN"].clone();
    world.add_environment("production-plan", planning);
    let (_, applied) = apply(&world);
    assert_eq!(applied.code, Some(0), "{}", applied.log);

    // What stands beside the secret is somebody's work.
    let metadata = "secret/metadata/m2m/courier";
    let (_, answer) = keeping
        .vault
        .somebody("GET", metadata, json!({}));
    let mut beside = answer["data"]["custom_metadata"].clone();
    beside["grantry_content"] = "0000000000000000".into();
    keeping.vault.somebody(
        "POST",
        metadata,
        json!({ "custom_metadata": beside }),
    );
    let (planned, applied) = apply(&world);
    assert!(
        planned
            .summary
            .contains("**1 to deliver**, needs approval"),
        "{}",
        planned.summary
    );
    assert_eq!(applied.code, Some(0), "{}", applied.log);
    assert!(
        applied
            .summary
            .contains("0 changes, 1 delivery"),
        "{}",
        applied.summary
    );
}
