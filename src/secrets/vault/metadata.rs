//! What stands beside a secret, and can be looked at by whoever may not see it.
//!
//! Custom metadata is texts of 1 to 512 bytes. A label is one of them a field,
//! so that a person can read it; one more says which version of the secret it
//! belongs to. A label of another version is there where a write was stopped in
//! between, or where somebody else wrote since.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::message::Answer;
use crate::model::{Holds, Label, LabelError, Looked, Seen};
use crate::words::sanitize;

/// How the names of ours begin.
const PREFIX: &str = "grantry_";

/// The form of the label; whatever has none is not ours.
const FORM: &str = "grantry_form";

/// The version of the secret that the label belongs to.
const DATA_VERSION: &str = "grantry_data_version";

/// The fields of a label that are texts.
const TEXTS: [&str; 7] = [
    "stack",
    "key",
    "client_id",
    "tenant",
    "content",
    "holds",
    "since",
];

/// The longest value that a Vault takes, in bytes.
const LONGEST: usize = 512;

/// What stands beside a secret.
#[derive(Debug)]
pub(super) struct Metadata {
    /// The newest version; 0 where there was none yet.
    pub(super) current: u64,
    /// Whether that can be read.
    is_there: bool,
    custom: BTreeMap<String, String>,
}

impl Metadata {
    /// Reads an answer; none where it makes no sense.
    pub(super) fn read(answer: &Answer) -> Option<Self> {
        let data = answer.data();
        let current = data.get("current_version")?.as_u64()?;
        let newest = data
            .get("versions")?
            .get(current.to_string());
        let custom = match data.get("custom_metadata") {
            None | Some(Json::Null) => BTreeMap::new(),
            Some(custom) => serde_json::from_value(custom.clone()).ok()?,
        };

        Some(Self {
            current,
            is_there: newest.is_some_and(|newest| !is_gone(newest, answer.now)),
            custom,
        })
    }

    /// Nothing was ever there.
    pub(super) fn none() -> Self {
        Self {
            current: 0,
            is_there: false,
            custom: BTreeMap::new(),
        }
    }

    /// Whether it says that it is ours.
    pub(super) fn is_ours(&self) -> bool {
        self.custom.contains_key(FORM)
    }

    /// What may be looked at of it.
    pub(super) fn looked(&self) -> Looked {
        match self.label() {
            // No secret was ever there.
            Ok(_) | Err(LabelError::NotOurs) if self.current == 0 => {
                Looked::Nothing
            }
            Ok(label) => Looked::Entry(Seen {
                label,
                revision: Some(self.current.to_string()),
            }),
            Err(error) => Looked::Strange(sanitize(&error.to_string())),
        }
    }

    fn label(&self) -> Result<Label, LabelError> {
        if !self.is_ours() {
            return Err(LabelError::NotOurs);
        }

        let text = |name: &str| {
            self.custom
                .get(&format!("{PREFIX}{name}"))
        };
        let number =
            |name| text(name).and_then(|text| text.parse::<u64>().ok());
        let mut fields =
            json!({ "grantry": number("form"), "version": number("version") });
        for name in TEXTS {
            fields[name] = text(name)
                .map(String::as_str)
                .unwrap_or_default()
                .into();
        }
        let mut label = Label::parse(&fields.to_string())?;

        // What lies there is not what the label speaks
        // of, so it is written anew.
        let of = self.custom.get(DATA_VERSION);
        if of != Some(&self.current.to_string()) {
            label.outlive();
        }
        // What is deleted can be restored, so it is still an entry of whom the
        // label names.
        if !self.is_there {
            label.outlive();
            label.holds = Holds::Nothing;
        }
        Ok(label)
    }

    /// The custom metadata with another label, which belongs to this version of
    /// the secret; what others have noted there stays. None where the label has
    /// something that cannot be noted.
    pub(super) fn with_label(&self, label: &Label, of: u64) -> Option<Json> {
        let fields = serde_json::to_value(label).ok()?;
        let mut custom = self.custom.clone();
        custom.retain(|name, _| !name.starts_with(PREFIX));
        custom.insert(FORM.to_owned(), label.grantry.to_string());
        custom.insert(
            format!("{PREFIX}version"),
            label.version.to_string(),
        );
        custom.insert(DATA_VERSION.to_owned(), of.to_string());
        for name in TEXTS {
            let text = fields.get(name)?.as_str()?;
            // It takes no empty ones; what is missing is read as empty.
            if !text.is_empty() {
                custom.insert(format!("{PREFIX}{name}"), text.to_owned());
            }
        }

        let fits = custom
            .values()
            .all(|value| value.len() <= LONGEST);
        fits.then(|| json!({ "custom_metadata": custom }))
    }
}

/// Whether a version cannot be read any more. A time to come is when it will be
/// deleted by itself.
fn is_gone(version: &Json, now: Option<OffsetDateTime>) -> bool {
    let is_destroyed = version
        .get("destroyed")
        .and_then(Json::as_bool);
    let time = version
        .get("deletion_time")
        .and_then(Json::as_str);
    let is_deleted = time
        .filter(|time| !time.is_empty())
        .is_some_and(|time| {
            let time = OffsetDateTime::parse(time, &Rfc3339).ok();
            // Where nobody can tell, it is no more than a reason
            // to write it once more.
            time.zip(now)
                .is_none_or(|(time, now)| time <= now)
        });

    is_destroyed == Some(true) || is_deleted
}
