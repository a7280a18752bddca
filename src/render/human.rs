//! A plan, for people.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use smol_str::SmolStr;

use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, sign, styled};
use super::text::{WIDTH, count, member, safe, value, wrapped};
use super::{failure, notes, renamed};
use crate::model::{Address, Desired, GrantSpec, Kind, RemoteId, Value, Words};
use crate::plan::{Action, Change, Edit, Leaf, Names, Plan, Planned, Refusal};

/// The widest column of field names, in characters; longer names push their value to the right.
const WIDEST: usize = 36;

/// The sign of a leaf that has another value: the row has the old and the new one.
const CHANGE: &str = "~";

/// Where the names of fields begin.
const COLUMN: usize = 8;

/// What a plan comes to: its changes, the counts, the notes, how many requests it takes and what speaks
/// against it, always in this order. In pieces of whole lines: there may be a hundred thousand changes.
pub fn planned(
    planned: &Planned,
    requests: Option<usize>,
    words: Words,
) -> impl Iterator<Item = String> {
    let Planned { plan, ids, .. } = planned;
    let end = std::iter::once_with(move || end(planned, requests, words));

    changes(plan, ids).chain(end)
}

fn end(planned: &Planned, requests: Option<usize>, words: Words) -> String {
    let Planned { plan, refusals, .. } = planned;
    let mut out = summary(plan, refusals);
    out.push_str(&self::notes(plan));
    if let Some(requests) = requests.filter(|_| !plan.changes.is_empty()) {
        let requests = count(requests, ("request", "requests"));
        let _ = writeln!(out, "Applying takes {requests}.");
    }
    if !refusals.is_empty() {
        let _ = write!(out, "\n{}", failure::refusals(refusals, words));
    }
    out
}

/// The plan alone: every change with its edits, the counts, the notes.
#[must_use]
pub fn plan(plan: &Plan) -> String {
    let ids = BTreeMap::new();
    let changes: String = changes(plan, &ids).collect();

    format!("{changes}{}{}", summary(plan, &[]), notes(plan))
}

fn changes<'a>(
    plan: &'a Plan,
    ids: &'a BTreeMap<Address, RemoteId>,
) -> impl Iterator<Item = String> + 'a {
    let (renamed, rest) = renamed::apart(&plan.changes, &plan.names);
    let rest = (0..rest.len()).map(move |place| {
        let change = &rest[place];
        let shown = self::change(change, &plan.names, ids.get(&change.address));
        format!("{shown}\n")
    });
    std::iter::once(renamed).chain(rest)
}

fn notes(plan: &Plan) -> String {
    let mut out = String::new();
    for note in &plan.notes {
        let _ = writeln!(
            out,
            "{} {}",
            styled(STRONG, "Note:"),
            notes::note(note, &plan.names)
        );
    }
    out
}

/// The name of an object as the configuration writes it.
#[must_use]
pub fn name(names: &Names, address: &Address) -> String {
    safe(&names.of(address))
}

/// What a configuration without problems declares.
#[must_use]
pub fn valid(desired: &Desired) -> String {
    let Desired {
        stack,
        resource_servers,
        clients,
        grants,
        policy: _,
    } = desired;
    let counts = [
        count(resource_servers.len(), Kind::ResourceServer.words()),
        count(clients.len(), Kind::Client.words()),
        count(grants.len(), Kind::Grant.words()),
    ];
    format!(
        "{} {stack}: {}.\n",
        styled(STRONG, "Valid."),
        counts.join(", ")
    )
}

fn summary(plan: &Plan, refusals: &[Refusal]) -> String {
    if plan.changes.is_empty() && !refusals.is_empty() {
        // Something else was wanted, and is refused.
        return format!(
            "{} {} unchanged.\n",
            styled(STRONG, "Plan:"),
            plan.unchanged
        );
    }
    let unchanged = count(plan.unchanged, ("object", "objects"));
    if plan.changes.is_empty() {
        let verb = if plan.unchanged == 1 { "is" } else { "are" };
        return format!(
            "{} {unchanged} {verb} as declared.\n",
            styled(STRONG, "No changes.")
        );
    }
    // An object that changes in two steps is one object.
    let actions = |wanted: &[Action]| {
        let changes = plan
            .changes
            .iter()
            .filter(|change| wanted.contains(&change.action));
        changes
            .map(|change| &change.address)
            .collect::<BTreeSet<_>>()
            .len()
    };
    let mut parts = vec![format!("{} to create", actions(&[Action::Create]))];
    for (action, verb) in [(Action::Adopt, "adopt"), (Action::Release, "release")] {
        if actions(&[action]) > 0 {
            parts.push(format!("{} to {verb}", actions(&[action])));
        }
    }
    parts.push(format!(
        "{} to update",
        actions(&[Action::Update, Action::Narrow])
    ));
    parts.push(format!("{} to delete", actions(&[Action::Delete])));
    let (label, parts) = (styled(STRONG, "Plan:"), parts.join(", "));
    format!("{label} {parts}; {} unchanged.\n", plan.unchanged)
}

