//! How an export is laid out: in one file, or one per resource server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use smol_str::SmolStr;

use super::yaml::{entry, fits, flow, scalar};
use super::{Export, Object};
use crate::model::{Audience, Key, Value};

impl Export {
    /// The whole configuration as one file.
    #[must_use]
    pub fn file(&self) -> String {
        let mut text = self.beginning();
        text.push_str(&section("resource_servers", self.resource_servers.iter()));
        text.push_str(&section("clients", self.clients.iter()));
        text.push_str(&grants(self.grants.values()));
        text.push_str(&self.end());
        text
    }

    /// The configuration as a folder, by file name: the stack, the clients, and each resource
    /// server with the grants on it.
    #[must_use]
    pub fn folder(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        files.insert(
            "stack.yaml".to_owned(),
            format!("{}{}", self.beginning(), self.end()),
        );
        let mut add = |name: String, text: String| {
            if !text.is_empty() {
                files.insert(name, text.trim_start().to_owned());
            }
        };
        add(
            "clients.yaml".to_owned(),
            section("clients", self.clients.iter()),
        );
        for (key, server) in &self.resource_servers {
            let server = section("resource_servers", std::iter::once((key, server)));
            let text = format!("{server}{}", grants(self.grants.get(key).into_iter()));
            add(format!("api-{key}.yaml"), text);
        }
        let management = self
            .grants
            .iter()
            .find(|(key, _)| key.as_str() == Audience::MANAGEMENT_API);
        let management = grants(management.into_iter().map(|(_, lines)| lines));
        add("management-api.yaml".to_owned(), management);
        files
    }

    fn beginning(&self) -> String {
        let adopted = self
            .clients
            .values()
            .filter(|client| client.is_adopted())
            .count();
        let next = match adopted {
            0 => "planning it shows no changes.".to_owned(),
            1 => "planning it shows that 1 client is taken over, and no other change.\n\
                  # Once that is applied, the `client_id` line of the client can go: it has a mark."
                .to_owned(),
            many => format!(
                "planning it shows that {many} clients are taken over, and no other change.\n\
                 # Once that is applied, the `client_id` lines of these can go: they have marks."
            ),
        };
        format!(
            "# What Grantry found in the tenant, as a configuration. Nothing has been changed, and\n\
             # {next}\n\
             # Leave `prune` off until all that is to stay is declared.\n\
             stack: {}\n",
            scalar(self.stack.as_str())
        )
    }

    fn end(&self) -> String {
        if self.left_out.is_empty() {
            return String::new();
        }
        let mut text = "\n# Not in this configuration:\n".to_owned();
        for line in &self.left_out {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "# - {line}");
        }
        text
    }
}

impl Object {
    fn is_adopted(&self) -> bool {
        self.get("client_id").is_some() && self.get("external").is_none()
    }
}

/// A section of objects under their keys, a blank line before each.
fn section<'a>(name: &str, objects: impl Iterator<Item = (&'a Key, &'a Object)>) -> String {
    let mut text = String::new();
    for (place, (key, object)) in objects.enumerate() {
        text.push('\n');
        if place == 0 {
            let _ = writeln!(text, "{name}:");
        }
        let _ = writeln!(text, "  {}:", scalar(key.as_str()));
        for remark in &object.remarks {
            let _ = writeln!(text, "    # {remark}");
        }
        for line in object
            .fields
            .iter()
            .flat_map(|(field, value)| entry(field, value, 4))
        {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// The grants, a blank line between resource servers.
fn grants<'a>(groups: impl Iterator<Item = &'a Vec<Object>>) -> String {
    let mut text = String::new();
    for (place, grants) in groups.enumerate() {
        text.push_str(if place == 0 { "\ngrants:\n" } else { "\n" });
        for Object { fields, .. } in grants {
            text.push_str(&grant(fields));
        }
    }
    text
}

/// A grant on one line, or else with a line for each field.
fn grant(fields: &[(SmolStr, Value)]) -> String {
    let line = format!(
        "  - {}",
        flow(fields.iter().map(|(field, value)| (field.as_str(), value)))
    );
    if fits(&line) {
        return line + "\n";
    }
    let lines = fields
        .iter()
        .flat_map(|(field, value)| entry(field, value, 4));
    let block = lines.collect::<Vec<_>>().join("\n");
    format!("  - {}\n", block.trim_start())
}
