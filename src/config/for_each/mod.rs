//! Templates: objects that are made once for each row of a table.
//!
//! `bundle` says what a table and its templates are written as, and what is
//! wrong with them before any row is looked at. `filling` makes the objects of
//! all rows, and adds them to the sections of the document.

mod bundle;
mod filling;

pub(super) use filling::Filling;
