//! What a plan says beyond its changes, for people.

use super::text::{WIDTH, capitalize, count, count_kinds, safe, words};
use crate::config::quote_scalar;
use crate::model::{Address, Advice as _, ClientId, Identifier, Key, Kind};
use crate::plan::{
    BentScope, Caller, DoneEntry, FormerServer, Names, Note, OrphanGrant,
    SharedMark, Staying, TakenScope,
};

/// A note, without its label.
pub(super) fn show_note(note: &Note, names: &Names) -> String {
    let step = note.next_step();
    let step = step
        .map(|step| step.to_string())
        .unwrap_or_default();

    match note {
        Note::Orphans {
            because,
            clients,
            grants,
            resource_servers,
        } => {
            let list = list_orphans(clients, grants, resource_servers, names);
            format!("{list}\n  {}", show_staying(*because, &step))
        }
        Note::Protected(addresses) => list_under(
            "not declared, and protected from deletion:",
            addresses
                .iter()
                .map(|address| safe(&names.of(address))),
        ),
        Note::SharedMarks(servers) => list_shared_marks(servers, &step),
        Note::UnexpectedCallers(callers) => list_callers(
            "unexpected callers of the APIs declared here:",
            callers,
            names,
        ),
        Note::LosingCallers(callers) => list_callers(
            "these grants stay, and their API loses scopes that they hold:",
            callers,
            names,
        ),
        Note::UnaskedGrants(callers) => {
            list_unasked_grants(callers, names, &step)
        }
        Note::RevivedGrants(callers) => list_callers(
            "these grants come back to life with their API, which is to be \
             created:",
            callers,
            names,
        ),
        Note::Outliving(callers) => list_callers(
            "these grants are for APIs that are not in the tenant any more:",
            callers,
            names,
        ),
        Note::FormerServers(servers) => {
            list_former_servers(servers, names, &step)
        }
        Note::AbruptKeys(keys) => end_with(
            &list_clients(
                "these clients lose all they authenticate with, once this is \
                 applied:",
                keys,
            ),
            &format!("{}.", capitalize(&step)),
        ),
        Note::LongGrants { most, grants } => {
            list_long_grants(*most, grants, names, &step)
        }
        Note::Unmarked(keys) => list_clients(
            "these clients exist without a mark that counts here; applying \
             gives them one:",
            keys,
        ),
        Note::TakenScopes(scopes) => list_under(
            "these scopes exist without a mark that counts here; applying \
             gives them one, and whoever holds\nthem keeps them:",
            scopes
                .iter()
                .map(|taken| show_taken_scope(taken, names)),
        ),
        Note::BentScopes(scopes) => list_bent_scopes(scopes, names),
        Note::StrayScopes(scopes) => list_stray_scopes(scopes, &step),
        Note::CopiedMark {
            name,
            client_id,
        } => format!(
            "{} carries a mark of another tenant; it counts as unmarked.",
            show_live_client(name, client_id)
        ),
        Note::CopiedServerMark { identifier } => format!(
            "{} carries a mark of another tenant, which is no evidence: it \
             stays.\n  {}.",
            show_server(identifier),
            capitalize(&step)
        ),
        Note::UnreadableMark {
            name,
            client_id,
            reason,
        } => format!(
            "{} is left alone: {}.\n    To change that, {step}.",
            show_live_client(name, client_id),
            safe(&reason.to_string())
        ),
        // Counted and not named: there may be thousands, and nothing is to be
        // done about any of them.
        Note::NotOurs(counts) => {
            let counts: Vec<String> = counts
                .iter()
                .map(|(kind, number)| count(*number, kind.words()))
                .collect();
            let counts = counts.join(", ");
            format!("not this stack's, and left alone: {counts}.")
        }
        Note::Done(entries) => list_under(
            "these match nothing in the tenant: they are done, or misspelt:",
            entries.iter().map(show_done),
        ),
    }
}

