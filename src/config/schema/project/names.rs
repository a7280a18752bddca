//! What a configuration declares: clients, resource servers
//! and scopes, by their names.

use std::collections::BTreeMap;

use crate::config::node::{Node, Value};
use crate::config::reference::has_references;
use crate::config::section::{
    CLIENTS, ENVIRONMENTS, FOR_EACH, RESOURCE_SERVERS,
};

/// Names, each with what is said of it.
pub(super) type Described = BTreeMap<String, String>;

/// What grants can be between.
#[derive(Default)]
pub(super) struct Names {
    pub(super) clients: Described,
    pub(super) servers: Described,
    /// The scopes of each resource server; none where only
    /// others can say which it has.
    pub(super) scopes: BTreeMap<String, Option<Described>>,
}

impl Names {
    pub(super) fn of(document: &Node) -> Self {
        let mut names = Self::default();
        names.take_in(document);
        for environment in document.entries_at(ENVIRONMENTS) {
            names.take_in(&environment.value);
        }
        names
    }

    /// What a document says, and what its templates do.
    fn take_in(&mut self, document: &Node) {
        self.take_in_objects(document);

        let bundles = document.entry(FOR_EACH);
        let bundles = bundles.map(|section| section.value.items());
        for bundle in bundles.unwrap_or_default() {
            self.take_in_objects(bundle);
        }
    }

    fn take_in_objects(&mut self, document: &Node) {
        for client in document.entries_at(CLIENTS) {
            let words = words_of(&client.value, &["name", "description"]);
            say(&mut self.clients, &client.key, words);
        }

        for server in document.entries_at(RESOURCE_SERVERS) {
            let words = words_of(&server.value, &["name", "identifier"]);
            say(&mut self.servers, &server.key, words);

            let scopes = self
                .scopes
                .entry(server.key.to_string())
                .or_insert_with(|| Some(Described::new()));
            add_scopes(scopes, &server.value);
        }
    }
}

fn words_of(object: &Node, fields: &[&str]) -> String {
    let texts = fields
        .iter()
        .filter_map(|field| object.entry(field)?.value.as_text());

    texts.collect::<Vec<_>>().join(": ")
}

/// Adds a name. An environment that says nothing new of it
/// leaves the words as they are.
fn say(names: &mut Described, name: &str, words: String) {
    let known = names
        .entry(name.to_owned())
        .or_default();
    if known.is_empty() {
        *known = words;
    }
}

fn add_scopes(scopes: &mut Option<Described>, server: &Node) {
    let external = server
        .entry("external")
        .map(|entry| &entry.value.value);
    let is_external = !matches!(external, None | Some(Value::Bool(false)));
    let section = server
        .entry("scopes")
        .map(|entry| &entry.value);
    if is_external || !section.is_none_or(names_scopes) {
        *scopes = None;
    }

    let Some(scopes) = scopes else {
        return;
    };
    for scope in section.map_or(&[][..], Node::entries) {
        let words = scope
            .value
            .as_text()
            .unwrap_or_default();
        say(scopes, &scope.key, words.to_owned());
    }
}

/// Whether all scopes of a section are written, and none is made of anything.
fn names_scopes(section: &Node) -> bool {
    match &section.value {
        Value::Null => true,
        Value::Mapping(entries) => !entries
            .iter()
            .any(|entry| has_references(&entry.key)),
        _ => false,
    }
}
