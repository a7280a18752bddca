//! The keys of one kind as a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value as Json;

use super::meaning::{Defaults, auth0_name};
use super::words::{
    capitalize, code, link_to, list_of, name_of, properties_of, text_of,
    title_of,
};

/// The definition of what this file refers to objects by.
const KEY: &str = "Key";

pub(super) struct Table<'a> {
    definitions: &'a Json,
    /// The sections of the kinds, by the names of their definitions.
    links: &'a BTreeMap<&'a str, &'a str>,
    kind: &'a str,
    schema: &'a Json,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        definitions: &'a Json,
        links: &'a BTreeMap<&'a str, &'a str>,
        kind: &'a str,
        schema: &'a Json,
    ) -> Self {
        Self {
            definitions,
            links,
            kind,
            schema,
        }
    }

    pub(super) fn lines(&self) -> String {
        let mut text = "| Key | Type | Default | Meaning \
                        |\n|---|---|---|---|\n"
            .to_owned();
        let properties = properties_of(self.schema)
            .into_iter()
            .flatten();
        let mut properties: Vec<(&String, &Json)> = properties.collect();
        properties.sort_by_key(|(key, _)| !self.is_required(key));
        let defaults = Defaults::of(self.kind);

        for (key, schema) in properties {
            let name = self.name_of_key(key);
            let kind = cell(&self.type_of(schema));
            let default = self.default_of(key, schema, &defaults);
            let meaning = cell(&self.meaning_of(schema));
            let _ = writeln!(
                text,
                "| {name} | {kind} | {default} | {meaning} |"
            );
        }
        text
    }

    fn is_required(&self, key: &str) -> bool {
        let required = list_of(self.schema, "required");
        required.is_some_and(|keys| keys.iter().any(|other| other == key))
    }

    fn name_of_key(&self, key: &str) -> String {
        match auth0_name(self.kind, key) {
            Some(name) if name != key => format!("`{key}`<br>Auth0: `{name}`"),
            _ => format!("`{key}`"),
        }
    }

    fn default_of(
        &self,
        key: &str,
        schema: &Json,
        defaults: &Defaults,
    ) -> String {
        if self.is_required(key) {
            return "required".to_owned();
        }
        if let Some(default) = defaults.of_field(key) {
            return default;
        }

        match schema.get("default") {
            None | Some(Json::Array(_) | Json::Object(_)) => String::new(),
            Some(default) => code(default),
        }
    }

    /// What a value is, with how long or how large it can be.
    fn type_of(&self, schema: &Json) -> String {
        if let Some(name) = name_of(schema) {
            return match (self.links.get(name), self.definitions.get(name)) {
                (Some(heading), _) => link_to(heading),
                (None, Some(definition)) => self.type_of(definition),
                (None, None) => String::new(),
            };
        }
        if let Some(alternatives) = list_of(schema, "anyOf") {
            let alternatives = alternatives.iter();
            let types: Vec<String> = alternatives
                .map(|one| self.type_of(one))
                .collect();
            return types.join(" or ");
        }
        if let Some(only) = schema.get("const") {
            return code(only);
        }

        let kinds = kinds_of(schema);
        let words: Vec<String> = kinds
            .iter()
            .map(|kind| self.words_of_type(kind, schema))
            .collect();
        match words.as_slice() {
            [] => "one of these".to_owned(),
            _ => words.join(" or "),
        }
    }

    fn words_of_type(&self, kind: &str, schema: &Json) -> String {
        match kind {
            "string" => {
                let size =
                    bounds(schema, "minLength", "maxLength", " characters");
                format!("text{size}")
            }
            "integer" => {
                let size = bounds(schema, "minimum", "maximum", "");
                format!("number{size}")
            }
            "boolean" => "`true` or `false`".to_owned(),
            "array" => {
                let size = bounds(schema, "minItems", "maxItems", "");
                match schema.get("items") {
                    Some(items) => {
                        format!("list{size} of {}", self.inner_type_of(items))
                    }
                    None => "list".to_owned(),
                }
            }
            "object" => self.words_of_object(schema),
            other => format!("`{other}`"),
        }
    }

    /// What each value in another one is: told apart from
    /// what that may be besides.
    fn inner_type_of(&self, schema: &Json) -> String {
        let inner = self.type_of(schema);
        if inner.contains(" or ") {
            format!("({inner})")
        } else {
            inner
        }
    }

    fn words_of_object(&self, schema: &Json) -> String {
        // One that is said where it stands has a section too.
        let title = title_of(schema);
        if let Some(heading) = title.and_then(|title| self.links.get(title)) {
            return link_to(heading);
        }

        let size = bounds(schema, "minProperties", "maxProperties", "");
        match schema.get("additionalProperties") {
            Some(values @ Json::Object(_)) => {
                format!("map{size} of {}", self.inner_type_of(values))
            }
            _ => "map".to_owned(),
        }
    }

    fn meaning_of(&self, schema: &Json) -> String {
        let description = text_of(schema, "description");
        let mut lines = vec![
            description
                .unwrap_or_default()
                .to_owned(),
        ];

        let value = self.value_of(schema);
        lines.extend(choices_of(value));
        if let Some(rule) = text_of(value, "patternErrorMessage")
            && !rule.ends_with("is any text")
        {
            lines.push(format!("{}.", capitalize(rule)));
        }
        let example = value
            .get("examples")
            .and_then(|examples| examples.get(0));
        if let Some(example) = example
            && !example.to_string().contains("\\n")
        {
            lines.push(format!("Example: {}", code(example)));
        }
        lines.join("<br>")
    }

    /// What says most of a value: of one that may be `null` the other
    /// alternative, of a list its items.
    fn value_of<'s>(&'s self, schema: &'s Json) -> &'s Json {
        let name = name_of(schema);
        // Its own section says what is in it; and a key is what it is where it
        // is declared.
        let is_said = |name: &str| name == KEY || self.links.contains_key(name);
        if name.is_some_and(is_said) {
            return schema;
        }

        let definitions = self.definitions;
        let name_of_keys = || name_of(schema.get("propertyNames")?);
        let inner = name
            .and_then(|name| definitions.get(name))
            .or_else(|| schema.get("anyOf")?.get(0))
            .or_else(|| schema.get("items"))
            .or_else(|| definitions.get(name_of_keys()?));

        inner.map_or(schema, |inner| self.value_of(inner))
    }
}

