//! The keys of a client: changed so that it is never without one.
//!
//! Auth0 keeps the credentials of a client beside it, and the client names
//! those that count. A change therefore takes several requests: new keys are
//! added, then the client is switched over in one request, and only then what
//! is not wanted any more is deleted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use smol_str::SmolStr;

use super::{Driver, Step, Update};
use crate::model::{
    Attrs, ClientAuthenticationMethods, Digest, RemoteId, Value,
};
use crate::provider::WriteError;

/// The most credentials Auth0 keeps of one client.
// Auth0's documentation says two, which is how many may count in one method. So
// two that count have room for their successors beside them.
const MOST: usize = 4;

/// What a key of the configuration is called where it expires.
const EXPIRES_AT: &str = "expires_at";

/// A credential of a client.
#[derive(Debug, Clone)]
pub(crate) struct Credential {
    pub(crate) id: String,
    /// What its key alone tells: a thumbprint, or the subject of a certificate.
    pub(crate) name: String,
    pub(crate) fields: Attrs,
}

/// The keys of a client.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    pub(crate) stored: Vec<Credential>,
    /// The ids of those that count, by method.
    pub(crate) attached: BTreeMap<String, BTreeSet<String>>,
}

impl Keys {
    /// The keys as a plan shows them, without the ids
    /// that the tenant gave them.
    pub(crate) fn from_field(methods: &Value) -> Self {
        let mut keys = Self::default();
        for (method, of_method) in methods.as_map().into_iter().flatten() {
            keys.add_method(method, of_method);
        }

        keys
    }

    fn add_method(&mut self, method: &str, keys: &Value) {
        // Also where it has no keys: the client names it.
        if method != ClientAuthenticationMethods::DETACHED {
            self.attached
                .entry(method.to_owned())
                .or_default();
        }

        for (name, fields) in keys.as_map().into_iter().flatten() {
            // Two methods may have a key of one name.
            let id = format!("{method} {name}");
            if let Some(attached) = self.attached.get_mut(method) {
                attached.insert(id.clone());
            }
            self.stored.push(Credential {
                id,
                name: name.to_string(),
                fields: fields
                    .as_map()
                    .cloned()
                    .unwrap_or_default(),
            });
        }
    }

    /// What tells whether they are still the same, and whether the same ones
    /// count: a key that was a leftover may be in use by now.
    pub(crate) fn revision(&self) -> Digest {
        let stored: Vec<&str> = self.ids().collect();

        Digest::of(json!({ "stored": stored, "attached": self.attached }))
    }

    fn ids(&self) -> impl Iterator<Item = &str> {
        self.stored
            .iter()
            .map(|credential| credential.id.as_str())
    }

    /// The credential of this name; of several, one that counts already.
    fn find(&self, name: &str) -> Option<&Credential> {
        let mut named = self
            .stored
            .iter()
            .filter(|credential| credential.name == name);
        let first = named.next()?;

        // Rather one in use: the other goes as a leftover, and nothing has to
        // be switched over.
        if self.counts(first) {
            return Some(first);
        }
        named
            .find(|credential| self.counts(credential))
            .or(Some(first))
    }

    /// Whether the client names a credential.
    fn counts(&self, credential: &Credential) -> bool {
        self.attached
            .values()
            .any(|ids| ids.contains(&credential.id))
    }

