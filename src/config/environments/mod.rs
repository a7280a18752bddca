//! Environments: what one of them says comes over what holds for all.
//!
//! `declared` says which there are, and `chosen` takes out what the one that is
//! meant says. `overlay` puts it over the rest, section by section: `objects`
//! and `grants` are united, each of their fields is replaced (`fields`), and
//! what an environment has not is `left_out`.

mod chosen;
mod declared;
mod fields;
mod grants;
mod left_out;
mod objects;
mod overlay;

pub(super) use chosen::choose;
pub(super) use declared::{check_section, names_of, refuse_kind};
pub(super) use overlay::overlay;
