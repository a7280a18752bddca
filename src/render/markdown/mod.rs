//! Plans, reports and problems as Markdown, for the comment of a pull request.
//!
//! Texts of others stand in code spans and code blocks only, so that none of
//! them can be markup: `text` sees to that. `budget` keeps the whole below what
//! a comment may be. `plan`, `report`, `problems` and `verification` are the
//! comments; `access`, `diff`, `environments` and `failure` are parts of them,
//! and `list` is how they list.

mod access;
mod budget;
mod diff;
mod environments;
mod failure;
mod list;
mod plan;
mod problems;
mod report;
mod text;
mod verification;

pub use access::{access_failure, sentences_gained, sentences_lost};
pub use diff::listing;
pub use plan::{headline as plan_headline, plans};
pub use problems::problems;
pub use report::{headline as report_headline, reports};
pub(super) use text::cell;
pub use verification::{headline as verification_headline, verification};
