//! Every end that a run of a verb with formats can come to.

use super::scenes::{self, Scene, Tenants};

/// An end, and how a run comes to it.
pub(super) struct End {
    pub(super) code: i32,
    pub(super) name: &'static str,
    pub(super) scene: fn(&Tenants) -> Scene,
    pub(super) command: &'static str,
    /// What the first line of a comment says of it.
    pub(super) verdict: &'static str,
}

impl End {
    pub(super) fn verb(&self) -> &'static str {
        self.command.split(' ').next().unwrap()
    }
}

macro_rules! ends {
    ($($code:literal $name:literal: $scene:ident, $command:literal, $verdict:literal;)+) => {
        &[$(End {
            code: $code,
            name: $name,
            scene: scenes::$scene,
            command: $command,
            verdict: $verdict,
        }),+]
    };
}

pub(super) const ENDS: &[End] = ends! {
    0 "valid": fresh, "validate", "**valid**";
    1 "invalid": invalid, "validate", "**1 problem**";
    1 "not there": fresh, "validate nowhere.yaml", "**1 problem**";
    0 "compared": committed, "validate --base HEAD", "**valid**; **no findings**";
    3 "refused": given_away, "validate --base HEAD", "**valid**; **1 error**";
    64 "usage": fresh, "validate --no-such-flag", "**not checked**";

    0 "nothing to do": applied, "plan", "**no changes**";
    0 "nothing to do": applied, "plan --detailed-exitcode", "**no changes**";
    0 "no drift": applied, "plan --expect-no-changes", "**no changes**";
    0 "something to do": fresh, "plan", "**3 to create**";
    2 "something to do": fresh, "plan --detailed-exitcode", "**3 to create**";
    2 "drift": drifted, "plan --expect-no-changes", "**1 to create**";
    1 "invalid": invalid, "plan", "**no plan**";
    1 "not there": fresh, "plan nowhere.yaml", "**no plan**";
    1 "conflict": namesake, "plan", "**no plan**, the tenant contradicts";
    1 "not permitted": forbidden, "plan --provider auth0", "**no plan**";
    3 "refused": crowded, "plan --max-deletes 0", "**refused**";
    3 "refused": crowded, "plan --max-deletes 0 --detailed-exitcode", "**refused**";
    64 "no tenant": unsettled, "plan", "**no plan**";
    64 "usage": fresh, "plan --no-such-flag", "**no plan**";
    64 "usage": fresh, "plan --parallelism many", "**no plan**";
    75 "unreachable": unreachable, "plan --provider auth0", "**no plan**";
    75 "too many requests": busy, "plan --provider auth0", "**no plan**";

    0 "nothing to do": applied, "apply", "**nothing to do**";
    0 "done": fresh, "apply --auto-approve", "**applied**: 3 changes";
    0 "approved": approved, "apply --plan plan.json", "**applied**: 2 changes";
    1 "invalid": invalid, "apply --auto-approve", "**nothing was applied**";
    1 "not there": fresh, "apply nowhere.yaml", "**nothing was applied**";
    1 "conflict": namesake, "apply --auto-approve", "**no plan**, the tenant contradicts";
    1 "not permitted": forbidden, "apply --provider auth0 --auto-approve", "**nothing was applied**";
    1 "failed": barred, "apply --provider auth0 --auto-approve --no-lock", "**failed**";
    1 "no approval": fresh, "apply --plan grantry.yaml", "**nothing was applied**";
    3 "refused": crowded, "apply --auto-approve --max-deletes 0", "**refused**";
    3 "refused": approved, "apply --plan plan.json --max-deletes 0", "**refused**";
    4 "stale": moved_on, "apply --plan plan.json", "**not applied**";
    4 "stale": fresh, "apply --plan-hash 0000000000000000000000000000000000000000000000000000000000000000",
        "**not applied**";
    5 "in part": half_barred, "apply --provider auth0 --auto-approve", "**applied in part**: 1 applied";
    5 "in part": half_rotated, "apply --provider auth0 --auto-approve", "**applied in part**: 1 failed";
    64 "nobody to ask": fresh, "apply", "**not applied**: 3 changes";
    64 "no tenant": unsettled, "apply --auto-approve", "**nothing was applied**";
    64 "usage": fresh, "apply --auto-approve --no-such-flag", "**nothing was applied**";
    75 "locked": locked, "apply --auto-approve", "**nothing was applied**";
    75 "unreachable": unreachable, "apply --provider auth0 --auto-approve", "**nothing was applied**";
    75 "too many requests": busy, "apply --provider auth0 --auto-approve", "**nothing was applied**";

    0 "declared": fresh, "access", "| Client |";
    0 "live": applied, "access --live", "| Client |";
    1 "invalid": invalid, "access", "**not known**";
    1 "not permitted": forbidden, "access --live --provider auth0", "**not known**";
    64 "no tenant": unsettled, "access --live", "**not known**";
    64 "usage": fresh, "access --no-such-flag", "**not known**";
    75 "unreachable": unreachable, "access --live --provider auth0", "**not known**";
    75 "too many requests": busy, "access --live --provider auth0", "**not known**";
};
