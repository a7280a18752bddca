//! What a story has somebody do in the emulator, while Grantry speaks to it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::proxy::{Meddle, Twist};
use crate::helpers::management::Management;

pub(crate) struct Meddling {
    management: Management,
    twist: Twist,
    looked_at: Mutex<BTreeSet<String>>,
}

impl Meddling {
    pub(crate) fn new(management: Management, twist: Twist) -> Self {
        Self {
            management,
            twist,
            looked_at: Mutex::default(),
        }
    }
}

impl Meddle for Meddling {
    /// What is looked at alone for the second time is about to be deleted.
    async fn before(&self, path: &str) {
        let path = without_query(path).trim_start_matches("/api/v2/");
        if self
            .looked_at
            .lock()
            .unwrap()
            .insert(path.to_owned())
        {
            return;
        }

        let edited = match (&self.twist, path.split_once('/')) {
            (Twist::ClientEdited(id), Some(("clients", asked)))
                if asked == id =>
            {
                json!({ "name": "Do not delete!" })
            }
            (Twist::GrantsEdited, Some(("client-grants", _))) => {
                json!({ "scope": ["needed:tonight"] })
            }
            _ => return,
        };
        self.management
            .ask(Method::PATCH, path, Some(&edited))
            .await;
    }

    fn cut_short(&self, path: &str, body: &[u8]) -> Option<Vec<u8>> {
        let is_listing = without_query(path) == "/api/v2/clients";
        let is_cut = is_listing && matches!(self.twist, Twist::ListingCutShort);
        is_cut.then(|| {
            let mut listing: Json = serde_json::from_slice(body).unwrap();
            listing["clients"]
                .as_array_mut()
                .unwrap()
                .pop();
            listing.to_string().into_bytes()
        })
    }
}

fn without_query(path: &str) -> &str {
    path.split_once('?')
        .map_or(path, |(path, _)| path)
}
