//! A tenant of the emulator, and a configuration for it.

use std::fs;
use std::num::NonZeroUsize;
use std::time::Duration;

use grantry::apply::{Guard, Outcome, Report, Stop, apply};
use grantry::config;
use grantry::emulator::{self, Emulator};
use grantry::model::{Desired, Found, Kind, StackName};
use grantry::plan::{Planned, plan};
use grantry::provider::{
    Holder, LockUse, Mutate as _, Observe as _, auth0, observe, support_of,
};
use grantry::render;

use crate::helpers::management::Management;
use crate::helpers::plain_http::plain_http;
use crate::helpers::served::{in_memory, settings};

const FOUR: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

/// A tenant, and a folder with the configuration and its key files.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) writer: auth0::Writer,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) http: reqwest::Client,
    pub(crate) management: Management,
}

impl World {
    pub(crate) async fn new() -> Self {
        let emulator = emulator::start(in_memory())
            .await
            .unwrap();
        let writer = auth0::Writer::new(settings(&emulator.url())).unwrap();
        let http = plain_http();
        let management = Management::of(&emulator, &http).await;
        Self {
            emulator,
            writer,
            folder: tempfile::tempdir().unwrap(),
            http,
            management,
        }
    }

    /// A configuration with the one client `billing`, which has this setting.
    pub(crate) fn desired(&self, setting: &str) -> Desired {
        self.desired_with(setting, "scopes: [read]")
    }

    /// The same, with these settings of its one grant.
    pub(crate) fn desired_with(&self, setting: &str, grant: &str) -> Desired {
        let file = self.folder.path().join("grantry.yaml");
        let text = format!(
            "stack: keys\n\
             resource_servers:\n  maps: {{ identifier: \"urn:maps\", scopes: {{ read: Read }} }}\n\
             clients:\n  billing: {{ name: Billing, {setting} }}\n\
             grants:\n  - {{ client: billing, resource_server: maps, {grant} }}\n"
        );
        fs::write(&file, text).unwrap();
        match config::load(&[file], &config::Inputs::default(), support_of) {
            Ok(loaded) => loaded.desired,
            Err(problems) => panic!("{}", render::problems(&problems)),
        }
    }

    pub(crate) async fn plan(&self, desired: &Desired) -> Planned {
        match plan(
            desired,
            &observe(self.writer.reader(), desired)
                .await
                .unwrap(),
        ) {
            Ok(planned) => planned,
            Err(error) => panic!("{}", render::conflicts(&error)),
        }
    }

    /// A writer that has seen nothing of the tenant.
    pub(crate) fn another_writer(&self) -> auth0::Writer {
        auth0::Writer::new(settings(&self.emulator.url())).unwrap()
    }

    /// Applies a setting, which must succeed and leave nothing to do.
    pub(crate) async fn apply(&self, setting: &str) -> String {
        self.apply_all(&self.desired(setting))
            .await
    }

    /// Applies a configuration, which must succeed and leave nothing to do.
    pub(crate) async fn apply_all(&self, desired: &Desired) -> String {
        let seen = observe(self.writer.reader(), desired)
            .await
            .unwrap();
        let planned = self.plan(desired).await;
        let shown = render::plan(&planned.plan);
        let estimate = self
            .writer
            .reader()
            .estimate(&planned, &seen, LockUse::Taken)
            .unwrap();
        let before = self.managed();
        let report = self.carry_out(planned).await;
        assert_eq!(
            self.managed() - before,
            estimate.requests,
            "{shown}"
        );
        assert!(
            report
                .outcomes
                .iter()
                .all(Outcome::is_applied),
            "{}",
            render::report(&report)
        );
        let again = self.plan(desired).await.plan;
        assert!(
            again.changes.is_empty(),
            "{}",
            render::plan(&again)
        );
        shown
    }

    pub(crate) async fn carry_out(&self, planned: Planned) -> Report {
        let guard = if planned.plan.creates_clients() {
            self.lock(&planned.plan.stack).await
        } else {
            Guard::open()
        };
        let cleared = planned.clear().unwrap();
        let report = apply(
            &self.writer,
            cleared,
            &guard,
            FOUR,
            &Stop::default(),
            |_, _| {},
        )
        .await;
        guard
            .release(&self.writer)
            .await
            .unwrap();
        report
    }

    async fn lock(&self, stack: &StackName) -> Guard {
        let holder = Holder::new("a test");
        Guard::take(
            &self.writer,
            stack,
            &holder,
            Duration::ZERO,
            &Stop::default(),
            |_| {},
        )
        .await
        .unwrap()
    }

    pub(crate) async fn billing(&self) -> Found {
        let seen = self
            .writer
            .reader()
            .read()
            .await
            .unwrap();
        let mut clients = seen
            .found
            .into_iter()
            .filter(|(address, found)| {
                let name = found
                    .attrs
                    .get("name")
                    .and_then(|name| name.as_text());
                address.kind() == Kind::Client && name == Some("Billing")
            });
        clients.next().unwrap().1
    }

    /// How many requests were made to the Management API.
    fn managed(&self) -> usize {
        let requests = self.emulator.requests().into_iter();
        requests
            .filter(|asked| asked.path != "/oauth/token")
            .count()
    }

    /// Everything that was written, in order: not what
    /// only keeps other runs out.
    pub(crate) fn writes(&self) -> Vec<String> {
        let requests = self.emulator.requests().into_iter();
        let writes = requests.filter(|asked| {
            asked.method != "GET"
                && asked.path != "/oauth/token"
                && !asked
                    .path
                    .starts_with("/api/v2/resource-servers")
        });
        writes
            .map(|asked| format!("{} {}", asked.method, asked.path))
            .collect()
    }
}
