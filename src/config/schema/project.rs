//! A schema that knows one configuration: which clients and resource servers it
//! has, and which scopes.
//!
//! It is made of what is written, also where that has problems: it is for
//! somebody who is still writing. What only the rows of a table or a variable
//! say stays open.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::super::node::{Entry, Node, Value};
use super::super::read_before::ENVIRONMENT;
use super::super::reading::Reading;
use super::super::reference::{Piece, has_references, split};
use super::super::section::{
    CLIENTS, ENVIRONMENTS, FOR_EACH, RESOURCE_SERVERS,
};
use super::definition_of;
use super::references::reference;
use super::sets::{closed_set, open_set};
use crate::model::{Audience, Support};

/// The definition of a grant, and of one in an environment.
const GRANTS: [&str; 2] = ["Grant", "EnvironmentGrant"];

/// What the grants of a template are, which may name what it makes.
const TEMPLATE_GRANT: &str = "TemplateGrant";

impl Reading {
    /// The JSON Schema of this configuration: that of any, which knows what
    /// grants can be between here. The scopes of the Management API are
    /// offered, and others let pass: which it has is for the tenant to say.
    #[must_use]
    pub fn project_schema(
        &self,
        supports: &[&Support],
        management_scopes: &[&str],
    ) -> Json {
        let names = Names::of(&self.document);
        let grants = Grants {
            names: &names,
            management_scopes,
            // What cannot be read may declare whatever is named elsewhere.
            is_whole: self.is_whole(),
        };

        let mut schema = super::schema(supports);
        self.leave_out_missing(&mut schema, supports);
        if let Some(Json::Object(definitions)) = schema.get_mut("$defs") {
            if let Some(grant) = definitions.get(GRANTS[0]) {
                let mut template = grant.clone();
                grants.narrow(&mut template, Place::Template);
                definitions.insert(TEMPLATE_GRANT.to_owned(), template);
            }
            for name in GRANTS {
                if let Some(grant) = definitions.get_mut(name) {
                    grants.narrow(grant, Place::Written);
                }
            }
        }
        for bundles in [
            "/properties/for_each",
            "/$defs/Environment/properties/for_each",
        ] {
            let place = format!("{bundles}/items/properties/grants/items");
            if let Some(grant) = schema.pointer_mut(&place) {
                *grant = json!({ "$ref": format!("#/$defs/{TEMPLATE_GRANT}") });
            }
        }

        schema["$id"] = "urn:grantry:schema:project:1".into();
        schema
    }

    /// Leaves out what no provider can express that this configuration names:
    /// of several, each may be that of an environment.
    fn leave_out_missing(&self, schema: &mut Json, supports: &[&Support]) {
        let named = self.named_providers();
        let named: Vec<&&Support> = supports
            .iter()
            .filter(|support| named.contains(&support.name))
            .collect();
        let Some((first, others)) = named.split_first() else {
            return;
        };

        let fields = first.missing.iter().filter(|missing| {
            let is_of_all = |support: &&&Support| {
                support.lacks(missing.kind, missing.field)
            };
            missing.value.is_none() && others.iter().all(is_of_all)
        });
        for missing in fields {
            let definition = definition_of(missing.kind);
            // In an environment it may be left out, which editors are told
            // under a name of its own.
            let in_environment = format!("{ENVIRONMENT}{definition}");
            let or_null = format!("{in_environment}OrNull");
            for name in [definition, &in_environment, &or_null] {
                let place = format!("/$defs/{name}/properties");
                if let Some(Json::Object(fields)) = schema.pointer_mut(&place) {
                    fields.remove(missing.field);
                }
            }
        }
    }

    /// What the providers are called that it names, itself or in an
    /// environment.
    fn named_providers(&self) -> Vec<&'static str> {
        let environments = self.document.entry(ENVIRONMENTS);
        let environments =
            environments.map_or(&[][..], |section| section.value.entries());
        let documents = environments
            .iter()
            .map(|environment| &environment.value);

        documents
            .chain([&self.document])
            .filter_map(|document| {
                provider_of(&document.entry("provider")?.value)
            })
            .collect()
    }

    /// Whether every file could be read, so that what is declared nowhere is
    /// declared nowhere.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.unsound.everything
    }
}

