//! Turns what the engine knows into text. Everything here returns strings; only
//! `cli` prints.
//!
//! Floor 4. The strings are styled; whoever prints them strips the styles where
//! there is no terminal. A public function is called for what it renders, as in
//! `render::plan`.

mod access;
#[cfg(feature = "cli")]
mod checkup;
pub mod deliveries;
pub mod document;
mod drift;
mod environments;
mod estimate;
mod failure;
mod findings;
pub mod github;
mod layout;
mod lock;
pub mod markdown;
mod marks;
mod notes;
mod origins;
mod outputs;
mod plan;
mod problems;
mod remark;
mod renamed_stacks;
mod report;
mod rows;
pub mod sarif;
mod stale;
mod style;
mod text;
mod united;
mod verification;
mod weight;

pub use access::{
    GroupBy, access, access_change, access_change_markdown, access_csv,
    access_markdown,
};
#[cfg(feature = "cli")]
pub use checkup::{Diagnosis, Subject, checkup, scopes};
pub use drift::drift;
pub use environments::{applied_environments, planned_environments};
pub use estimate::time;
pub use failure::{conflicts, failure, hint, not_looked_at, refusals};
pub use findings::findings;
pub use layout::{Detail, Layout, Width};
pub use lock::{lock, lock_not_released, no_lock, unlocked, waiting};
pub use origins::origins;
pub use outputs::{SharedNames, no_variable, outputs, outputs_dotenv};
pub use plan::{plan, planned, valid};
pub use problems::{first_problem, problems};
pub use report::{correlation, ended, progress, report};
pub use rows::name;
pub use stale::{plans_apart, stale};
pub use united::united;
pub use verification::{not_all_verified, tokens_to_ask_for, verification};
