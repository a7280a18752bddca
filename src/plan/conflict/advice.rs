//! What to do about each contradiction.

use std::collections::BTreeSet;

use super::kinds::Conflict;
use super::names::Holder;
use crate::model::{
    Advice, ClientId, Key, Mark, RemoteId, StackName, Standing, Step,
};

impl Advice for Conflict {
    fn id(&self) -> &'static str {
        match self {
            Self::Namesake { .. } => "namesake",
            Self::StrangeEntry { .. } => "strange-entry",
            Self::ForeignMark { .. } => "foreign-mark",
            Self::OtherKey { .. } => "other-key",
            Self::FormerKey { .. } => "former-key",
            Self::UnreadableMark { .. } | Self::UnreadableServerMark { .. } => {
                "unreadable-mark"
            }
            Self::SameMark { .. } => "same-mark",
            Self::NoSuchClient { .. } => "no-such-client",
            Self::NoSuchResourceServer { .. } => "no-such-resource-server",
            Self::ForeignGrant { .. } => "foreign-grant",
            Self::DoubledGrant { .. } => "doubled-grant",
            Self::Untouchable { .. } => "untouchable",
            Self::KeysInUse { .. } => "keys-in-use",
            Self::FixedKey { .. } => "fixed-key",
            Self::TakenClientId { .. } => "taken-client-id",
            Self::FixedClientId { .. } => "fixed-client-id",
            Self::TakenIdentifier { .. } => "taken-identifier",
            Self::TakenScope { .. } => "taken-scope",
            Self::ForeignScope { .. } => "foreign-scope",
            Self::UnreadableScopeMark { .. } => "unreadable-scope-mark",
            Self::MisnamedScope { .. } => "misnamed-scope",
            Self::DoubledScope { .. } => "doubled-scope",
            Self::ForeignServer { .. } => "foreign-server",
            Self::CrowdedMetadata { .. } => "crowded-metadata",
            Self::NoSuchScope { .. } => "no-such-scope",
        }
    }

    fn next_step(&self) -> Option<Step> {
        let step = match self {
            Self::Namesake { key, ids, .. } => advise_binding(key, ids),
            Self::TakenClientId {
                key,
                id,
                holder,
            } => advise_on_taken_id(key, id, holder),
            Self::FixedClientId { live, .. } => format!(
                "say `client_id: {live}`, or leave it out; a new id takes a \
                 new client, under a key of its own"
            ),
            Self::StrangeEntry { .. } => "move it away, or give the sink \
                                          another path: nothing of others is \
                                          written over"
                .into(),
            Self::TakenIdentifier { .. } => {
                "choose another identifier: that client stays as it is".into()
            }
            Self::TakenScope { .. }
            | Self::ForeignScope { .. }
            | Self::UnreadableScopeMark { .. }
            | Self::MisnamedScope { .. }
            | Self::DoubledScope { .. } => advise_on_scope(self)?,
            Self::ForeignMark { owner, .. }
            | Self::ForeignServer { owner, .. } => advise_on_owner(owner),
            Self::OtherKey {
                key, marked, ..
            } => {
                format!("declare either clients.{key} or clients.{marked}")
            }
            Self::FormerKey {
                key, marked, ..
            } => format!(
                "if it is the same client, say `moved: [{{ client: {marked}, \
                 to: {key} }}]`; if not, give the new one another name"
            ),
            Self::UnreadableMark { reason, .. }
            | Self::UnreadableServerMark { reason, .. } => {
                return reason.next_step();
            }
            Self::SameMark { twins, .. } => return Some(twins.next_step()),
            Self::NoSuchScope { near, .. } => {
                format!("did you mean `{}`?", near.as_ref()?)
            }
            Self::ForeignGrant { owner, .. } => {
                format!("declare the grant in the stack `{owner}`")
            }
            Self::KeysInUse {
                key, method, ..
            } => format!(
                "declare its keys in clients.{key}, under \
                 `client_authentication_methods: {method}`; to give them up \
                 for a secret, say `client_authentication_methods: null`"
            ),
            Self::FixedKey { field, .. } => format!(
                "leave `{field}` as it is in the tenant, or declare a new key \
                 beside this one"
            ),

            Self::DoubledGrant { .. } => "keep one of the two".into(),
            Self::NoSuchClient { .. } => {
                "check the id, and that this is the right tenant".into()
            }
            Self::NoSuchResourceServer { .. } => {
                "check the identifier: a trailing slash is significant; or \
                 apply the stack that declares it first"
                    .into()
            }
            Self::CrowdedMetadata { .. } => "set to `null` what is not needed \
                                             of it, under `client_metadata`"
                .into(),
            Self::Untouchable {
                standing, id, ..
            } => advise_on_untouchable(*standing, id),
        };

        Some(step.into())
    }
}

