//! What was taken out of a document because its structure is not sound.

use std::collections::{BTreeMap, BTreeSet};

/// The key that stands for all of a section.
const WHOLE: &str = "";

/// What was declared, but nobody knows how. Who refers to it makes no mistake.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsound {
    /// Anything may be missing.
    pub(super) everything: bool,
    /// The keys of each section, or `WHOLE`.
    objects: BTreeMap<String, BTreeSet<String>>,
}

impl Unsound {
    /// An object of a section.
    pub(super) fn add_object(&mut self, section: &str, key: &str) {
        let keys = self.objects.entry(section.to_owned());
        keys.or_default().insert(key.to_owned());
    }

    /// A whole section: any name may have been declared in it.
    pub(super) fn add_section(&mut self, section: &str) {
        self.add_object(section, WHOLE);
    }

    /// The keys of the objects of a section.
    pub(super) fn keys_of(&self, section: &str) -> impl Iterator<Item = &str> {
        let keys = self.objects.get(section).into_iter();
        keys.flatten().map(String::as_str)
    }

    pub(super) fn has_object(&self, section: &str, key: &str) -> bool {
        self.has_section(section) || self.has_key(section, key)
    }

    pub(super) fn has_section(&self, section: &str) -> bool {
        self.has_key(section, WHOLE)
    }

    fn has_key(&self, section: &str, key: &str) -> bool {
        let keys = self.objects.get(section);
        keys.is_some_and(|keys| keys.contains(key))
    }
}
