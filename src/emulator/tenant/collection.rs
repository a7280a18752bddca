//! What a collection of the Management API is, and what goes over all of them.

use super::fields::shape::open;
use super::store::{Order, Store};
use super::{
    Moment, Object, Record, Refusal, Tenant, for_each_collection, text,
};

/// What one kind of object looks like: in the body of
/// a request, and in answers.
pub(crate) trait Schema {
    /// The fields that a body may have. By default any, for
    /// what is kept as it is sent.
    const RECORD: &'static Record = &ANY_FIELDS;
    /// The keys of answers, those of nested objects among them, in the order in
    /// which Auth0 writes them. Keys that are not here follow, sorted.
    const KEYS: &'static [&'static str] = &[];
}

static ANY_FIELDS: Record = open(&[]);

/// Objects of one kind under one address, created,
/// listed and deleted one by one.
pub(crate) trait Collection: Schema {
    /// What pages and the state file call it: the plural of the kind.
    const NAME: &'static str;
    /// Its address below `/api/v2`. Faults may name it.
    const PATH: &'static str;
    /// What its scopes are about: `read:clients` is about `clients`. The seeded
    /// client gets them all.
    const SCOPES: &'static [&'static str];
    /// The key of the id.
    const ID: &'static str = "id";
    /// The order in which it is listed.
    const ORDER: Order = Order::Creation;
    /// The fields that listings are often narrowed by.
    const INDEXED: &'static [&'static str] = &[];
    /// How many of them one tenant has at most: as many as Auth0's largest plan
    /// allows, for a tenant of ours has no plan. What the tenant began with
    /// counts too: whether it does is not known.
    const MOST: usize = 100_000;
    /// What is said of an id that is none.
    const MISSING: Refusal;

    /// Has the tenant find an object that is stored by more than its id.
    fn index(_tenant: &mut Tenant, _id: &str, _object: &Object) {}
}

/// A collection whose type is forgotten, for what goes over all of them.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    pub(super) scopes: &'static [&'static str],
    pub(super) store: fn(&Tenant) -> &Store,
    pub(super) keep: fn(&mut Tenant, Object),
    pub(super) note_update: fn(&mut Tenant, &str, Moment),
}

impl Row {
    const fn of<C: Collection>() -> Self {
        Self {
            name: C::NAME,
            path: C::PATH,
            scopes: C::SCOPES,
            store: Tenant::store::<C>,
            keep: Tenant::keep::<C>,
            note_update: Tenant::note_update::<C>,
        }
    }
}

macro_rules! rows {
    ($($collection:path),* $(,)?) => {
        &[$(Row::of::<$collection>()),*]
    };
}

/// Every collection.
pub(super) static COLLECTIONS: &[Row] = for_each_collection!(rows);

/// The addresses of every collection, below `/api/v2`.
pub(crate) fn collection_paths() -> impl Iterator<Item = &'static str> {
    COLLECTIONS
        .iter()
        .map(|collection| collection.path)
}

impl Tenant {
    pub(super) fn store<C: Collection>(&self) -> &Store {
        self.stores
            .get(C::NAME)
            .unwrap_or(Store::EMPTY)
    }

    /// A store begins with the first change to it, so that a new tenant need
    /// not list them.
    pub(super) fn store_mut<C: Collection>(&mut self) -> &mut Store {
        self.stores
            .entry(C::NAME)
            .or_insert_with(|| Store::new(C::ORDER, C::INDEXED))
    }

    /// The object of this id.
    pub(super) fn find<C: Collection>(
        &self,
        id: &str,
    ) -> Result<&Object, Refusal> {
        self.store::<C>()
            .get(id)
            .ok_or(C::MISSING)
    }

    /// Refuses another object where there are as many as there may be.
    pub(super) fn check_room<C: Collection>(&self) -> Result<(), Refusal> {
        let count = self.store::<C>().all().count();
        if count < C::MOST {
            return Ok(());
        }

        Err(Refusal::TooMany)
    }

    /// Stores a finished object, and indexes it.
    pub(super) fn keep<C: Collection>(&mut self, object: Object) {
        // Only in a state file that somebody has edited: what
        // is made here has an id.
        let id = text(&object, C::ID);
        let Some(id) = id.map(str::to_owned) else {
            return;
        };

        C::index(self, &id, &object);
        let before = self.stored_before::<C>(&id);
        self.store_mut::<C>().put(&id, object);
        if let Some(now) = self.now {
            self.note_update::<C>(&id, now);
        }
        self.record_change::<C>(&id, before);
    }

    fn note_update<C: Collection>(&mut self, id: &str, moment: Moment) {
        self.store_mut::<C>()
            .note_update(id, moment);
    }

    /// Takes an object out of its store. What it is indexed by, and what hangs
    /// on it, its own kind takes away.
    pub(super) fn remove<C: Collection>(&mut self, id: &str) -> Option<Object> {
        let before = self.stored_before::<C>(id);
        // Before it is gone, and its place with it.
        self.record_change::<C>(id, before);
        self.store_mut::<C>().remove(id)
    }

    /// When an object was made or changed last; none of
    /// what a new tenant holds.
    pub(crate) fn updated_at<C: Collection>(&self, id: &str) -> Option<Moment> {
        self.store::<C>()
            .updates()
            .get(id)
            .copied()
    }

    /// A copy costs as much as the object is large, so
    /// only where somebody asks.
    fn stored_before<C: Collection>(&self, id: &str) -> Option<Object> {
        if !self.history.is_kept() {
            return None;
        }

        self.store::<C>().get(id).cloned()
    }

    fn record_change<C: Collection>(
        &mut self,
        id: &str,
        before: Option<Object>,
    ) {
        let place = self.store::<C>().place_of(id);
        let Some(place) = place.map(str::to_owned) else {
            return;
        };

        self.history
            .record(C::NAME, place, before);
    }
}

#[cfg(test)]
mod tests;
