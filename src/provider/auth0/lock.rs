//! The lock of a stack: an API that nobody can get a token for.
//!
//! Auth0 has no locks, and lets two clients have one name; but it refuses a
//! second API of one identifier. So whoever creates that API holds the lock;
//! its name says who that is, and until when by the tenant's own clock.

use std::time::{Duration, SystemTime};

use serde_json::json;
use tokio::time::{Instant, timeout};

use super::encode::Request;
use super::invalid::{InvalidSetting, invalid};
use super::listing::{OwnObject, find_own_object};
use super::lock_identifier::prefix;
use super::lock_label::{Label, describe};
use super::write::{Writer, read_id};
use crate::model::{Kind, RemoteId, StackName};
use crate::provider::web;
use crate::provider::web::random_hexadecimal;
use crate::provider::{
    Holder, Lease, Locks, Mutate as _, Names, Nonce, ProviderError,
    RejectedReason, SeenLock, WriteError,
};

/// How long a lock lives, unless it is renewed: for so long a run that died
/// keeps others out.
const LIFETIME: Duration = Duration::from_mins(2);

/// How long we count on it: its clock tells whole seconds, and its answers take
/// a while, so the tenant may count from a little earlier.
const SAFE_LIFETIME: Duration = Duration::from_secs(115);

/// How often the lock is tried for where somebody gives it back, or lets it
/// end, at that moment.
const TRIES: usize = 3;

/// How long the removal of another tenant's locks may take, all in all.
const TIME_FOR_COPIES: Duration = Duration::from_secs(5);

/// In bytes; each is written with two hexadecimal digits.
const NONCE: usize = 12;

impl Locks for Writer {
    fn names(&self) -> Names {
        Names::Shared
    }

    async fn lock(
        &self,
        stack: &StackName,
        holder: &Holder,
    ) -> Result<Option<Lease>, ProviderError> {
        let identifier = self.identifier_of_lock(stack).await?;
        let nonce = new_nonce()?;

        let taken = self
            .take_lock(&identifier, holder, &nonce)
            .await;
        match &taken {
            Ok(_) => {
                // They are in nobody's way, and our own lock's time goes by.
                let removal = self.remove_copies(stack, &identifier);
                let _ = timeout(TIME_FOR_COPIES, removal).await;
            }
            // Somebody else's, for certain.
            Err(ProviderError::LockHeld { .. }) => {}
            Err(_) => {
                self.remove_leftover(&identifier, &nonce)
                    .await;
            }
        }
        taken.map(Some)
    }

    async fn renew(&self, lease: &Lease) -> Result<Lease, ProviderError> {
        // Its life counts from before it is sent.
        let renewed = new_lease(lease.id.clone(), &lease.holder, &lease.nonce);
        let name = Label::write(
            &lease.holder,
            self.end_of_new_lock()?,
            &lease.nonce,
        );

        let path = ["resource-servers", lease.id.as_str()];
        let request = Request::patch(&path, json!({ "name": name }));
        match self.sender().send(&request).await {
            Ok(_) => Ok(renewed),
            // Also where it may have been renewed: to go on would be to create
            // beside whoever has the stack now.
            Err(WriteError::Refused(error) | WriteError::Unknown(error)) => {
                let reason = error.to_string();
                Err(ProviderError::LockLost { reason })
            }
        }
    }

    async fn find_lock(
        &self,
        stack: &StackName,
    ) -> Result<Option<SeenLock>, ProviderError> {
        let identifier = self.identifier_of_lock(stack).await?;
        let Some(lock) = find_own_object(self.getter(), &identifier).await?
        else {
            return Ok(None);
        };

        let is_over = self.is_over(&lock)?;
        let (holder, until) = describe(&lock.name);
        Ok(Some(SeenLock {
            id: lock.id,
            holder,
            until,
            is_over,
        }))
    }

    async fn unlock(&self, lock: &RemoteId) -> Result<(), ProviderError> {
        let sent = self
            .sender()
            .send_at_the_end(&request_removal(lock))
            .await;

        confirm_removal(sent)
    }
}

impl Writer {
    async fn take_lock(
        &self,
        identifier: &str,
        holder: &Holder,
        nonce: &Nonce,
    ) -> Result<Lease, ProviderError> {
        let mut tries = 1;

        loop {
            // Its life counts from before it is sent.
            let begun = new_lease(RemoteId::new(""), holder, nonce);
            let creation = self.create_lock(identifier, holder, nonce);
            let error = match creation.await {
                Ok(id) => return Ok(Lease { id, ..begun }),
                Err(WriteError::Unknown(error)) => error,
                Err(WriteError::Refused(error)) if is_taken(&error) => {
                    somebody_was_faster()
                }
                Err(WriteError::Refused(error)) => return Err(error),
            };

            // Somebody has it, or our own answer was lost: the nonce tells.
            match find_own_object(self.getter(), identifier).await? {
                Some(lock) if is_ours(&lock, nonce) => {
                    let id = lock.id;
                    return Ok(Lease { id, ..begun });
                }
                // Its holder counts on it for five seconds less than it lives,
                // and begins nothing any more.
                Some(lock) if self.is_over(&lock)? => {
                    self.remove_lock(&lock.id).await?;
                }
                Some(lock) => return Err(refuse_held(&lock)),
                // Given back in between: the next try may get it.
                None => {}
            }

            if tries == TRIES {
                return Err(error);
            }
            tries += 1;
        }
    }

