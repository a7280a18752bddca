//! One change of a plan, for people: a line for the object, and one for each of
//! its fields that changes.

use std::fmt::Write as _;

use smol_str::SmolStr;

use super::document::ActionView;
use super::layout::{Detail, Layout, Width};
use super::marks;
use super::style::{CHANGED, CREATED, QUIET, REMOVED, STRONG, sign, styled};
use super::text::{length, member, safe, value, wrapped};
use crate::model::{
    Address, Attrs, ClientSpec, GrantSpec, Kind, RemoteId, Value,
};
use crate::plan::{Action, Change, Edit, Leaf, Names};

/// The widest column of field names, in characters; longer names push their
/// value to the right.
const WIDEST: usize = 36;

/// The sign of a leaf that has another value: the row
/// has the old and the new one.
const CHANGE: &str = "~";

/// Where the names of fields begin.
const COLUMN: usize = 8;

/// One line of a change.
struct Row {
    sign: &'static str,
    style: anstyle::Style,
    name: String,
    values: Vec<String>,
}

/// How changes are shown.
pub(super) struct RowLayout {
    width: Width,
    /// What a new client gets anyway, and is not shown.
    folded: Attrs,
}

impl From<Layout> for RowLayout {
    fn from(layout: Layout) -> Self {
        Self {
            width: layout.width,
            folded: match layout.detail {
                Detail::Folded(defaults) => {
                    ClientSpec::of_machine(&defaults).attrs()
                }
                Detail::Summary | Detail::Full => Attrs::new(),
            },
        }
    }
}

impl RowLayout {
    /// Whether it folds any field of a change.
    pub(super) fn folds_any(&self, change: &Change) -> bool {
        let mut fields = self
            .folded
            .iter()
            .map(|(field, _)| field);
        fields.any(|field| self.folds(change, field))
    }

    /// Whether a field is as a new client would have it anyway.
    fn folds(&self, change: &Change, field: &SmolStr) -> bool {
        let folded = self.folded.get(field);

        change.creates_client()
            && folded.is_some()
            && folded == change.fields.get(field)
    }

    /// Of a new client that lacks a default: no line would tell that it does.
    fn remark_on_missing(&self, change: &Change) -> Option<String> {
        let has_keys = change
            .fields
            .get(ClientSpec::METHODS)
            .is_some();
        let is_missing = |field: &&SmolStr| {
            let is_other_way =
                has_keys && **field == *ClientSpec::SECRET_METHOD;
            change.fields.get(*field).is_none() && !is_other_way
        };
        let fields = self
            .folded
            .iter()
            .map(|(field, _)| field);
        let missing = fields
            .filter(|_| change.creates_client())
            .filter(is_missing);
        let missing: Vec<&str> = missing.map(SmolStr::as_str).collect();

        (!missing.is_empty())
            .then(|| format!("left to the provider: {}", missing.join(", ")))
    }
}

/// A change with what it rests on and its edits.
pub(super) fn show_change(
    change: &Change,
    names: &Names,
    id: Option<&RemoteId>,
    layout: &RowLayout,
) -> String {
    let Listed { rows, remarks } = list_rows(change, id, layout);
    let mut out = show_title(change, names, &remarks);

    let widest = rows
        .iter()
        .map(|row| length(&row.name))
        .max();
    let widest = widest.unwrap_or(0).min(WIDEST);
    for row in rows {
        let _ = writeln!(out, "      {}", row.show(widest, layout.width));
    }
    out
}

/// The object of a change, and what the change rests on.
pub(super) fn show_title(
    change: &Change,
    names: &Names,
    remarks: &[String],
) -> String {
    let (sign, style) = sign(change.action);
    let sign = styled(style, sign);
    let title = styled(STRONG, name(names, &change.address));
    let remarks = with_remarks(remarks);
    let mut out = format!("  {sign} {title}{remarks}\n");

    if let Some(evidence) = &change.evidence {
        let evidence = safe(&evidence.to_string());
        let because = styled(QUIET, format!("because it {evidence}"));
        let _ = writeln!(out, "      {because}");
    }
    out
}

/// What is said beside a name.
pub(super) fn with_remarks(remarks: &[String]) -> String {
    if remarks.is_empty() {
        return String::new();
    }

    let remarks = styled(
        QUIET,
        format!("({})", safe(&remarks.join("; "))),
    );
    format!(" {remarks}")
}

/// The lines of a change, and what needs none.
struct Listed {
    rows: Vec<Row>,
    remarks: Vec<String>,
}

/// Members of one set that meet the same end share a line.
fn list_rows(
    change: &Change,
    id: Option<&RemoteId>,
    layout: &RowLayout,
) -> Listed {
    let mut rows = Vec::new();
    rows.extend(row_of_identifier(change));
    rows.extend(row_of_lost_id(change, id));

    let action = ActionView::from(change.action);
    let edits = change.edits();
    let (edits, mut remarks) =
        marks::set_apart(action, change.address.kind(), &edits);
    remarks.extend(layout.remark_on_missing(change));
    for edit in edits {
        let field = edit.path.first();
        if field.is_some_and(|field| layout.folds(change, field)) {
            continue;
        }
        if !is_of_member(change, edit) {
            rows.push(row_of_edit(edit, layout.width, value));
            continue;
        }

        let row = row_of_edit(edit, layout.width, member);
        match rows.last_mut() {
            Some(last) if last.takes_values_of(&row) => {
                last.values.extend(row.values);
            }
            _ => rows.push(row),
        }
    }
    Listed { rows, remarks }
}

