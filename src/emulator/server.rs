//! Starting, serving and stopping.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand;
use axum::extract;
use axum::{Router, middleware};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::util::MapResult;

use super::app::{App, Kept};
use super::authority::{Authority, AuthorityFile};
use super::buffer_body::buffer_body;
use super::clock::ClockOffset;
use super::conditions::{Conditions, apply_conditions, close_disconnected};
use super::error::EmulatorError;
use super::journal::Request;
use super::request_log::log_request;
use super::signing_key::SigningKey;
use super::tenant::{Tenant, text};
use super::transport::{self, Transport};
use super::{
    MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Settings, discovery,
    management, persist, token,
};

/// The variables that name an authority to trust: of OpenSSL, Go and Grantry; of Node; and of Python's
/// `requests`.
const TRUST: [&str; 3] = ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"];

/// How long requests in flight may take once the emulator stops.
const DRAIN: Duration = Duration::from_secs(5);

/// A running emulator. Dropped, it stops at once, and what it has not written by then is lost;
/// [`Emulator::stop`] lets the requests in flight finish, and writes the last state.
pub struct Emulator {
    address: SocketAddr,
    app: Arc<App>,
    authority: Option<AuthorityFile>,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<io::Result<()>>,
    saving: Option<Saving>,
}

struct Saving {
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), EmulatorError>>,
}

/// Starts an emulator. It listens once this returns.
pub async fn start(settings: Settings) -> Result<Emulator, EmulatorError> {
    // The address first: a second emulator at the same one ends here, before it has written over
    // the state of the first.
    let listener = listen(settings.listen)?;
    let address = listener.local_addr().map_err(EmulatorError::Serve)?;

    let kept = load_or_create(&settings)?;
    let app = Arc::new(App::new(
        settings.transport.into(),
        kept,
        settings.clock,
        settings.conditions,
    ));
    let saving = match settings.state.clone() {
        Some(path) => Some(Saving::start(Arc::clone(&app), path).await?),
        None => None,
    };

    // An authority kept from a run with TLS vouches for nothing in a run without.
    let secured = match settings.transport {
        Transport::Plain => None,
        Transport::Tls => app.authority.as_ref(),
    };
    let tls = secured.map(transport::configure_tls).transpose()?;
    let authority = secured
        .map(|authority| AuthorityFile::write(authority, settings.state.as_deref()))
        .transpose()?;

    let handle = Handle::new();
    let serving =
        spawn_server(listener, tls, handle.clone(), &app).map_err(EmulatorError::Serve)?;
    Ok(Emulator {
        address,
        app,
        authority,
        handle,
        serving,
        saving,
    })
}

