//! Starting and serving.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::rand;
use axum::extract::Request;
use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::{Router, ServiceExt};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use axum_server::{Handle, Server};
use tower::util::MapResult;

use super::app::{App, Kept};
use super::authority::{Authority, AuthorityFile};
use super::conditions::close_disconnected;
use super::error::EmulatorError;
use super::host::{Hosts, Reach};
use super::router::build_router;
use super::running::{Emulator, Saving, Serving};
use super::signing_keys::SigningKeys;
use super::state_file::StateFile;
use super::tenant::Tenant;
use super::transport::{self, Transport};
use super::{Settings, persist};

/// Starts an emulator. It listens once this returns.
pub async fn start(settings: Settings) -> Result<Emulator, EmulatorError> {
    // The address first: a second emulator at the same one ends here, before it
    // has written over the state of the first.
    let listener = listen(settings.listen, settings.reach)?;
    let address = listener
        .local_addr()
        .map_err(EmulatorError::Serve)?;
    let hosts = Hosts::new(settings.hosts.clone(), address, settings.reach);

    // Before it is read, so that nobody writes to it in between.
    let state = settings
        .state
        .clone()
        .map(StateFile::lock)
        .transpose()?;
    let kept = load_or_create(&settings)?;
    let app = Arc::new(App::new(&settings, hosts, kept));
    let saving = match state {
        Some(state) => Some(Saving::start(Arc::clone(&app), state).await?),
        None => None,
    };

    // An authority kept from a run with TLS vouches for
    // nothing in a run without.
    let secured = match settings.transport {
        Transport::Plain => None,
        Transport::Tls => app.authority.as_ref(),
    };
    let tls = secured
        .map(|authority| {
            transport::configure_tls(authority, app.hosts.certified())
        })
        .transpose()?;
    let authority = secured
        .map(|authority| {
            AuthorityFile::write(authority, settings.state.as_deref())
        })
        .transpose()?;

    let router = build_router(Arc::clone(&app), &settings);
    let serving = spawn_server(listener, tls, settings.header_timeout, router)
        .map_err(EmulatorError::Serve)?;
    Ok(Emulator::new(
        app, address, authority, serving, saving,
    ))
}

fn listen(
    address: SocketAddr,
    reach: Reach,
) -> Result<TcpListener, EmulatorError> {
    if reach == Reach::ThisMachine && !address.ip().is_loopback() {
        return Err(EmulatorError::NotLoopback(address));
    }

    bind(address).map_err(|source| EmulatorError::Listen {
        address,
        source,
    })
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// What the state file holds, or else a new tenant; with an
/// authority where one is needed.
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
        signing_keys: SigningKeys::generate()?,
        authority: None,
        tenant: Tenant::new(seed),
    })
}

fn spawn_server(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    header_timeout: Duration,
    router: Router,
) -> io::Result<Serving> {
    // Around the router and not a layer of it: only an error of the whole
    // service closes a connection.
    let closing = MapResult::new(router, close_disconnected);
    let service: IntoMakeServiceWithConnectInfo<_, SocketAddr> =
        ServiceExt::<Request>::into_make_service_with_connect_info(closing);

    let handle = Handle::new();
    let server = axum_server::from_tcp(listener)?.handle(handle.clone());
    let server = limit_heads(server, header_timeout);
    let task = match tls {
        None => tokio::spawn(server.serve(service)),
        Some(config) => {
            let acceptor =
                RustlsAcceptor::new(config).handshake_timeout(header_timeout);
            tokio::spawn(server.acceptor(acceptor).serve(service))
        }
    };
    Ok(Serving { handle, task })
}

/// Closes the connection of a caller that does not come to the end of a head,
/// or is not there any more.
fn limit_heads(
    server: Server<SocketAddr>,
    timeout: Duration,
) -> Server<SocketAddr> {
    // Of the first request also as long as it may be of either protocol, which
    // hyper waits for without end.
    let mut server = server.first_request_timeout(timeout);
    server
        .http_builder()
        .http1()
        .header_read_timeout(timeout);
    // Over HTTP/2 silence says nothing: such a connection is asked, and closed
    // where nobody answers.
    server
        .http_builder()
        .http2()
        .keep_alive_interval(timeout)
        .keep_alive_timeout(timeout);
    server
}