/// What to do about an id that is chosen for a new client, and taken.
fn advise_on_taken_id(key: &Key, id: &ClientId, holder: &Holder) -> String {
    match holder {
        Holder::Unmarked => format!(
            "to take it over, add this line to clients.{key}:\n    \
             client_id: {}\nif it is another's, give the new one a \
             `client_id` of its own",
            as_yaml(id)
        ),
        Holder::Ours(other) => format!(
            "if it is the same client, say `moved: [{{ client: {other}, to: \
             {key} }}]`; if not, give the new one a `client_id` of its own"
        ),
        Holder::Api | Holder::Stack(_) | Holder::Untouchable => {
            format!("give clients.{key} another `client_id`")
        }
    }
}

/// What to do about an object that is declared, and another stack's.
fn advise_on_owner(owner: &StackName) -> String {
    format!(
        "declare it in the stack `{owner}`, or refer to it with `external: \
         true`;\nif `{owner}` is the former name of this stack, say `moved: \
         [{{ stack: {owner} }}]`"
    )
}

/// What to do about an object that no configuration changes.
fn advise_on_untouchable(standing: Standing, id: &RemoteId) -> String {
    match standing {
        Standing::ScopesAlone => format!(
            "create the client `{id}` with every flow switched off, and plan \
             again: it then becomes an API of this stack; or refer to it with \
             `external: true`"
        ),
        Standing::GetsTokens => "switch off every flow of this client; or \
                                 refer to it with `external: true`"
            .into(),
        Standing::Ordinary
        | Standing::System
        | Standing::Global
        | Standing::Ourselves
        | Standing::ThirdParty
        | Standing::Registered
        | Standing::OtherProtocol => {
            "take it out of the configuration; what grants refer to can be \
             declared with `external: true`"
                .into()
        }
    }
}

/// What to do about a scope that is another's, or whose name is.
fn advise_on_scope(conflict: &Conflict) -> Option<String> {
    Some(match conflict {
        Conflict::TakenScope { owner, .. } => {
            let move_it = match owner {
                Some(_) => {
                    "; if it is to move here from another API, take it out \
                     there, and apply that first"
                }
                None => "",
            };
            format!(
                "give the scope another name, or have the scopes of all APIs \
                 stand behind their identifiers with `scope_names: \
                 qualified`{move_it}"
            )
        }
        Conflict::ForeignScope { owner, .. } => format!(
            "declare it in the stack `{owner}`; if that makes it no more, \
             delete it in the tenant"
        ),
        Conflict::UnreadableScopeMark { name, .. } => format!(
            "remove `{}` from `{name}` in the tenant if it is this stack's, \
             or leave it to a newer version of Grantry",
            Mark::STACK
        ),
        Conflict::MisnamedScope { name, live, .. } => format!(
            "in the tenant, give the scope that is called `{name}` another \
             name; this one then has it again, and until then `{live}` is \
             what callers have"
        ),
        Conflict::DoubledScope { .. } => {
            "each puts this API into the audience of tokens: delete those that \
             are not meant, or have them be for another API"
                .into()
        }
        _ => return None,
    })
}

/// An id as a configuration says it: one that could be anything but a text
/// stands in quotes, of which it has none.
fn as_yaml(id: &ClientId) -> String {
    let id = id.as_str();
    let is_letter = |byte: u8| byte.is_ascii_alphabetic();
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let is_word =
        id.bytes().next().is_some_and(is_letter) && id.bytes().all(is_plain);
    let is_reserved = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n",
    ]
    .iter()
    .any(|word| id.eq_ignore_ascii_case(word));

    if is_word && !is_reserved {
        id.to_owned()
    } else {
        format!("\"{id}\"")
    }
}

/// The lines that take over a client of the same name: one to add, or several
/// to choose from.
fn advise_binding(key: &Key, ids: &BTreeSet<ClientId>) -> String {
    let ids: Vec<String> = ids.iter().map(as_yaml).collect();
    let lines = ids.join("\n    client_id: ");
    if ids.len() == 1 {
        format!(
            "to take it over, add this line to clients.{key}:\n    client_id: \
             {lines}"
        )
    } else {
        format!(
            "to take one of them over, add its line to clients.{key}:\n    \
             client_id: {lines}"
        )
    }
}