/// What the provider is called in messages that is written here.
fn provider_of(written: &Node) -> Option<&'static str> {
    let name = match written.as_text() {
        Some(name) => name,
        None => &written.entries().first()?.key,
    };
    match name {
        "auth0" => Some("Auth0"),
        "keycloak" => Some("Keycloak"),
        // A file is for trying out what will be somewhere else.
        _ => None,
    }
}

/// Names, each with what is said of it.
type Described = BTreeMap<String, String>;

/// What grants can be between.
#[derive(Default)]
struct Names {
    clients: Described,
    servers: Described,
    /// The scopes of each resource server; none where only others can say
    /// which it has.
    scopes: BTreeMap<String, Option<Described>>,
}

impl Names {
    fn of(document: &Node) -> Self {
        let mut names = Self::default();
        names.take_in(document);

        let environments = document.entry(ENVIRONMENTS);
        for environment in
            environments.map_or(&[][..], |section| section.value.entries())
        {
            names.take_in(&environment.value);
        }
        names
    }

    /// What a document says, and what its templates do.
    fn take_in(&mut self, document: &Node) {
        self.take_in_objects(document);

        let bundles = document.entry(FOR_EACH);
        for bundle in bundles.map_or(&[][..], |section| section.value.items()) {
            self.take_in_objects(bundle);
        }
    }

    fn take_in_objects(&mut self, document: &Node) {
        for client in entries_of(document, CLIENTS) {
            let words = words_of(&client.value, &["name", "description"]);
            say(&mut self.clients, &client.key, words);
        }

        for server in entries_of(document, RESOURCE_SERVERS) {
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

fn entries_of<'d>(document: &'d Node, section: &str) -> &'d [Entry] {
    let section = document.entry(section);
    section.map_or(&[], |section| section.value.entries())
}

fn words_of(object: &Node, fields: &[&str]) -> String {
    let texts = fields
        .iter()
        .filter_map(|field| object.entry(field)?.value.as_text());

    texts.collect::<Vec<_>>().join(": ")
}

/// Adds a name. An environment that says nothing new of it leaves the words as
/// they are.
fn say(names: &mut Described, name: &str, words: String) {
    let known = names.entry(name.to_owned()).or_default();
    if known.is_empty() {
        *known = words;
    }
}

fn add_scopes(scopes: &mut Option<Described>, server: &Node) {
    let external = server
        .entry("external")
        .map(|entry| &entry.value.value);
    let is_external = !matches!(external, None | Some(Value::Bool(false)));
    let section = server.entry("scopes").map(|entry| &entry.value);
    let is_known = match section.map(|section| &section.value) {
        None | Some(Value::Null) => true,
        Some(Value::Mapping(entries)) => !entries
            .iter()
            .any(|entry| has_references(&entry.key)),
        Some(_) => false,
    };
    if is_external || !is_known {
        *scopes = None;
    }

    let Some(scopes) = scopes else {
        return;
    };
    for scope in section.map_or(&[][..], Node::entries) {
        let words = scope.value.as_text().unwrap_or_default();
        say(scopes, &scope.key, words.to_owned());
    }
}

/// Where a grant stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a section of its own.
    Written,
    /// Among templates, where what is named may be one too.
    Template,
}

/// What is said of grants.
struct Grants<'a> {
    names: &'a Names,
    management_scopes: &'a [&'a str],
    is_whole: bool,
}

