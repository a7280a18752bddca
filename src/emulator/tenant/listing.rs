//! A part of a collection, in its order: counted, and entered anywhere, without
//! walking through what comes before.

use std::borrow::Cow;
use std::sync::Arc;

use super::Object;
use super::ranked::Ranked;

/// An object of a list, with the place a checkpoint can resume after.
pub(crate) struct Listed<'a> {
    pub(crate) checkpoint: &'a str,
    pub(crate) object: &'a Object,
}

/// The objects that a list is about.
pub(crate) struct Listing<'a> {
    objects: &'a Ranked<Arc<Object>>,
    places: Places<'a>,
    /// Tells those that are meant from the others: for what no index knows.
    admits: Option<Admits<'a>>,
}

type Admits<'a> = Box<dyn Fn(&Object) -> bool + 'a>;

type Entries<'a> = Box<dyn Iterator<Item = Listed<'a>> + 'a>;

enum Places<'a> {
    All,
    Some(Cow<'a, Ranked<()>>),
}

impl<'a> Listing<'a> {
    pub(super) fn of_all(objects: &'a Ranked<Arc<Object>>) -> Self {
        Self {
            objects,
            places: Places::All,
            admits: None,
        }
    }

    /// None are the places of nothing.
    pub(super) fn of_some(
        objects: &'a Ranked<Arc<Object>>,
        places: Option<&'a Ranked<()>>,
    ) -> Self {
        let places =
            places.map_or_else(|| Cow::Owned(Ranked::default()), Cow::Borrowed);
        Self {
            objects,
            places: Places::Some(places),
            admits: None,
        }
    }

    pub(super) fn of_few(
        objects: &'a Ranked<Arc<Object>>,
        places: Ranked<()>,
    ) -> Self {
        Self {
            objects,
            places: Places::Some(Cow::Owned(places)),
            admits: None,
        }
    }

    /// Those of them that are admitted. They have to be looked at one by one.
    pub(crate) fn only(self, admits: impl Fn(&Object) -> bool + 'a) -> Self {
        Self {
            admits: Some(Box::new(admits)),
            ..self
        }
    }

    pub(crate) fn first(&self) -> Option<&'a Object> {
        let first = self.past(0).next()?;

        self.objects
            .get(first.checkpoint)
            .map(Arc::as_ref)
    }

    /// How many they are.
    pub(crate) fn count(&self) -> usize {
        match (&self.admits, &self.places) {
            (Some(_), _) => self.past(0).count(),
            (None, Places::All) => self.objects.len(),
            (None, Places::Some(places)) => places.len(),
        }
    }

    /// Those past the first so many.
    pub(crate) fn past(&self, rank: usize) -> Entries<'_> {
        // Where there is a filter, the rank is one among those that it admits.
        if let Some(admits) = &self.admits {
            let admitted = self
                .past_places(0)
                .filter(|listed| admits(listed.object));
            return Box::new(admitted.skip(rank));
        }

        self.past_places(rank)
    }

    /// Those past the first so many, whatever is admitted.
    fn past_places(&self, rank: usize) -> Entries<'_> {
        match &self.places {
            Places::All => Box::new(self.objects.past(rank).map(to_listed)),
            Places::Some(places) => {
                Box::new(self.find_objects(places.past(rank)))
            }
        }
    }

    /// Those after a checkpoint, which may be of an object that is gone.
    pub(crate) fn after<'s>(&'s self, checkpoint: &str) -> Entries<'s> {
        let rest: Entries<'_> = match &self.places {
            Places::All => {
                Box::new(self.objects.after(checkpoint).map(to_listed))
            }
            Places::Some(places) => {
                Box::new(self.find_objects(places.after(checkpoint)))
            }
        };

        match &self.admits {
            Some(admits) => {
                Box::new(rest.filter(|listed| admits(listed.object)))
            }
            None => rest,
        }
    }

    fn find_objects<'s>(
        &'s self,
        places: impl Iterator<Item = (&'s str, &'s ())> + 's,
    ) -> impl Iterator<Item = Listed<'s>> + 's {
        places.filter_map(|(checkpoint, ())| {
            Some(Listed {
                checkpoint,
                object: self.objects.get(checkpoint)?,
            })
        })
    }
}

fn to_listed<'s>(
    (checkpoint, object): (&'s str, &'s Arc<Object>),
) -> Listed<'s> {
    Listed {
        checkpoint,
        object,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::json;

    use super::super::Tenant;
    use super::super::tests::{object, seeded};
    use super::*;

    fn with_clients(count: usize) -> Tenant {
        let mut tenant = seeded();
        for number in 0..count {
            tenant
                .create_client(object(json!({"name": format!("{number:03}")})))
                .unwrap();
        }
        tenant
    }

    fn names<'a>(listed: impl Iterator<Item = Listed<'a>>) -> Vec<&'a str> {
        listed
            .map(|listed| listed.object["name"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn both_ways_into_a_listing_lead_to_the_same_objects() {
        let tenant = with_clients(700);
        // The management client is the first of those that are not global.
        let ordinary = tenant.clients_by_global(false);
        assert_eq!(
            (ordinary.count(), tenant.clients().count()),
            (701, 702)
        );
        let is_even =
            |client: &Object| client["name"].as_str().unwrap().ends_with('0');
        let tens = tenant.clients_by_global(false).only(is_even);
        assert_eq!(tens.count(), 70);

        for listing in [ordinary, tenant.clients(), tens] {
            let checkpoints: Vec<&str> = listing
                .past(0)
                .map(|listed| listed.checkpoint)
                .collect();
            for (rank, checkpoint) in checkpoints.iter().enumerate().step_by(53)
            {
                let page = names(listing.past(rank + 1).take(3));
                assert_eq!(names(listing.after(checkpoint).take(3)), page);
            }
        }
    }

    #[test]
    fn a_page_after_a_checkpoint_looks_at_no_object_before_it() {
        let tenant = with_clients(700);
        let looked_at = Cell::new(0);
        let listing = tenant.clients_by_global(false).only(|_| {
            looked_at.set(looked_at.get() + 1);
            true
        });
        let checkpoint = listing.past(650).next().unwrap().checkpoint;
        looked_at.set(0);

        assert_eq!(
            names(listing.after(checkpoint).take(10)).len(),
            10
        );
        assert_eq!(looked_at.get(), 10);
    }

    #[test]
    fn what_is_changed_or_gone_is_found_no_more_where_it_was() {
        let mut tenant = seeded();
        for identifier in ["urn:a", "urn:b"] {
            tenant
                .create_resource_server(object(
                    json!({"identifier": identifier}),
                ))
                .unwrap();
        }
        let client = tenant
            .create_client(object(json!({"name": "n"})))
            .unwrap();
        let id = client["client_id"].as_str().unwrap();
        let mut grant = |audience: &str| {
            let grant = json!({"client_id": id, "audience": audience});
            tenant.create_grant(object(grant)).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let (first, _second) = (grant("urn:a"), grant("urn:b"));
        assert_eq!(tenant.grants_with("client_id", id).count(), 2);
        tenant.delete_grant(&first).unwrap();
        assert_eq!(tenant.grants_with("client_id", id).count(), 1);
        assert_eq!(
            tenant.grants_with("audience", "urn:a").count(),
            0
        );
        tenant.delete_client(id).unwrap();
        assert_eq!(
            tenant.grants_with("audience", "urn:b").count(),
            0
        );
        assert_eq!(
            tenant
                .resource_servers_of(["urn:b", "urn:c", "urn:b"])
                .count(),
            1
        );
    }
}
