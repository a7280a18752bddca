//! What was taken out of a document because its structure is not sound.

use std::collections::BTreeSet;

/// What was declared, but nobody knows how. Who refers to it makes no mistake.
#[derive(Debug, Clone, Default)]
pub(super) struct Unsound {
    /// Anything may be missing.
    pub(super) everything: bool,
    /// Sections with a key of each; the empty key stands for all of its
    /// section.
    objects: BTreeSet<(String, String)>,
}

impl Unsound {
    /// An object of a section.
    pub(super) fn add_object(&mut self, section: &str, key: &str) {
        self.objects
            .insert((section.to_owned(), key.to_owned()));
    }

    /// A whole section: any name may have been declared in it.
    pub(super) fn add_section(&mut self, section: &str) {
        self.add_object(section, "");
    }

    /// The keys of the objects of a section.
    pub(super) fn keys_of(&self, section: &str) -> impl Iterator<Item = &str> {
        let objects = self
            .objects
            .iter()
            .filter(move |(other, _)| other == section);
        objects.map(|(_, key)| key.as_str())
    }

    pub(super) fn has_object(&self, section: &str, key: &str) -> bool {
        let object = (section.to_owned(), key.to_owned());
        self.has_section(section) || self.objects.contains(&object)
    }

    pub(super) fn has_section(&self, section: &str) -> bool {
        let section = (section.to_owned(), String::new());
        self.objects.contains(&section)
    }
}
