//! Which grants are verified: all of them, those of some clients, or what an
//! apply was about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::arguments::Extent;
use crate::cli::exit::Failure;
use crate::cli::services::failure::ServiceFailure;
use crate::cli::token::find_client;
use crate::config::Loaded;
use crate::files::{self, Limit};
use crate::model::{
    Audience, Desired, DesiredClient, EnvironmentName, SubjectType, TenantHash,
};
use crate::plan::ExpectedToken;
use crate::render::document::{
    ActionView, AddressView, ClientView, OutcomeKind, ReportDocument,
    ReportView,
};

/// Which grants are meant, before it is known which tenant it is.
#[derive(Debug)]
pub(super) enum Selection {
    All,
    Some {
        clients: BTreeSet<String>,
        report: Option<NamedReport>,
    },
}

/// The reports of a file that are of this stack and environment.
#[derive(Debug)]
pub(super) struct NamedReport {
    path: PathBuf,
    reports: Vec<ReportView>,
    /// What they would have to be of.
    meant: String,
}

/// Which grants are meant.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    is_all: IsAll,
    /// By their keys.
    clients: BTreeSet<String>,
    grants: BTreeSet<(ClientView, String)>,
    /// By their identifiers: what is granted of every scope of
    /// them has changed with them.
    resource_servers: BTreeSet<String>,
}

/// Whether everything is meant.
#[derive(Debug, Default, PartialEq, Eq)]
enum IsAll {
    Yes,
    #[default]
    No,
}

impl Selection {
    pub(super) fn read(
        extent: &Extent,
        loaded: &Loaded,
    ) -> Result<Self, Failure> {
        if extent.all {
            return Ok(Self::All);
        }

        let mut clients = BTreeSet::new();
        for name in &extent.clients {
            let (key, _) = find_client(name, &loaded.desired)?;
            clients.insert(key.to_string());
        }
        let report = extent.report.as_deref();
        let report = report.map(|path| NamedReport::read(path, loaded));
        Ok(Self::Some {
            clients,
            report: report.transpose()?,
        })
    }

    /// The grants that are meant in this tenant.
    pub(super) fn of_tenant(
        self,
        tenant: &TenantHash,
    ) -> Result<Chosen, ServiceFailure> {
        let (clients, report) = match self {
            Self::All => {
                return Ok(Chosen {
                    is_all: IsAll::Yes,
                    ..Chosen::default()
                });
            }
            Self::Some {
                clients,
                report,
            } => (clients, report),
        };

        let mut chosen = Chosen {
            clients,
            ..Chosen::default()
        };
        if let Some(report) = report {
            chosen.add_all(report, tenant)?;
        }
        Ok(chosen)
    }
}

impl NamedReport {
    fn read(path: &Path, loaded: &Loaded) -> Result<Self, Failure> {
        let document = read_document(path)?;

        let stack = loaded.desired.stack.as_str();
        let environment = loaded.environment.as_ref();
        let environment = environment.map(EnvironmentName::as_str);
        let mut reports = document.reports;
        reports.retain(|report| {
            let provenance = &report.plan.provenance;
            provenance.stack == stack
                && provenance.environment.as_deref() == environment
        });
        let meant = match environment {
            Some(environment) => format!("the stack {stack} in {environment}"),
            None => format!("the stack {stack}"),
        };
        Ok(Self {
            path: path.to_owned(),
            reports,
            meant,
        })
    }
}

fn read_document(path: &Path) -> Result<ReportDocument, Failure> {
    let bytes = files::read(path, Limit::PLAN);
    let bytes = bytes.map_err(|error| Failure::Unreadable {
        path: path.to_owned(),
        source: error.into(),
    })?;
    let no_report = |why: String| ServiceFailure::NoReport {
        path: path.to_owned(),
        why,
    };

    let document: ReportDocument = serde_json::from_slice(&bytes)
        .map_err(|error| no_report(error.to_string()))?;
    let mut reports = document.reports.iter();
    let is_cut = |report: &ReportView| {
        report.plan.changes.len() != report.outcomes.len()
    };
    if reports.any(is_cut) {
        let why = "it does not say what became of each change";
        return Err(no_report(why.to_owned()).into());
    }
    Ok(document)
}

impl Chosen {
    fn add_all(
        &mut self,
        report: NamedReport,
        tenant: &TenantHash,
    ) -> Result<(), ServiceFailure> {
        let hash = tenant.to_string();
        let mut here = report.reports;
        here.retain(|report| {
            report
                .plan
                .provenance
                .tenant_hash
                .as_ref()
                == Some(&hash)
        });
        if here.is_empty() {
            return Err(ServiceFailure::OtherReport {
                path: report.path,
                meant: format!("{} in the tenant {hash}", report.meant),
            });
        }

        for report in &here {
            self.add(report);
        }
        Ok(())
    }

    /// Adds what one apply has made or changed, and whom it has delivered.
    fn add(&mut self, report: &ReportView) {
        let changes = report.plan.changes.iter();
        for (change, outcome) in changes.zip(&report.outcomes) {
            let is_there = matches!(
                change.action,
                ActionView::Create | ActionView::Update | ActionView::Adopt
            );
            if is_there && outcome.outcome == OutcomeKind::Applied {
                self.add_object(&change.address);
            }
        }

        for delivery in &report.deliveries {
            if delivery.is_made() {
                self.clients
                    .insert(delivery.client.clone());
            }
        }
    }

    fn add_object(&mut self, address: &AddressView) {
        match address {
            AddressView::Client {
                client: ClientView::Key(key),
            } => {
                self.clients.insert(key.clone());
            }
            AddressView::Grant {
                client,
                audience,
                subject_type: SubjectType::Client,
            } => {
                let grant = (client.clone(), audience.clone());
                self.grants.insert(grant);
            }
            AddressView::ResourceServer { identifier } => {
                self.resource_servers
                    .insert(identifier.clone());
            }
            AddressView::Client { .. } | AddressView::Grant { .. } => {}
        }
    }

    /// Whether the grant of this token is meant.
    pub(super) fn includes(
        &self,
        token: &ExpectedToken,
        desired: &Desired,
    ) -> bool {
        let key = token.client.as_str();
        if self.is_all == IsAll::Yes || self.clients.contains(key) {
            return true;
        }

        let audience = token.audience.as_str();
        let has_changed = self.resource_servers.contains(audience);
        if has_changed && is_of_every_scope(token, desired) {
            return true;
        }
        let client = match desired.clients.get(&token.client) {
            Some(DesiredClient::External(id)) => {
                ClientView::ClientId(id.to_string())
            }
            Some(DesiredClient::Managed { .. }) | None => {
                ClientView::Key(key.to_owned())
            }
        };
        let grant = (client, audience.to_owned());
        self.grants.contains(&grant)
    }
}

fn is_of_every_scope(token: &ExpectedToken, desired: &Desired) -> bool {
    let is_of_server = |audience: &Audience| match audience {
        Audience::Key(key) => key.as_str() == token.resource_server,
        Audience::ManagementApi => false,
    };

    desired.grants.iter().any(|grant| {
        grant.client == token.client
            && grant.subject_type == SubjectType::Client
            && grant.spec.scopes.is_none()
            && is_of_server(&grant.audience)
    })
}
