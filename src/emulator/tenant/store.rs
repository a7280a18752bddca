//! The objects of one collection, found by id, listed in either of the two
//! orders Auth0 shows, and found by the fields that are indexed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::listing::{Listed, Listing};
use super::ranked::Ranked;
use super::{Moment, Object};

/// The order in which a collection is listed.
#[derive(Clone, Copy)]
pub(crate) enum Order {
    Creation,
    /// That of ASCII.
    Id,
}

/// The objects of one collection. Each has a place, a text that sorts as the
/// objects are listed.
#[derive(Clone)]
pub(crate) struct Store {
    order: Order,
    /// Shared with the copies of the tenant, such as that
    /// which a reset goes back to.
    objects: Ranked<Arc<Object>>,
    /// The place of each id, where it is not the id itself.
    places: BTreeMap<String, String>,
    indices: BTreeMap<&'static str, Index>,
    /// When each was made or changed last, by its id, as far as it is known.
    updated: BTreeMap<String, Moment>,
    created: u64,
}

/// The places of the objects with a value, by the value.
type Index = BTreeMap<String, Ranked<()>>;

impl Store {
    /// What a collection is read from before anything was stored in it.
    pub(super) const EMPTY: &'static Self = &Self {
        order: Order::Creation,
        objects: Ranked::new(),
        places: BTreeMap::new(),
        indices: BTreeMap::new(),
        updated: BTreeMap::new(),
        created: 0,
    };

    /// Nothing yet. The fields are those that listings are often narrowed by.
    pub(super) fn new(order: Order, indexed: &[&'static str]) -> Self {
        Self {
            order,
            objects: Ranked::new(),
            places: BTreeMap::new(),
            indices: indexed
                .iter()
                .map(|field| (*field, Index::new()))
                .collect(),
            updated: BTreeMap::new(),
            created: 0,
        }
    }

    /// Adds an object at the end, or replaces the one of the same id in place.
    pub(super) fn put(&mut self, id: &str, object: Object) {
        let place = match self.place_of(id) {
            Some(place) => place.to_owned(),
            None => self.new_place(id),
        };

        self.index_change(&place, &object);
        self.objects
            .insert(place, Arc::new(object));
    }

    /// Brings the indices from the object that is at a place
    /// to the one that takes it.
    fn index_change(&mut self, place: &str, new: &Object) {
        let old = self.objects.get(place).map(Arc::as_ref);

        for (field, index) in &mut self.indices {
            let before = old.and_then(|old| indexed_value(old, field));
            let after = indexed_value(new, field);
            // Most changes leave what is indexed as it was, and removing and
            // inserting cost.
            if before == after {
                continue;
            }

            if let Some(before) = before {
                remove_place(index, before, place);
            }
            if let Some(after) = after {
                let places = index
                    .entry(after.to_owned())
                    .or_default();
                places.insert(place.to_owned(), ());
            }
        }
    }

    fn new_place(&mut self, id: &str) -> String {
        match self.order {
            Order::Id => id.to_owned(),
            Order::Creation => {
                self.created += 1;
                // As wide as any count, so that the texts
                // sort as the numbers do.
                let place = format!("{:020}", self.created);
                self.places
                    .insert(id.to_owned(), place.clone());
                place
            }
        }
    }

    /// Where the object of this id stands, if it were there.
    pub(super) fn place_of<'a>(&'a self, id: &'a str) -> Option<&'a str> {
        match self.order {
            Order::Id => Some(id),
            Order::Creation => self.places.get(id).map(String::as_str),
        }
    }

    pub(super) fn note_update(&mut self, id: &str, now: Moment) {
        self.updated.insert(id.to_owned(), now);
    }

    /// When each object was made or changed last, by its id.
    pub(super) fn updates(&self) -> &BTreeMap<String, Moment> {
        &self.updated
    }

    pub(super) fn get(&self, id: &str) -> Option<&Object> {
        self.objects
            .get(self.place_of(id)?)
            .map(Arc::as_ref)
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Object> {
        let place = self.place_of(id)?.to_owned();
        self.places.remove(id);
        self.updated.remove(id);
        let object = self.objects.remove(&place)?;

        for (field, index) in &mut self.indices {
            if let Some(value) = indexed_value(&object, field) {
                remove_place(index, value, &place);
            }
        }

        Some(Arc::unwrap_or_clone(object))
    }

    /// Every object, in the order of the collection.
    pub(super) fn all(&self) -> Listing<'_> {
        Listing::of_all(&self.objects)
    }

    /// Every object after a place, or all.
    pub(super) fn entries_after(
        &self,
        place: Option<&str>,
    ) -> impl Iterator<Item = Listed<'_>> {
        // The empty text sorts before every place.
        self.objects
            .after(place.unwrap_or_default())
            .map(|(checkpoint, object)| Listed {
                checkpoint,
                object,
            })
    }

    /// The objects with this value of an indexed field.
    pub(super) fn with(&self, field: &str, value: &str) -> Listing<'_> {
        let places = self
            .indices
            .get(field)
            .and_then(|index| index.get(value));

        Listing::of_some(&self.objects, places)
    }

    /// The objects of these ids, in the order of the collection.
    pub(super) fn of<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a str>,
    ) -> Listing<'_> {
        let places = ids
            .into_iter()
            .filter_map(|id| self.place_of(id).map(str::to_owned));

        Listing::of_few(&self.objects, places.collect())
    }

    pub(super) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects
            .past(0)
            .map(|(_, object)| object.as_ref())
    }
}

/// What an object is found by in the index of a field: a
/// text, or whether it is so.
fn indexed_value<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    match object.get(field)? {
        Value::String(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

/// An index keeps no value that no object has, or it would
/// grow with all that ever was.
fn remove_place(index: &mut Index, value: &str, place: &str) {
    let Some(places) = index.get_mut(value) else {
        return;
    };

    places.remove(place);
    if places.is_empty() {
        index.remove(value);
    }
}
