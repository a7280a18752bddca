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
pub(super) fn set_apart<'a>(changes: &'a [Change], names: &Names) -> (String, Cow<'a, [Change]>) {
    let renamings = find_renamings(changes);
    // As on nearly every day: no change of a plan, which may be large, is copied for it.
    if renamings.is_empty() {
        return (String::new(), changes.into());
    }

    let shown: String = renamings
        .iter()
        .map(|renaming| show_renaming(renaming, names))
        .collect();
    let rest = changes
        .iter()
        .filter_map(|change| leave_rest(change, &renamings))
        .collect();
    (shown, rest)
}

/// A change without the edits that are shown for several; none where that is all it was.
fn leave_rest(change: &Change, renamings: &[Renaming<'_>]) -> Option<Change> {
    let mut rest = change.clone();
    if change.action != Action::Update {
        return Some(rest);
    }

    rest.edits.retain(|edit| !is_shown(edit, renamings));
    // A change that had no edits has lost none, and is shown as it is.
    let has_lost_all = rest.edits.is_empty() && !change.edits.is_empty();
    (!has_lost_all).then_some(rest)
}

fn is_shown(edit: &Edit, renamings: &[Renaming<'_>]) -> bool {
    is_of_stack(edit) && renamings.iter().any(|renaming| *renaming.leaf == edit.leaf)
}

fn find_renamings(changes: &[Change]) -> Vec<Renaming<'_>> {
    let mut renamings: Vec<Renaming<'_>> = Vec::new();
    let updates = changes
        .iter()
        .filter(|change| change.action == Action::Update);
    for change in updates {
        for edit in change.edits.iter().filter(|edit| is_of_stack(edit)) {
            let known = renamings
                .iter_mut()
                .find(|renaming| *renaming.leaf == edit.leaf);
            match known {
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

/// Whether an edit changes the stack in a mark. A new mark is no such edit: it is shown whole.
fn is_of_stack(edit: &Edit) -> bool {
    edit.path == [ClientSpec::METADATA, Mark::STACK] && matches!(edit.leaf, Leaf::Changed { .. })
}

fn show_renaming(renaming: &Renaming<'_>, names: &Names) -> String {
    let Leaf::Changed { before, after } = renaming.leaf else {
        return String::new();
    };

    let sign = styled(CHANGED, "~");
    let clients = count(renaming.clients.len(), Kind::Client.words());
    let title = styled(STRONG, format!("the stack of {clients}"));
    let mut out = format!("  {sign} {title}\n");

    let field = Mark::STACK;
    let before = value(before);
    let after = value(after);
    let _ = writeln!(out, "      {sign} {field}  {before} -> {after}");

    for client in &renaming.clients {
        let _ = writeln!(out, "        {}", safe(&names.of(&client.address)));
    }
    out.push('\n');
    out
}
