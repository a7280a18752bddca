//! A schema that knows one configuration: which clients and resource servers it
//! has, and which scopes.
//!
//! It is made of what is written, also where that has problems: it is for
//! somebody who is still writing. What only the rows of a table or a variable
//! say stays open.
//!
//! `names` is what is declared, and `grants` what can be granted of it;
//! `missing` leaves out what no provider of it can express.

mod grants;
mod missing;
mod names;
mod pattern;

use grants::Grants;
use names::Names;
use serde_json::Value as Json;

use super::super::reading::Reading;
use crate::model::Support;

impl Reading {
    /// The JSON Schema of this configuration: that of any, which knows what
    /// grants can be between here. The scopes of the Management API are
    /// offered, and others let pass: which it has is for the tenant to say.
    #[must_use]
    pub fn project_schema(
        &self,
        supports: &[&Support],
        management_scopes: &[&str],
    ) -> Json {
        let names = Names::of(&self.document);
        let grants = Grants {
            names: &names,
            management_scopes,
            // What cannot be read may declare whatever is named elsewhere.
            is_whole: self.is_whole(),
        };

        let mut narrowed = super::schema(supports);
        self.leave_out_missing(&mut narrowed, supports);
        grants.narrow_all(&mut narrowed);
        narrowed["$id"] = "urn:grantry:schema:project:1".into();
        narrowed
    }

    /// Whether every file could be read, so that what is declared nowhere is
    /// declared nowhere.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.unsound.everything
    }
}
