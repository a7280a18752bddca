//! What a check looks at, and what a name that is referred to stands for.

use super::super::file::{Client, File, Grant, Moved, Removed, ResourceServer};
use super::super::node::Node;
use super::super::place::Place;
use super::super::source::Span;
use super::super::unsound::Unsound;
use crate::model::{EnvironmentName, Key, Support};

pub(super) const RESOURCE_SERVERS: &str = "resource_servers";
pub(super) const CLIENTS: &str = "clients";
const GRANTS: &str = "grants";
const MOVED: &str = "moved";
const REMOVED: &str = "removed";

/// What a check looks at.
pub(super) struct Context<'a> {
    pub(super) file: &'a File,
    /// The same file as a tree, which knows the places.
    pub(super) document: &'a Node,
    pub(super) unsound: &'a Unsound,
    /// What the provider can express.
    pub(super) support: &'a Support,
    /// Which of its environments it is; none, where it has none.
    pub(super) environment: Option<&'a EnvironmentName>,
}

/// What a name stands for.
pub(super) enum Lookup<T> {
    Declared(T),
    /// Declared, but not soundly: nothing can be said about it.
    Unsound,
    Unknown,
}

impl<'a> Context<'a> {
    /// The first file, as a whole.
    pub(super) fn first_file(&self) -> Span {
        Span::whole(self.document.span.file())
    }

    /// The resource servers, each with its place.
    pub(super) fn resource_servers(
        &self,
    ) -> impl Iterator<Item = (&'a ResourceServer, Place<'a>)> + use<'a> {
        let document = self.document;
        self.file
            .resource_servers
            .iter()
            .map(move |(key, server)| {
                let place =
                    Place::of_key(document, RESOURCE_SERVERS, key.as_str());
                (server, place)
            })
    }

    /// The clients, each with its place.
    pub(super) fn clients(
        &self,
    ) -> impl Iterator<Item = (&'a Client, Place<'a>)> + use<'a> {
        let document = self.document;
        self.file
            .clients
            .iter()
            .map(move |(key, client)| {
                let place = Place::of_key(document, CLIENTS, key.as_str());
                (client, place)
            })
    }

    /// The clients that are not only referred to, each with its place.
    pub(super) fn managed_clients(
        &self,
    ) -> impl Iterator<Item = (&'a Client, Place<'a>)> + use<'a> {
        self.clients()
            .filter(|(client, _)| !client.external)
    }

    /// The grants, each with its place.
    pub(super) fn grants(
        &self,
    ) -> impl Iterator<Item = (&'a Grant, Place<'a>)> + use<'a> {
        with_places(&self.file.grants, self.document, GRANTS)
    }

    /// What has a new name, each with its place.
    pub(super) fn moved(
        &self,
    ) -> impl Iterator<Item = (&'a Moved, Place<'a>)> + use<'a> {
        with_places(&self.file.moved, self.document, MOVED)
    }

    /// What is to go, each with its place.
    pub(super) fn removed(
        &self,
    ) -> impl Iterator<Item = (&'a Removed, Place<'a>)> + use<'a> {
        with_places(&self.file.removed, self.document, REMOVED)
    }

    /// The place of a resource server, whether there is one or not.
    pub(super) fn place_of_resource_server(&self, key: &'a Key) -> Place<'a> {
        Place::of_key(self.document, RESOURCE_SERVERS, key.as_str())
    }

    /// The place of a client, whether there is one or not.
    pub(super) fn place_of_client(&self, key: &'a Key) -> Place<'a> {
        Place::of_key(self.document, CLIENTS, key.as_str())
    }

    pub(super) fn look_up_resource_server(
        &self,
        key: &Key,
    ) -> Lookup<&'a ResourceServer> {
        match self.file.resource_servers.get(key) {
            Some(server) => Lookup::Declared(server),
            None => self.look_up_missing(RESOURCE_SERVERS, key),
        }
    }

    pub(super) fn look_up_client(&self, key: &Key) -> Lookup<&'a Client> {
        match self.file.clients.get(key) {
            Some(client) => Lookup::Declared(client),
            None => self.look_up_missing(CLIENTS, key),
        }
    }

    fn look_up_missing<T>(&self, section: &str, key: &Key) -> Lookup<T> {
        // It was declared, with a mistake that has been reported: a second one
        // for each reference to it would hide that.
        if self.unsound.has_object(section, key.as_str()) {
            Lookup::Unsound
        } else {
            Lookup::Unknown
        }
    }
}

fn with_places<'a, T>(
    items: &'a [T],
    document: &'a Node,
    section: &'static str,
) -> impl Iterator<Item = (&'a T, Place<'a>)> {
    items
        .iter()
        .enumerate()
        .map(move |(index, item)| {
            (item, Place::of_item(document, section, index))
        })
}
