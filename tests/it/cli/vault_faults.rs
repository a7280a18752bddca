//! What becomes of an apply when something goes wrong at the Vault.

use crate::cli::vault::World;
use crate::helpers::vault::{ROOT, Trouble};

/// The requests to the Vault of an apply that nothing happens to, each by its
/// method and its path.
fn list_requests() -> Vec<String> {
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world
        .run(&["apply", "--auto-approve"])
        .exits(0);

    let mut requests: Vec<String> = world
        .vault
        .asked()
        .iter()
        .map(|asked| {
            asked
                .rsplit_once(' ')
                .unwrap()
                .0
                .to_owned()
        })
        .collect();
    requests.sort();
    requests.dedup();
    assert!(requests.len() > 4, "{requests:?}");
    requests
}

/// Whatever becomes of the run, the next one delivers: with one client, and a
/// secret that the tenant knows.
fn survive(request: &str, trouble: Trouble) {
    let story = format!("{trouble:?} at {request}");
    let world = World::new(&[("VAULT_TOKEN", ROOT)]);
    world.vault.strike(request, trouble);
    let first = world.run(&["apply", "--auto-approve", "-vv"]);
    let codes = [Some(0), Some(1), Some(5), Some(64), Some(75)];
    assert!(
        codes.contains(&first.code),
        "{story}: {first:?}"
    );

    let second = world.run(&["apply", "--auto-approve"]);
    assert_eq!(second.code, Some(0), "{story}: {second:?}");
    let plan = world.run(&["plan", "--detailed-exitcode"]);
    let is_quiet = plan
        .stdout
        .contains("No changes. 3 objects are as declared.\n");
    assert!(
        plan.code == Some(0) && is_quiet,
        "{story}: {plan:?}"
    );
    let proof = world.run(&["verify", "--all"]);
    assert!(
        proof.stdout.contains("1 verified"),
        "{story}: {proof:?}"
    );

    let secret = world.secret("m2m/courier")["client_secret"].clone();
    let secret = secret.as_str().unwrap();
    for said in [&first, &second] {
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(!all.contains(secret), "{story}: {all}");
    }
    world
        .place
        .insist_on_nowhere_else(secret, &[]);
}

#[test]
fn an_answer_of_the_vault_that_is_lost_loses_no_credentials() {
    let writes = list_requests().into_iter();
    for request in writes.filter(|request| request.starts_with("POST secret/"))
    {
        survive(&request, Trouble::DropAfter);
    }
}

#[test]
#[ignore = "it takes minutes"]
fn after_any_trouble_at_any_request_to_the_vault_the_next_apply_delivers() {
    for request in list_requests() {
        for trouble in [
            Trouble::Status(403),
            Trouble::Status(500),
            Trouble::Status(503),
            Trouble::DropBefore,
            Trouble::DropAfter,
            Trouble::Garbage,
        ] {
            survive(&request, trouble);
        }
    }
}
