//! What a realm allows.

use super::{Diagnosis, Subject};
use crate::provider::Health;
use crate::provider::keycloak::Reach;

impl Diagnosis {
    /// What the roles of our own client allow, in words.
    #[must_use]
    pub fn roles(reach: Reach) -> Self {
        let (health, finding) = match reach {
            Reach::Plan => (
                Health::Good,
                "`view-clients`: enough to plan, not to apply",
            ),
            Reach::Apply => (
                Health::Good,
                "`manage-clients`: enough to plan and to apply",
            ),
            Reach::Readable => (
                Health::Good,
                "enough to plan; whether it is enough to apply, the token \
                 does not say",
            ),
        };

        Self::new(Subject::Roles, health, vec![finding.to_owned()]).saying(
            "whoever may plan can read the secret of every client: let no \
             plan job of a fork or of an unreviewed branch have these \
             credentials",
        )
    }
}
