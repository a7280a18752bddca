//! What a check looks at, and what a name that is referred to stands for.

use super::super::file::{Client, File, Grant, Moved, Removed, ResourceServer};
use super::super::node::Node;
use super::super::place::Place;
use super::super::section::{CLIENTS, GRANTS, RESOURCE_SERVERS};
use super::super::source::Span;
use super::super::unsound::Unsound;
use crate::model::{EnvironmentName, Key, Support};

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
        let servers = self.file.resource_servers.iter();
        by_key(servers, self.document, RESOURCE_SERVERS)
    }

    /// The clients, each with its place.
    pub(super) fn clients(
        &self,
    ) -> impl Iterator<Item = (&'a Client, Place<'a>)> + use<'a> {
        by_key(self.file.clients.iter(), self.document, CLIENTS)
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
        in_a_list(&self.file.grants, self.document, GRANTS)
    }

    /// What has a new name, each with its place.
    pub(super) fn moved(
        &self,
    ) -> impl Iterator<Item = (&'a Moved, Place<'a>)> + use<'a> {
        in_a_list(&self.file.moved, self.document, MOVED)
    }

    /// What is to go, each with its place.
    pub(super) fn removed(
        &self,
    ) -> impl Iterator<Item = (&'a Removed, Place<'a>)> + use<'a> {
        in_a_list(&self.file.removed, self.document, REMOVED)
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
        if self
            .unsound
            .has_object(section, key.as_str())
        {
            Lookup::Unsound
        } else {
            Lookup::Unknown
        }
    }
}

/// The objects of a map, each with its place.
fn by_key<'a, T: 'a>(
    objects: impl Iterator<Item = (&'a Key, &'a T)>,
    document: &'a Node,
    section: &'static str,
) -> impl Iterator<Item = (&'a T, Place<'a>)> {
    objects.map(move |(key, object)| {
        (
            object,
            Place::of_key(document, section, key.as_str()),
        )
    })
}

/// The objects of a list, each with its place.
fn in_a_list<'a, T>(
    objects: &'a [T],
    document: &'a Node,
    section: &'static str,
) -> impl Iterator<Item = (&'a T, Place<'a>)> {
    let objects = objects.iter().enumerate();
    objects.map(move |(index, object)| {
        (object, Place::of_item(document, section, index))
    })
}
