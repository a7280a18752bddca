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
    /// By their identifiers: what is granted of every scope of them has
    /// changed with them.
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
        let bytes = files::read(path, Limit::PLAN).map_err(|error| {
            Failure::Unreadable {
                path: path.to_owned(),
                source: error.into(),
            }
        })?;
        let document: ReportDocument =
            serde_json::from_slice(&bytes).map_err(|error| {
                ServiceFailure::NoReport {
                    path: path.to_owned(),
                    why: error.to_string(),
                }
            })?;

        let mut all = document.reports.iter();
        if all.any(|report| report.plan.changes.len() != report.outcomes.len())
        {
            return Err(ServiceFailure::NoReport {
                path: path.to_owned(),
                why: "it does not say what became of each change".to_owned(),
            }
            .into());
        }
        let stack = loaded.desired.stack.as_str();
        let environment = loaded
            .environment
            .as_ref()
            .map(EnvironmentName::as_str);
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

impl Chosen {
    fn add_all(
        &mut self,
        report: NamedReport,
        tenant: &TenantHash,
    ) -> Result<(), ServiceFailure> {
        let hash = tenant.to_string();
        let mut here = report.reports;
        here.retain(|report| {
            report.plan.provenance.tenant_hash.as_ref() == Some(&hash)
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
        for (change, outcome) in
            report.plan.changes.iter().zip(&report.outcomes)
        {
            let is_there = matches!(
                change.action,
                ActionView::Create | ActionView::Update | ActionView::Adopt
            );
            if !is_there || outcome.outcome != OutcomeKind::Applied {
                continue;
            }
            match &change.address {
                AddressView::Client {
                    client: ClientView::Key(key),
                } => drop(self.clients.insert(key.clone())),
                AddressView::Grant {
                    client,
                    audience,
                    subject_type: SubjectType::Client,
                } => drop(
                    self.grants
                        .insert((client.clone(), audience.clone())),
                ),
                AddressView::ResourceServer { identifier } => {
                    self.resource_servers.insert(identifier.clone());
                }
                AddressView::Client { .. } | AddressView::Grant { .. } => {}
            }
        }

        let delivered = report
            .deliveries
            .iter()
            .filter(|delivery| delivery.is_made());
        self.clients
            .extend(delivered.map(|delivery| delivery.client.clone()));
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

        if self
            .resource_servers
            .contains(token.audience.as_str())
            && is_of_every_scope(token, desired)
        {
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
        self.grants
            .contains(&(client, token.audience.to_string()))
    }
}

fn is_of_every_scope(token: &ExpectedToken, desired: &Desired) -> bool {
    desired.grants.iter().any(|grant| {
        grant.client == token.client
            && grant.subject_type == SubjectType::Client
            && grant.spec.scopes.is_none()
            && matches!(&grant.audience, Audience::Key(key) if key.as_str() == token.resource_server)
    })
}
