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
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower::util::MapResult;

use super::app::{App, Kept};
use super::authority::{Authority, AuthorityFile};
use super::error::EmulatorError;
use super::journal::Request;
use super::keys::SigningKey;
use super::tenant::{Tenant, text};
use super::transport::{self, Transport};
use super::weather::{self, Weather};
use super::{
    MANAGEMENT_AUDIENCE, MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET, Settings, discovery,
    intake, management, persist, record, token,
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
    let listener = listen(settings.listen)?;
    let address = listener.local_addr().map_err(EmulatorError::Serve)?;
    let mut kept = match settings
        .state
        .as_deref()
        .map(persist::load)
        .transpose()?
        .flatten()
    {
        Some(kept) => kept,
        None => new_tenant()?,
    };
    if settings.transport == Transport::Tls && kept.authority.is_none() {
        kept.authority = Some(Authority::generate()?);
    }

    let app = Arc::new(App::new(settings.transport.into(), kept, settings.weather));
    let saving = match settings.state.clone() {
        Some(path) => Some(Saving::start(Arc::clone(&app), path).await?),
        None => None,
    };
    let handle = Handle::new();
    let service = MapResult::new(router(Arc::clone(&app)), weather::close);
    let service = axum::ServiceExt::<extract::Request>::into_make_service(service);
    let secured = app
        .authority
        .as_ref()
        .filter(|_| settings.transport == Transport::Tls);
    let (serving, authority) = match secured {
        None => {
            let server = axum_server::from_tcp(listener).map_err(EmulatorError::Serve)?;
            (
                tokio::spawn(server.handle(handle.clone()).serve(service)),
                None,
            )
        }
        Some(authority) => {
            let server = axum_server::from_tcp_rustls(listener, transport::tls(authority)?);
            let server = server.map_err(EmulatorError::Serve)?;
            let file = AuthorityFile::write(authority, settings.state.as_deref())?;
            (
                tokio::spawn(server.handle(handle.clone()).serve(service)),
                Some(file),
            )
        }
    };
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
    let failure = |source| EmulatorError::Listen { address, source };
    let listener = TcpListener::bind(address).map_err(failure)?;
    listener.set_nonblocking(true).map_err(failure)?;
    Ok(listener)
}

fn new_tenant() -> Result<Kept, EmulatorError> {
    let mut seed = [0; 32];
    rand::fill(&mut seed).map_err(|_| EmulatorError::Randomness)?;
    Ok(Kept {
        signing_key: SigningKey::generate()?,
        authority: None,
        tenant: Tenant::new(seed),
    })
}

fn router(app: Arc<App>) -> Router {
    Router::new()
        .merge(management::routes())
        .merge(token::routes())
        .merge(discovery::routes())
        .fallback(management::not_found)
        .method_not_allowed_fallback(management::not_found)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            weather::pass,
        ))
        .layer(middleware::from_fn(intake::take_in))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            record::record,
        ))
        .with_state(app)
}

impl Saving {
    /// Writes the state at once, so that a file that cannot be written is known at the start.
    async fn start(app: Arc<App>, path: PathBuf) -> Result<Self, EmulatorError> {
        persist::save(&app, &path).await?;
        let (stop, stopped) = oneshot::channel();
        Ok(Self {
            stop,
            task: tokio::spawn(persist::keep(app, path, stopped)),
        })
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
        let domain = if self.authority.is_some() {
            self.secure_host()
        } else {
            self.url()
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
            let has_keys = client.contains_key("client_authentication_methods");
            (!has_keys)
                .then(|| text(client, "client_secret").map(str::to_owned))
                .flatten()
        })
    }

    /// The certificate, in PEM, of the authority that vouches for it; none without TLS.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        self.authority
            .as_ref()
            .map(|authority| authority.pem.as_str())
    }

    /// Changes limits, delays and faults from the next request on; buckets are full again, and
    /// faults count anew.
    pub fn change_weather(&self, weather: Weather) {
        self.app.change_weather(weather);
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
        if let Some(saving) = self.saving.take() {
            saving.stop().await?;
        }
        served.map_err(EmulatorError::Serve)
    }

    fn secure_host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }
}