impl Grants<'_> {
    /// Lets a grant be between what there is.
    fn narrow(&self, grant: &mut Json, place: Place) {
        let mut servers = self.names.servers.clone();
        let management = "The Management API of the tenant.".to_owned();
        servers.insert(Audience::MANAGEMENT_API.to_owned(), management);

        let unknown = "no client of this configuration has this key";
        self.narrow_field(
            grant,
            "client",
            &self.names.clients,
            unknown,
            place,
        );
        let unknown = "no resource server of this configuration has this key";
        self.narrow_field(
            grant,
            "resource_server",
            &servers,
            unknown,
            place,
        );

        if let Json::Object(grant) = grant {
            grant.insert(
                "allOf".to_owned(),
                self.rules_of_scopes().into(),
            );
        }
    }

    fn narrow_field(
        &self,
        grant: &mut Json,
        field: &str,
        names: &Described,
        unknown: &str,
        place: Place,
    ) {
        let Some(Json::Object(field)) =
            grant.pointer_mut(&format!("/properties/{field}"))
        else {
            return;
        };
        let any = field.remove("$ref").filter(|_| !self.is_whole);

        let mut alternatives = one_of(names, unknown, place);
        alternatives.push(reference());
        alternatives.extend(any.map(|any| json!({ "$ref": any })));
        field.insert("anyOf".to_owned(), alternatives.into());
    }

    /// Of each resource server, which scopes a grant for it can name.
    fn rules_of_scopes(&self) -> Vec<Json> {
        let declared =
            self.names
                .scopes
                .iter()
                .filter_map(|(server, scopes)| {
                    let scopes = scopes.as_ref()?;
                    let names = scopes
                        .iter()
                        .map(|(name, words)| (name.as_str(), words.as_str()));
                    let unknown = explain_unknown_scope(server, scopes);

                    let choice = one_choice_of(names, &unknown)
                        .unwrap_or_else(|| nothing(&unknown));
                    let set = if self.is_whole {
                        closed_set(&choice)
                    } else {
                        open_set(&choice, &any_scope())
                    };
                    Some(rule(server, &set))
                });

        let management = self
            .management_scopes
            .iter()
            .map(|scope| (*scope, ""));
        let management = one_choice_of(management, "").map(|choice| {
            rule(
                Audience::MANAGEMENT_API,
                &open_set(&choice, &any_scope()),
            )
        });
        declared.chain(management).collect()
    }
}

/// The names that are written, and what is made of those of templates.
fn one_of(names: &Described, unknown: &str, place: Place) -> Vec<Json> {
    let is_template = |name: &str| has_references(name);
    let offered = names
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_str()))
        .filter(|(name, _)| place == Place::Template || !is_template(name));
    let made = names
        .keys()
        .filter(|name| is_template(name))
        .map(|name| json!({ "title": name, "type": "string", "pattern": pattern_of(name) }));

    let written =
        one_choice_of(offered, unknown).unwrap_or_else(|| nothing(unknown));
    std::iter::once(written).chain(made).collect()
}

fn explain_unknown_scope(server: &str, scopes: &Described) -> String {
    /// How many scopes are named in a line that is to be read.
    const MOST: usize = 12;

    let mut names: Vec<&str> = scopes
        .keys()
        .map(String::as_str)
        .take(MOST)
        .collect();
    if scopes.len() > MOST {
        names.push("…");
    }
    match names.as_slice() {
        [] => format!("`{server}` declares no scopes"),
        _ => format!(
            "`{server}` has no such scope; it has {}",
            names.join(", ")
        ),
    }
}

/// One of these names; nothing, where there are none.
fn one_choice_of<'a>(
    names: impl Iterator<Item = (&'a str, &'a str)>,
    unknown: &str,
) -> Option<Json> {
    let (names, words): (Vec<&str>, Vec<&str>) = names.unzip();
    if names.is_empty() {
        return None;
    }

    let mut choice =
        json!({ "type": "string", "enum": names, "enumDescriptions": words });
    if !unknown.is_empty() {
        choice["errorMessage"] = unknown.into();
    }
    Some(choice)
}

/// A text that there is none of.
fn nothing(unknown: &str) -> Json {
    json!({ "type": "string", "pattern": "^$", "errorMessage": unknown })
}

fn any_scope() -> Json {
    json!({ "$ref": "#/$defs/ScopeName" })
}

/// What the scopes of a grant are where it is for this resource server.
fn rule(server: &str, scopes: &Json) -> Json {
    // No constant: to a language server that completes, each that begins alike
    // would be meant.
    let is_for =
        json!({ "type": "string", "pattern": format!("^{}$", escape(server)) });

    json!({
        "if": { "properties": { "resource_server": is_for }, "required": ["resource_server"] },
        "then": { "properties": { "scopes": scopes } },
    })
}

/// A pattern of whatever a template makes of a name.
fn pattern_of(name: &str) -> String {
    let pieces = split(name)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => escape(text),
            Piece::Reference(_) | Piece::Malformed(_) => ".+".to_owned(),
        });

    format!("^{}$", pieces.collect::<String>())
}

/// A text as a pattern of itself. Nothing else is escaped: editors take each
/// pattern for one of Unicode, where that is a mistake.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if r"^$\.*+?()[]{}|/".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_makes_what_matches_its_pattern() {
        assert_eq!(
            pattern_of("gift.deliveries"),
            r"^gift\.deliveries$"
        );
        assert_eq!(
            pattern_of("customer-${customer.id}"),
            "^customer-.+$"
        );
    }
}
