//! Objects of one kind, found by id, listed in either of the two orders Auth0 shows, and found by the
//! fields that are indexed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Object;
use super::listing::Listing;
use super::ranked::Ranked;

/// The order in which a kind is listed.
#[derive(Clone, Copy)]
pub(super) enum Order {
    Creation,
    /// That of ASCII.
    Id,
}

/// Objects of one kind. Each has a place, a text that sorts as the objects are listed.
pub(crate) struct Collection {
    order: Order,
    objects: Ranked<Object>,
    /// The place of each id, where it is not the id itself.
    places: BTreeMap<String, String>,
    indices: BTreeMap<&'static str, Index>,
    created: u64,
}

/// The places of the objects with a value, by the value.
type Index = BTreeMap<String, Ranked<()>>;

impl Collection {
    /// Nothing yet. The fields are those that listings are often narrowed by.
    pub(super) fn new(order: Order, indexed: &[&'static str]) -> Self {
        Self {
            order,
            objects: Ranked::default(),
            places: BTreeMap::new(),
            indices: indexed.iter().map(|field| (*field, Index::new())).collect(),
            created: 0,
        }
    }

    /// Adds an object at the end, or replaces the one of the same id in place.
    pub(crate) fn put(&mut self, id: &str, object: Object) {
        let place = match self.place(id) {
            Some(place) => place.to_owned(),
            None => self.new_place(id),
        };
        let old = self.objects.get(&place);
        for (field, index) in &mut self.indices {
            let (before, after) = (
                old.and_then(|old| indexed(old, field)),
                indexed(&object, field),
            );
            if before == after {
                continue;
            }
            if let Some(before) = before {
                forget(index, before, &place);
            }
            if let Some(after) = after {
                index
                    .entry(after.to_owned())
                    .or_default()
                    .insert(place.clone(), ());
            }
        }
        self.objects.insert(place, object);
    }

    fn new_place(&mut self, id: &str) -> String {
        match self.order {
            Order::Id => id.to_owned(),
            Order::Creation => {
                self.created += 1;
                let place = format!("{:020}", self.created);
                self.places.insert(id.to_owned(), place.clone());
                place
            }
        }
    }

    /// Where the object of this id stands, if it were there.
    fn place<'a>(&'a self, id: &'a str) -> Option<&'a str> {
        match self.order {
            Order::Id => Some(id),
            Order::Creation => self.places.get(id).map(String::as_str),
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Object> {
        self.objects.get(self.place(id)?)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Object> {
        let place = self.place(id)?.to_owned();
        self.places.remove(id);
        let object = self.objects.remove(&place)?;
        for (field, index) in &mut self.indices {
            if let Some(value) = indexed(&object, field) {
                forget(index, value, &place);
            }
        }
        Some(object)
    }

    /// Every object, in the order of the kind.
    pub(crate) fn all(&self) -> Listing<'_> {
        Listing::of_all(&self.objects)
    }

    /// The objects with this value of an indexed field.
    pub(crate) fn with(&self, field: &str, value: &str) -> Listing<'_> {
        let places = self.indices.get(field).and_then(|index| index.get(value));
        Listing::of_some(&self.objects, places)
    }

    /// The objects of these ids, in the order of the kind.
    pub(crate) fn of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Listing<'_> {
        let places = ids
            .into_iter()
            .filter_map(|id| self.place(id).map(str::to_owned));
        Listing::of_few(&self.objects, places.collect())
    }

    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.past(0).map(|(_, object)| object)
    }
}

/// What an object is found by in the index of a field: a text, or whether it is so.
fn indexed<'a>(object: &'a Object, field: &str) -> Option<&'a str> {
    match object.get(field)? {
        Value::String(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

fn forget(index: &mut Index, value: &str, place: &str) {
    if let Some(places) = index.get_mut(value) {
        places.remove(place);
        if places.is_empty() {
            index.remove(value);
        }
    }
}
