//! A tenant in a file, or in the emulator.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use grantry::emulator::{MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET};
use grantry::provider::{Observe as _, auth0, local};
use reqwest::Method;
use tokio::runtime::Runtime;

use super::meddling::Meddling;
use super::place::Home;
use super::proxy::{Proxy, Twist};
use crate::helpers::served::settings;
use crate::helpers::tenant::emulated::Emulated;
use crate::helpers::tenant::{self, MANAGEMENT_API, Names, Object};

/// A tenant in a file of its folder, until a story says
/// that it is reached over HTTP.
pub(crate) struct FileOrEmulator {
    file: PathBuf,
    runtime: Runtime,
    tenant: Tenant,
}

enum Tenant {
    File(Names),
    Http {
        emulated: Box<Emulated>,
        proxy: Proxy,
        credentials: Credentials,
    },
}

/// What Grantry is given to authenticate with.
enum Credentials {
    Client,
    TokenOnly,
}

impl FileOrEmulator {
    /// An empty tenant in a file.
    pub(crate) fn found(folder: &Path) -> Self {
        Self {
            file: folder.join("tenant.json"),
            runtime: Runtime::new().unwrap(),
            tenant: Tenant::File(Names::of("local")),
        }
    }

    fn emulate(&self, twist: &str, objects: &[Object]) -> Tenant {
        let (credentials, twist) = match twist {
            ", and Grantry has only a token" => (Credentials::TokenOnly, ""),
            twist => (Credentials::Client, twist),
        };
        let mut emulated = self
            .runtime
            .block_on(Emulated::with(objects));
        let twist = Twist::parse(twist, &emulated.names);
        let management = emulated.management.clone();
        let url = management.url.clone();
        let meddling = Meddling::new(management, twist);
        let proxy = self
            .runtime
            .block_on(Proxy::start(url, meddling));

        emulated.names.0.extend(proxy.names());
        Tenant::Http {
            emulated: Box::new(emulated),
            proxy,
            credentials,
        }
    }
}

impl Home for FileOrEmulator {
    fn names(&self) -> &Names {
        match &self.tenant {
            Tenant::File(names) => names,
            Tenant::Http { emulated, .. } => &emulated.names,
        }
    }

    /// `over http`, with a twist after a comma, or else in a file.
    fn inhabit(&mut self, place: &str, objects: &[Object]) {
        if let Some(twist) = place.strip_prefix(" over http") {
            self.tenant = self.emulate(twist, objects);
            return;
        }

        assert_eq!(
            place, "",
            "a tenant is in a file, or `over http`"
        );
        let (content, names) = tenant::local(objects);
        fs::write(&self.file, content).unwrap();
        self.tenant = Tenant::File(names);
    }

    fn lead(&self, verb: &str, command: &mut Command) {
        if verb == "validate" {
            return;
        }
        let Tenant::Http {
            emulated,
            proxy,
            credentials,
        } = &self.tenant
        else {
            command.args(["--provider", "local:tenant.json"]);
            return;
        };

        command
            .args(["--provider", "auth0"])
            .env("AUTH0_DOMAIN", &proxy.url)
            .env(
                "AUTH0_AUDIENCE",
                emulated.names.there(MANAGEMENT_API),
            );
        match credentials {
            Credentials::Client => command
                .env("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID)
                .env("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET),
            Credentials::TokenOnly => {
                command.env("AUTH0_API_TOKEN", &emulated.management.token)
            }
        };
    }

    fn tell(&self, said: &str) -> String {
        without_chance(&self.names().here(said))
    }

    fn raw(&self) -> String {
        match &self.tenant {
            Tenant::File(_) => {
                fs::read_to_string(&self.file).unwrap_or_default()
            }
            Tenant::Http { emulated, .. } => self.runtime.block_on(async {
                let mut all = String::new();
                for path in ["resource-servers", "clients", "client-grants"] {
                    all += &emulated
                        .management
                        .ask(Method::GET, path, None)
                        .await
                        .to_string();
                }
                all
            }),
        }
    }

    fn lines(&self) -> Vec<String> {
        let seen = match &self.tenant {
            Tenant::File(_) => self
                .runtime
                .block_on(local::Reader::new(self.file.clone()).read())
                .unwrap(),
            Tenant::Http { emulated, .. } => {
                let settings = settings(&emulated.management.url);
                let reader = auth0::Reader::new(settings).unwrap();
                self.runtime
                    .block_on(reader.read())
                    .unwrap()
            }
        };
        tenant::lines(&seen, self.names())
    }
}

/// What is said, without the random end of what ties
/// the tenant's logs to a run.
fn without_chance(said: &str) -> String {
    let line = |line: &str| match line.rsplit_once('-') {
        Some((known, _)) if line.contains("references.correlation_id") => {
            format!("{known}-…\n")
        }
        _ => format!("{line}\n"),
    };
    said.lines().map(line).collect()
}