fn list_orphans(
    clients: &[Key],
    grants: &[OrphanGrant],
    resource_servers: &[Identifier],
    names: &Names,
) -> String {
    let total = clients.len() + grants.len() + resource_servers.len();
    let verbs = if total == 1 {
        "is not declared, and stays"
    } else {
        "are not declared, and stay"
    };
    let counts = count_kinds([
        (clients.len(), Kind::Client),
        (grants.len(), Kind::Grant),
        (resource_servers.len(), Kind::ResourceServer),
    ]);
    let title = format!("{counts} of this stack {verbs}:");

    let clients = clients.iter().map(show_client);
    let grants = grants
        .iter()
        .map(|grant| show_orphan_grant(grant, names));
    let servers = resource_servers.iter().map(show_server);
    list_under(&title, clients.chain(grants).chain(servers))
}

fn list_clients(title: &str, keys: &[Key]) -> String {
    list_under(title, keys.iter().map(show_client))
}

fn list_callers(title: &str, callers: &[Caller], names: &Names) -> String {
    let callers = callers
        .iter()
        .map(|caller| show_caller(caller, names));

    list_under(title, callers)
}

/// The APIs that carry the mark of one that is declared, as the lines that
/// delete them.
fn list_shared_marks(servers: &[SharedMark], step: &str) -> String {
    let title = format!(
        "these APIs carry the mark of one that is declared: copied from it, \
         or its former selves.\n  {}:",
        capitalize(step)
    );

    list_under(&title, servers.iter().map(show_shared_mark))
}

/// The APIs that stay beside new ones of their names, as the lines that delete
/// them.
fn list_former_servers(
    servers: &[FormerServer],
    names: &Names,
    step: &str,
) -> String {
    let title = format!(
        "an identifier cannot be changed: these APIs stay beside the new ones \
         of their names.\n  {}:",
        capitalize(step)
    );
    let servers = servers
        .iter()
        .map(|server| show_removal(server, names));

    list_under(&title, servers)
}

fn list_unasked_grants(
    callers: &[Caller],
    names: &Names,
    step: &str,
) -> String {
    let list = list_callers(
        "of these grants, scopes are in every token of the client, asked for \
         or not:",
        callers,
        names,
    );

    end_with(&list, &format!("{}.", capitalize(step)))
}

fn list_long_grants(
    most: usize,
    grants: &[Address],
    names: &Names,
    step: &str,
) -> String {
    let list = list_under(
        "whoever asks for all scopes of one of these grants at once gets none:",
        grants
            .iter()
            .map(|grant| safe(&names.of(grant))),
    );
    let end = format!(
        "Their names have more than {most} characters together, and no \
         request for a token can be longer. {}.",
        capitalize(step)
    );

    end_with(&list, &end)
}

fn list_bent_scopes(scopes: &[BentScope], names: &Names) -> String {
    list_under(
        "these scopes were put to another use, and are given back or deleted; \
         whoever holds one loses\nwhat it is for now, and has what it was \
         made for, or nothing:",
        scopes
            .iter()
            .map(|bent| show_bent_scope(bent, names)),
    )
}

fn list_stray_scopes(scopes: &[String], step: &str) -> String {
    let list = list_under(
        "these scopes carry this stack's mark, and their API is neither \
         declared nor there:",
        scopes.iter().map(|name| safe(name)),
    );
    let end = format!(
        "Whoever holds one may still get tokens by it. {}.",
        capitalize(step)
    );

    end_with(&list, &end)
}

/// A title with a line for each of these below it.
fn list_under(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();

    format!("{title}\n    {}", lines.join("\n    "))
}

/// What becomes of what is ours and not declared.
fn show_staying(because: Staying, step: &str) -> String {
    match because {
        Staying::NotPruned => format!(
            "Their access stays in force. {}.",
            capitalize(step)
        ),
        Staying::NoEvidence => "Their client carries no mark yet; once it \
                                does, they are deleted as well."
            .to_owned(),
    }
}

