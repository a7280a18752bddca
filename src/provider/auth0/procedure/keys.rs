//! The keys of a client: changed so that it is never without one.
//!
//! Auth0 keeps the credentials of a client beside it, and the client names those that count. A
//! change therefore takes several requests: new keys are added, then the client is switched over in
//! one request, and only then what is not wanted any more is deleted.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use smol_str::SmolStr;

use super::{Driver, Step, Update};
use crate::model::{Attrs, ClientAuthenticationMethods, Digest, RemoteId, Value};
use crate::provider::WriteError;

/// The most credentials Auth0 keeps of one client.
const MOST: usize = 4;

/// What a key of the configuration is called where it expires.
const EXPIRES_AT: &str = "expires_at";

/// A credential of a client.
#[derive(Debug, Clone)]
pub(in crate::provider::auth0) struct Credential {
    pub(in crate::provider::auth0) id: String,
    /// What its key alone tells: a thumbprint, or the subject of a certificate.
    pub(in crate::provider::auth0) name: String,
    pub(in crate::provider::auth0) fields: Attrs,
}

/// The keys of a client.
#[derive(Debug, Clone, Default)]
pub(in crate::provider::auth0) struct Keys {
    pub(in crate::provider::auth0) stored: Vec<Credential>,
    /// The ids of those that count, by method.
    pub(in crate::provider::auth0) attached: BTreeMap<String, BTreeSet<String>>,
}

impl Keys {
    /// The keys as a plan shows them, without the ids that the tenant gave them.
    pub(in crate::provider::auth0) fn of(methods: &Value) -> Self {
        let mut keys = Self::default();
        for (method, of_method) in methods.as_map().into_iter().flatten() {
            if method != ClientAuthenticationMethods::DETACHED {
                keys.attached.entry(method.to_string()).or_default();
            }
            for (name, fields) in of_method.as_map().into_iter().flatten() {
                let fields = fields.as_map().cloned().unwrap_or_default();
                // Two methods may have a key of one name.
                let (id, name) = (format!("{method} {name}"), name.to_string());
                if let Some(attached) = keys.attached.get_mut(method.as_str()) {
                    attached.insert(id.clone());
                }
                keys.stored.push(Credential { id, name, fields });
            }
        }
        keys
    }

    /// What tells whether they are still the same, and whether the same ones count: a key that was a
    /// leftover may be in use by now.
    pub(in crate::provider::auth0) fn revision(&self) -> Digest {
        let stored: Vec<&str> = self
            .stored
            .iter()
            .map(|credential| credential.id.as_str())
            .collect();

        Digest::of(json!({ "stored": stored, "attached": self.attached }))
    }

    /// The credential of this name; of several, one that counts already.
    fn find(&self, name: &str) -> Option<&Credential> {
        let named = || {
            self.stored
                .iter()
                .filter(|credential| credential.name == name)
        };
        let counts = |credential: &&Credential| {
            self.attached
                .values()
                .any(|ids| ids.contains(&credential.id))
        };

        named().find(counts).or_else(|| named().next())
    }

    /// The ids of the credentials that are there and stay.
    fn kept(&self, wanted: &[Wanted<'_>]) -> BTreeSet<String> {
        wanted
            .iter()
            .filter_map(|wanted| Some(self.find(wanted.name)?.id.clone()))
            .collect()
    }

    /// What counts for nothing already, as much of it as has to go so that the new keys fit.
    fn in_the_way(&self, wanted: &[Wanted<'_>]) -> Vec<String> {
        let kept = self.kept(wanted);
        let new = wanted
            .iter()
            .filter(|wanted| self.find(wanted.name).is_none())
            .count();
        let surplus = (self.stored.len() + new).saturating_sub(MOST);

        let attached: BTreeSet<&String> = self.attached.values().flatten().collect();
        let idle = self.stored.iter().map(|credential| &credential.id);
        let idle = idle.filter(|id| !attached.contains(id) && !kept.contains(*id));
        idle.take(surplus).cloned().collect()
    }

    /// The credentials that are not wanted.
    fn unwanted(&self, wanted: &[Wanted<'_>]) -> Vec<String> {
        let kept = self.kept(wanted);

        let ids = self.stored.iter().map(|credential| &credential.id);
        ids.filter(|id| !kept.contains(*id)).cloned().collect()
    }

    /// The ids of the wanted credentials, by method, once all are there.
    fn to_attach(&self, wanted: &[Wanted<'_>]) -> BTreeMap<String, BTreeSet<String>> {
        let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for Wanted { method, name, .. } in wanted {
            let credential = self.find(name).map(|credential| credential.id.clone());
            ids.entry(method.to_string())
                .or_default()
                .extend(credential);
        }
        ids
    }

    async fn delete<D: Driver>(
        &mut self,
        driver: &mut D,
        client: &RemoteId,
        credential: &str,
    ) -> Result<(), WriteError> {
        driver.make(Step::DeleteKey { client, credential }).await?;
        self.stored.retain(|stored| stored.id != credential);
        Ok(())
    }
}

/// A key that is to be there, and to count.
struct Wanted<'a> {
    method: &'a SmolStr,
    name: &'a SmolStr,
    key: &'a Value,
}

impl Wanted<'_> {
    /// The end it is to have, if it has another one.
    fn other_end(&self, stored: &Credential) -> Option<&Value> {
        let end = self.key.as_map()?.get(EXPIRES_AT)?;
        let live = stored.fields.get(EXPIRES_AT).unwrap_or(&Value::Null);

        (live != end).then_some(end)
    }
}

/// Changes the keys of a client, and its other fields.
pub(super) async fn change<D: Driver>(
    driver: &mut D,
    update: Update<'_>,
    others: &Attrs,
    methods: &Value,
) -> Result<(), WriteError> {
    let Update {
        address,
        id: client,
        ..
    } = update;
    let mut keys = driver.look_at_keys(client).await?;
    update.check(&keys.revision())?;

    let wanted: Vec<Wanted<'_>> = wanted(methods).collect();
    for credential in keys.in_the_way(&wanted) {
        keys.delete(driver, client, &credential).await?;
    }

    for one in &wanted {
        let Wanted { method, name, key } = one;
        match keys.find(name) {
            None => {
                let id = driver
                    .create(Step::AddKey {
                        client,
                        method,
                        name,
                        key,
                    })
                    .await?;
                let (id, name) = (id.as_str().to_owned(), name.to_string());
                keys.stored.push(Credential {
                    id,
                    name,
                    fields: Attrs::new(),
                });
            }
            Some(stored) => {
                if let Some(end) = one.other_end(stored) {
                    let credential = &stored.id;
                    driver
                        .make(Step::EndKey {
                            client,
                            credential,
                            name,
                            end,
                        })
                        .await?;
                }
            }
        }
    }

    let methods = &keys.to_attach(&wanted);
    if *methods != keys.attached || !others.is_empty() {
        driver
            .make(Step::SwitchKeys {
                address,
                client,
                others,
                methods,
            })
            .await?;
    }

    // Only now does nothing count on them any more.
    for credential in keys.unwanted(&wanted) {
        keys.delete(driver, client, &credential).await?;
    }
    Ok(())
}

fn wanted(methods: &Value) -> impl Iterator<Item = Wanted<'_>> {
    methods
        .as_map()
        .into_iter()
        .flatten()
        .flat_map(|(method, keys)| {
            let keys = keys.as_map().into_iter().flatten();
            keys.map(move |(name, key)| Wanted { method, name, key })
        })
}
