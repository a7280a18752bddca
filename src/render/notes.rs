//! What a plan says beyond its changes, for people.

use super::text::{WIDTH, count, safe, value, words};
use crate::model::{Advice as _, Identifier, Key};
use crate::plan::{Caller, DoneEntry, FormerServer, Names, Note, OrphanGrant, Staying};

/// A note, without its label.
pub(super) fn note(note: &Note, names: &Names) -> String {
    let step = note
        .next_step()
        .map(|step| step.to_string())
        .unwrap_or_default();
    match note {
        Note::Orphans {
            because,
            clients,
            grants,
            resource_servers,
        } => {
            let list = orphans(clients, grants, resource_servers, names);
            match because {
                Staying::NotPruned => {
                    format!(
                        "{list}\n  Their access stays in force. {}.",
                        capitalized(&step)
                    )
                }
                Staying::NoEvidence => format!(
                    "{list}\n  Their client carries no mark yet; once it does, they are deleted as well."
                ),
            }
        }
        Note::Protected(addresses) => {
            let list = addresses.iter().map(|address| safe(&names.of(address)));
            list_of("not declared, and protected from deletion:", list)
        }
        Note::UnexpectedCallers(callers) => list_of(
            "unexpected callers of the APIs declared here:",
            callers.iter().map(|caller| self::caller(caller, names)),
        ),
        Note::LosingCallers(callers) => list_of(
            "these grants stay, and their API loses scopes that they hold:",
            callers.iter().map(|caller| self::caller(caller, names)),
        ),
        Note::FormerServers(former) => list_of(
            &format!(
                "an identifier cannot be changed: these APIs stay beside the new ones of their names.\n  \
                 {}:",
                capitalized(&step)
            ),
            former.iter().map(
                |FormerServer {
                     created,
                     identifier,
                 }| {
                    let identifier = value(&identifier.as_str().into());
                    let created = safe(&names.of(created));
                    format!(
                        "- {{ resource_server: {identifier}, destroy: true }}  # beside {created}"
                    )
                },
            ),
        ),
        Note::Outliving(callers) => list_of(
            "these grants are for APIs that are not in the tenant any more:",
            callers.iter().map(|caller| self::caller(caller, names)),
        ),
        Note::AbruptKeys(keys) => {
            let list = keys.iter().map(|key| format!("clients.{key}"));
            let title = "these clients lose all they authenticate with, once this is applied:";
            let way = words(&format!("{}.", capitalized(&step)), WIDTH - 2).join("\n  ");
            format!("{}\n  {way}", list_of(title, list))
        }
        Note::Unmarked(keys) => list_of(
            "these clients exist without a mark that counts here; applying gives them one:",
            keys.iter().map(|key| format!("clients.{key}")),
        ),
        Note::CopiedMark { name, client_id } => format!(
            "the client \"{}\" ({client_id}) carries a mark of another tenant; it counts as unmarked.",
            safe(name)
        ),
        Note::UnreadableMark {
            name,
            client_id,
            reason,
        } => format!(
            "the client \"{}\" ({client_id}) is left alone: {}.\n    To change that, {step}.",
            safe(name),
            safe(&reason.to_string()),
        ),
        Note::NotOurs(counts) => {
            let counts = counts
                .iter()
                .map(|(kind, number)| count(*number, kind.words()));
            format!(
                "not this stack's, and left alone: {}.",
                counts.collect::<Vec<_>>().join(", ")
            )
        }
        Note::Done(entries) => list_of(
            "these match nothing in the tenant: they are done, or misspelt:",
            entries.iter().map(done),
        ),
    }
}

fn orphans(
    clients: &[Key],
    grants: &[OrphanGrant],
    resource_servers: &[Identifier],
    names: &Names,
) -> String {
    let counts = [
        (clients.len(), ("client", "clients")),
        (grants.len(), ("grant", "grants")),
        (
            resource_servers.len(),
            ("resource server", "resource servers"),
        ),
    ];
    let total: usize = counts.iter().map(|(number, _)| number).sum();
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<String> = counts.map(|(number, words)| count(number, words)).collect();
    let verbs = if total == 1 {
        "is not declared, and stays"
    } else {
        "are not declared, and stay"
    };
    let clients = clients.iter().map(|key| format!("clients.{key}"));
    let grants = grants.iter().map(|grant| {
        let OrphanGrant { address, scopes } = grant;
        format!(
            "{}: {}",
            safe(&names.of(address)),
            self::scopes(scopes.as_deref())
        )
    });
    let servers = resource_servers
        .iter()
        .map(|server| format!("resource_servers.{}", safe(server.as_str())));
    let title = format!("{} of this stack {verbs}:", counts.join(" and "));
    list_of(&title, clients.chain(grants).chain(servers))
}

/// A step as the beginning of a sentence.
fn capitalized(step: &str) -> String {
    let mut characters = step.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());

    first.into_iter().chain(characters).collect()
}

fn caller(caller: &Caller, names: &Names) -> String {
    let Caller {
        client,
        audience,
        scopes,
    } = caller;
    let api = names
        .resource_servers
        .get(audience)
        .map_or(audience.as_str(), Key::as_str);
    format!(
        "\"{}\" -> {}: {}",
        safe(client),
        safe(api),
        self::scopes(scopes.as_deref())
    )
}

/// The scopes that a grant confers.
fn scopes(scopes: Option<&[String]>) -> String {
    match scopes {
        None => "all scopes".to_owned(),
        Some([]) => "no scopes".to_owned(),
        Some(scopes) => scopes
            .iter()
            .map(|scope| safe(scope))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn done(entry: &DoneEntry) -> String {
    match entry {
        DoneEntry::MovedClient(key) => format!("moved: client {key}"),
        DoneEntry::MovedStack(stack) => format!("moved: stack {stack}"),
        DoneEntry::RemovedClient(key) => format!("removed: client {key}"),
        DoneEntry::RemovedResourceServer(identifier) => {
            format!("removed: resource_server {}", safe(identifier.as_str()))
        }
    }
}

fn list_of(title: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: Vec<String> = lines.collect();
    format!("{title}\n    {}", lines.join("\n    "))
}
