//! A live tenant as a configuration that reads well: how an existing tenant
//! meets Grantry.
//!
//! Floor 3. Everything here is a pure function from a snapshot to texts; only
//! `cli` writes them. `select` and `view` say what is asked for, `rendering`,
//! `clients` and `grants` what the configuration can say of it, `keys` how it
//! calls it, `collect` puts it together, `layout` and `yaml` write it down.
//!
//! What the configuration cannot say is never said in part: it stays in the
//! tenant as it is, and a comment says why.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::model::{Key, StackName, Value};

mod clients;
mod collect;
mod grants;
mod keys;
mod layout;
mod rendering;
mod select;
mod view;
mod yaml;

pub use collect::export;
pub use layout::SCHEMA_FILE;
pub use select::{Breadth, Selection};

/// What was found, as a configuration would say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    stack: StackName,
    resource_servers: BTreeMap<Key, Entry>,
    clients: BTreeMap<Key, Entry>,
    /// By the key of their resource server, each sorted by client.
    grants: BTreeMap<Key, Vec<Entry>>,
    /// What is in the tenant and not said, and why.
    left_out: BTreeSet<String>,
}

/// A field as it is written.
type Field = (SmolStr, Value);

/// One object as it is written: an entry of a section.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Entry {
    /// What is worth saying about it.
    remarks: Vec<String>,
    /// Its fields, in the order in which they read best.
    fields: Vec<Field>,
}

impl Entry {
    /// An object that is only referred to, by this field.
    fn reference(field: &str, id: &str, why: Option<&str>) -> Self {
        let remark = why.map(|why| format!("Only referred to: {why}."));

        Self {
            remarks: remark.into_iter().collect(),
            fields: vec![
                (field.into(), id.into()),
                ("external".into(), Value::Bool(true)),
            ],
        }
    }

    /// Names first, what is long last.
    fn sort(&mut self) {
        self.fields
            .sort_by_key(|(field, value)| {
                let rank = match field.as_str() {
                    "client_id" | "identifier" => 0,
                    "name" => 1,
                    "description" => 2,
                    "defaults" | "protect" => 3,
                    _ => 4,
                };

                (value.as_map().is_some(), rank, field.clone())
            });
    }

    fn get(&self, field: &str) -> Option<&Value> {
        let (_, value) = self
            .fields
            .iter()
            .find(|(name, _)| name == field)?;

        Some(value)
    }
}
