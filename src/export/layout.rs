//! How an export is laid out: in one file, or one per resource server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::yaml::{fits_line, write_entry, write_flow, write_scalar};
use super::{Entry, Export, Field};
use crate::model::{Audience, Key};

/// The file, beside the configuration, by which editors know its keys.
pub const SCHEMA_FILE: &str = "grantry.schema.json";

/// The line that tells editors so.
fn modeline() -> String {
    format!("# yaml-language-server: $schema={SCHEMA_FILE}\n")
}

impl Export {
    /// The whole configuration as one file.
    #[must_use]
    pub fn file(&self) -> String {
        let mut text = self.header(&format!(
            "# `grantry validate --write-schema {SCHEMA_FILE}` writes the \
             file that the first line names.\n"
        ));
        text.push_str(&lay_out_section(
            "resource_servers",
            &self.resource_servers,
        ));
        text.push_str(&lay_out_section("clients", &self.clients));
        text.push_str(&lay_out_grants(self.grants.values()));
        text.push_str(&self.footer());
        text
    }

    /// The configuration as a folder, by file name: the stack, the clients, and
    /// each resource server with the grants on it.
    #[must_use]
    pub fn folder(&self) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        let stack = format!("{}{}", self.header(""), self.footer());
        files.insert("stack.yaml".to_owned(), stack);

        let clients = lay_out_section("clients", &self.clients);
        add_file(&mut files, "clients.yaml".to_owned(), &clients);

        for (key, server) in &self.resource_servers {
            let server = lay_out_section("resource_servers", [(key, server)]);
            let grants = lay_out_grants(self.grants.get(key));
            add_file(
                &mut files,
                format!("api-{key}.yaml"),
                &format!("{server}{grants}"),
            );
        }

        // The Management API is declared by nobody, so its grants have no file
        // of a server to be in.
        let management = self
            .grants
            .iter()
            .find(|(key, _)| key.as_str() == Audience::MANAGEMENT_API);
        let grants = lay_out_grants(management.map(|(_, grants)| grants));
        add_file(
            &mut files,
            "management-api.yaml".to_owned(),
            &grants,
        );
        files
    }

    /// What a reader needs to know before anything else, and the stack.
    fn header(&self, remark: &str) -> String {
        let adopted = self
            .clients
            .values()
            .filter(|client| client.is_adopted())
            .count();
        let next = match adopted {
            0 => "planning it shows no changes.".to_owned(),
            1 => "planning it shows that 1 client is taken over, and no other \
                  change.\n# Once that is applied, the `client_id` line of \
                  the client can go: it has a mark."
                .to_owned(),
            many => format!(
                "planning it shows that {many} clients are taken over, and no \
                 other change.\n# Once that is applied, the `client_id` lines \
                 of these can go: they have marks."
            ),
        };

        let stack = write_scalar(self.stack.as_str());
        format!(
            "{}# What Grantry found in the tenant, as a configuration. \
             Nothing has been changed, and\n# {next}\n# Leave `prune` off \
             until all that is to stay is declared.\n{remark}stack: {stack}\n",
            modeline()
        )
    }

    /// What is in the tenant and not in the configuration.
    fn footer(&self) -> String {
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

impl Entry {
    fn is_adopted(&self) -> bool {
        self.get("client_id").is_some() && self.get("external").is_none()
    }
}

/// Adds a file, unless there is nothing in it.
fn add_file(files: &mut BTreeMap<String, String>, name: String, text: &str) {
    if !text.is_empty() {
        // A section begins with a blank line, and a file does not.
        files.insert(
            name,
            format!("{}\n{}", modeline(), text.trim_start()),
        );
    }
}

/// A section of entries under their keys, a blank line before each.
fn lay_out_section<'a>(
    name: &str,
    entries: impl IntoIterator<Item = (&'a Key, &'a Entry)>,
) -> String {
    let mut text = String::new();
    for (place, (key, entry)) in entries.into_iter().enumerate() {
        text.push('\n');
        if place == 0 {
            let _ = writeln!(text, "{name}:");
        }

        let _ = writeln!(text, "  {}:", write_scalar(key.as_str()));
        for remark in &entry.remarks {
            let _ = writeln!(text, "    # {remark}");
        }
        for (field, value) in &entry.fields {
            for line in write_entry(field, value, 4) {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}

/// The grants, a blank line between resource servers.
fn lay_out_grants<'a>(
    groups: impl IntoIterator<Item = &'a Vec<Entry>>,
) -> String {
    let mut text = String::new();
    for (place, grants) in groups.into_iter().enumerate() {
        let separator = if place == 0 {
            "\ngrants:\n"
        } else {
            "\n"
        };
        text.push_str(separator);

        for grant in grants {
            for remark in &grant.remarks {
                let _ = writeln!(text, "  # {remark}");
            }
            text.push_str(&lay_out_grant(&grant.fields));
        }
    }
    text
}

/// A grant on one line, or else with a line for each field.
fn lay_out_grant(fields: &[Field]) -> String {
    let entries = fields
        .iter()
        .map(|(field, value)| (field.as_str(), value));
    let line = format!("  - {}", write_flow(entries));
    if fits_line(&line) {
        return line + "\n";
    }

    let lines: Vec<String> = fields
        .iter()
        .flat_map(|(field, value)| write_entry(field, value, 4))
        .collect();
    let block = lines.join("\n");
    format!("  - {}\n", block.trim_start())
}
