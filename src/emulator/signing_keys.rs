//! The keys of the tenant: the one that it signs with, and the one that it
//! signed with before.
//!
//! A key that is followed by another stays published, and its tokens are
//! believed, until it is revoked or followed by one more: so there are never
//! more than two.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::error::EmulatorError;
use super::signing_key::SigningKey;
use super::tenant::Moment;

/// The keys of a running emulator, which change while it is spoken to.
pub(crate) struct SigningKeys(Mutex<Keys>);

struct Keys {
    current: Arc<SigningKey>,
    /// When it was put in the place of the one before; none of the first.
    since: Option<Moment>,
    previous: Option<PreviousKey>,
}

/// A key that another one has followed.
#[derive(Clone)]
struct PreviousKey {
    key: Arc<SigningKey>,
    since: Option<Moment>,
    until: Moment,
    revoked_at: Option<Moment>,
}

/// A key as the Management API tells of it.
pub(crate) struct KeyStatus {
    pub(crate) key: Arc<SigningKey>,
    pub(crate) since: Option<Moment>,
    /// None of the one that signs.
    pub(crate) until: Option<Moment>,
    pub(crate) revoked_at: Option<Moment>,
}

/// Why a key is not revoked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NotRevoked {
    Unknown,
    /// The tenant would have nothing to sign with.
    Current,
}

/// The keys as a file keeps them. Deliberately not `Debug`: it holds keys.
#[derive(Serialize, Deserialize)]
pub(crate) struct KeptKeys {
    #[serde(rename = "signing_key")]
    current: String,
    // What follows was not known to the first emulators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signing_key_since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_signing_key: Option<KeptKey>,
}

#[derive(Serialize, Deserialize)]
struct KeptKey {
    key: String,
    since: Option<String>,
    until: String,
    revoked_at: Option<String>,
}

impl SigningKeys {
    /// With a key that was just made.
    pub(crate) fn generate() -> Result<Self, EmulatorError> {
        Ok(Self::new(SigningKey::generate()?))
    }

    fn new(first: SigningKey) -> Self {
        Self(Mutex::new(Keys {
            current: Arc::new(first),
            since: None,
            previous: None,
        }))
    }

    /// The one that signs.
    pub(crate) fn current(&self) -> Arc<SigningKey> {
        Arc::clone(&self.lock().current)
    }

    /// Those whose tokens are believed: the one that
    /// signs, then the one before it.
    pub(crate) fn trusted(&self) -> Vec<Arc<SigningKey>> {
        self.statuses()
            .into_iter()
            .filter(|status| status.revoked_at.is_none())
            .map(|status| status.key)
            .collect()
    }

    /// The key of this name, if its tokens are believed.
    pub(crate) fn find_trusted(&self, id: &str) -> Option<Arc<SigningKey>> {
        let keys = self.lock();
        let previous = keys.previous.iter();
        let believed =
            previous.filter(|previous| previous.revoked_at.is_none());

        [&keys.current]
            .into_iter()
            .chain(believed.map(|previous| &previous.key))
            .find(|key| key.id() == id)
            .map(Arc::clone)
    }

    /// The key that signs, then the one before it.
    pub(crate) fn statuses(&self) -> Vec<KeyStatus> {
        let keys = self.lock();
        let current = KeyStatus {
            key: Arc::clone(&keys.current),
            since: keys.since,
            until: None,
            revoked_at: None,
        };
        let previous = keys
            .previous
            .iter()
            .map(|previous| KeyStatus {
                key: Arc::clone(&previous.key),
                since: previous.since,
                until: Some(previous.until),
                revoked_at: previous.revoked_at,
            });

        [current]
            .into_iter()
            .chain(previous)
            .collect()
    }

    /// Signs with another key from now on, and gives it.
    pub(crate) fn rotate(
        &self,
        next: SigningKey,
        now: Moment,
    ) -> Arc<SigningKey> {
        let next = Arc::new(next);
        let mut keys = self.lock();

        let followed = std::mem::replace(&mut keys.current, Arc::clone(&next));
        let since = keys.since.replace(now);
        keys.previous = Some(PreviousKey {
            key: followed,
            since,
            until: now,
            revoked_at: None,
        });
        next
    }

    /// Believes the tokens of the earlier key no more. Doing
    /// it again changes nothing.
    pub(crate) fn revoke(
        &self,
        id: &str,
        now: Moment,
    ) -> Result<Arc<SigningKey>, NotRevoked> {
        let mut keys = self.lock();
        if keys.current.is_called(id) {
            return Err(NotRevoked::Current);
        }

        let revoked = keys
            .previous
            .as_mut()
            .filter(|previous| previous.key.is_called(id))
            .ok_or(NotRevoked::Unknown)?;
        revoked.revoked_at.get_or_insert(now);
        Ok(Arc::clone(&revoked.key))
    }

    pub(crate) fn keep(&self) -> KeptKeys {
        let keys = self.lock();

        KeptKeys {
            current: keys.current.pem().to_owned(),
            signing_key_since: keys
                .since
                .map(|since| since.to_string()),
            previous_signing_key: keys.previous.as_ref().map(KeptKey::of),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Keys> {
        // Nothing fails while it is held.
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptKey {
    fn of(previous: &PreviousKey) -> Self {
        Self {
            key: previous.key.pem().to_owned(),
            since: previous
                .since
                .map(|since| since.to_string()),
            until: previous.until.to_string(),
            revoked_at: previous
                .revoked_at
                .map(|revoked| revoked.to_string()),
        }
    }

    fn load(self) -> Result<PreviousKey, EmulatorError> {
        let key = SigningKey::from_pem(self.key)?;

        Ok(PreviousKey {
            key: Arc::new(key),
            since: self
                .since
                .as_deref()
                .map(parse_moment)
                .transpose()?,
            until: parse_moment(&self.until)?,
            revoked_at: self
                .revoked_at
                .as_deref()
                .map(parse_moment)
                .transpose()?,
        })
    }
}

impl TryFrom<KeptKeys> for SigningKeys {
    type Error = EmulatorError;

    fn try_from(kept: KeptKeys) -> Result<Self, EmulatorError> {
        let since = kept.signing_key_since.as_deref();
        let previous = kept
            .previous_signing_key
            .map(KeptKey::load);

        Ok(Self(Mutex::new(Keys {
            current: Arc::new(SigningKey::from_pem(kept.current)?),
            since: since.map(parse_moment).transpose()?,
            previous: previous.transpose()?,
        })))
    }
}

fn parse_moment(text: &str) -> Result<Moment, EmulatorError> {
    Moment::parse(text).ok_or_else(|| {
        let problem = format!("`{text}` is no time of a key");
        EmulatorError::SigningKey(problem.into())
    })
}

#[cfg(test)]
mod tests;