    /// Removes a lock of ours that was not taken: an answer that was lost may
    /// have left it behind.
    async fn remove_leftover(&self, identifier: &str, nonce: &Nonce) {
        // What went wrong first is what is said, and not what goes wrong here;
        // such a lock ends by itself.
        if let Ok(Some(lock)) = find_own_object(self.getter(), identifier).await
            && is_ours(&lock, nonce)
        {
            drop(self.unlock(&lock.id).await);
        }
    }

    async fn remove_lock(&self, lock: &RemoteId) -> Result<(), ProviderError> {
        let sent = self
            .sender()
            .send(&request_removal(lock))
            .await;

        confirm_removal(sent)
    }

    async fn identifier_of_lock(
        &self,
        stack: &StackName,
    ) -> Result<String, ProviderError> {
        self.reader().ask_for_own_api().await?;
        let tenant = self
            .reader()
            .listed_tenant_hash()
            .await?;

        Ok(format!("{}{stack}:{tenant}", prefix()))
    }

    /// Removes the locks of the stack that came with a copy of another tenant:
    /// nobody holds them here.
    async fn remove_copies(&self, stack: &StackName, own: &str) {
        // With the colon behind it, or a stack would take the locks of another
        // whose name goes on from its own.
        let of_stack = format!("{}{stack}:", prefix());
        let locks = self.reader().locks();
        let copies = locks.iter().filter(|(identifier, _)| {
            identifier.starts_with(&of_stack) && *identifier != own
        });

        for (identifier, id) in copies {
            let removed = self.remove_lock(id).await;
            tracing::info!(
                identifier,
                ?removed,
                "a lock that came with a copy of a tenant"
            );
        }
    }

    async fn create_lock(
        &self,
        identifier: &str,
        holder: &Holder,
        nonce: &Nonce,
    ) -> Result<RemoteId, WriteError> {
        let until = self
            .end_of_new_lock()
            .map_err(WriteError::Refused)?;
        let nobody = json!({ "policy": "deny_all" });
        let body = json!({
            "identifier": identifier,
            "name": Label::write(holder, until, nonce),
            "subject_type_authorization": { "user": nobody, "client": nobody },
        });

        let request = Request::post(&["resource-servers"], body);
        let (asked, answer) = self.sender().send(&request).await?;
        read_id(&asked, Kind::ResourceServer, &answer)
            .map_err(WriteError::Unknown)
    }

    /// When a lock ends that is taken now.
    fn end_of_new_lock(&self) -> Result<SystemTime, ProviderError> {
        Ok(self.tenant_time()? + LIFETIME)
    }

    /// Other machines have other clocks; whoever looks at a lock is told the
    /// time by the same tenant.
    fn tenant_time(&self) -> Result<SystemTime, ProviderError> {
        self.getter()
            .tenant_time()
            .ok_or_else(|| ProviderError::Unexpected {
                request: "the lock of the stack".to_owned(),
                reason: "no answer of the tenant said what time it is"
                    .to_owned(),
            })
    }

    /// Whether the time of a lock is up. What does not say until when it counts
    /// is never over.
    fn is_over(&self, lock: &OwnObject) -> Result<bool, ProviderError> {
        let now = self.tenant_time()?;

        Ok(Label::parse(&lock.name).is_some_and(|label| label.until < now))
    }
}

/// A lease whose life begins now.
fn new_lease(id: RemoteId, holder: &Holder, nonce: &Nonce) -> Lease {
    let now = Instant::now();

    Lease {
        id,
        nonce: nonce.clone(),
        holder: holder.clone(),
        // The other half is left to the request and to
        // whatever it has to wait for.
        renew_at: now + LIFETIME / 2,
        ends: now + SAFE_LIFETIME,
        // The other clock stands still while a machine sleeps.
        ends_on_the_wall: web::now() + SAFE_LIFETIME,
    }
}

/// By its id, never by its identifier: that would remove a newer one.
fn request_removal(lock: &RemoteId) -> Request {
    Request::delete(&["resource-servers", lock.as_str()])
}

/// A removal whose answer was lost is an error, too:
/// the lock may still be there.
fn confirm_removal<T>(
    sent: Result<T, WriteError>,
) -> Result<(), ProviderError> {
    match sent {
        Ok(_) => Ok(()),
        Err(WriteError::Refused(error) | WriteError::Unknown(error)) => {
            Err(error)
        }
    }
}

fn is_taken(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Rejected {
            objection: RejectedReason::Conflict,
            ..
        }
    )
}

fn is_ours(lock: &OwnObject, nonce: &Nonce) -> bool {
    Label::parse(&lock.name).is_some_and(|label| label.has_nonce(nonce))
}

/// Each time that it could not be taken it was given back
/// before one could see by whom.
fn somebody_was_faster() -> ProviderError {
    ProviderError::LockHeld {
        holder: "another run".to_owned(),
        until: "a moment from now".to_owned(),
    }
}

fn refuse_held(lock: &OwnObject) -> ProviderError {
    let (holder, until) = describe(&lock.name);

    ProviderError::LockHeld { holder, until }
}

fn new_nonce() -> Result<Nonce, ProviderError> {
    random_hexadecimal::<NONCE>()
        .map(Nonce::new)
        .ok_or_else(|| invalid(InvalidSetting::NoRandomness))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_ends_by_either_clock() {
        let holder = Holder::new("me");
        let nonce = Nonce::new("00ff");
        let held = new_lease(RemoteId::new("1"), &holder, &nonce);
        assert!(!held.is_over());

        let slept = Lease {
            ends_on_the_wall: web::now(),
            ..held.clone()
        };
        assert!(
            slept.is_over(),
            "the machine was asleep for longer than the lock lives"
        );

        let worked = Lease {
            ends: Instant::now(),
            ..held
        };
        assert!(worked.is_over());
    }
}
