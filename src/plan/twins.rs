//! Clients that carry one and the same mark, of which one is enough.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::{Address, ClientId, ClientRef, Mark, Snapshot, Step};

/// How many grants each client holds; none where it holds none.
pub(super) fn count_grants(seen: &Snapshot) -> BTreeMap<&ClientId, usize> {
    let mut grants = BTreeMap::new();
    for address in seen.found.keys() {
        if let Address::Grant {
            client: ClientRef::Id(id),
            ..
        } = address
        {
            *grants.entry(id).or_default() += 1;
        }
    }
    grants
}

/// The clients that carry one mark, and how many grants each of them holds,
/// where that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Twins(BTreeMap<ClientId, Option<usize>>);

impl Twins {
    /// Which of them to keep, as far as the tenant says.
    #[must_use]
    pub fn next_step(&self) -> Step {
        let mut idle = Vec::new();
        let mut holding = Vec::new();
        for (id, grants) in &self.0 {
            match grants {
                Some(0) => idle.push(id.as_str()),
                // One whose grants could not be counted may be the one in use.
                _ => holding.push((id, grants)),
            }
        }

        let unused = idle.join(" or ");
        let [stack, key] = Mark::METADATA_KEYS;

        let step = match holding.as_slice() {
            // Only where all others hold none is it known which
            // one its service uses.
            [(id, Some(_))] => format!(
                "{id} holds the grants and stays; make sure that no service \
                 uses {unused}, and delete it"
            ),
            _ => format!(
                "find out which one its service uses, and delete the others; \
                 or remove `{stack}` and `{key}` from their metadata"
            ),
        };
        step.into()
    }
}

impl FromIterator<(ClientId, Option<usize>)> for Twins {
    /// Clients, and how many grants each of them holds, where that is known.
    fn from_iter<I: IntoIterator<Item = (ClientId, Option<usize>)>>(
        clients: I,
    ) -> Self {
        Self(clients.into_iter().collect())
    }
}

impl fmt::Display for Twins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (id, grants)) in self.0.iter().enumerate() {
            let comma = if place == 0 { "" } else { ", " };
            let holds = match grants {
                None => "grants that could not be counted".to_owned(),
                Some(0) => "no grant".to_owned(),
                Some(1) => "1 grant".to_owned(),
                Some(several) => format!("{several} grants"),
            };
            write!(formatter, "{comma}{id} (holds {holds})")?;
        }

        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twins(grants: [Option<usize>; 2]) -> Twins {
        let ids = ["a", "b"].map(|id| id.parse().unwrap());
        ids.into_iter().zip(grants).collect()
    }

    #[test]
    fn which_one_can_go_is_said_only_where_it_is_known() {
        let clear = twins([Some(2), Some(0)]);
        assert_eq!(
            clear.to_string(),
            "a (holds 2 grants), b (holds no grant)"
        );
        let hint = clear.next_step().to_string();
        assert!(
            hint.starts_with("a holds the grants and stays"),
            "{hint}"
        );

        let uncertain = [
            [Some(1), Some(1)],
            [Some(0), Some(0)],
            [None, Some(0)],
            [Some(1), None],
        ];
        for grants in uncertain {
            let hint = twins(grants).next_step().to_string();
            assert!(
                hint.starts_with("find out which one"),
                "{grants:?}: {hint}"
            );
        }
    }
}
