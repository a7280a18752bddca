//! What is said to such a program, and what it answers.

use std::collections::BTreeMap;
use std::fmt;

use secrecy::SecretString;
use serde_json::{Value as Json, json};

use crate::model::{Label, Looked, Seen};
use crate::secrets::Entry;
use crate::words::sanitize;

/// The form of what is said.
const FORM: u32 = 1;

/// What a program is asked for.
#[derive(Clone, Copy)]
pub(super) enum Request<'a> {
    Check(&'a [String]),
    Look(&'a [String]),
    Put(&'a str, &'a Entry, Option<&'a Seen>),
    Remove(&'a str, &'a Seen),
}

impl Request<'_> {
    /// The request as one JSON object.
    pub(super) fn to_text(self) -> SecretString {
        let mut request = match self {
            Self::Check(names) => json!({ "action": "check", "names": names }),
            Self::Look(names) => json!({ "action": "look", "names": names }),
            Self::Put(name, entry, before) => json!({
                "action": "put",
                "name": name,
                "entry": entry.to_json(),
                "before": before.and_then(|seen| seen.revision.as_deref()),
            }),
            Self::Remove(name, before) => json!({
                "action": "remove",
                "name": name,
                "before": before.revision,
            }),
        };

        if let Some(fields) = request.as_object_mut() {
            fields.insert("grantry".to_owned(), FORM.into());
        }
        request.to_string().into()
    }

    /// The one entry that it is about.
    pub(super) fn place(&self) -> Option<&str> {
        match self {
            Self::Check(_) | Self::Look(_) => None,
            Self::Put(place, ..) | Self::Remove(place, _) => Some(place),
        }
    }

    /// The secret that the program sees, and may repeat.
    pub(super) fn secret(&self) -> Option<&SecretString> {
        match self {
            Self::Put(_, entry, _) => entry.secret.as_ref(),
            Self::Check(_) | Self::Look(_) | Self::Remove(..) => None,
        }
    }
}

impl fmt::Display for Request<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(_) => formatter.write_str("to keep entries"),
            Self::Look(_) => {
                formatter.write_str("to say which entries there are")
            }
            Self::Put(place, ..) => write!(formatter, "to write {place}"),
            Self::Remove(place, _) => write!(formatter, "to remove {place}"),
        }
    }
}

/// Reads what a program says of the entries at these places; none where it
/// makes no sense.
pub(super) fn read_looked(
    answer: &Json,
    places: &[String],
) -> Option<Vec<Looked>> {
    let mut looked = BTreeMap::new();
    for entry in answer.get("entries")?.as_array()? {
        let name = entry.get("name")?.as_str()?;
        let before = looked.insert(name, read_entry(entry)?);
        // Of two, nobody knows which is true.
        if before.is_some() {
            return None;
        }
    }

    let in_order = places
        .iter()
        .map(|place| looked.remove(place.as_str()));
    let in_order = in_order.collect::<Option<Vec<_>>>()?;
    // Whoever speaks of what he was not asked for has
    // understood something else.
    looked.is_empty().then_some(in_order)
}

fn read_entry(entry: &Json) -> Option<Looked> {
    let label = match entry.get("label")? {
        Json::Null => return Some(Looked::Nothing),
        label => Label::parse(&label.to_string()),
    };
    let revision = match entry.get("revision") {
        None | Some(Json::Null) => None,
        Some(revision) => Some(revision.as_str()?.to_owned()),
    };

    Some(match label {
        Ok(label) => Looked::Entry(Seen {
            label,
            revision,
        }),
        Err(error) => Looked::Strange(sanitize(&error.to_string())),
    })
}
