//! How a tenant has moved away from what was applied, for people.

use std::fmt::Write as _;

use super::style::{STRONG, styled};
use super::text::{count, safe};
use crate::plan::Drift;

/// Each thing that is not as it was left, below the way in which it is not.
#[must_use]
pub fn drift(drift: &[Drift]) -> String {
    if drift.is_empty() {
        return format!(
            "{} The tenant is as it was left.\n",
            styled(STRONG, "No drift.")
        );
    }

    let things = count(drift.len(), ("thing", "things"));
    let mut out = format!("{} {things}.\n", styled(STRONG, "Drift:"));
    // They come sorted by class, so each class is one chunk.
    for of_class in drift.chunk_by(|one, other| one.class == other.class) {
        if let Some(first) = of_class.first() {
            let _ = writeln!(out, "  {} ({}):", first.class, first.class.id());
        }
        for thing in of_class {
            let _ = writeln!(out, "    {}", safe(&thing.name));
        }
    }
    out
}
