//! An Auth0 tenant for the tests of your own services: emulated, at
//! a free port of this machine, and filled from the configuration
//! that your real tenants have.
//!
//! ```
//! # #[tokio::main]
//! # async fn main() -> Result<(), grantry::testing::TestTenantError> {
//! use grantry::testing::TestTenant;
//!
//! let tenant = TestTenant::filled_from(&["examples/world-mappers.yaml".into()]).await?;
//!
//! // What your service is started with.
//! let service = tenant.client("gift-deliveries").unwrap();
//! assert!(tenant.url().starts_with("http://127.0.0.1:"));
//! assert!(service.client_secret.is_some());
//!
//! // What it asks for comes after what has filled the tenant.
//! let before = tenant.requests().len();
//! // … start it, and let it work …
//! assert!(tenant.requests()[before..].is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! Dropped, it stops. It takes the features `auth0` and `emulator`; a tenant
//! that is filled in other ways takes `emulator` alone: see
//! [`crate::emulator`].
//!
//! Floor 5.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use anstream::adapter::strip_str;

use crate::apply::{Guard, Outcome, Report, Stop, apply};
use crate::config::{self, Problems};
use crate::emulator::{
    self, Emulator, EmulatorError, MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID,
    MANAGEMENT_CLIENT_SECRET, Request, Settings,
};
use crate::model::{
    Address, ClientId, ClientRef, Desired, Key, Snapshot, Term,
};
use crate::plan::{self, Class, PlanError, Refused};
use crate::provider::{Mutate as _, ProviderError, auth0, observe};
use crate::render;

/// How many requests fill the tenant side by side.
const PARALLELISM: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// An emulated tenant. Dropped, it stops.
pub struct TestTenant {
    emulator: Emulator,
    clients: BTreeMap<Key, TestClient>,
}

/// A declared client as its service needs it.
#[derive(Clone, PartialEq, Eq)]
pub struct TestClient {
    /// Its id.
    pub client_id: ClientId,
    /// Its secret; none if it authenticates with keys.
    pub client_secret: Option<String>,
}

/// Why there is no tenant to test with. A test that fails for it shows what
/// went wrong, whole.
#[non_exhaustive]
#[derive(thiserror::Error)]
pub enum TestTenantError {
    /// The configuration has problems.
    #[error("{}", strip_styles(&render::problems(.0)))]
    Problems(#[from] Problems),
    /// The emulator does not start.
    #[error(transparent)]
    Emulator(#[from] EmulatorError),
    /// The emulator does not answer as it should.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The configuration contradicts the tenant.
    #[error("{}", strip_styles(&render::conflicts(.0)))]
    Conflicts(#[from] PlanError),
    /// A guard speaks against it.
    #[error("{}", strip_styles(&render::refusals(&.0.refusals, Term::plain)))]
    Refused(#[from] Refused),
    /// Not everything was made.
    #[error("{}", strip_styles(&render::report(.0)))]
    NotFilled(Box<Report>),
}

impl fmt::Debug for TestTenantError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{self}")
    }
}

/// A text without its styles: nobody knows where a test shows it.
fn strip_styles(styled: &str) -> String {
    strip_str(styled).to_string()
}

impl TestTenant {
    /// Starts an empty tenant.
    pub async fn start() -> Result<Self, TestTenantError> {
        let emulator = emulator::start(Settings::default()).await?;

        Ok(Self {
            emulator,
            clients: BTreeMap::new(),
        })
    }

    /// Starts a tenant, and fills it from a configuration: one
    /// file, several, or folders.
    pub async fn filled_from(
        configuration: &[PathBuf],
    ) -> Result<Self, TestTenantError> {
        // Whichever provider the file names: what an Auth0 tenant cannot
        // express has to be told.
        let desired = config::load(
            configuration,
            &config::Inputs::default(),
            |_| &auth0::SUPPORT,
        )?
        .desired;
        let mut tenant = Self::start().await?;

        let filled = fill(&tenant.emulator, &desired).await?;
        tenant.clients = clients(&tenant.emulator, &desired, &filled);
        tenant.emulator.keep_as_start();
        Ok(tenant)
    }

    /// Where it is reached, without a slash at the end: a token is had at
    /// `/oauth/token` below it.
    #[must_use]
    pub fn url(&self) -> String {
        self.emulator.url()
    }

    /// The declared client of this key; none if there is none.
    #[must_use]
    pub fn client(&self, key: &str) -> Option<&TestClient> {
        self.clients
            .iter()
            .find(|(known, _)| known.as_str() == key)
            .map(|(_, client)| client)
    }

    /// The requests that have ended so far, in the order in which they arrived.
    /// What has filled the tenant is among them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.emulator.requests()
    }

    /// The emulator itself, for limits, delays and faults.
    #[must_use]
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }
}

/// Fills a tenant the way anybody would, by applying the configuration over
/// HTTP; and what it holds then.
pub(crate) async fn fill(
    emulator: &Emulator,
    desired: &Desired,
) -> Result<Snapshot, TestTenantError> {
    let writer = open_writer(emulator)?;
    let before = observe(writer.reader(), desired).await?;
    let cleared = plan::plan(desired, &before)?.clear()?;

    // No other run is about in this tenant, so nothing need be locked.
    let guard = Guard::open();
    let stop = Stop::default();
    let report = apply(
        &writer,
        cleared,
        &guard,
        PARALLELISM,
        &stop,
        |_, _| {},
    )
    .await;

    if !report
        .outcomes
        .iter()
        .all(Outcome::is_applied)
    {
        return Err(TestTenantError::NotFilled(Box::new(report)));
    }

    // Read again, and not taken from the outcomes: a kept tenant has clients
    // that needed no change.
    Ok(observe(writer.reader(), desired).await?)
}

/// A way to write to the tenant, as the client that every
/// emulator has for its management.
fn open_writer(emulator: &Emulator) -> Result<auth0::Writer, ProviderError> {
    let secret = MANAGEMENT_CLIENT_SECRET
        .to_owned()
        .into();
    let credentials =
        auth0::Credentials::client_secret(MANAGEMENT_CLIENT_ID, secret)?;
    let audience = Some(MANAGEMENT_AUDIENCE);
    let settings =
        auth0::Settings::parse(&emulator.local_url(), credentials, audience)?;

    auth0::Writer::new(match emulator.authority() {
        Some(authority) => settings.with_authority(authority),
        None => settings,
    })
}

/// Every declared client, by its key.
pub(crate) fn clients(
    emulator: &Emulator,
    desired: &Desired,
    seen: &Snapshot,
) -> BTreeMap<Key, TestClient> {
    let mut clients = BTreeMap::new();
    for (remote, verdict) in &plan::classify(desired, seen) {
        // What else is in the tenant was not declared.
        if verdict.class != Class::Managed {
            continue;
        }
        let (
            Address::Client(ClientRef::Id(id)),
            Address::Client(ClientRef::Key(key)),
        ) = (remote, &verdict.address)
        else {
            continue;
        };

        let client = TestClient {
            client_id: id.clone(),
            client_secret: emulator.client_secret(id.as_str()),
        };
        clients.insert(key.clone(), client);
    }
    clients
}
