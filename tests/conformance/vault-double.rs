//! Serves the double of Vault to software that others wrote, until
//! its standard input ends. The one line that it prints says where
//! it is, and who may come in.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#![expect(clippy::print_stdout, reason = "that is how a check is told")]

#[path = "../it/helpers/vault/mod.rs"]
#[expect(dead_code, reason = "some of it is for the tests in Rust alone")]
mod vault;

use std::io::{Read as _, stdin};

use serde_json::json;
use tokio::runtime::Runtime;

use crate::vault::{ROOT, Vault};

/// Has the policy of docs/credentials.md, and what any token may do.
const LIMITED: &str = "hvs.limited";
const MAY: &[(&str, &[&str])] = &[
    ("auth/token/lookup-self", &["read"]),
    ("sys/capabilities-self", &["update"]),
    (
        "secret/data/m2m/*",
        &["create", "update", "read"],
    ),
    (
        "secret/metadata/m2m/*",
        &["create", "update", "read", "list", "delete"],
    ),
];

fn main() {
    let runtime = Runtime::new().unwrap();
    let vault = runtime.block_on(Vault::start());
    vault.let_in(LIMITED, MAY);
    let approle = json!({ "role_id": "a-role", "secret_id": "a-secret-id" });
    vault.expect_login("approle", approle.clone(), "hvs.of-an-approle");
    let kubernetes = json!({ "role": "a-role", "jwt": "jwt.of-a.pod" });
    vault.expect_login("kubernetes", kubernetes.clone(), "hvs.of-a-pod");

    let variables = json!({
        "address": vault.url(),
        "root": ROOT,
        "limited": LIMITED,
        "approle": approle,
        "kubernetes": kubernetes,
    });
    println!("{variables}");
    stdin()
        .read_to_end(&mut Vec::new())
        .unwrap();
}