/// The identifier of a new resource server: it is in the address, which is
/// shown by its key.
fn row_of_identifier(change: &Change) -> Option<Row> {
    let (Address::ResourceServer(identifier), Action::Create) =
        (&change.address, change.action)
    else {
        return None;
    };

    let identifier = Value::from(identifier.as_str());
    Some(Row::added(
        "identifier".to_owned(),
        value(&identifier),
    ))
}

/// The id of a client that goes, by which logs and services know it.
fn row_of_lost_id(change: &Change, id: Option<&RemoteId>) -> Option<Row> {
    let (Kind::Client, Action::Delete) = (change.address.kind(), change.action)
    else {
        return None;
    };

    let id = Value::from(id?.as_str());
    Some(Row::removed("client_id".to_owned(), value(&id)))
}

/// Whether an edit is about one member of a set.
fn is_of_member(change: &Change, edit: &Edit) -> bool {
    let [field] = edit.path.as_slice() else {
        return false;
    };

    match change.action {
        // What is deleted has no fields to look at, and its scopes are the only
        // set it shows.
        Action::Delete => field == GrantSpec::SCOPES,
        _ => matches!(change.fields.get(field), Some(Value::Set(_))),
    }
}

fn row_of_edit(edit: &Edit, width: Width, show: fn(&Value) -> String) -> Row {
    let (name, rest) = split_name(&edit.path, width);
    let with_name = |value| add_name(rest.as_deref(), value, width);

    match &edit.leaf {
        Leaf::Added(after) => Row::added(name, with_name(show(after))),
        Leaf::Removed(before) => Row::removed(name, with_name(show(before))),
        Leaf::Changed { before, after } => Row {
            sign: CHANGE,
            style: CHANGED,
            name,
            values: vec![with_name(value(before)), value(after)],
        },
    }
}

/// The name of a leaf, and what of it has no place on a line:
/// that stands with the value.
fn split_name(path: &[SmolStr], width: Width) -> (String, Option<String>) {
    let mut parts = path.len();
    let mut name = safe(&path.join("."));
    while parts > 1 && COLUMN + length(&name) > width.columns() {
        parts -= 1;
        name = safe(&path[..parts].join("."));
    }

    let rest = &path[parts..];
    let rest = (!rest.is_empty()).then(|| safe(&rest.join(".")));
    (name, rest)
}

/// A value behind the rest of its name.
fn add_name(rest: Option<&str>, value: String, width: Width) -> String {
    let Some(rest) = rest else {
        return value;
    };

    if COLUMN + length(rest) + length(&value) + 4 <= width.columns() {
        return format!("{rest}: {value}");
    }
    let indent = " ".repeat(COLUMN + 4);
    format!("{rest}:\n{indent}{value}")
}

impl Row {
    fn added(name: String, value: String) -> Self {
        Self {
            sign: "+",
            style: CREATED,
            name,
            values: vec![value],
        }
    }

    fn removed(name: String, value: String) -> Self {
        Self {
            sign: "-",
            style: REMOVED,
            name,
            values: vec![value],
        }
    }

    /// Whether the values of another row can stand in this one.
    fn takes_values_of(&self, other: &Self) -> bool {
        self.name == other.name && self.sign == other.sign
    }

    /// The row, with its values where those of the others are.
    fn show(&self, widest: usize, width: Width) -> String {
        let sign = styled(self.style, self.sign);
        let name = &self.name;
        let values = self.show_values(widest, width);

        format!("{sign} {name}{values}")
    }

    /// The values, beside the name, or below it where they have no place there.
    fn show_values(&self, widest: usize, width: Width) -> String {
        let name = length(&self.name);
        let column = COLUMN + name.max(widest) + 2;
        let padding = " ".repeat(column - COLUMN - name);
        let indent = " ".repeat(COLUMN + 2);

        match self.values.as_slice() {
            // Two members that are added look alike: the sign tells them from a
            // changed value.
            [before, after] if self.sign == CHANGE => {
                let arrow = " -> ";
                let end = column + length(before) + arrow.len() + length(after);
                if end <= width.columns() {
                    format!("{padding}{before}{arrow}{after}")
                } else {
                    format!("\n{indent}{before}\n{indent}-> {after}")
                }
            }
            [long] if column + length(long) > width.columns() => {
                format!("\n{indent}{long}")
            }
            values => format!("{padding}{}", wrapped(values, column, width)),
        }
    }
}

/// The name of an object as the configuration writes it.
#[must_use]
pub fn name(names: &Names, address: &Address) -> String {
    safe(&names.of(address))
}
