//! A configuration with the places of what is in it, and as one document.

use std::collections::BTreeMap;

use super::Loaded;
use super::node::{Entry, Node, Value};
use super::normalize::sort_lists;
use super::place::Place;
use super::reference::escape;
use super::source::Span;
use super::variables::Variables;
use super::yaml;
use crate::model::{Desired, Key, Policy};

/// A configuration without a problem, and where each thing in it is written.
#[derive(Debug)]
pub struct Written {
    /// What it says.
    pub loaded: Loaded,
    pub(super) document: Node,
    pub(super) variables: Variables,
}

impl Written {
    /// All of it as one YAML document: several files are one, and the keys of
    /// key files are in it. It says the same, and can be loaded from anywhere.
    pub fn to_yaml(&self) -> Result<String, impl std::error::Error> {
        yaml::write(&escaped(&self.canonical()))
    }

    /// The document, in an order that does not depend on the names of files.
    pub(super) fn canonical(&self) -> Node {
        let mut document = self.document.clone();
        sort_lists(&mut document);
        document
    }

    /// A configuration of the same stack and tenant that declares nothing.
    pub(crate) fn with_nothing_declared(&self) -> Self {
        let Loaded {
            desired,
            provider,
            folder,
            environment,
            files: _,
        } = &self.loaded;
        let desired = Desired {
            // The stack stays, and the provider below: what is
            // new has changed neither.
            stack: desired.stack.clone(),
            resource_servers: BTreeMap::new(),
            clients: BTreeMap::new(),
            grants: Vec::new(),
            sinks: BTreeMap::new(),
            policy: Policy::default(),
        };

        Self {
            loaded: Loaded {
                desired,
                provider: provider.clone(),
                folder: folder.clone(),
                environment: environment.clone(),
                files: Vec::new(),
            },
            document: Node {
                span: self.document.span,
                value: Value::Null,
            },
            variables: Variables::default(),
        }
    }

    /// Where a setting of the whole is, or else the first file.
    #[must_use]
    pub fn setting(&self, name: &str) -> Span {
        let entry = self.document.entry(name);
        entry.map_or(
            Span::whole(self.document.span.file()),
            |entry| entry.key_span,
        )
    }

    /// Where a resource server is, or a field of it.
    #[must_use]
    pub fn resource_server(&self, key: &Key, field: Option<&str>) -> Span {
        find(
            Place::of_key(&self.document, "resource_servers", key.as_str()),
            field,
        )
    }

    /// Where a client is, or a field of it.
    #[must_use]
    pub fn client(&self, key: &Key, field: Option<&str>) -> Span {
        find(
            Place::of_key(&self.document, "clients", key.as_str()),
            field,
        )
    }

    /// Where an item of a list is, such as one of the
    /// `grants`, or a field of it.
    #[must_use]
    pub fn item(
        &self,
        section: &'static str,
        index: usize,
        field: Option<&str>,
    ) -> Span {
        find(
            Place::of_item(&self.document, section, index),
            field,
        )
    }
}

/// The same tree for a document that is read again: whatever looks like a
/// reference in it is a text.
fn escaped(node: &Node) -> Node {
    let value = match &node.value {
        Value::Text(text) => Value::Text(escape(text).into()),
        Value::Sequence(items) => {
            Value::Sequence(items.iter().map(escaped).collect())
        }
        Value::Mapping(entries) => {
            let entries = entries.iter().map(|entry| Entry {
                key: escape(&entry.key).into(),
                key_span: entry.key_span,
                value: escaped(&entry.value),
            });
            Value::Mapping(entries.collect())
        }
        other => other.clone(),
    };

    Node {
        span: node.span,
        value,
    }
}

fn find(place: Place<'_>, field: Option<&str>) -> Span {
    match field {
        Some(field) => place.key_of(field),
        None => place.span(),
    }
}
