//! Where the credentials of clients go.
//!
//! A *sink* keeps entries, one a client; a *destination* is the place of one
//! entry, in full. Beside each entry stands its *label* in clear: what may be
//! looked at by whoever may not see a secret.

mod destination;
mod label;
mod sink;
mod template;

pub use destination::Destination;
pub use label::{Holds, Label, LabelError, Looked, Seen};
pub use sink::{EntryFormat, SinkKind, SinkSpec};
pub use template::{PathTemplate, PathTemplateError, Slots};
