//! Declared clients that do not meet one live client each.

use std::collections::{BTreeMap, BTreeSet};

use super::{Conflict, ConflictSearch};
use crate::model::{
    ClientId, ClientIds, ClientSpec, DesiredClient, Identity, Key, Removal,
};
use crate::plan::verdict::{Class, Verdict};

/// Live clients by their keys: of twins there are several.
type ByKey<'a> = BTreeMap<&'a Key, Vec<(&'a ClientId, &'a Verdict<'a>)>>;

/// Live clients of one name, and whose each is.
type Namesakes<'a> = Vec<(&'a ClientId, &'a Class)>;

impl<'a> ConflictSearch<'a> {
    /// Declared clients that do not meet one live client each.
    pub(super) fn find_unmet_clients(&self) -> Vec<Conflict> {
        // An export binds every client by its id, and each would look through
        // all of them.
        let keyed = self.clients_by_key();

        let mut conflicts = Vec::new();
        let mut created = Vec::new();
        for (key, client) in &self.context.desired.clients {
            let DesiredClient::Managed {
                identity, spec, ..
            } = client
            else {
                continue;
            };

            match identity {
                Identity::ClientId(id) => {
                    conflicts.extend(self.refuse_binding(key, id, &keyed));
                }
                Identity::Mark | Identity::Name if is_met(&keyed, key) => {}
                Identity::Mark | Identity::Name => {
                    conflicts.extend(self.refuse_taken_id(key));
                    created.push((key, &**spec));
                }
            }
        }

        conflicts.extend(self.find_namesakes(&created));
        conflicts
    }

    /// The live clients that have a key here, by that key.
    fn clients_by_key(&self) -> ByKey<'a> {
        let mut keyed = ByKey::new();
        for (id, verdict) in self.live_clients() {
            if let Some(key) = verdict.address.client_key() {
                keyed
                    .entry(key)
                    .or_default()
                    .push((id, verdict));
            }
        }
        keyed
    }

    /// Why a client cannot be bound that the configuration names by id.
    fn refuse_binding(
        &self,
        key: &Key,
        id: &ClientId,
        keyed: &ByKey<'_>,
    ) -> Option<Conflict> {
        if let Some(Ok([(live, _)])) = keyed
            .get(key)
            .map(|same| <&[_; 1]>::try_from(&**same))
            && let Some(conflict) = self.refuse_other_id(key, id, live)
        {
            return Some(conflict);
        }
        let Some(verdict) = self.verdict_on(id) else {
            return self.refuse_absent(key, id);
        };

        // A client that no configuration changes has a key too, and is refused
        // for what it is.
        match verdict
            .address
            .client_key()
            .filter(|_| verdict.class.is_ours())
        {
            Some(marked) if marked == key => self.refuse_twins(key, keyed),
            Some(marked) => Some(Conflict::OtherKey {
                key: key.clone(),
                id: id.clone(),
                marked: marked.clone(),
            }),
            None => self.refuse_owner(key, id, &verdict.class),
        }
    }

    /// Why a client cannot be bound that is not there: it is created where the
    /// configuration chooses its id, unless something else has that.
    fn refuse_absent(&self, key: &Key, id: &ClientId) -> Option<Conflict> {
        match self.context.seen.support.client_ids {
            ClientIds::Given => Some(Conflict::NoSuchClient {
                key: key.clone(),
                id: id.clone(),
            }),
            ClientIds::Chosen => self.refuse_taken_id(key),
        }
    }

    /// Why no client can be bound to this key: several are at once.
    fn refuse_twins(&self, key: &Key, keyed: &ByKey<'_>) -> Option<Conflict> {
        let same = keyed
            .get(key)
            .filter(|clients| clients.len() > 1)?;
        let ids = same
            .iter()
            .map(|(id, _)| (*id).clone())
            .collect();

        Some(Conflict::SameMark {
            key: key.clone(),
            twins: self.count_twins(&ids),
        })
    }

    /// Why a client that the configuration means is not ours to change.
    fn refuse_owner(
        &self,
        key: &Key,
        id: &ClientId,
        class: &Class,
    ) -> Option<Conflict> {
        match class {
            Class::Foreign(owner) => Some(Conflict::ForeignMark {
                key: key.clone(),
                id: id.clone(),
                owner: owner.clone(),
            }),
            Class::UnreadableMark(reason) => Some(Conflict::UnreadableMark {
                key: Some(key.clone()),
                id: id.clone(),
                reason: (**reason).clone(),
            }),
            Class::Untouchable(standing) => Some(Conflict::Untouchable {
                name: format!("clients.{key}"),
                id: self.live_client(id)?.id.clone(),
                standing: *standing,
            }),
            // What is ambiguous is said once for all clients of the mark; the
            // rest contradicts nothing.
            Class::Ambiguous(_)
            | Class::Managed
            | Class::Adoptable
            | Class::Orphan
            | Class::Protected
            | Class::Removed(_)
            | Class::CopiedMark
            | Class::External
            | Class::Unmanaged => None,
        }
    }

    /// New clients that would double an existing one.
    fn find_namesakes(&self, created: &[(&Key, &ClientSpec)]) -> Vec<Conflict> {
        // The names of all clients are gathered only
        // where one is to be created.
        if created.is_empty() {
            return Vec::new();
        }

        let mut named: BTreeMap<&str, Namesakes<'_>> = BTreeMap::new();
        for (id, verdict) in self.live_clients() {
            let name = verdict.found.name().unwrap_or_default();
            named
                .entry(name)
                .or_default()
                .push((id, &verdict.class));
        }

        created
            .iter()
            .filter_map(|(key, spec)| {
                let name = spec
                    .name
                    .as_ref()
                    .map_or("", |name| name.as_str());
                self.refuse_namesake(key, name, named.get(name)?)
            })
            .collect()
    }

    /// A new client must not double an existing one of the same name: one that
    /// nobody owns, one of ours that is not declared, or another stack's, which
    /// may be ours under a former name.
    fn refuse_namesake(
        &self,
        key: &Key,
        name: &str,
        alike: &[(&ClientId, &Class)],
    ) -> Option<Conflict> {
        let ids: BTreeSet<ClientId> = alike
            .iter()
            .filter(|(_, class)| is_free(class))
            .map(|(id, _)| (*id).clone())
            .collect();
        if !ids.is_empty() {
            return Some(Conflict::Namesake {
                key: key.clone(),
                name: name.to_owned(),
                ids,
            });
        }

        alike
            .iter()
            .find_map(|(id, class)| match class {
                Class::Orphan
                | Class::Protected
                | Class::Removed(Removal::Release) => {
                    self.name_former_key(key, id)
                }
                Class::Foreign(_)
                | Class::UnreadableMark(_)
                | Class::Untouchable(_) => self.refuse_owner(key, id, class),
                // It is about to get another name, or to go, or is
                // spoken of elsewhere.
                Class::Managed
                | Class::Adoptable
                | Class::Removed(Removal::Destroy)
                | Class::CopiedMark
                | Class::Ambiguous(_)
                | Class::External
                | Class::Unmanaged => None,
            })
    }

    /// A client of ours that is not declared any more may be the new one, under
    /// the key it had.
    fn name_former_key(&self, key: &Key, id: &ClientId) -> Option<Conflict> {
        let marked = self
            .verdict_on(id)?
            .address
            .client_key()?;

        Some(Conflict::FormerKey {
            key: key.clone(),
            id: id.clone(),
            marked: marked.clone(),
        })
    }
}

/// Whether a client of ours has this key.
fn is_met(keyed: &ByKey<'_>, key: &Key) -> bool {
    keyed.get(key).is_some_and(|clients| {
        clients
            .iter()
            .any(|(_, verdict)| verdict.class.is_ours())
    })
}

/// Whether nobody owns a client of this class.
fn is_free(class: &Class) -> bool {
    matches!(
        class,
        Class::Unmanaged | Class::CopiedMark | Class::External
    )
}
