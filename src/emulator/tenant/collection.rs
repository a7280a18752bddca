//! Objects of one kind, found by id and listed in either of the two orders Auth0 shows.

use std::collections::BTreeMap;

use super::Object;

/// An object of a list, with the place a checkpoint can resume after.
pub(crate) struct Listed<'a> {
    pub(crate) checkpoint: String,
    pub(crate) object: &'a Object,
}

/// Objects of one kind.
#[derive(Default)]
pub(crate) struct Collection {
    objects: BTreeMap<u64, Object>,
    positions: BTreeMap<String, u64>,
    next: u64,
}

impl Collection {
    /// Adds an object at the end, or replaces the one of the same id in place.
    pub(crate) fn put(&mut self, id: &str, object: Object) {
        let position = self.positions.get(id).copied().unwrap_or_else(|| {
            self.next += 1;
            self.positions.insert(id.to_owned(), self.next);
            self.next
        });
        self.objects.insert(position, object);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Object> {
        self.objects.get(self.positions.get(id)?)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Object> {
        self.objects.remove(&self.positions.remove(id)?)
    }

    pub(crate) fn in_order_of_creation(&self) -> impl Iterator<Item = Listed<'_>> {
        self.objects
            .iter()
            .map(|(position, object)| Listed { checkpoint: format!("{position:020}"), object })
    }

    pub(crate) fn in_order_of_id(&self) -> impl Iterator<Item = Listed<'_>> {
        self.positions.iter().filter_map(|(id, position)| {
            let object = self.objects.get(position)?;
            Some(Listed { checkpoint: id.clone(), object })
        })
    }

    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacing_keeps_the_place_and_both_orders_hold() {
        let mut collection = Collection::default();
        for id in ["b", "a", "c"] {
            collection.put(id, Object::from_iter([("id".to_owned(), id.into())]));
        }
        collection.put("b", Object::from_iter([("id".to_owned(), "changed".into())]));
        collection.remove("c");

        let ids = |listed: Vec<Listed<'_>>| -> Vec<String> {
            listed.iter().map(|listed| listed.object["id"].to_string()).collect()
        };
        assert_eq!(ids(collection.in_order_of_creation().collect()), ["\"changed\"", "\"a\""]);
        assert_eq!(ids(collection.in_order_of_id().collect()), ["\"a\"", "\"changed\""]);
    }
}
