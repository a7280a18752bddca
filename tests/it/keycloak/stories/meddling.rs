//! What a story has somebody do in a realm, while Grantry speaks to it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use serde_json::{Value as Json, json};
use url::Url;

use super::filling::give_scope;
use crate::keycloak::realm::TestRealm;
use crate::stories::proxy::{Meddle, Twist};

pub(super) struct Meddling {
    realm: TestRealm,
    twist: Twist,
    edited: Mutex<BTreeSet<String>>,
}

impl Meddling {
    pub(super) fn new(realm: TestRealm, twist: Twist) -> Self {
        Self {
            realm,
            twist,
            edited: Mutex::default(),
        }
    }
}

impl Meddle for Meddling {
    /// A client that is looked at alone is about to be
    /// deleted, or to lose a grant.
    async fn before(&self, path: &str) {
        let Some(id) = client_at(path) else {
            return;
        };
        let is_edited = match &self.twist {
            Twist::ClientEdited(edited) => *edited == id,
            Twist::GrantsEdited => true,
            Twist::Nothing | Twist::ListingCutShort => false,
        };
        if !is_edited
            || !self
                .edited
                .lock()
                .unwrap()
                .insert(id.clone())
        {
            return;
        }

        let realm = self.realm.again().await;
        if matches!(self.twist, Twist::GrantsEdited) {
            give_scope(&realm, &id, "needed:tonight").await;
        } else {
            let change = json!({ "name": "Do not delete!" });
            realm.change_client(&id, &change).await;
        }
    }

    fn cut_short(&self, path: &str, body: &[u8]) -> Option<Vec<u8>> {
        let is_cut = matches!(self.twist, Twist::ListingCutShort)
            && path.contains("/clients?first=");
        is_cut.then(|| {
            let mut listing: Json = serde_json::from_slice(body).unwrap();
            let listed = listing.as_array_mut().unwrap();
            listed.truncate(listed.len() / 2);
            listing.to_string().into_bytes()
        })
    }
}

/// The client that is looked at alone by asking for this.
fn client_at(path: &str) -> Option<String> {
    let url = Url::parse(&format!("http://the.tenant{path}")).unwrap();
    let mut asked = url.query_pairs();
    let id = asked
        .find(|(name, _)| name == "clientId")?
        .1;
    Some(id.into_owned())
}
