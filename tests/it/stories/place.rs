//! Where a story takes place: a folder, and a tenant in a file or behind HTTP.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use grantry::emulator::{MANAGEMENT_CLIENT_ID, MANAGEMENT_CLIENT_SECRET};
use grantry::provider::{Observe as _, auth0, local};
use reqwest::Method;
use tokio::runtime::Runtime;

use crate::helpers::documents;
use crate::helpers::served::settings;
use crate::helpers::tenant::emulated::Emulated;
use crate::helpers::tenant::{self, MANAGEMENT_API, Names};
use crate::stories::proxy::{Proxy, Twist};

pub(crate) struct Place {
    folder: tempfile::TempDir,
    runtime: Runtime,
    home: Home,
}

/// What holds the tenant.
enum Home {
    File(Names),
    Http {
        tenant: Box<Emulated>,
        proxy: Proxy,
        credentials: Credentials,
    },
}

/// What Grantry is given to authenticate with.
enum Credentials {
    Client,
    TokenOnly,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            folder,
            runtime: Runtime::new().unwrap(),
            home: Home::File(Names::of("local")),
        }
    }

    fn tenant_file(&self) -> PathBuf {
        self.folder.path().join("tenant.json")
    }

    fn names(&self) -> &Names {
        match &self.home {
            Home::File(names) => names,
            Home::Http { tenant, .. } => &tenant.names,
        }
    }

    pub(crate) fn write(&mut self, name: &str, content: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.names().there(content)).unwrap();
    }

    /// Moves into a tenant that holds these objects: `over http`, with a twist after a comma, or
    /// else in a file.
    pub(crate) fn inhabit(&mut self, place: &str, objects: &str) {
        let objects = tenant::parse(objects);
        let Some(twist) = place.strip_prefix(" over http") else {
            assert_eq!(place, "", "a tenant is in a file, or `over http`");
            let (content, names) = tenant::local(&objects);
            fs::write(self.tenant_file(), content).unwrap();
            self.home = Home::File(names);
            return;
        };
        let token_only = ", and Grantry has only a token";
        let (credentials, twist) = match twist {
            _ if twist == token_only => (Credentials::TokenOnly, ""),
            twist => (Credentials::Client, twist),
        };
        let tenant = self.runtime.block_on(Emulated::with(&objects));
        let twist = Twist::parse(twist, &tenant.names);
        let proxy = self
            .runtime
            .block_on(Proxy::start(tenant.management.clone(), twist));
        self.home = Home::Http {
            tenant: Box::new(tenant),
            proxy,
            credentials,
        };
    }

    /// What a command says, and how it ends.
    pub(crate) fn run(&self, command: &str) -> (String, i32) {
        let words = command.strip_prefix("grantry ").unwrap().split_whitespace();
        let verb = command.split_whitespace().nth(1).unwrap();
        let names_document = command.contains("--json");
        let is_offline = command.starts_with("grantry validate");
        let is_apply = command.starts_with("grantry apply");
        let mut command = Command::new(env!("CARGO_BIN_EXE_grantry"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .stdin(Stdio::null());
        if is_apply {
            // One change after the other, so that they end in one order.
            command.args(["--parallelism", "1"]);
        }
        match &self.home {
            _ if is_offline => &mut command,
            Home::File(_) => command.args(["--provider", "local:tenant.json"]),
            Home::Http {
                tenant,
                proxy,
                credentials,
            } => {
                command
                    .args(["--provider", "auth0"])
                    .env("AUTH0_DOMAIN", &proxy.url);
                command.env("AUTH0_AUDIENCE", tenant.names.there(MANAGEMENT_API));
                match credentials {
                    Credentials::Client => command
                        .env("AUTH0_CLIENT_ID", MANAGEMENT_CLIENT_ID)
                        .env("AUTH0_CLIENT_SECRET", MANAGEMENT_CLIENT_SECRET),
                    Credentials::TokenOnly => {
                        command.env("AUTH0_API_TOKEN", &tenant.management.token)
                    }
                }
            }
        };
        let document = tempfile::NamedTempFile::new().unwrap();
        // A story that tells of the document itself names its own.
        let has_faces = matches!(verb, "validate" | "plan" | "apply");
        let schema = documents::schema_of(verb).filter(|_| has_faces && !names_document);
        if schema.is_some() {
            command.arg("--json").arg(document.path());
        }
        let output = command.output().unwrap();
        if let Some(schema) = schema {
            let text = fs::read_to_string(document.path()).unwrap();
            documents::check(schema, &text, output.status.code().unwrap()).unwrap();
        }
        let said = [output.stdout, output.stderr].concat();
        let said = self.names().here(&String::from_utf8(said).unwrap());
        let said = without_chance(&said);
        let said = match &self.home {
            Home::File(_) => said,
            Home::Http { proxy, .. } => {
                let host = proxy.url.trim_start_matches("http://");
                said.replace(&proxy.url, "http://the.tenant")
                    .replace(host, "the.tenant")
            }
        };
        (said, output.status.code().unwrap())
    }

    /// Everything the tenant holds, as it holds it.
    pub(crate) fn raw(&self) -> String {
        match &self.home {
            Home::File(_) => fs::read_to_string(self.tenant_file()).unwrap_or_default(),
            Home::Http { tenant, .. } => self.runtime.block_on(async {
                let mut all = String::new();
                for path in ["resource-servers", "clients", "client-grants"] {
                    all += &tenant
                        .management
                        .ask(Method::GET, path, None)
                        .await
                        .to_string();
                }
                all
            }),
        }
    }

    /// What the tenant holds, in lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let seen = match &self.home {
            Home::File(_) => self
                .runtime
                .block_on(local::Reader::new(self.tenant_file()).read())
                .unwrap(),
            Home::Http { tenant, .. } => {
                let settings = settings(&tenant.management.url);
                let reader = auth0::Reader::new(settings).unwrap();
                self.runtime.block_on(reader.read()).unwrap()
            }
        };
        tenant::lines(&seen, self.names())
    }
}

/// What is said, without the random end of what ties the tenant's logs to a run.
fn without_chance(said: &str) -> String {
    let line = |line: &str| match line.rsplit_once('-') {
        Some((known, _)) if line.contains("references.correlation_id") => format!("{known}-…\n"),
        _ => format!("{line}\n"),
    };
    said.lines().map(line).collect()
}
