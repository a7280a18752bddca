//! The scopes that Grantry's own client needs, ready to be copied.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::super::style::{STRONG, styled};
use super::super::text::{WIDTH, words};
use crate::provider::{Need, Objects, auth0};

/// What a client needs that only plans, and one that applies.
#[must_use]
pub fn scopes() -> String {
    let title = styled(
        STRONG,
        "Scopes of the Management API that Grantry's own client takes",
    );
    let of_every_kind = Objects::of_every_kind();
    let plan = list_scopes(&Need::to_plan_with(&of_every_kind));
    let apply = list_scopes(&Need::to_apply_with(&of_every_kind));
    let mut out =
        format!("{title}\nTo plan:\n{plan}\nTo plan and apply:\n{apply}\n");

    // A configuration without these needs no scope for them.
    let special = [
        (
            Objects::Keys,
            "the configuration declares `client_authentication_methods`",
        ),
        (
            Objects::Organizations,
            "grants name `organizations`",
        ),
    ];
    for (objects, case) in special {
        let objects = [objects].into();
        let plan = list_scopes(&Need::to_plan_with(&objects));
        let apply = list_scopes(&Need::to_apply_with(&objects));
        let _ = writeln!(
            out,
            "Where {case}, also to plan:\n{plan}\nand to apply:\n{apply}"
        );
    }
    out
}

fn list_scopes(needs: &BTreeSet<Need>) -> String {
    let scopes: Vec<String> = auth0::scopes(needs)
        .into_iter()
        .collect();
    let line = format!("  {}", scopes.join(" "));

    words(&line, WIDTH).join("\n")
}
