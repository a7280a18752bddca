//! Marks that several clients carry, that cannot be read, or that an external
//! client carries.

use std::collections::BTreeSet;

use super::{Conflict, ConflictSearch};
use crate::model::{ClientId, DesiredClient, Key};
use crate::plan::Twins;
use crate::plan::owner::{Owner, Relation};
use crate::plan::twins::count_grants;
use crate::plan::verdict::{Class, Verdict};

impl ConflictSearch<'_> {
    /// Marks that several clients carry, each said once.
    pub(super) fn find_shared_marks(&self) -> Vec<Conflict> {
        self.live_clients()
            .filter_map(|(_, verdict)| self.refuse_shared_mark(verdict))
            .collect()
    }

    fn refuse_shared_mark(&self, verdict: &Verdict<'_>) -> Option<Conflict> {
        let Class::Ambiguous(ids) = &verdict.class else {
            return None;
        };
        // By the key of now: two clients of which one has moved are one
        // conflict, not two.
        let Owner::Us { key, .. } = self.owner_of(verdict.found) else {
            return None;
        };

        Some(Conflict::SameMark {
            key,
            twins: self.count_twins(ids),
        })
    }

    /// Clients of one mark, with how many grants each of them holds.
    pub(super) fn count_twins(&self, ids: &BTreeSet<ClientId>) -> Twins {
        let grants = self
            .grants
            .get_or_init(|| count_grants(self.context.seen));

        ids.iter()
            .map(|id| {
                let held = grants
                    .get(id)
                    .copied()
                    .unwrap_or_default();
                (id.clone(), Some(held))
            })
            .collect()
    }

    /// Marks that cannot be read and name this stack or a key of
    /// it: whoever carries one may be ours. Those that another
    /// search has named are left out.
    pub(super) fn find_near_marks(&self, said: &[Conflict]) -> Vec<Conflict> {
        let named: BTreeSet<&ClientId> = said
            .iter()
            .filter_map(|conflict| match conflict {
                Conflict::UnreadableMark { id, .. } => Some(id),
                _ => None,
            })
            .collect();

        self.live_clients()
            .filter(|(id, _)| !named.contains(id))
            .filter_map(|(id, verdict)| self.refuse_near_mark(id, verdict))
            .collect()
    }

    fn refuse_near_mark(
        &self,
        id: &ClientId,
        verdict: &Verdict<'_>,
    ) -> Option<Conflict> {
        // Nobody's stack owns what no configuration ever changes,
        // so the class counts too.
        let Class::UnreadableMark(_) = verdict.class else {
            return None;
        };
        let Owner::Unreadable {
            error,
            relation: Relation::Near(key),
        } = self.owner_of(verdict.found)
        else {
            return None;
        };

        Some(Conflict::UnreadableMark {
            key,
            id: id.clone(),
            reason: error,
        })
    }

    /// A client of ours that is only referred to, while its key is declared: a
    /// second client would be created under the same mark.
    pub(super) fn find_externals_of_ours(&self) -> Vec<Conflict> {
        let clients = &self.context.desired.clients;

        clients
            .iter()
            .filter_map(|(key, client)| match client {
                DesiredClient::External(id) => {
                    self.refuse_external_of_ours(key, id)
                }
                DesiredClient::Managed { .. } => None,
            })
            .collect()
    }

    fn refuse_external_of_ours(
        &self,
        key: &Key,
        id: &ClientId,
    ) -> Option<Conflict> {
        let found = self.live_client(id)?;
        let Owner::Us {
            key: marked, ..
        } = self.owner_of(found)
        else {
            return None;
        };
        let DesiredClient::Managed { .. } = self
            .context
            .desired
            .clients
            .get(&marked)?
        else {
            return None;
        };

        Some(Conflict::OtherKey {
            key: key.clone(),
            id: id.clone(),
            marked,
        })
    }
}
