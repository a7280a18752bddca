//! What a check looks at, and where that is written.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::super::file::File;
use super::super::node::{self, Node};
use super::super::source::Span;
use super::super::unite::Aside;
use crate::model::Support;

/// What a check looks at.
pub(super) struct Context<'a> {
    pub(super) file: &'a File,
    pub(super) document: &'a Node,
    pub(super) aside: &'a Aside,
    /// What the provider can express.
    pub(super) support: &'a Support,
}

/// What a name stands for.
pub(super) enum Meaning<T> {
    Declared(T),
    /// Declared, but not soundly: nothing can be said about it.
    Aside,
    Unknown,
}

impl<'a> Context<'a> {
    /// The first file, as a whole.
    pub(super) fn start(&self) -> Span {
        Span::whole(self.document.span.file())
    }

    /// The key of an object.
    pub(super) fn key(&self, section: &str, key: &str) -> Span {
        self.object(section, key)
            .map_or(self.start(), |object| object.key_span)
    }

    /// The value of a field of an object, or else the object's key.
    pub(super) fn field(&self, section: &str, key: &str, field: &str) -> Span {
        let object = self.object(section, key);
        let field = object.and_then(|object| object.value.entry(field));
        field.map_or_else(|| self.key(section, key), |field| field.value.span)
    }

    /// The key of a field of an object, or else the object's own.
    pub(super) fn field_key(&self, section: &str, key: &str, field: &str) -> Span {
        let object = self.object(section, key);
        let field = object.and_then(|object| object.value.entry(field));
        field.map_or_else(|| self.key(section, key), |field| field.key_span)
    }

    /// The entry below an object that a path of keys leads to.
    pub(super) fn below(&self, section: &str, key: &str, path: &[&str]) -> Option<&node::Entry> {
        let mut entry = self.object(section, key)?;
        for step in path {
            entry = entry.value.entry(step)?;
        }
        Some(entry)
    }

    /// An object of a section.
    pub(super) fn object(&self, section: &str, key: &str) -> Option<&node::Entry> {
        self.document.entry(section)?.value.entry(key)
    }

    /// A grant, by its index.
    pub(super) fn grant(&self, index: usize) -> Option<&'a Node> {
        self.document.entry("grants")?.value.items().get(index)
    }

    /// The value of a field of a grant, or else the grant.
    pub(super) fn grant_field(&self, index: usize, field: &str) -> Span {
        self.item_field("grants", index, field)
    }

    /// The value of a field of an item of a list, or else the item.
    pub(super) fn item_field(&self, section: &str, index: usize, field: &str) -> Span {
        let section = self.document.entry(section);
        let item = section.and_then(|section| section.value.items().get(index));
        let field = item.and_then(|item| item.entry(field));
        field
            .map(|field| field.value.span)
            .or(item.map(|item| item.span))
            .unwrap_or(self.start())
    }

    /// What a key of a section stands for.
    pub(super) fn meaning<T>(&self, section: &str, key: &str, declared: Option<T>) -> Meaning<T> {
        match declared {
            Some(declared) => Meaning::Declared(declared),
            None if self.aside.has(section, key) => Meaning::Aside,
            None => Meaning::Unknown,
        }
    }
}

/// What is there more than once: each repetition, with its place and that of the first.
pub(super) fn repeated<T: Ord + Copy>(
    items: impl Iterator<Item = (T, Span)>,
) -> Vec<(T, Span, Span)> {
    let mut items: Vec<(T, Span)> = items.collect();
    items.sort_by_key(|(_, span)| *span);
    let mut firsts = BTreeMap::new();
    let mut repeated = Vec::new();
    for (item, span) in items {
        match firsts.entry(item) {
            Entry::Vacant(vacant) => _ = vacant.insert(span),
            Entry::Occupied(first) => repeated.push((item, span, *first.get())),
        }
    }
    repeated
}
