//! Clients that carry one and the same mark, of which one is enough.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{Address, ClientId, ClientRef, Mark, Snapshot};

/// How many grants each client holds; none where it holds none.
pub(super) fn count_grants(seen: &Snapshot) -> BTreeMap<&ClientId, usize> {
    let mut grants = BTreeMap::new();
    for address in seen.found.keys() {
        if let Address::Grant { client: ClientRef::Id(id), .. } = address {
            *grants.entry(id).or_default() += 1;
        }
    }
    grants
}

/// The clients that carry one mark, and how many grants each of them holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Twins(BTreeMap<ClientId, usize>);

impl Twins {
    /// Which of them to keep, as far as the tenant says.
    #[must_use]
    pub fn hint(&self) -> String {
        let (holding, idle): (Vec<_>, Vec<_>) = self.0.iter().partition(|(_, count)| **count > 0);
        let idle: Vec<String> = idle.into_iter().map(|(id, _)| id.to_string()).collect();
        let [stack, key] = Mark::METADATA_KEYS;

        match holding.as_slice() {
            [(id, _)] => format!(
                "{id} holds the grants and stays; make sure that no service uses {}, and delete it",
                idle.join(" or ")
            ),
            _ => format!(
                "find out which one its service uses, and delete the others; or remove `{stack}` and \
                 `{key}` from their metadata"
            ),
        }
    }
}

impl FromIterator<(ClientId, usize)> for Twins {
    /// Clients, and how many grants each of them holds.
    fn from_iter<I: IntoIterator<Item = (ClientId, usize)>>(clients: I) -> Self {
        Self(clients.into_iter().collect())
    }
}

impl fmt::Display for Twins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (id, grants)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let holds = match grants {
                0 => "no grant".to_owned(),
                1 => "1 grant".to_owned(),
                several => format!("{several} grants"),
            };
            write!(formatter, "{comma}{id} (holds {holds})")?;
        }

        Ok(())
    }
}
