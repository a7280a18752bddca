//! The scopes that Grantry's own client needs, ready to be copied.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::style::{STRONG, styled};
use super::super::text::{WIDTH, words};
use crate::provider::{Need, Objects, auth0};

/// What a client needs that only plans, and one that applies.
#[must_use]
pub fn scopes() -> String {
    let of = |needs: &BTreeSet<Need>| {
        let scopes: Vec<String> = auth0::scopes(needs).into_iter().collect();
        let line = format!("  {}", scopes.join(" "));
        words(&line, WIDTH).join("\n")
    };
    let both = |objects: &BTreeSet<Objects>| {
        [
            of(&Need::to_plan_with(objects)),
            of(&Need::to_apply_with(objects)),
        ]
    };
    let mut out = format!(
        "{}\n",
        styled(
            STRONG,
            "Scopes of the Management API that Grantry's own client takes"
        )
    );
    let [plan, apply] = both(&Objects::of_every_kind());
    let _ = writeln!(out, "To plan:\n{plan}\nTo plan and apply:\n{apply}");
    for (objects, what) in [
        (
            Objects::Keys,
            "the configuration declares `client_authentication_methods`",
        ),
        (Objects::Organizations, "grants name `organizations`"),
    ] {
        let [plan, apply] = both(&[objects].into());
        let _ = writeln!(
            out,
            "Where {what}, also to plan:\n{plan}\nand to apply:\n{apply}"
        );
    }
    out
}
