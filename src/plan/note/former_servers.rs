//! APIs that stay behind when an identifier is changed: it cannot be, so there
//! is a new API.

use std::collections::{BTreeMap, BTreeSet};

use super::{FormerServer, Note};
use crate::model::{Address, ClientSpec, Identifier, Kind, Value};
use crate::plan::context::Context;
use crate::plan::verdict::Class;
use crate::plan::{Action, Change};

/// Live APIs by their display names.
type ByName<'a> = BTreeMap<&'a str, Vec<&'a Identifier>>;

/// The live APIs that have the display name of one that is to be created, and
/// stay though nothing says that they should.
pub(super) fn note_former_servers(
    context: &Context<'_>,
    changes: &[Change],
) -> Option<Note> {
    let staying = collect_staying(context, changes);
    let former: Vec<FormerServer> = changes
        .iter()
        .filter(|change| creates_server(change))
        .flat_map(|change| list_namesakes(change, &staying))
        .collect();

    (!former.is_empty()).then_some(Note::FormerServers(former))
}

fn creates_server(change: &Change) -> bool {
    change.action == Action::Create
        && change.address.kind() == Kind::ResourceServer
}

/// The APIs that no change touches and the configuration
/// does not speak of, by name.
fn collect_staying<'a>(
    context: &Context<'a>,
    changes: &[Change],
) -> ByName<'a> {
    let touched: BTreeSet<&Address> = changes
        .iter()
        .map(|change| &change.address)
        .collect();

    let mut staying = ByName::new();
    for (address, verdict) in &context.verdicts {
        let Address::ResourceServer(identifier) = *address else {
            continue;
        };
        // Whoever reads the note is told to delete what it lists.
        if touched.contains(address) || !may_be_former(&verdict.class) {
            continue;
        }

        let Some(name) = verdict.found.name() else {
            continue;
        };
        staying
            .entry(name)
            .or_default()
            .push(identifier);
    }
    staying
}

/// Whether an API of this class may be what was declared before. One that the
/// configuration names is not: it is declared, referred to, or said to stay.
fn may_be_former(class: &Class) -> bool {
    match class {
        Class::Orphan | Class::Unmanaged => true,
        Class::Managed
        | Class::Adoptable
        | Class::Protected
        | Class::Removed(_)
        | Class::Foreign(_)
        | Class::CopiedMark
        | Class::UnreadableMark(_)
        | Class::Ambiguous(_)
        | Class::External
        | Class::Untouchable(_) => false,
    }
}

fn list_namesakes(created: &Change, staying: &ByName<'_>) -> Vec<FormerServer> {
    let name = created
        .fields
        .get(ClientSpec::NAME)
        .and_then(Value::as_text);
    let others = name.and_then(|name| staying.get(name));

    others
        .into_iter()
        .flatten()
        .map(|identifier| FormerServer {
            created: created.address.clone(),
            identifier: (*identifier).clone(),
        })
        .collect()
}
