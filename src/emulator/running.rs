//! An emulator while it runs, and its end.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::app::App;
use super::authority::AuthorityFile;
use super::clock::ClockOffset;
use super::conditions::Conditions;
use super::error::EmulatorError;
use super::journal::Request;
use super::persist;
use super::state_file::StateFile;
use super::tenant::text;
use super::transport::Scheme;
use super::{
    MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET,
};

/// The variables that name an authority to trust: of OpenSSL, Go and Grantry;
/// of Node; and of Python's `requests`.
const TRUST: [&str; 3] = [
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
];

/// What `localhost` leads to.
const LOCALHOST: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::LOCALHOST),
    IpAddr::V6(Ipv6Addr::LOCALHOST),
];

/// How long requests in flight may take once the emulator stops.
const DRAIN: Duration = Duration::from_secs(5);

/// A running emulator. Dropped, it stops at once, and what it has not written
/// by then is lost; [`Emulator::stop`] lets the requests in flight finish, and
/// writes the last state.
pub struct Emulator {
    address: SocketAddr,
    app: Arc<App>,
    authority: Option<AuthorityFile>,
    serving: Serving,
    saving: Option<Saving>,
}

/// What answers requests, until it is told to end.
pub(super) struct Serving {
    pub(super) handle: Handle<SocketAddr>,
    pub(super) task: JoinHandle<io::Result<()>>,
}

impl Serving {
    /// Lets the requests in flight finish.
    async fn stop(&mut self) -> io::Result<()> {
        self.handle
            .graceful_shutdown(Some(DRAIN));

        (&mut self.task)
            .await
            .unwrap_or_else(|panic| Err(panic.into()))
    }
}

/// What writes the state after changes.
pub(super) struct Saving {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), EmulatorError>>,
}

impl Saving {
    /// Writes the state at once, so that a file that cannot be written is known
    /// at the start.
    pub(super) async fn start(
        app: Arc<App>,
        state: StateFile,
    ) -> Result<Self, EmulatorError> {
        persist::save_state(&app, &state).await?;

        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(persist::keep_saving(app, state, stopped));
        Ok(Self { stop, task })
    }

    async fn stop(self) -> Result<(), EmulatorError> {
        // A receiver that is gone has stopped already.
        let _ = self.stop.send(());
        self.task
            .await
            .unwrap_or_else(|panic| Err(EmulatorError::Serve(panic.into())))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.serving.handle.shutdown();
        // Another one may have taken the file over when
        // this one gets to write it.
        if let Some(saving) = &self.saving {
            saving.task.abort();
        }
    }
}

impl Emulator {
    /// One that serves at this address.
    pub(super) fn new(
        app: Arc<App>,
        address: SocketAddr,
        authority: Option<AuthorityFile>,
        serving: Serving,
        saving: Option<Saving>,
    ) -> Self {
        Self {
            address,
            app,
            authority,
            serving,
            saving,
        }
    }

