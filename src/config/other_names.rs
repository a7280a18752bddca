//! Which key is meant where an object is called by another name of it.

use super::node::{Entry, Node};
use super::section::{CLIENTS, RESOURCE_SERVERS};
use crate::model::{Audience, Suggestions};

/// The fields that name an object in the tenant, in place of
/// the key that names it here.
const NAMES: [&str; 3] = ["identifier", "client_id", "name"];

/// Where the tenant's own API ends, whatever the tenant.
const MANAGEMENT_API_ENDS: &str = "/api/v2";

/// Seeks keys, of the first names that are none and of no more: each is
/// compared with all objects.
#[derive(Debug)]
pub(super) struct OtherNames<'a> {
    document: &'a Node,
    left: usize,
}

impl<'a> OtherNames<'a> {
    pub(super) fn of(document: &'a Node) -> Self {
        Self {
            document,
            left: Suggestions::MOST,
        }
    }

    /// The key of the object that is called so in the tenant.
    pub(super) fn key_of(
        &mut self,
        section: &str,
        name: &str,
    ) -> Option<&'a str> {
        self.left = self.left.checked_sub(1)?;
        let name = without_slash(name);
        let section_entry = self.document.entry(section);
        let mut objects = section_entry
            .into_iter()
            .flat_map(|entry| entry.value.entries());
        // First: an API of one's own may be called nearly like the other.
        if let Some(object) = objects.find(|object| is_called(object, name)) {
            return Some(&*object.key);
        }

        let is_management_api =
            section == RESOURCE_SERVERS && name.ends_with(MANAGEMENT_API_ENDS);
        is_management_api.then_some(Audience::MANAGEMENT_API)
    }

    /// The same, where the name may also be the key.
    pub(super) fn find(
        &mut self,
        section: &str,
        name: &str,
    ) -> Option<&'a str> {
        let objects = self.document.entry(section);
        let object = objects.and_then(|objects| objects.value.entry(name));

        match object {
            Some(object) => Some(&*object.key),
            None => self.key_of(section, name),
        }
    }
}

fn is_called(object: &Entry, name: &str) -> bool {
    NAMES.iter().any(|field| {
        let field = object.value.entry(field);
        let text = field.and_then(|field| field.value.as_text());
        text.is_some_and(|text| without_slash(text).eq_ignore_ascii_case(name))
    })
}

/// An identifier is often written without the slash that it ends in.
fn without_slash(name: &str) -> &str {
    name.trim_end_matches('/')
}

/// The section whose keys a field takes.
pub(super) fn section_of(field: &str) -> Option<&'static str> {
    match field {
        "client" => Some(CLIENTS),
        "resource_server" => Some(RESOURCE_SERVERS),
        _ => None,
    }
}