fn show_taken_scope(taken: &TakenScope, names: &Names) -> String {
    let key = names.resource_servers.get(&taken.audience);
    let api = key.map_or(taken.audience.as_str(), Key::as_str);

    format!(
        "resource_servers.{}: {}",
        safe(api),
        safe(&taken.scope)
    )
}

fn show_bent_scope(bent: &BentScope, names: &Names) -> String {
    let key = names.resource_servers.get(&bent.audience);
    let api = key.map_or(bent.audience.as_str(), Key::as_str);
    let holders: Vec<String> = bent
        .holders
        .iter()
        .map(|holder| format!("\"{}\"", safe(holder)))
        .collect();
    let holders = if holders.is_empty() {
        "nobody".to_owned()
    } else {
        holders.join(", ")
    };

    format!(
        "resource_servers.{}: {}, which is for {} and held by {holders}",
        safe(api),
        safe(&bent.scope),
        safe(bent.instead.as_str())
    )
}

/// A list, and what is to be said below it.
fn end_with(list: &str, end: &str) -> String {
    let end = words(end, WIDTH - 2).join("\n  ");

    format!("{list}\n  {end}")
}

/// A client of the tenant, whoever's. The letters that an id may have are all
/// harmless; a name is whatever somebody wrote.
fn show_live_client(name: &str, id: &ClientId) -> String {
    format!(
        "the client \"{}\" ({})",
        safe(name),
        safe(id.as_str())
    )
}

fn show_client(key: &Key) -> String {
    format!("clients.{key}")
}

fn show_server(identifier: &Identifier) -> String {
    format!("resource_servers.{}", safe(identifier.as_str()))
}

fn show_orphan_grant(grant: &OrphanGrant, names: &Names) -> String {
    let OrphanGrant {
        address,
        scopes,
    } = grant;
    let address = safe(&names.of(address));
    let scopes = show_scopes(scopes.as_deref());

    format!("{address}: {scopes}")
}

/// The entry that removes an API whose identifier was changed: it is there to
/// be copied.
fn show_removal(server: &FormerServer, names: &Names) -> String {
    let FormerServer {
        created,
        identifier,
    } = server;
    // As a configuration writes it, for it is there to be copied.
    let identifier = quote_scalar(identifier.as_str());
    let created = safe(&names.of(created));

    format!(
        "- {{ resource_server: {identifier}, destroy: true }}  # beside \
         {created}"
    )
}

fn show_shared_mark(shared: &SharedMark) -> String {
    let SharedMark {
        identifier,
        key,
    } = shared;
    let identifier = quote_scalar(identifier.as_str());

    format!("- {{ resource_server: {identifier}, destroy: true }}  # as {key}")
}

fn show_caller(caller: &Caller, names: &Names) -> String {
    let Caller {
        client,
        audience,
        scopes,
    } = caller;
    let key = names.resource_servers.get(audience);
    let api = key.map_or(audience.as_str(), Key::as_str);

    let client = safe(client);
    let api = safe(api);
    let scopes = show_scopes(scopes.as_deref());
    format!("\"{client}\" -> {api}: {scopes}")
}

/// The scopes that a grant confers.
fn show_scopes(scopes: Option<&[String]>) -> String {
    match scopes {
        None => "all scopes".to_owned(),
        Some([]) => "no scopes".to_owned(),
        Some(scopes) => {
            let scopes: Vec<String> =
                scopes.iter().map(|scope| safe(scope)).collect();
            scopes.join(", ")
        }
    }
}

fn show_done(entry: &DoneEntry) -> String {
    match entry {
        DoneEntry::MovedClient(key) => format!("moved: client {key}"),
        DoneEntry::MovedStack(stack) => format!("moved: stack {stack}"),
        DoneEntry::RemovedClient(key) => format!("removed: client {key}"),
        DoneEntry::RemovedResourceServer(identifier) => {
            let identifier = safe(identifier.as_str());
            format!("removed: resource_server {identifier}")
        }
    }
}
