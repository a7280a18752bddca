//! Whether a client is who it says it is.

use super::assertion::{Assertion, Expected, verify_assertion};
use super::refusal::Refusal;
use super::request::{Proof, TokenRequest};
use crate::emulator::tenant::{Authentication, Tenant, text};

/// Checks the proof against what the client authenticates with. An assertion
/// that proves it must not be taken again.
pub(crate) fn authenticate(
    tenant: &Tenant,
    request: &TokenRequest,
    expected: &Expected<'_>,
) -> Result<Option<Assertion>, Refusal> {
    let client = tenant
        .client(&request.client_id)
        .ok_or(Refusal::Unauthenticated)?;

    match (Authentication::of(client), &request.proof) {
        (Authentication::None, _) => Err(Refusal::GrantTypeNotAllowed),
        (Authentication::MutualTls, _) => Err(Refusal::MutualTls),
        // Compared as any text: the emulator guards nothing, and only this
        // machine reaches it.
        (Authentication::Secret, Proof::Secret(secret))
            if text(client, "client_secret") == Some(secret) =>
        {
            Ok(None)
        }
        (Authentication::PrivateKey, Proof::Assertion(assertion)) => {
            let keys = tenant.keys_in_use(&request.client_id);
            let verified = verify_assertion(
                assertion,
                &request.client_id,
                keys,
                expected,
            )?;
            Ok(Some(verified))
        }
        // One does not stand in for the other.
        (Authentication::Secret | Authentication::PrivateKey, _) => {
            Err(Refusal::Unauthenticated)
        }
    }
}
