//! What a configuration comes to, by the rule: a second time, on plain values,
//! and in as few words as there are.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::draw::{Configuration, Object};

/// What a grant is between, and for whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ends {
    pub(super) client: String,
    pub(super) server: String,
    pub(super) subject: String,
}

impl Ends {
    pub(super) fn of(grant: &Json) -> Self {
        let text = |field: &str| grant[field].as_str().map(str::to_owned);

        Self {
            client: text("client").unwrap(),
            server: text("resource_server").unwrap(),
            subject: text("subject_type").unwrap_or("client".to_owned()),
        }
    }

    /// The fields that say it. A client need not be said to be the subject.
    pub(super) fn written(&self, is_said: bool) -> Object {
        let mut fields = Object::new();
        fields.insert("client".to_owned(), json!(self.client));
        fields.insert("resource_server".to_owned(), json!(self.server));
        if is_said || self.subject != "client" {
            fields.insert("subject_type".to_owned(), json!(self.subject));
        }
        fields
    }
}

/// The sections that are merged by key.
const BY_KEY: [&str; 2] = ["clients", "resource_servers"];

/// What is rendered of a configuration.
pub(super) fn united(drawn: &Configuration) -> Json {
    let variables = resolve_variables(drawn);
    let known = made_from_rows(drawn);
    let environment = json!(drawn.environment);
    let mut document = fill_in(&json!(known), &variables);
    let environment = fill_in(&environment, &variables);

    for (section, said) in environment.as_object().unwrap() {
        match &**section {
            // Variables are filled in, rows are made, and grants wait until it
            // is known what is left out.
            "vars" | "for_each" | "grants" => {}
            "clients" | "resource_servers" => {
                merge_objects(&mut document[section], said);
            }
            _ => document[section] = said.clone(),
        }
    }
    let is_there = |section: &str, key: &str| !document[section][key].is_null();
    let grants = document["grants"]
        .as_array()
        .unwrap()
        .iter();
    let kept = grants.filter(|grant| {
        let ends = Ends::of(grant);
        is_there("clients", &ends.client)
            && is_there("resource_servers", &ends.server)
    });
    document["grants"] = merge_grants(kept, environment["grants"].as_array());
    normal(&document)
}

/// A document without what makes no difference: sections with nothing in them,
/// and the order of lists.
pub(super) fn normal(document: &Json) -> Json {
    let mut document = document.clone();
    let sections = document.as_object_mut().unwrap();
    for list in sections
        .values_mut()
        .filter_map(Json::as_array_mut)
    {
        list.sort_by_key(Json::to_string);
    }

    sections.retain(|_, section| {
        *section != json!({}) && *section != json!([]) && *section != Json::Null
    });
    document
}

/// What holds for all, with what its rows make, or those of the environment;
/// nothing is filled in yet but the rows.
pub(super) fn made_from_rows(drawn: &Configuration) -> Object {
    let mut document = drawn.base.clone();
    document.remove("vars");
    for section in BY_KEY {
        document
            .entry(section)
            .or_insert(json!({}));
    }
    document
        .entry("grants")
        .or_insert(json!([]));

    let bundles = document.remove("for_each");
    let bundles = drawn
        .environment
        .get("for_each")
        .cloned()
        .or(bundles);
    for bundle in bundles
        .iter()
        .filter_map(Json::as_array)
        .flatten()
    {
        for row in rows_of(bundle, drawn) {
            let made = replace(bundle, &|scope, name| {
                (scope == "row").then(|| row[name].clone())
            });
            for (key, client) in made["clients"].as_object().unwrap() {
                document["clients"][key] = client.clone();
            }
            let grants = made["grants"]
                .as_array()
                .into_iter()
                .flatten()
                .cloned();
            document["grants"]
                .as_array_mut()
                .unwrap()
                .extend(grants);
        }
    }
    document
}

fn rows_of(bundle: &Json, drawn: &Configuration) -> Vec<Json> {
    let Some(name) = bundle["in"].as_str() else {
        return bundle["in"].as_array().unwrap().clone();
    };

    let lines = drawn.tables[name].lines().skip(1);
    let cells = lines.map(|line| line.split_once(',').unwrap());
    // What stands in a table refers to nothing.
    let rows =
        cells.map(|(id, a)| json!({ "id": id, "a": a.replace("${", "$${") }));
    rows.collect()
}

