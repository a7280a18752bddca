//! The way through a document, by all texts that may refer to something.

use std::mem::take;

use super::super::node::{Entry, Node, Value};
use super::super::normalize::sort_entries;
use super::super::problem::{Problem, ProblemId};
use super::super::reference::has_references;
use super::super::section;
use super::super::sinks::SLOTS;
use super::problems::refuse_no_text;
use super::scopes::Scopes;
use super::text::{Interpolation, text_of};

impl<S: Scopes> Interpolation<'_, S> {
    /// Replaces the references in a whole document, but for those of its
    /// variables, which are known already.
    pub(in crate::config) fn visit_sections(&mut self, document: &mut Node) {
        let Value::Mapping(sections) = &mut document.value else {
            return;
        };

        for section in sections {
            self.refuse_in_stack(section);
            self.slots = match &*section.key {
                section::SINKS => &SLOTS,
                _ => &[],
            };
            // Templates are filled in row by row.
            if ![section::VARIABLES, section::FOR_EACH].contains(&&*section.key)
            {
                self.visit(&mut section.value, &section.key);
            }
        }
    }

    /// Who owns what must not depend on who runs it, and a review has to find
    /// it in a text.
    fn refuse_in_stack(&mut self, section: &mut Entry) {
        let name = section.value.as_text();
        if &*section.key != section::STACK || !name.is_some_and(has_references)
        {
            return;
        }

        let message =
            "the name of a stack is written out, and refers to nothing";
        let span = section.value.span;
        let problem = Problem::new(ProblemId::UnknownReference, span, message);
        self.problems.push(problem);
        section.value.value = Value::Unknown;
    }

    /// Replaces the references in all that is in this value,
    /// which stands under this key.
    pub(in crate::config) fn visit(&mut self, node: &mut Node, key: &str) {
        match &mut node.value {
            Value::Text(text) if has_references(text) => {
                let text = take(text);
                node.value = self.fill_in(&text, node.span, key);
            }
            Value::Sequence(items) => {
                for item in items {
                    self.visit(item, key);
                }
            }
            Value::Mapping(entries) => self.visit_entries(entries),
            _ => {}
        }
    }

    fn visit_entries(&mut self, entries: &mut Vec<Entry>) {
        let mut has_new_keys = false;
        entries.retain_mut(|entry| {
            let is_new_key = has_references(&entry.key);
            has_new_keys |= is_new_key;
            let has_key = !is_new_key || self.visit_key(entry);
            // Whatever else is wrong with it is said at once.
            let key = if has_key { &*entry.key } else { "" };
            self.visit(&mut entry.value, key);
            has_key
        });

        // Two templates may come to the same key, and what is searched has to
        // be in order.
        if has_new_keys {
            sort_entries(entries, self.problems);
        }
    }

    /// Replaces the references in a key; whether there is one then.
    fn visit_key(&mut self, entry: &mut Entry) -> bool {
        let key = self.fill_in(&entry.key, entry.key_span, "");
        if let Some(text) = text_of(&key) {
            entry.key = text.into();
            return true;
        }

        // Left out in silence, what it stood for might be deleted.
        if key != Value::Unknown {
            let problem = refuse_no_text(&entry.key, entry.key_span);
            self.problems.push(problem);
        }
        self.has_unknown_keys = true;
        false
    }
}
