//! Where the credentials of clients go, and nowhere else.
//!
//! Floor 2. A sink is a file here, or a folder. It is given its address and its
//! own credentials; nobody but `cli` reads them from anywhere.
//!
//! ```text
//! check   before the first write to the tenant: could an entry be written at all?
//! look    what may be looked at of an entry: its label
//! put     writes an entry over what was looked at, or not at all
//! read    the entry with its secret, where the sink can be read back
//! remove  takes an entry away that was looked at
//! ```

use std::fmt;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

use crate::model::{Looked, Seen};

#[cfg(feature = "cli")]
mod age;
mod entry;
mod entry_file;
mod error;
#[cfg(feature = "cli")]
mod exec;
#[cfg(feature = "cli")]
mod file;
mod new_secret;
#[cfg(feature = "cli")]
mod place;
mod sinks;
#[cfg(test)]
#[cfg(feature = "cli")]
mod tests;
#[cfg(feature = "cli")]
mod unchanged;
#[cfg(feature = "cli")]
mod vault;

#[cfg(feature = "cli")]
pub use age::AgeSink;
pub use entry::Entry;
pub use entry_file::is_entry_file;
pub use error::SinkError;
#[cfg(feature = "cli")]
pub use exec::ExecSink;
#[cfg(feature = "cli")]
pub use file::FileSink;
pub use new_secret::make_secret;
pub use sinks::Sinks;
#[cfg(feature = "cli")]
pub use vault::{VaultLogin, VaultSession, VaultSettings, VaultSink};

/// What keeps the credentials of clients. Places are as
/// [`Destination::place`](crate::model::Destination::place) has them.
pub trait Sink: fmt::Debug + Send + Sync {
    /// Makes sure that entries could be written to these
    /// places. Nothing is written.
    fn check<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<(), SinkError>>;

    /// What may be looked at of the entries at these places, in this order.
    /// Where a sink can list them, that costs no request for each.
    fn look<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Looked>, SinkError>>;

    /// Writes an entry, where it is still as it was when it was looked at.
    fn put<'a>(
        &'a self,
        place: &'a str,
        entry: &'a Entry,
        before: Option<&'a Seen>,
    ) -> BoxFuture<'a, Result<(), SinkError>>;

    /// The entry with its secret; none where there is no entry. Of a sink that
    /// cannot be read back it is an error.
    fn read<'a>(
        &'a self,
        _place: &'a str,
    ) -> BoxFuture<'a, Result<Option<Entry>, SinkError>> {
        ready(Err(SinkError::NotReadable)).boxed()
    }

    /// Removes an entry, where it is still as it was when it was looked at.
    fn remove<'a>(
        &'a self,
        place: &'a str,
        before: &'a Seen,
    ) -> BoxFuture<'a, Result<(), SinkError>>;
}
