//! What a configuration is put together from.

use std::collections::BTreeMap;
use std::ops::Range;

use super::node::{Node, Value};
use super::source::Span;
use super::variables::Variables;

/// What is known of where values come from.
#[derive(Debug, Default)]
pub(super) struct Origins {
    pub(super) variables: Variables,
    pub(super) environment: Layer,
}

/// What an environment says: a part of one file, or of several.
#[derive(Debug, Default)]
pub(super) struct Layer(BTreeMap<usize, Range<usize>>);

impl Layer {
    pub(super) fn of(environment: &Node) -> Self {
        let mut layer = Self::default();
        layer.extend(environment);
        layer
    }

    fn extend(&mut self, node: &Node) {
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    self.reach(entry.key_span);
                    self.extend(&entry.value);
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.extend(item)),
            _ => self.reach(node.span),
        }
    }

    fn reach(&mut self, span: Span) {
        let bytes = span.bytes();
        let part = self.0.entry(span.file()).or_insert(bytes.clone());

        part.start = part.start.min(bytes.start);
        part.end = part.end.max(bytes.end);
    }

    pub(super) fn holds(&self, span: Span) -> bool {
        let part = self.0.get(&span.file());
        part.is_some_and(|part| part.contains(&span.bytes().start))
    }
}