fn kinds_of(schema: &Json) -> Vec<&str> {
    match schema.get("type") {
        Some(Json::String(kind)) => vec![kind],
        Some(Json::Array(kinds)) => kinds
            .iter()
            .filter_map(Json::as_str)
            .collect(),
        _ => Vec::new(),
    }
}

/// Constants, each with what it means.
fn choices_of(schema: &Json) -> Vec<String> {
    let choices = list_of(schema, "oneOf")
        .into_iter()
        .flatten();
    let words = choices.filter_map(|choice| {
        let constant = code(choice.get("const")?);
        let description = text_of(choice, "description")?;
        Some(format!("{constant}: {description}"))
    });
    words.collect()
}

/// From where to where, if it is said.
fn bounds(schema: &Json, least: &str, most: &str, unit: &str) -> String {
    let number = |keyword: &str| {
        schema
            .get(keyword)
            .and_then(Json::as_u64)
    };
    match (number(least), number(most)) {
        (None | Some(0), None) => String::new(),
        (Some(least), None) => format!(" ({} or more{unit})", separate(least)),
        (None, Some(most)) => format!(" (at most {}{unit})", separate(most)),
        (Some(least), Some(most)) => {
            let least = separate(least);
            let most = separate(most);
            format!(" ({least} to {most}{unit})")
        }
    }
}

/// A number with a comma before each thousand.
fn separate(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A text as a part of one line of a table.
fn cell(text: &str) -> String {
    text.replace('|', r"\|")
}
