//! Where the realm is and how to get in, checked before anything is sent.

use std::num::NonZeroUsize;

use tokio::time::Instant;

use super::credentials::Credentials;
use super::names::{MASTER, REALM_MANAGEMENT};
use super::site::{Realm, RealmName};
use super::support::support_for;
use crate::model::{ScopeNaming, Secrets, Support};

/// How many requests run at once, unless told otherwise.
const PARALLELISM: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// Everything needed to reach one realm.
#[derive(Debug, Clone)]
pub struct Settings {
    pub(super) realm: Realm,
    /// Where our own client is, if not in the realm that is managed.
    pub(super) auth_realm: RealmName,
    pub(super) credentials: Credentials,
    pub(super) scope_naming: ScopeNaming,
    pub(super) parallelism: NonZeroUsize,
    pub(super) deadline: Option<Instant>,
    pub(super) authority: Option<String>,
    /// What no error of this realm may say.
    pub(super) secrets: Secrets,
}

impl Settings {
    /// The realm that is managed, and who we are there.
    #[must_use]
    pub fn new(realm: Realm, credentials: Credentials) -> Self {
        Self {
            auth_realm: realm.name.clone(),
            realm,
            credentials,
            scope_naming: ScopeNaming::default(),
            parallelism: PARALLELISM,
            deadline: None,
            authority: None,
            secrets: Secrets::default(),
        }
    }

    /// The realm that our own client is of, where that is another one.
    #[must_use]
    pub fn with_auth_realm(self, auth_realm: RealmName) -> Self {
        Self {
            auth_realm,
            ..self
        }
    }

    /// How scopes that are made from now on are called.
    #[must_use]
    pub fn with_scope_naming(self, scope_naming: ScopeNaming) -> Self {
        Self {
            scope_naming,
            ..self
        }
    }

    /// How many requests may run at once.
    #[must_use]
    pub fn with_parallelism(self, parallelism: NonZeroUsize) -> Self {
        Self {
            parallelism,
            ..self
        }
    }

    /// When the run must be over: nothing is sent from then on.
    #[must_use]
    pub fn with_deadline(self, deadline: Option<Instant>) -> Self {
        Self {
            deadline,
            ..self
        }
    }

    /// An authority, in PEM, that is trusted beside those of the system.
    #[must_use]
    pub fn with_authority(self, pem: &str) -> Self {
        Self {
            authority: Some(pem.to_owned()),
            ..self
        }
    }

    /// Where the secrets become known that this realm is sent or sends, for
    /// others to hide as well.
    #[must_use]
    pub fn with_secrets(self, secrets: Secrets) -> Self {
        Self {
            secrets,
            ..self
        }
    }

    /// The client that holds the roles of the managed realm, in the realm of
    /// our own client.
    pub(super) fn role_holder(&self) -> String {
        match self.other_realm() {
            None => self.role_holder_here().to_owned(),
            Some(_) => format!("{}-realm", self.realm.name.as_str()),
        }
    }

    /// The same in the managed realm itself: each has one.
    pub(super) fn role_holder_here(&self) -> &'static str {
        if self.realm.name.as_str() == MASTER {
            "master-realm"
        } else {
            REALM_MANAGEMENT
        }
    }

    /// What can be expressed in the realm.
    #[must_use]
    pub fn support(&self) -> &'static Support {
        support_for(self.scope_naming)
    }

    /// The realm that our own client is of, where that is
    /// another one than is managed.
    #[must_use]
    pub fn other_realm(&self) -> Option<&RealmName> {
        (self.auth_realm != self.realm.name).then_some(&self.auth_realm)
    }

    /// The realm that is managed.
    #[must_use]
    pub fn realm(&self) -> &Realm {
        &self.realm
    }
}
