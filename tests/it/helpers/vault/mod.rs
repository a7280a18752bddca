//! A double of Vault as far as its documentation says what a KV store of
//! version 2 does (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2):
//! versions, check-and-set, custom metadata and its limits, soft deletion,
//! lists, and who may do what. Stricter than a Vault: a field, a query or a
//! path that it does not know is refused, where a Vault may pass it over. A
//! client that others wrote tries it in tests/conformance.

mod access;
mod server;
mod store;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use serde_json::Value as Json;

use self::access::{Login, Rules};
use self::server::Shared;
use self::store::Store;

/// The token that may do all.
pub(crate) const ROOT: &str = "hvs.root-of-the-double";

/// What goes wrong with the next request that it is meant for.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// It is answered so, and not carried out.
    Status(u16),
    /// The connection breaks before it is carried out.
    DropBefore,
    /// It is carried out, and the connection breaks before it is answered.
    DropAfter,
    /// It is answered with a text of a proxy.
    Garbage,
}

/// A running double. It stops with the runtime of its test.
pub(crate) struct Vault {
    address: SocketAddr,
    shared: Shared,
}

/// All that it knows.
#[derive(Default)]
pub(crate) struct World {
    stores: Vec<Store>,
    logins: Vec<Login>,
    tokens: Vec<(String, Option<String>, Rules)>,
    faults: Vec<(String, Trouble)>,
    asked: Vec<String>,
}

impl Vault {
    /// With a store of version 2 at `secret`, and one of version 1 at `old`.
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Mutex::new(World {
            stores: vec![
                Store::new(None, "secret", 2),
                Store::new(None, "old", 1),
                Store::new(Some("team"), "secret", 2),
            ],
            tokens: vec![
                (ROOT.to_owned(), None, Rules::all()),
                (
                    ROOT.to_owned(),
                    Some("team".to_owned()),
                    Rules::all(),
                ),
            ],
            ..World::default()
        }));
        let address = server::start(&shared).await;
        Self {
            address,
            shared,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A token that may do what each of these paths allows; `*` at the end of
    /// one stands for the rest.
    pub(crate) fn let_in(&self, token: &str, rules: &[(&str, &[&str])]) {
        let mut world = self.shared.lock().unwrap();
        world
            .tokens
            .retain(|(known, ..)| known != token);
        world
            .tokens
            .push((token.to_owned(), None, Rules::of(rules)));
    }

    /// Whoever says this at `auth/MOUNT/login` is given a
    /// token that may do all, once.
    pub(crate) fn expect_login(&self, mount: &str, body: Json, token: &str) {
        let mut world = self.shared.lock().unwrap();
        world
            .tokens
            .push((token.to_owned(), None, Rules::all()));
        world
            .logins
            .push(Login::new(mount, body, token));
    }

    /// Has something go wrong with the next request whose
    /// method and path begin so.
    pub(crate) fn strike(&self, request: &str, trouble: Trouble) {
        let mut world = self.shared.lock().unwrap();
        world
            .faults
            .push((request.to_owned(), trouble));
    }

    /// The requests so far, each with what it was answered; they are forgotten.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.lock().unwrap().asked)
    }

    /// Has somebody else do something with all rights; what came of it.
    pub(crate) fn somebody(
        &self,
        method: &str,
        path: &str,
        body: Json,
    ) -> (u16, Json) {
        let mut world = self.shared.lock().unwrap();
        world.answer(&server::Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: None,
            token: Some(ROOT.to_owned()),
            namespace: None,
            body,
        })
    }
}
