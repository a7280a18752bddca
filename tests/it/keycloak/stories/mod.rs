//! The stories of all providers on a realm: on the double and on a real
//! Keycloak, with one text for both. They are told under the names that they
//! have elsewhere, and what is another thing there is told as it is there.

mod filling;
mod home;
mod meddling;

use std::collections::BTreeSet;

use home::{HomeRealm, Realms};
use tokio::runtime::Runtime;

use super::admin_api::Server;
use super::double::Double;
use crate::stories::{self, list, tell_all};

const FOLDER: &str = "tests/stories-of-keycloak";

/// The stories that are told of other providers only, and why.
const UNTOLD: [(&str, &str); 3] = [
    (
        "exchanged-encryption-key",
        "how tokens are encrypted is a matter of a realm or a client there, and of no API",
    ),
    (
        "third-party-client",
        "all clients of a realm are its own: none is a third party's",
    ),
    (
        "token-only",
        "Grantry takes no token that somebody else has asked for there, so it knows its client by name",
    ),
];

#[test]
fn every_story_goes_on_a_realm_as_it_is_told() {
    let runtime = Runtime::new().unwrap();
    let double = runtime.block_on(Double::start());
    let realms = Realms::of(Server::of(&double));
    tell_all(FOLDER, |_| HomeRealm::found(&realms));
}

#[test]
#[ignore = "takes a real Keycloak: `tests/keycloak/run`"]
fn every_story_goes_on_a_realm_as_it_is_told_for_real() {
    let realms = Realms::of(Server::real());
    tell_all(FOLDER, |_| HomeRealm::found(&realms));
}

fn names(folder: &str) -> BTreeSet<String> {
    let stories = list(folder).into_iter();
    stories
        .map(|path| {
            path.file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

/// A new story is told of a realm too, or it is said why not.
#[test]
fn no_story_of_others_is_forgotten() {
    let (everywhere, here) = (names(stories::FOLDER), names(FOLDER));
    let untold: BTreeSet<String> = UNTOLD
        .map(|(name, _)| name.to_owned())
        .into();

    let forgotten: Vec<_> = everywhere
        .iter()
        .filter(|name| !here.contains(*name) && !untold.contains(*name))
        .collect();
    assert!(
        forgotten.is_empty(),
        "not told of Keycloak: {forgotten:?}"
    );
    let idle: Vec<_> = untold
        .iter()
        .filter(|name| here.contains(*name) || !everywhere.contains(*name))
        .collect();
    assert!(
        idle.is_empty(),
        "told, or told nowhere: {idle:?}"
    );
}