    /// Where it is reached, without a slash at the end: by the first of the
    /// names that it was given, or else at an address of this machine.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of(&self.host())
    }

    /// Where this machine reaches it, whatever names it was
    /// given. No slash is at the end.
    #[must_use]
    pub fn local_url(&self) -> String {
        self.url_of(&self.local_host())
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The variables that point Auth0's tools, and Grantry, at this tenant.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        // A domain is a bare host, reached over https;
        // plain HTTP has to be said.
        let domain = match self.authority {
            None => self.url(),
            Some(_) => self.host(),
        };
        let mut variables = vec![
            ("AUTH0_DOMAIN", domain),
            (
                "AUTH0_CLIENT_ID",
                MANAGEMENT_CLIENT_ID.to_owned(),
            ),
            (
                "AUTH0_CLIENT_SECRET",
                MANAGEMENT_CLIENT_SECRET.to_owned(),
            ),
            ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE.to_owned()),
        ];

        if let Some(authority) = &self.authority {
            let path = authority.path().display().to_string();
            variables.extend(TRUST.map(|variable| (variable, path.clone())));
        }
        variables
    }

    /// The secret of a client; none if there is no such client, or if it
    /// authenticates with keys.
    #[must_use]
    pub fn client_secret(&self, client_id: &str) -> Option<String> {
        self.app.read(|tenant| {
            let client = tenant.client(client_id)?;
            if client.contains_key("client_authentication_methods") {
                return None;
            }
            text(client, "client_secret").map(str::to_owned)
        })
    }

    /// The certificate, in PEM, of the authority that vouches
    /// for it; none without TLS.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        let authority = self.authority.as_ref()?;
        Some(&authority.pem)
    }

    /// Changes limits, delays and faults from the next request on; buckets are
    /// full again, and faults count anew.
    pub fn change_conditions(&self, conditions: Conditions) {
        self.app.change_conditions(conditions);
    }

    /// Puts the clock forward or back, from the next request on. It then
    /// differs so much from the system's, whatever it was before.
    ///
    /// By it are what tokens say and when they expire, when objects were made
    /// and credentials end, the hours and days of quotas, and which assertions
    /// are taken. Limits and delays are by the real one, and so is
    /// `x-ratelimit-reset`.
    pub fn move_clock(&self, offset: ClockOffset) {
        self.app.clock.put(offset);
    }

    /// Goes back to the tenant as it was at the start, or when
    /// [`Emulator::keep_as_start`] or [`Emulator::begin`] was called last; to
    /// the clock as it was set then, and to limits and faults that have counted
    /// nothing. Requests and the tenant's log are forgotten, and so is which
    /// assertions were used and how many tokens were issued.
    ///
    /// The signing key is kept, and so are tokens that were issued before. Ids
    /// and secrets are made anew as at the start: what is created after a reset
    /// is called as what was created after the one before.
    pub fn reset(&self) {
        self.app.reset();
    }

    /// From now on, a reset goes back to the tenant and the clock as they are.
    pub fn keep_as_start(&self) {
        self.app.keep_as_start();
    }

    /// What was done so far has filled the tenant. From now on a reset goes
    /// back to that; its requests, its entries of the log, the tokens that it
    /// took and the assertions that it used are forgotten; these limits, delays
    /// and faults are in force; and an emulator that is
    /// [`Readiness::OnceBegun`](super::Readiness::OnceBegun) serves.
    pub fn begin(&self, conditions: Conditions) {
        self.app.begin(conditions);
    }

    /// From now on, there were no requests, those that are under way included.
    pub fn forget_requests(&self) {
        self.app.journal.forget();
    }

    /// The requests that have ended so far, in the order in which they arrived.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.app.journal.requests()
    }

    /// Lets the requests in flight finish, and writes the state.
    pub async fn stop(mut self) -> Result<(), EmulatorError> {
        let served = self.serving.stop().await;

        // However serving ended, what was done is kept.
        if let Some(saving) = self.saving.take() {
            saving.stop().await?;
        }
        served.map_err(EmulatorError::Serve)
    }

    fn url_of(&self, host: &str) -> String {
        format!("{}://{host}", self.app.scheme.as_str())
    }

    fn host(&self) -> String {
        self.app
            .hosts
            .told(self.app.scheme)
            .map_or_else(|| self.local_host(), |host| host.to_string())
    }

    fn local_host(&self) -> String {
        let port = self.address.port();
        let address = self.address.ip();
        // Listening at all addresses, it listens at that of loopback too.
        let is_localhost =
            address.is_unspecified() || LOCALHOST.contains(&address);

        match (self.app.scheme, address) {
            // Known by name: what speaks TLS mostly has trouble with addresses.
            (Scheme::Https, _) if is_localhost => format!("localhost:{port}"),
            (Scheme::Http, IpAddr::V4(_)) if is_localhost => {
                format!("127.0.0.1:{port}")
            }
            (Scheme::Http, IpAddr::V6(_)) if is_localhost => {
                format!("[::1]:{port}")
            }
            _ => self.address.to_string(),
        }
    }
}
