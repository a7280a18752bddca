//! A stack of another name: the same edit of the mark of each of its clients, shown once.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::style::{CHANGED, STRONG, styled};
use super::text::{count, safe, value};
use crate::model::{ClientSpec, Kind, Mark};
use crate::plan::{Action, Change, Edit, Leaf, Names};

/// Clients whose marks change alike.
struct Renaming<'a> {
    leaf: &'a Leaf,
    clients: Vec<&'a Change>,
}

/// What is the same for several clients, and the changes with what is left of each.
pub(super) fn apart<'a>(changes: &'a [Change], names: &Names) -> (String, Cow<'a, [Change]>) {
    let renamings = renamings(changes);
    if renamings.is_empty() {
        return (String::new(), changes.into());
    }

    let shown: String = renamings
        .iter()
        .map(|renaming| show(renaming, names))
        .collect();

    let is_shown = |edit: &Edit| {
        is_of_stack(edit) && renamings.iter().any(|renaming| *renaming.leaf == edit.leaf)
    };
    let rest = changes.iter().filter_map(|change| {
        if change.action != Action::Update || !change.edits.iter().any(is_shown) {
            return Some(change.clone());
        }
        let edits = change.edits.iter().filter(|edit| !is_shown(edit)).cloned();
        let rest = Change {
            edits: edits.collect(),
            ..change.clone()
        };
        (!rest.edits.is_empty()).then_some(rest)
    });
    (shown, rest.collect())
}

fn renamings(changes: &[Change]) -> Vec<Renaming<'_>> {
    let mut renamings: Vec<Renaming<'_>> = Vec::new();
    for change in changes
        .iter()
        .filter(|change| change.action == Action::Update)
    {
        for edit in change.edits.iter().filter(|edit| is_of_stack(edit)) {
            match renamings
                .iter_mut()
                .find(|renaming| *renaming.leaf == edit.leaf)
            {
                Some(renaming) => renaming.clients.push(change),
                None => renamings.push(Renaming {
                    leaf: &edit.leaf,
                    clients: vec![change],
                }),
            }
        }
    }
    // One client alone is shown as any other.
    renamings.retain(|renaming| renaming.clients.len() > 1);
    renamings
}

fn is_of_stack(edit: &Edit) -> bool {
    edit.path == [ClientSpec::METADATA, Mark::STACK] && matches!(edit.leaf, Leaf::Changed { .. })
}

fn show(renaming: &Renaming<'_>, names: &Names) -> String {
    let Leaf::Changed { before, after } = renaming.leaf else {
        return String::new();
    };
    let clients = count(renaming.clients.len(), Kind::Client.words());
    let sign = styled(CHANGED, "~");
    let mut out = format!(
        "  {sign} {}\n",
        styled(STRONG, format!("the stack of {clients}"))
    );
    let _ = writeln!(
        out,
        "      {sign} {}  {} -> {}",
        Mark::STACK,
        value(before),
        value(after)
    );
    for client in &renaming.clients {
        let _ = writeln!(out, "        {}", safe(&names.of(&client.address)));
    }
    out.push('\n');
    out
}
