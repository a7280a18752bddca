//! The kinds of objects, one section each: those within another follow it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ptr;

use serde_json::{Map, Value as Json};

use super::table::Table;
use super::words::{
    capitalize, link_to, list_of, name_of, properties_of, text_of, title_of,
    words_of,
};

/// What a reader looks for first; the others follow by name.
const FIRST: [&str; 5] = [
    "stack",
    "provider",
    "resource_servers",
    "clients",
    "grants",
];

/// The definition of an environment.
const ENVIRONMENT: &str = "Environment";

/// All kinds, in the order of their sections.
pub(super) struct Kinds<'a> {
    definitions: &'a Json,
    kinds: Vec<Kind<'a>>,
}

/// A kind of object.
struct Kind<'a> {
    heading: String,
    /// How far inside others it is.
    depth: usize,
    /// Where its objects stand.
    path: String,
    name: &'a str,
    schema: &'a Json,
}

impl<'a> Kinds<'a> {
    pub(super) fn of(schema: &'a Json) -> Self {
        let mut kinds = Self {
            definitions: schema
                .get("$defs")
                .unwrap_or(&Json::Null),
            kinds: Vec::new(),
        };
        kinds.add("File", schema, "", 0);
        kinds
    }

    /// Adds a kind, and those within it.
    fn add(
        &mut self,
        name: &'a str,
        schema: &'a Json,
        path: &str,
        depth: usize,
    ) {
        let Some(properties) = properties_of(schema) else {
            return;
        };
        let mut kinds = self.kinds.iter();
        if kinds.any(|kind| ptr::eq(kind.schema, schema)) {
            return;
        }

        let title = match title_of(schema) {
            Some(title) => title.to_owned(),
            None => words_of(name),
        };
        self.kinds.push(Kind {
            heading: self.heading_of(&title, path),
            depth,
            path: path.to_owned(),
            name,
            schema,
        });
        // Its objects are parts of those that have been said.
        if name == ENVIRONMENT {
            return;
        }

        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path}.")
        };
        for key in in_order(properties) {
            let path = format!("{prefix}{key}");
            self.add_within(&properties[key], &path, depth + 1);
        }
    }

    /// Adds the kinds of a value.
    fn add_within(&mut self, schema: &'a Json, path: &str, depth: usize) {
        let definitions = self.definitions;
        let name = name_of(schema);
        let definition = name.and_then(|name| definitions.get(name));
        let schema = definition.unwrap_or(schema);

        if schema.get("properties").is_some() {
            let name = name
                .or(title_of(schema))
                .unwrap_or_default();
            self.add(name, schema, path, depth);
            return;
        }
        let alternatives = list_of(schema, "anyOf");
        for alternative in alternatives.into_iter().flatten() {
            self.add_within(alternative, path, depth);
        }
        if let Some(items) = schema.get("items") {
            self.add_within(items, &format!("{path}[]"), depth);
        }
        if let Some(values) = schema.get("additionalProperties") {
            self.add_within(values, &format!("{path}.KEY"), depth);
        }
    }

    /// The title, with the key it stands at where two kinds have one title.
    fn heading_of(&self, title: &str, path: &str) -> String {
        let heading = capitalize(title);
        let mut kinds = self.kinds.iter();
        let is_taken = kinds.any(|kind| kind.heading == heading);
        match path.rsplit('.').next() {
            Some(key) if is_taken => format!("{heading} of `{key}`"),
            _ => heading,
        }
    }

    /// A list of the sections.
    pub(super) fn contents(&self) -> String {
        let mut text = String::new();
        for kind in &self.kinds {
            let indent = "  ".repeat(kind.depth.saturating_sub(1));
            let link = link_to(&kind.heading);
            let _ = writeln!(text, "{indent}- {link}");
        }
        text
    }

    pub(super) fn sections(&self) -> String {
        let kinds = self.kinds.iter();
        kinds
            .map(|kind| self.section(kind))
            .collect()
    }

    fn section(&self, kind: &Kind<'_>) -> String {
        let level = if kind.depth <= 1 {
            "##"
        } else {
            "###"
        };
        let mut text = format!("\n{level} {}\n\n", kind.heading);
        if !kind.path.is_empty() {
            let _ = writeln!(text, "`{}`\n", kind.path);
        }
        if let Some(words) = text_of(kind.schema, "description") {
            let _ = writeln!(text, "{words}\n");
        }
        if kind.name == ENVIRONMENT {
            text.push_str(
                "Its keys are those of the configuration, but for \
                 `environments`.\n",
            );
            return text;
        }

        let kinds = self.kinds.iter();
        let links: BTreeMap<&str, &str> = kinds
            .map(|kind| (kind.name, kind.heading.as_str()))
            .collect();
        let table =
            Table::new(self.definitions, &links, kind.name, kind.schema);
        text.push_str(&table.lines());
        text
    }
}

fn in_order(properties: &Map<String, Json>) -> Vec<&str> {
    let place = |key: &str| {
        FIRST
            .iter()
            .position(|first| *first == key)
    };
    let mut keys: Vec<&str> = properties
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_by_key(|key| place(key).unwrap_or(FIRST.len()));
    keys
}
