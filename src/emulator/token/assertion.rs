//! A client's assertion (`private_key_jwt`): a JWT that it signs with a key of
//! its own, once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jsonwebtoken::dangerous::{insecure_decode, insecure_decode_claims};
use jsonwebtoken::{
    Algorithm, DecodingKey, Header, Validation, decode, decode_header,
};
use serde::Deserialize;
use serde_json::Value;

use crate::emulator::tenant::{Credential, Moment};

/// The most seconds between an assertion's beginning and its end.
const LONGEST: u64 = 300;

/// By how many seconds the clock of a client may be ahead.
const SKEW: u64 = 10;

/// The most characters of an `iss`, `sub` or `jti`.
const LONGEST_CLAIM: usize = 64;

/// What an assertion is checked against.
pub(crate) struct Expected<'a> {
    /// The names of the tenant as an issuer, each with a slash at the end.
    pub(crate) audiences: [&'a str; 2],
    /// Seconds since 1970.
    pub(crate) now: u64,
}

/// Why an assertion proves nothing. Auth0 writes such things
/// to the log of the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("the assertion is not a JWT")]
    NotJwt,
    #[error(
        "no key in use by the client signed the assertion, or 'kid' names \
         another"
    )]
    Signature,
    #[error("'alg' is not the algorithm of the credential")]
    Algorithm,
    #[error("the credential has expired")]
    CredentialExpired,
    #[error(
        "the texts 'iss', 'sub', 'aud' and 'jti' and the whole number 'exp' \
         are required"
    )]
    Claims,
    #[error("'iss' and 'sub' must be the client id")]
    Client,
    #[error("'aud' must be the address of the tenant, with a slash at the end")]
    Audience,
    #[error("'iss', 'sub' and 'jti' must have 1 to 64 characters")]
    Length,
    #[error("'exp' lies in the past")]
    Expired,
    #[error("'exp' must be no more than 5 minutes after 'iat', or from now")]
    TooLong,
    #[error("'iat' or 'nbf' lies more than 10 seconds in the future")]
    Early,
    #[error("'jti' was used before")]
    Used,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    /// One text. That lists and the token endpoint's address
    /// still pass is deprecated.
    aud: String,
    exp: u64,
    iat: Option<u64>,
    nbf: Option<u64>,
    jti: String,
}

/// An assertion that proves what it says, unless it was used before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Assertion {
    client_id: String,
    id: String,
    /// Seconds since 1970.
    expiry: u64,
}

/// The client that an assertion says it is of. Nothing is proven by it.
pub(crate) fn claimed_client(assertion: &str) -> Option<String> {
    let claims: Value = insecure_decode_claims(assertion).ok()?;
    claims
        .get("sub")?
        .as_str()
        .map(str::to_owned)
}

/// Checks an assertion against the keys that the client authenticates with.
pub(crate) fn verify_assertion<'a>(
    assertion: &str,
    client_id: &str,
    mut keys: impl Iterator<Item = &'a Credential>,
    expected: &Expected<'_>,
) -> Result<Assertion, Flaw> {
    let header = decode_header(assertion).map_err(|_| Flaw::NotJwt)?;
    // The algorithm is taken from the header here, so that the wrong one is
    // told apart from a wrong key; it counts only if it is the credential's.
    let key = keys
        .find(|key| {
            is_named(key, &header) && has_signed(key, assertion, header.alg)
        })
        .ok_or(Flaw::Signature)?;
    if algorithm_of(key) != Some(header.alg) {
        return Err(Flaw::Algorithm);
    }
    if key.is_expired(Moment::at_second(expected.now)) {
        return Err(Flaw::CredentialExpired);
    }

    // The signature has been looked at above: this only reads.
    let decoded =
        insecure_decode::<Claims>(assertion).map_err(|_| Flaw::Claims)?;
    let claims = decoded.claims;
    claims.check_against(client_id, expected)?;

    Ok(Assertion {
        client_id: claims.sub,
        id: claims.jti,
        expiry: claims.exp,
    })
}

/// Whether an assertion may be of this key: it need not name one.
fn is_named(key: &Credential, header: &Header) -> bool {
    match &header.kid {
        Some(id) => key.key_id() == Some(id),
        None => true,
    }
}

/// Looks at the signature only: times are compared with the emulator's clock.
fn has_signed(key: &Credential, assertion: &str, algorithm: Algorithm) -> bool {
    let Some(decoding_key) = decoding_key_of(key) else {
        return false;
    };

    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    decode::<Value>(assertion, &decoding_key, &validation).is_ok()
}

fn decoding_key_of(key: &Credential) -> Option<DecodingKey> {
    DecodingKey::from_jwk(key.public_key()?).ok()
}

fn algorithm_of(key: &Credential) -> Option<Algorithm> {
    key.algorithm()?.parse().ok()
}

impl Claims {
    fn check_against(
        &self,
        client_id: &str,
        expected: &Expected<'_>,
    ) -> Result<(), Flaw> {
        if self.iss != client_id || self.sub != client_id {
            return Err(Flaw::Client);
        }
        let ids = [&self.iss, &self.sub, &self.jti];
        if ids
            .iter()
            .any(|id| !has_right_length(id))
        {
            return Err(Flaw::Length);
        }
        if !expected
            .audiences
            .contains(&self.aud.as_str())
        {
            return Err(Flaw::Audience);
        }
        self.check_times(expected.now)
    }

    fn check_times(&self, now: u64) -> Result<(), Flaw> {
        let mut begins = self.iat.into_iter().chain(self.nbf);
        if begins.any(|begin| begin > now + SKEW) {
            return Err(Flaw::Early);
        }
        if self.exp <= now {
            return Err(Flaw::Expired);
        }

        // That `iat` is not put off, so as to end later, is seen to above.
        let lifetime = self
            .exp
            .saturating_sub(self.iat.unwrap_or(now));
        if lifetime > LONGEST {
            return Err(Flaw::TooLong);
        }
        Ok(())
    }
}

fn has_right_length(claim: &str) -> bool {
    let length = claim.chars().count();
    (1..=LONGEST_CLAIM).contains(&length)
}

/// From how many used assertions on those that have expired are forgotten.
const REMEMBERED: usize = 10_000;

/// The assertions that cannot be used again, each for at least as long as it
/// would be taken.
#[derive(Default)]
pub(crate) struct UsedAssertions(Mutex<BTreeMap<(String, String), u64>>);

impl UsedAssertions {
    /// From now on none was used.
    pub(crate) fn forget(&self) {
        let mut used = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        used.clear();
    }

    /// Refuses an assertion that was used before.
    pub(crate) fn use_up(
        &self,
        assertion: Assertion,
        now: u64,
    ) -> Result<(), Flaw> {
        let mut used = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);

        // What has expired is refused for its age. But the clock may be put
        // back, so that is remembered as well while there is room.
        if used.len() >= REMEMBERED {
            used.retain(|_, expiry| *expiry > now);
        }

        // A `jti` is the client's own: two clients may choose the same.
        let identity = (assertion.client_id, assertion.id);
        match used.insert(identity, assertion.expiry) {
            None => Ok(()),
            Some(_) => Err(Flaw::Used),
        }
    }
}

#[cfg(test)]
mod tests;
