//! What a configuration is put together from.

use std::collections::HashSet;

use super::node::{Node, Value};
use super::source::Span;
use super::variables::Variables;

/// What is known of where values come from.
#[derive(Debug, Default)]
pub(super) struct Origins {
    pub(super) variables: Variables,
    pub(super) environment: Layer,
}

/// The places of what an environment says. Not one stretch of a file: an alias has the place of what it stands for.
#[derive(Debug, Default)]
pub(super) struct Layer(HashSet<Span>);

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
                    self.extend(&entry.value);
                }
            }
            Value::Sequence(items) => items.iter().for_each(|item| self.extend(item)),
            _ => {
                self.0.insert(node.span);
            }
        }
    }

    pub(super) fn holds(&self, span: Span) -> bool {
        self.0.contains(&span)
    }
}
