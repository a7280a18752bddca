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
            Places::All => Box::new(
                self.objects
                    .after(checkpoint)
                    .map(to_listed),
            ),
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
mod tests;