/// By key: `null` leaves an object out, and of all others each
/// field that is said counts.
fn merge_objects(known: &mut Json, said: &Json) {
    for (key, fields) in said.as_object().unwrap() {
        if fields.is_null() {
            known
                .as_object_mut()
                .unwrap()
                .remove(key);
            continue;
        }
        for (field, value) in fields.as_object().unwrap() {
            let earlier = &mut known[key][field];
            match value.as_object() {
                Some(entries)
                    if field == "client_metadata" && earlier.is_object() =>
                {
                    for (name, entry) in entries {
                        earlier[name] = entry.clone();
                    }
                }
                _ => *earlier = value.clone(),
            }
        }
    }
}

/// By what they are between: `scopes: null` leaves a grant out.
fn merge_grants<'a>(
    known: impl Iterator<Item = &'a Json>,
    said: Option<&Vec<Json>>,
) -> Json {
    let mut merged: BTreeMap<Ends, Json> = known
        .map(|grant| (Ends::of(grant), grant.clone()))
        .collect();
    for grant in said.into_iter().flatten() {
        let fields = grant.as_object().unwrap();
        if fields.get("scopes") == Some(&Json::Null) {
            merged.remove(&Ends::of(grant));
            continue;
        }

        let earlier = merged
            .entry(Ends::of(grant))
            .or_insert(json!({}));
        // Of the two, one stands in place of the other.
        if fields.contains_key("scopes") || fields.contains_key("all_scopes") {
            earlier
                .as_object_mut()
                .unwrap()
                .remove("scopes");
            earlier
                .as_object_mut()
                .unwrap()
                .remove("all_scopes");
        }
        for (field, value) in fields {
            earlier[field] = value.clone();
        }
    }
    merged.into_values().collect()
}

/// The value of each variable: what is given, or else what the environment
/// says, or else what holds for all.
fn resolve_variables(drawn: &Configuration) -> Object {
    let layers = [&drawn.base, &drawn.environment];
    let said = layers
        .into_iter()
        .filter_map(|layer| layer.get("vars")?.as_object());
    let said: BTreeMap<&String, &Json> = said.flatten().collect();

    // In the order of their names, each refers to those before it only.
    let mut resolved = Object::new();
    for (name, value) in said {
        let given = drawn
            .given
            .iter()
            .rfind(|(_, other, _)| other == name);
        let value = match given {
            // What is no text takes the type of its place.
            Some((_, _, text)) if name == "n" => {
                json!(text.parse::<u32>().unwrap())
            }
            Some((_, _, text)) => json!(text),
            None => fill_in(value, &resolved),
        };
        resolved.insert(name.clone(), value);
    }
    resolved
}

/// Fills variables in. Only here is `$${` what it stands for.
fn fill_in(value: &Json, variables: &Object) -> Json {
    let filled = replace(value, &|scope, name| {
        (scope == "var").then(|| variables[name].clone())
    });
    unescape(&filled)
}

/// Puts something in the place of references, also in keys. A text that is one
/// reference and no more takes its type.
fn replace(value: &Json, find: &dyn Fn(&str, &str) -> Option<Json>) -> Json {
    match value {
        Json::String(text) => replace_in_text(text, find),
        Json::Array(items) => items
            .iter()
            .map(|item| replace(item, find))
            .collect(),
        Json::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let key = replace_in_text(key, find);
                (
                    key.as_str().unwrap().to_owned(),
                    replace(value, find),
                )
            });
            Json::Object(entries.collect())
        }
        other => other.clone(),
    }
}

fn replace_in_text(
    text: &str,
    find: &dyn Fn(&str, &str) -> Option<Json>,
) -> Json {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let is_escaped = rest[..start].ends_with('$');
        let end = start + rest[start..].find('}').unwrap() + 1;
        let (scope, name) = rest[start + 2..end - 1]
            .split_once('.')
            .unwrap();
        let found = if is_escaped {
            None
        } else {
            find(scope, name)
        };

        match found {
            Some(value) if end - start == text.len() => return value,
            Some(value) => {
                filled += &rest[..start];
                filled += &value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
            }
            None => filled += &rest[..end],
        }
        rest = &rest[end..];
    }
    json!(filled + rest)
}

/// What `$${` stands for.
pub(super) fn unescape(value: &Json) -> Json {
    match value {
        Json::String(text) => json!(text.replace("$${", "${")),
        Json::Array(items) => items.iter().map(unescape).collect(),
        Json::Object(entries) => {
            let entries = entries
                .iter()
                .map(|(key, value)| (key.clone(), unescape(value)));
            Json::Object(entries.collect())
        }
        other => other.clone(),
    }
}