fn change(change: &Change, names: &Names, id: Option<&RemoteId>) -> String {
    let (sign, style) = sign(change.action);
    let name = name(names, &change.address);
    let mut out = format!("  {} {}", styled(style, sign), styled(STRONG, name));
    if let Some(remark) = remark(change) {
        let _ = write!(out, " {}", styled(QUIET, format!("({remark})")));
    }
    out.push('\n');
    if let Some(evidence) = &change.evidence {
        let subject = safe(&evidence.to_string());
        let _ = writeln!(
            out,
            "      {}",
            styled(QUIET, format!("because it {subject}"))
        );
    }
    let rows = rows(change, id);
    let widest = rows
        .iter()
        .map(|row| row.name.chars().count())
        .max()
        .unwrap_or(0)
        .min(WIDEST);
    for Row {
        sign,
        style,
        name,
        values,
    } in rows
    {
        let width = name.chars().count().max(widest);
        let values = match values.as_slice() {
            [before, after] if sign == CHANGE => {
                let indent = " ".repeat(COLUMN + 2);
                match COLUMN + width + 6 + before.chars().count() + after.chars().count() {
                    ..=WIDTH => {
                        let padding = " ".repeat(width + 2 - name.chars().count());
                        format!("{padding}{before} -> {after}")
                    }
                    _ => format!("\n{indent}{before}\n{indent}-> {after}"),
                }
            }
            [long] if COLUMN + width + 2 + long.chars().count() > WIDTH => {
                format!("\n{}{long}", " ".repeat(COLUMN + 2))
            }
            _ => {
                let padding = " ".repeat(width + 2 - name.chars().count());
                format!("{padding}{}", wrapped(&values, COLUMN + width + 2))
            }
        };
        let _ = writeln!(out, "{:6}{} {name}{values}", "", styled(style, sign));
    }
    out
}

/// What the sign alone does not say.
fn remark(change: &Change) -> Option<&'static str> {
    match change.action {
        Action::Create | Action::Update | Action::Delete => None,
        Action::Adopt => Some("exists, and is taken over"),
        Action::Release => Some("let go, and left as it is"),
        Action::Narrow => Some("last, after every change to grants"),
    }
}

/// One line of a change.
struct Row {
    sign: &'static str,
    style: anstyle::Style,
    name: String,
    values: Vec<String>,
}

/// The lines of a change. Members of one set that meet the same fate share a line.
fn rows(change: &Change, id: Option<&RemoteId>) -> Vec<Row> {
    let mut rows: Vec<Row> = identifier(change)
        .into_iter()
        .chain(lost_id(change, id))
        .collect();
    for edit in change.edits().iter() {
        let is_member = is_member(change, edit);
        let row = row(edit, if is_member { member } else { value });
        match rows.last_mut() {
            Some(last) if is_member && last.name == row.name && last.sign == row.sign => {
                last.values.extend(row.values);
            }
            _ => rows.push(row),
        }
    }
    rows
}

/// The identifier of a new resource server: it is in the address, which is shown by its key.
fn identifier(change: &Change) -> Option<Row> {
    match (&change.address, change.action) {
        (Address::ResourceServer(identifier), Action::Create) => Some(Row {
            sign: "+",
            style: CREATED,
            name: "identifier".to_owned(),
            values: vec![value(&Value::from(identifier.as_str()))],
        }),
        _ => None,
    }
}

/// The id of a client that goes, by which logs and services know it.
fn lost_id(change: &Change, id: Option<&RemoteId>) -> Option<Row> {
    match (change.address.kind(), change.action) {
        (Kind::Client, Action::Delete) => id.map(|id| Row {
            sign: "-",
            style: REMOVED,
            name: "client_id".to_owned(),
            values: vec![value(&Value::from(id.as_str()))],
        }),
        _ => None,
    }
}

fn is_member(change: &Change, edit: &Edit) -> bool {
    let [field] = edit.path.as_slice() else {
        return false;
    };
    match change.action {
        Action::Delete => field == GrantSpec::SCOPES,
        _ => matches!(change.fields.get(field), Some(Value::Set(_))),
    }
}

fn row(edit: &Edit, show: fn(&Value) -> String) -> Row {
    let (name, rest) = name_of(&edit.path);
    let shown = |value: String| match &rest {
        Some(rest) if COLUMN + rest.chars().count() + value.chars().count() + 4 > WIDTH => {
            format!("{rest}:\n{}{value}", " ".repeat(COLUMN + 4))
        }
        Some(rest) => format!("{rest}: {value}"),
        None => value,
    };
    match &edit.leaf {
        Leaf::Added(after) => Row {
            sign: "+",
            style: CREATED,
            name,
            values: vec![shown(show(after))],
        },
        Leaf::Removed(before) => Row {
            sign: "-",
            style: REMOVED,
            name,
            values: vec![shown(show(before))],
        },
        Leaf::Changed { before, after } => {
            let values = vec![shown(value(before)), value(after)];
            Row {
                sign: CHANGE,
                style: CHANGED,
                name,
                values,
            }
        }
    }
}

/// The name of a leaf, and what of it has no place on a line: that stands with the value.
fn name_of(path: &[SmolStr]) -> (String, Option<String>) {
    let fits = |name: &str| COLUMN + name.chars().count() <= WIDTH;
    let whole = safe(&path.join("."));
    let mut parts = path.len();
    let mut name = whole.clone();
    while parts > 1 && !fits(&name) {
        parts -= 1;
        name = safe(&path[..parts].join("."));
    }
    let rest = (parts < path.len()).then(|| safe(&path[parts..].join(".")));
    (name, rest)
}