fn listen(address: SocketAddr) -> Result<TcpListener, EmulatorError> {
    if !address.ip().is_loopback() {
        return Err(EmulatorError::NotLoopback(address));
    }

    bind(address).map_err(|source| EmulatorError::Listen { address, source })
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What the state file holds, or else a new tenant; with an authority where one is needed.
fn load_or_create(settings: &Settings) -> Result<Kept, EmulatorError> {
    let loaded = match &settings.state {
        Some(path) => persist::load_state(path)?,
        None => None,
    };
    let mut kept = match loaded {
        Some(kept) => kept,
        None => create_tenant()?,
    };

    if settings.transport == Transport::Tls && kept.authority.is_none() {
        kept.authority = Some(Authority::generate()?);
    }
    Ok(kept)
}

fn create_tenant() -> Result<Kept, EmulatorError> {
    let mut seed = [0; 32];
    rand::fill(&mut seed).map_err(|_| EmulatorError::Randomness)?;

    Ok(Kept {
        signing_key: SigningKey::generate()?,
        authority: None,
        tenant: Tenant::new(seed),
    })
}

fn spawn_server(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
    app: &Arc<App>,
) -> io::Result<JoinHandle<io::Result<()>>> {
    // Around the router and not a layer of it: only an error of the whole service closes a connection.
    let closing = MapResult::new(build_router(Arc::clone(app)), close_disconnected);
    let service = axum::ServiceExt::<extract::Request>::into_make_service(closing);

    let serving = match tls {
        None => {
            let server = axum_server::from_tcp(listener)?.handle(handle);
            tokio::spawn(server.serve(service))
        }
        Some(config) => {
            let server = axum_server::from_tcp_rustls(listener, config)?.handle(handle);
            tokio::spawn(server.serve(service))
        }
    };
    Ok(serving)
}

fn build_router(app: Arc<App>) -> Router {
    // The last layer is the outermost. A request is recorded whatever comes of it, and is here as a
    // whole before a limit or a fault answers it.
    let conditions = middleware::from_fn_with_state(Arc::clone(&app), apply_conditions);
    let recording = middleware::from_fn_with_state(Arc::clone(&app), log_request);

    Router::new()
        .merge(management::routes())
        .merge(token::routes())
        .merge(discovery::routes())
        .fallback(management::not_found)
        .method_not_allowed_fallback(management::not_found)
        .layer(conditions)
        .layer(middleware::from_fn(buffer_body))
        .layer(recording)
        .with_state(app)
}

impl Saving {
    /// Writes the state at once, so that a file that cannot be written is known at the start.
    async fn start(app: Arc<App>, path: PathBuf) -> Result<Self, EmulatorError> {
        persist::save_state(&app, &path).await?;

        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(persist::keep_saving(app, path, stopped));
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
        self.handle.shutdown();
        // Another one may have taken the file over when this one gets to write it.
        if let Some(saving) = &self.saving {
            saving.task.abort();
        }
    }
}

impl Emulator {
    /// Where it is reached, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        match self.authority {
            None => format!("http://{}", self.address),
            Some(_) => format!("https://{}", self.secure_host()),
        }
    }

    /// The variables that point Auth0's tools, and Grantry, at this tenant.
    #[must_use]
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        // A domain is a bare host, reached over https; plain HTTP has to be said.
        let domain = match self.authority {
            None => self.url(),
            Some(_) => self.secure_host(),
        };
        let mut variables = vec![
            ("AUTH0_DOMAIN", domain),
            ("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID.to_owned()),
            ("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET.to_owned()),
            ("AUTH0_AUDIENCE", MANAGEMENT_AUDIENCE.to_owned()),
        ];

        if let Some(authority) = &self.authority {
            let path = authority.path().display().to_string();
            variables.extend(TRUST.map(|variable| (variable, path.clone())));
        }
        variables
    }

    /// The secret of a client; none if there is no such client, or if it authenticates with keys.
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

    /// The certificate, in PEM, of the authority that vouches for it; none without TLS.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        let authority = self.authority.as_ref()?;
        Some(&authority.pem)
    }

    /// Changes limits, delays and faults from the next request on; buckets are full again, and
    /// faults count anew.
    pub fn change_conditions(&self, conditions: Conditions) {
        self.app.change_conditions(conditions);
    }

    /// Puts the clock forward or back, from the next request on. It then differs so much from the
    /// system's, whatever it was before.
    ///
    /// By it are what tokens say and when they expire, when objects were made and credentials end, the
    /// hours and days of quotas, and which assertions are taken. Limits and delays are by the real one,
    /// and so is `x-ratelimit-reset`.
    pub fn move_clock(&self, offset: ClockOffset) {
        self.app.clock.put(offset);
    }

    /// The requests so far, in the order in which they ended.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.app.journal.requests()
    }

    /// Lets the requests in flight finish, and writes the state.
    pub async fn stop(mut self) -> Result<(), EmulatorError> {
        self.handle.graceful_shutdown(Some(DRAIN));
        let served = (&mut self.serving)
            .await
            .unwrap_or_else(|panic| Err(panic.into()));

        // However serving ended, what was done is kept.
        if let Some(saving) = self.saving.take() {
            saving.stop().await?;
        }
        served.map_err(EmulatorError::Serve)
    }

    fn secure_host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }
}
