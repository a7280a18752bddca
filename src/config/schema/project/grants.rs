//! What grants can be between in one configuration, said in its schema.

use serde_json::{Value as Json, json};

use super::super::references::reference;
use super::super::sets::{closed_set, open_set};
use super::super::templates::BUNDLES;
use super::names::{Described, Names};
use super::pattern::{escape, pattern_of};
use crate::config::reference::has_references;
use crate::model::Audience;

/// The definition of a grant, and of one in an environment.
const GRANTS: [&str; 2] = ["Grant", "EnvironmentGrant"];

/// What the grants of a template are, which may name what it makes.
const TEMPLATE_GRANT: &str = "TemplateGrant";

/// Where a grant stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In a section of its own.
    Written,
    /// Among templates, where what is named may be one too.
    Template,
}

/// What is said of grants.
pub(super) struct Grants<'a> {
    pub(super) names: &'a Names,
    pub(super) management_scopes: &'a [&'a str],
    pub(super) is_whole: bool,
}

impl Grants<'_> {
    /// Lets each grant be between what there is.
    pub(super) fn narrow_all(&self, schema: &mut Json) {
        if let Some(Json::Object(definitions)) = schema.get_mut("$defs") {
            if let Some(grant) = definitions.get(GRANTS[0]) {
                let mut template = grant.clone();
                self.narrow(&mut template, Place::Template);
                definitions.insert(TEMPLATE_GRANT.to_owned(), template);
            }
            for name in GRANTS {
                if let Some(grant) = definitions.get_mut(name) {
                    self.narrow(grant, Place::Written);
                }
            }
        }

        for bundles in BUNDLES {
            let place = format!("{bundles}/items/properties/grants/items");
            if let Some(grant) = schema.pointer_mut(&place) {
                *grant = json!({ "$ref": format!("#/$defs/{TEMPLATE_GRANT}") });
            }
        }
    }

    fn narrow(&self, grant: &mut Json, place: Place) {
        let clients = &self.names.clients;
        let unknown = "no client of this configuration has this key";
        let clients = one_of(clients, unknown, place);
        self.narrow_field(grant, "client", clients);

        let mut servers = self.names.servers.clone();
        let management = "The Management API of the tenant.".to_owned();
        servers.insert(Audience::MANAGEMENT_API.to_owned(), management);
        let unknown = "no resource server of this configuration has this key";
        let servers = one_of(&servers, unknown, place);
        self.narrow_field(grant, "resource_server", servers);

        if let Json::Object(grant) = grant {
            let rules = self.rules_of_scopes();
            grant.insert("allOf".to_owned(), rules.into());
        }
    }

    fn narrow_field(
        &self,
        grant: &mut Json,
        field: &str,
        mut alternatives: Vec<Json>,
    ) {
        let place = format!("/properties/{field}");
        let Some(Json::Object(field)) = grant.pointer_mut(&place) else {
            return;
        };
        let any = field
            .remove("$ref")
            .filter(|_| !self.is_whole);

        alternatives.push(reference());
        alternatives.extend(any.map(|any| json!({ "$ref": any })));
        field.insert("anyOf".to_owned(), alternatives.into());
    }

    /// Of each resource server, which scopes a grant for it can name.
    fn rules_of_scopes(&self) -> Vec<Json> {
        let any_scope = json!({ "$ref": "#/$defs/ScopeName" });

        let mut rules = Vec::new();
        for (server, scopes) in &self.names.scopes {
            let Some(scopes) = scopes else {
                continue;
            };
            let unknown = explain_unknown_scope(server, scopes);
            let choice = choice_among(offer(scopes), &unknown);
            let set = if self.is_whole {
                closed_set(&choice)
            } else {
                open_set(&choice, &any_scope)
            };
            rules.push(rule(server, &set));
        }

        if !self.management_scopes.is_empty() {
            let scopes = self.management_scopes.iter();
            let choice = choice_among(scopes.map(|scope| (*scope, "")), "");
            let set = open_set(&choice, &any_scope);
            rules.push(rule(Audience::MANAGEMENT_API, &set));
        }
        rules
    }
}

/// The names that are written, and what is made of those of templates.
fn one_of(names: &Described, unknown: &str, place: Place) -> Vec<Json> {
    let is_offered =
        |name: &str| place == Place::Template || !has_references(name);
    let offered = offer(names).filter(|(name, _)| is_offered(name));
    let mut alternatives = vec![choice_among(offered, unknown)];

    let templates = names
        .keys()
        .filter(|name| has_references(name));
    alternatives.extend(templates.map(|name| {
        let pattern = pattern_of(name);
        json!({ "title": name, "type": "string", "pattern": pattern })
    }));
    alternatives
}

fn offer(names: &Described) -> impl Iterator<Item = (&str, &str)> {
    names
        .iter()
        .map(|(name, words)| (name.as_str(), words.as_str()))
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
    if names.is_empty() {
        return format!("`{server}` declares no scopes");
    }
    let names = names.join(", ");
    format!("`{server}` has no such scope; it has {names}")
}

/// One of these names, each with what is said of it; a text that there is none
/// of, where there are no names.
fn choice_among<'a>(
    names: impl Iterator<Item = (&'a str, &'a str)>,
    unknown: &str,
) -> Json {
    let (names, words): (Vec<&str>, Vec<&str>) = names.unzip();
    let mut choice = if names.is_empty() {
        json!({ "type": "string", "pattern": "^$" })
    } else {
        json!({ "type": "string", "enum": names, "enumDescriptions": words })
    };

    if !unknown.is_empty() {
        choice["errorMessage"] = unknown.into();
    }
    choice
}

/// What the scopes of a grant are where it is for this resource server.
fn rule(server: &str, scopes: &Json) -> Json {
    // No constant: to a language server that completes, each that begins alike
    // would be meant.
    let pattern = format!("^{}$", escape(server));
    let is_for = json!({ "type": "string", "pattern": pattern });

    json!({
        "if": {
            "properties": { "resource_server": is_for },
            "required": ["resource_server"],
        },
        "then": { "properties": { "scopes": scopes } },
    })
}
