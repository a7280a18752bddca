//! The examples are configurations, and the robustness of loading them damaged.

use std::fs;
use std::path::{Path, PathBuf};

use anstream::adapter::strip_str;
use grantry::config::{self, Loaded};
use grantry::model::{Audience, DesiredClient, ScopeName};
use grantry::provider::support_of;
use grantry::render;
use proptest::prelude::*;

fn load(path: impl AsRef<Path>) -> Loaded {
    config::load(
        &[path.as_ref().to_owned()],
        &config::Inputs::default(),
        support_of,
    )
    .unwrap_or_else(|problems| panic!("{}", render::problems(&problems)))
}

#[test]
fn world_mappers_grants_one_scope_to_gift_deliveries() {
    let Loaded {
        desired,
        provider,
        folder,
        environment,
        ..
    } = load("examples/world-mappers.yaml");
    assert_eq!(environment, None);
    assert_eq!(desired.stack.as_str(), "world-mappers");
    assert_eq!(
        (provider, folder),
        (None, PathBuf::from("examples"))
    );
    let [grant] = desired.grants.as_slice() else {
        panic!("one grant");
    };
    let scopes: Vec<&str> = grant
        .spec
        .scopes
        .iter()
        .flatten()
        .map(ScopeName::as_str)
        .collect();
    assert_eq!(scopes, ["geocode:location"]);
    let DesiredClient::Managed { spec, .. } = &desired.clients[&grant.client]
    else {
        panic!("a managed client");
    };
    // What machine-to-machine access needs is filled in, and
    // nothing else is invented.
    let attrs = spec.attrs();
    let fields: Vec<&str> = attrs
        .keys()
        .map(smol_str::SmolStr::as_str)
        .collect();
    let expected = [
        "app_type",
        "description",
        "grant_types",
        "name",
        "oidc_conformant",
        "token_endpoint_auth_method",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn the_platform_is_united_from_all_teams() {
    let Loaded {
        desired,
        folder,
        ..
    } = load("examples/platform");
    assert_eq!(folder, PathBuf::from("examples/platform"));
    assert_eq!(desired.resource_servers.len(), 8);
    assert_eq!(desired.clients.len(), 25);
    assert!(
        desired.grants.len() >= 60,
        "{}",
        desired.grants.len()
    );
    let management = desired.grants.iter();
    let management =
        management.filter(|grant| grant.audience == Audience::ManagementApi);
    assert_eq!(management.count(), 1);
}

#[test]
fn a_rotation_has_two_keys_from_files() {
    let Loaded { desired, .. } = load("examples/keys");
    let DesiredClient::Managed { spec, .. } =
        &desired.clients[&"billing".parse().expect("a key")]
    else {
        panic!("a managed client");
    };
    let attrs = spec.attrs();
    let methods = attrs[&"client_authentication_methods".into()]
        .as_map()
        .expect("methods");
    assert_eq!(
        methods[&"private_key_jwt".into()]
            .as_map()
            .expect("keys")
            .len(),
        2
    );
}

/// Loads bytes as a file, and renders what is wrong with them.
fn load_bytes(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("damaged.yaml");
    fs::write(&path, bytes).expect("a file");
    if let Err(found) =
        config::load(&[path], &config::Inputs::default(), support_of)
    {
        assert!(!found.problems.is_empty());
        let shown = strip_str(&render::problems(&found)).to_string();
        let obeyed =
            |character: char| character.is_control() && character != '\n';
        assert!(!shown.contains(obeyed), "{shown:?}");
    }
}

/// Bytes that matter to YAML or to a terminal, or any other.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![
        4 => proptest::sample::select(b" \n\t:-,[]{}&*!|>'\"#%@`?~<\\\r\x1b\x07\x00\xc3\x9b\xff1a".to_vec()),
        1 => any::<u8>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// No damage to a file makes loading it panic, or lets its
    /// text control a terminal.
    #[test]
    fn a_damaged_file_is_a_problem_and_no_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), byte(), 0..3usize), 1..8),
    ) {
        let mut bytes = fs::read("examples/world-mappers.yaml").unwrap();
        for (index, byte, edit) in edits {
            let at = index.index(bytes.len());
            match edit {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        load_bytes(&bytes);
    }
}
