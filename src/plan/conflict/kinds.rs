//! What keeps a plan from being made: every contradiction, and its message.

use std::collections::BTreeSet;
use std::fmt;

use super::names::Holder;
use crate::model::{
    ClientId, ClientSpec, Identifier, Key, MarkError, RemoteId, ScopeName,
    StackName, Standing,
};
use crate::plan::Twins;
use crate::words::quote_all;

/// Everything that keeps a plan from being made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PlanError {
    /// The conflicts, all of them, sorted.
    pub conflicts: Vec<Conflict>,
}

impl fmt::Display for PlanError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.conflicts.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(
            formatter,
            "{count} conflict{plural} with the tenant"
        )
    }
}

/// One contradiction between the configuration and the tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Conflict {
    /// A declared new client has the name of a client that carries no mark.
    #[error(
        "clients.{key}: the tenant has a client named `{name}` already, \
         without a mark that counts here: {}",
        join(ids, ", ")
    )]
    Namesake {
        /// The declared client.
        key: Key,
        /// The name both have.
        name: String,
        /// The ids of the clients of that name.
        ids: BTreeSet<ClientId>,
    },
    /// What lies where the credentials of a client would go is not its entry.
    #[error("clients.{key}: {destination} holds something else: {reason}")]
    StrangeEntry {
        /// The client.
        key: Key,
        /// Where its credentials would go.
        destination: String,
        /// How that is known.
        reason: String,
    },
    /// A declared client belongs to another stack.
    #[error("clients.{key}: the client {id} belongs to the stack `{owner}`")]
    ForeignMark {
        /// The declared client.
        key: Key,
        /// Its id.
        id: ClientId,
        /// Who owns it.
        owner: StackName,
    },
    /// A client to be bound carries this stack's mark under a key that is
    /// declared as well.
    #[error(
        "clients.{key}: the client {id} is clients.{marked} already: it \
         carries that mark"
    )]
    OtherKey {
        /// The declared client.
        key: Key,
        /// The id of the client met.
        id: ClientId,
        /// The key in its mark.
        marked: Key,
    },
    /// A declared new client has the name of one that was
    /// declared under another key.
    #[error(
        "clients.{key}: a client of this name, {id}, carries this stack's \
         mark for the key `{marked}`, which is not declared any more"
    )]
    FormerKey {
        /// The declared client.
        key: Key,
        /// The id of the client of the same name.
        id: ClientId,
        /// The key in its mark.
        marked: Key,
    },
    /// A client carries a mark that this version cannot read, and that may be
    /// this stack's.
    #[error(
        "{}whose the client {id} is cannot be told: {reason}",
        name_place(key.as_ref())
    )]
    UnreadableMark {
        /// The client of the configuration that it may be, if one is named.
        key: Option<Key>,
        /// The id of the client that carries the mark.
        id: ClientId,
        /// What is wrong with its mark.
        reason: MarkError,
    },
    /// Several clients carry the same mark.
    #[error(
        "clients.{key}: several clients carry this stack's mark for it: \
         {twins}"
    )]
    SameMark {
        /// The key in the mark.
        key: Key,
        /// The clients that carry it.
        twins: Twins,
    },
    /// A `client_id` of the configuration is not in the tenant.
    #[error("clients.{key}: the tenant has no client {id}")]
    NoSuchClient {
        /// The client of the configuration.
        key: Key,
        /// The id it names.
        id: ClientId,
    },
    /// An external resource server is not in the tenant.
    #[error(
        "resource_servers.{key}: the tenant has no resource server \
         `{identifier}`"
    )]
    NoSuchResourceServer {
        /// The resource server of the configuration.
        key: Key,
        /// The identifier it names.
        identifier: Identifier,
    },
    /// A grant is declared for a client that another stack owns.
    #[error(
        "{grant}: its client belongs to the stack `{owner}`, and so does the \
         grant"
    )]
    ForeignGrant {
        /// The grant.
        grant: String,
        /// Who owns its client.
        owner: StackName,
    },
    /// Two grants of the configuration are one in this tenant.
    #[error("{grant}: declared twice, under two names of one API or client")]
    DoubledGrant {
        /// The grant.
        grant: String,
    },
    /// A declared object must never be changed.
    #[error("{name}: {id} is {standing}, and no configuration changes it")]
    Untouchable {
        /// What the configuration declares.
        name: String,
        /// Its id.
        id: RemoteId,
        /// Why it is never changed.
        standing: Standing,
    },
    /// A declared client authenticates with keys that the
    /// configuration says nothing of.
    #[error(
        "clients.{key}: the client authenticates with keys ({method}), and \
         cannot have `token_endpoint_auth_method: {wanted}` as well, which a \
         client gets that declares no keys"
    )]
    KeysInUse {
        /// The declared client.
        key: Key,
        /// How it authenticates in the tenant.
        method: String,
        /// How it is to authenticate.
        wanted: String,
    },
    /// A key of a declared client differs in what is fixed once a key exists.
    #[error(
        "clients.{key}: the `{field}` of the key {name} is {}, and cannot \
         become `{wanted}`",
        name_live(live.as_deref())
    )]
    FixedKey {
        /// The declared client.
        key: Key,
        /// The name of the key in the tenant.
        name: String,
        /// The field that differs.
        field: String,
        /// What it is to be.
        wanted: String,
        /// What it is.
        live: Option<String>,
    },
    /// The id that is chosen for a new client is taken.
    #[error(
        "clients.{key}: the client id `{id}` is taken in this tenant, by \
         {holder}"
    )]
    TakenClientId {
        /// The declared client.
        key: Key,
        /// The id.
        id: ClientId,
        /// Who has it.
        holder: Holder,
    },
    /// A client cannot have another id than it was given once.
    #[error(
        "clients.{key}: its client id is `{live}`, and cannot become `{id}`"
    )]
    FixedClientId {
        /// The declared client.
        key: Key,
        /// The id that is declared.
        id: ClientId,
        /// The id that it has.
        live: ClientId,
    },
    /// The identifier of an API is the id of a client that is none.
    #[error(
        "resource_servers.{key}: `{identifier}` is the id of {holder}, which \
         is no API: it gets tokens of its own, or logs people in"
    )]
    TakenIdentifier {
        /// The declared API.
        key: Key,
        /// Its identifier.
        identifier: Identifier,
        /// Who has it.
        holder: Holder,
    },
    /// The name of a scope is taken.
    #[error(
        "resource_servers.{key}: the name of the scope `{scope}` is taken in \
         this tenant, by a scope {}{}",
        match audience {
            Some(audience) => format!("for `{audience}`"),
            None => "that is for no API, or for several".to_owned(),
        },
        match owner {
            Some(owner) => format!(" of the stack `{owner}`"),
            None => String::new(),
        }
    )]
    TakenScope {
        /// The declared API.
        key: Key,
        /// The scope.
        scope: ScopeName,
        /// The API that the other scope is for.
        audience: Option<Identifier>,
        /// Whose it is, by its mark.
        owner: Option<StackName>,
    },
    /// A scope of an API is another stack's, by its mark.
    #[error("{server}: the scope `{scope}` belongs to the stack `{owner}`")]
    ForeignScope {
        /// The API, as the configuration names it.
        server: String,
        /// The scope.
        scope: ScopeName,
        /// Whose it is, by its mark.
        owner: StackName,
    },
    /// A scope of an API that is declared, or is to be deleted, carries a mark
    /// that cannot be read.
    #[error("{server}: the mark of the scope `{scope}` cannot be read")]
    UnreadableScopeMark {
        /// The API, as the configuration names it.
        server: String,
        /// The scope.
        scope: ScopeName,
        /// What it is called in the tenant.
        name: String,
    },
    /// A scope of a declared API has another name in the tenant, and something
    /// else has its own.
    #[error(
        "resource_servers.{key}: the scope `{scope}` is called `{live}` in \
         this tenant, and another scope is called `{name}`"
    )]
    MisnamedScope {
        /// The declared API.
        key: Key,
        /// The scope.
        scope: ScopeName,
        /// What it is to be called in the tenant.
        name: String,
        /// What it is called there.
        live: String,
    },
    /// Several scopes of the tenant are one scope of an API, and which one a
    /// grant is about cannot be told.
    #[error(
        "resource_servers.{key}: the scope `{scope}` is there {} times in this \
         tenant, as {}",
        names.len(),
        quote_all(names, " and ")
    )]
    DoubledScope {
        /// The declared API.
        key: Key,
        /// The scope.
        scope: ScopeName,
        /// What each is called in the tenant.
        names: Vec<String>,
    },
    /// A declared API belongs to another stack.
    #[error(
        "resource_servers.{key}: `{identifier}` belongs to the stack `{owner}`"
    )]
    ForeignServer {
        /// The declared API.
        key: Key,
        /// Its identifier.
        identifier: Identifier,
        /// Who owns it.
        owner: StackName,
    },
    /// An API carries a mark that this version cannot read.
    #[error(
        "resource_servers.{key}: whose `{identifier}` is cannot be told: \
         {reason}"
    )]
    UnreadableServerMark {
        /// The declared API.
        key: Key,
        /// Its identifier.
        identifier: Identifier,
        /// What is wrong with its mark.
        reason: MarkError,
    },
    /// A client has no room for the mark among its metadata.
    #[error(
        "clients.{key}: {id} would have {entries} entries of metadata beside \
         the mark, and {} is the most",
        ClientSpec::MOST_METADATA
    )]
    CrowdedMetadata {
        /// The declared client.
        key: Key,
        /// Its id.
        id: RemoteId,
        /// How many entries it would have beside the mark.
        entries: usize,
    },
    /// A grant names a scope that the external resource server does not have.
    #[error("{grant}: the tenant's `{identifier}` has no scope `{scope}`")]
    NoSuchScope {
        /// The grant.
        grant: String,
        /// The resource server.
        identifier: Identifier,
        /// The scope it does not have.
        scope: ScopeName,
        /// The scope that is likely meant.
        near: Option<String>,
    },
}

fn join(ids: &BTreeSet<ClientId>, between: &str) -> String {
    let texts: Vec<&str> = ids
        .iter()
        .map(ClientId::as_str)
        .collect();
    texts.join(between)
}

/// What a field is in the tenant.
fn name_live(value: Option<&str>) -> String {
    match value {
        Some(value) => format!("`{value}`"),
        None => "not set".to_owned(),
    }
}

/// Where in the configuration, as far as that is known.
fn name_place(key: Option<&Key>) -> String {
    key.map(|key| format!("clients.{key}: "))
        .unwrap_or_default()
}
