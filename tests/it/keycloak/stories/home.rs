//! A realm for a story.

use std::mem;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use grantry::model::TenantHash;
use grantry::provider::{Mutate as _, Observe as _};
use serde_json::Value as Json;
use tokio::runtime::Runtime;

use super::filling::{Rest, fill, read_all};
use super::meddling::Meddling;
use crate::helpers::tenant::{self, Names, OURSELVES, Object};
use crate::keycloak::admin_api::Server;
use crate::keycloak::double::realm_of_one_account;
use crate::keycloak::realm::TestRealm;
use crate::keycloak::strangers::sort;
use crate::stories::place::Home;
use crate::stories::proxy::{Proxy, Twist};

/// The client that Grantry is in a realm.
pub(super) const ACCOUNT: &str = "grantry-apply";

/// How many digits the hash of a plan has.
const HASH_LENGTH: usize = 64;

/// A realm in which one story takes place after the other: to make one takes a
/// server seconds.
pub(super) struct HomeRealm<'a> {
    realms: &'a Realms,
    runtime: Runtime,
    realm: TestRealm,
    /// What is in it always.
    rest: Rest,
    names: Names,
    proxy: Proxy,
    /// The same in lines.
    own: Vec<String>,
}

/// The realms of a server that no story is in.
pub(super) struct Realms {
    server: Server,
    free: Mutex<Vec<(TestRealm, Rest)>>,
}

impl Realms {
    pub(super) fn of(server: Server) -> Self {
        Self {
            server,
            free: Mutex::default(),
        }
    }

    async fn take(&self) -> (TestRealm, Rest) {
        let free = self.free.lock().unwrap().pop();
        if let Some((realm, rest)) = free {
            let realm = realm.again().await;
            rest.restore(&realm).await;
            return (realm, rest);
        }

        let realm =
            TestRealm::found(self.server.clone(), realm_of_one_account).await;
        let rest = Rest::of(&realm).await;
        (realm, rest)
    }
}

impl<'a> HomeRealm<'a> {
    pub(super) fn found(realms: &'a Realms) -> Self {
        let runtime = Runtime::new().unwrap();
        let (realm, rest) = runtime.block_on(realms.take());
        let proxy = runtime.block_on(open_way(&realm, Twist::Nothing));
        let mut home = Self {
            realms,
            runtime,
            realm,
            rest,
            names: Names::default(),
            proxy,
            own: Vec::new(),
        };

        home.names = home.name_all();
        home.own = home.all_lines();
        home
    }

    /// What every story calls the things that are its own in each run.
    fn name_all(&self) -> Names {
        let admin = &self.realm.admin;
        let issuer = format!("{}/realms/{}", admin.url, admin.realm);
        let hash = TenantHash::of_issuer(&issuer);
        let mut names = vec![
            (":here".to_owned(), format!(":{hash}")),
            ("(here)".to_owned(), hash.to_string()),
            (OURSELVES.to_owned(), ACCOUNT.to_owned()),
            ("the-realm".to_owned(), admin.realm.clone()),
            // As it calls itself, whichever way it is reached by.
            (
                "http://the.keycloak".to_owned(),
                admin.url.clone(),
            ),
        ];
        names.extend(self.proxy.names());
        Names(names)
    }

    fn all_lines(&self) -> Vec<String> {
        let writer = self.realm.writer();
        let seen = self
            .runtime
            .block_on(writer.reader().read())
            .unwrap();
        tenant::lines(&seen, &self.names)
    }
}

async fn open_way(realm: &TestRealm, twist: Twist) -> Proxy {
    let url = realm.admin.url.clone();
    Proxy::start(url, Meddling::new(realm.again().await, twist)).await
}

impl Home for HomeRealm<'_> {
    fn names(&self) -> &Names {
        &self.names
    }

    /// Nothing, or a twist after a comma.
    fn inhabit(&mut self, place: &str, objects: &[Object]) {
        let twist = Twist::parse(place, &self.names);
        self.runtime.block_on(async {
            self.realm = self.realm.again().await;
            self.rest.restore(&self.realm).await;
            fill(&self.realm, &self.names, objects).await;
            self.proxy = open_way(&self.realm, twist).await;
        });
        self.names = self.name_all();
    }

    fn lead(&self, _verb: &str, command: &mut Command) {
        command
            .args(["--provider", "keycloak"])
            .env("KEYCLOAK_URL", &self.proxy.url)
            .env("KEYCLOAK_REALM", &self.realm.admin.realm)
            .env("KEYCLOAK_CLIENT_ID", ACCOUNT)
            .env(
                "KEYCLOAK_CLIENT_SECRET",
                format!("{ACCOUNT}-secret"),
            );
    }

    /// A plan is of a tenant, so its hash is another one in each.
    fn tell(&self, said: &str) -> String {
        without_hashes(&self.names.here(said))
    }

    fn raw(&self) -> String {
        let mut all = self.runtime.block_on(async {
            let realm = self.realm.again().await;
            Json::from(read_all(&realm).await.to_vec())
        });
        sort(&mut all);
        all.to_string()
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = self.all_lines();
        lines.retain(|line| !self.own.contains(line));
        lines
    }
}

impl Drop for HomeRealm<'_> {
    fn drop(&mut self) {
        // Whatever a story failed of may be there yet.
        if thread::panicking() {
            return;
        }

        let again = self
            .runtime
            .block_on(self.realm.again());
        let rest = mem::take(&mut self.rest);
        self.realms
            .free
            .lock()
            .unwrap()
            .push((again, rest));
    }
}

/// A text with `(hash)` where one stands in it.
fn without_hashes(text: &str) -> String {
    let is_digit = |letter: char| letter.is_ascii_hexdigit();
    let mut told = String::new();
    let mut rest = text;
    while let Some(first) = rest.find(is_digit) {
        let (before, from) = rest.split_at(first);
        let end = from
            .find(|letter| !is_digit(letter))
            .unwrap_or(from.len());
        let (digits, after) = from.split_at(end);
        told += before;
        told += if digits.len() == HASH_LENGTH {
            "(hash)"
        } else {
            digits
        };
        rest = after;
    }
    told + rest
}
