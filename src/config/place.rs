//! Where an object is written.

use super::node::{Entry, Node};
use super::source::Span;

/// Where an object is written. It is sought only when a problem asks for it:
/// most objects have none.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    document: &'a Node,
    section: &'static str,
    object: Object<'a>,
}

#[derive(Clone, Copy)]
enum Object<'a> {
    /// One of a map, by its key.
    Key(&'a str),
    /// One of a list, by its index.
    Item(usize),
}

impl<'a> Place<'a> {
    /// The place of an object that has a key.
    pub(super) fn of_key(
        document: &'a Node,
        section: &'static str,
        key: &'a str,
    ) -> Self {
        Self {
            document,
            section,
            object: Object::Key(key),
        }
    }

    /// The place of an object in a list.
    pub(super) fn of_item(
        document: &'a Node,
        section: &'static str,
        index: usize,
    ) -> Self {
        Self {
            document,
            section,
            object: Object::Item(index),
        }
    }

    /// The key of the object; empty in a list.
    pub(super) fn key(&self) -> &'a str {
        match self.object {
            Object::Key(key) => key,
            Object::Item(_) => "",
        }
    }

    /// The key of the object, or else the item; the first file as a whole if
    /// there is neither.
    pub(super) fn span(&self) -> Span {
        self.find().map_or(
            Span::whole(self.document.span.file()),
            |(span, _)| span,
        )
    }

    /// The value of a field, or else the object's own place.
    pub(super) fn value_of(&self, field: &str) -> Span {
        self.entry(field)
            .map_or_else(|| self.span(), |entry| entry.value.span)
    }

    /// The key of a field, or else the object's own place.
    pub(super) fn key_of(&self, field: &str) -> Span {
        self.entry(field)
            .map_or_else(|| self.span(), |entry| entry.key_span)
    }

    /// The fields of the object.
    pub(super) fn entries(&self) -> &'a [Entry] {
        self.find()
            .map_or(&[], |(_, node)| node.entries())
    }

    /// A field of the object.
    pub(super) fn entry(&self, field: &str) -> Option<&'a Entry> {
        let (_, node) = self.find()?;
        node.entry(field)
    }

    /// The entry that a path of keys leads to.
    pub(super) fn below(&self, path: &[&str]) -> Option<&'a Entry> {
        let (first, rest) = path.split_first()?;

        let mut entry = self.entry(first)?;
        for step in rest {
            entry = entry.value.entry(step)?;
        }
        Some(entry)
    }

    /// The object, and where to point when it is meant as a whole.
    fn find(&self) -> Option<(Span, &'a Node)> {
        let section = &self.document.entry(self.section)?.value;

        match self.object {
            Object::Key(key) => {
                let entry = section.entry(key)?;
                Some((entry.key_span, &entry.value))
            }
            Object::Item(index) => {
                let item = section.items().get(index)?;
                Some((item.span, item))
            }
        }
    }
}