    /// The ids of the credentials that are there and stay.
    fn list_kept(&self, wanted: &[Wanted<'_>]) -> BTreeSet<&str> {
        wanted
            .iter()
            .filter_map(|wanted| self.find(wanted.name))
            .map(|credential| credential.id.as_str())
            .collect()
    }

    /// What counts for nothing already, as much of it as has to go so that the
    /// new keys fit.
    fn list_in_the_way(&self, wanted: &[Wanted<'_>]) -> Vec<String> {
        let new = wanted
            .iter()
            .filter(|wanted| self.find(wanted.name).is_none())
            .count();
        let surplus = (self.stored.len() + new).saturating_sub(MOST);

        let kept = self.list_kept(wanted);
        self.stored
            .iter()
            .filter(|credential| !self.counts(credential))
            .map(|credential| credential.id.as_str())
            .filter(|id| !kept.contains(id))
            // No more than has to: what goes before the switch is lost also
            // where the switch is refused.
            .take(surplus)
            .map(str::to_owned)
            .collect()
    }

    /// The credentials that are not wanted.
    fn list_unwanted(&self, wanted: &[Wanted<'_>]) -> Vec<String> {
        let kept = self.list_kept(wanted);

        self.ids()
            .filter(|id| !kept.contains(id))
            .map(str::to_owned)
            .collect()
    }

    /// The ids of the wanted credentials, by method, once all are there.
    fn ids_by_method(
        &self,
        wanted: &[Wanted<'_>],
    ) -> BTreeMap<String, BTreeSet<String>> {
        let mut by_method: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Wanted {
            method, name, ..
        } in wanted
        {
            let id = self
                .find(name)
                .map(|credential| credential.id.clone());
            let ids = by_method
                .entry(method.to_string())
                .or_default();
            ids.extend(id);
        }

        by_method
    }

    /// Makes sure that a wanted key is there, with the end that it is to have.
    async fn ensure_key<D: Driver>(
        &mut self,
        driver: &mut D,
        client: &RemoteId,
        wanted: &Wanted<'_>,
    ) -> Result<(), WriteError> {
        let Wanted {
            method,
            name,
            key,
        } = *wanted;

        // What is there is its key: of a credential nothing
        // but its end can change.
        if let Some(stored) = self.find(name) {
            let Some(expires_at) = wanted.new_expiry(stored) else {
                return Ok(());
            };
            let step = Step::SetKeyExpiry {
                client,
                credential: &stored.id,
                name,
                expires_at,
            };
            return driver.perform(step).await;
        }

        let step = Step::AddKey {
            client,
            method,
            name,
            key,
        };
        let id = driver.create(step).await?;
        self.stored.push(Credential {
            id: id.as_str().to_owned(),
            name: name.to_string(),
            fields: Attrs::new(),
        });
        Ok(())
    }

    async fn delete<D: Driver>(
        &mut self,
        driver: &mut D,
        client: &RemoteId,
        credential: &str,
    ) -> Result<(), WriteError> {
        let step = Step::DeleteKey {
            client,
            credential,
        };
        driver.perform(step).await?;

        self.stored
            .retain(|stored| stored.id != credential);
        Ok(())
    }
}

/// A key that is to be there, and to count.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    method: &'a SmolStr,
    name: &'a SmolStr,
    key: &'a Value,
}

impl Wanted<'_> {
    /// The end it is to have, if it has another one.
    fn new_expiry(&self, stored: &Credential) -> Option<&Value> {
        let wanted = self.key.as_map()?.get(EXPIRES_AT)?;
        let current = stored
            .fields
            .get(EXPIRES_AT)
            .unwrap_or(&Value::Null);

        (current != wanted).then_some(wanted)
    }
}

/// Changes the keys of a client, and its other fields.
pub(super) async fn change<D: Driver>(
    driver: &mut D,
    update: Update<'_>,
    others: &Attrs,
    methods: &Value,
) -> Result<(), WriteError> {
    let client = update.id;
    let mut keys = driver.read_keys(client).await?;
    update.check(&keys.revision())?;

    // A client has room for so many credentials, and one that counts must not
    // go before its successor is there.
    let wanted = list_wanted(methods);
    for credential in keys.list_in_the_way(&wanted) {
        keys.delete(driver, client, &credential)
            .await?;
    }

    for key in &wanted {
        keys.ensure_key(driver, client, key)
            .await?;
    }

    // In one request, so that the client is at no moment without a key.
    let methods = keys.ids_by_method(&wanted);
    if methods != keys.attached || !others.is_empty() {
        let step = Step::SwitchKeys {
            address: update.address,
            client,
            others,
            methods: &methods,
        };
        driver.perform(step).await?;
    }

    // Only now does nothing count on them any more.
    for credential in keys.list_unwanted(&wanted) {
        keys.delete(driver, client, &credential)
            .await?;
    }

    Ok(())
}

fn list_wanted(methods: &Value) -> Vec<Wanted<'_>> {
    let mut wanted = Vec::new();
    for (method, keys) in methods.as_map().into_iter().flatten() {
        let keys = keys.as_map().into_iter().flatten();
        wanted.extend(keys.map(|(name, key)| Wanted {
            method,
            name,
            key,
        }));
    }

    wanted
}
