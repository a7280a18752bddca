//! `grantry access`

use std::collections::BTreeSet;

use super::arguments::{self, AccessFormat, Base, By, Configuration, Source};
use super::exit::{Exit, Failure};
use super::faces::{as_json, view_of};
use super::page::Page;
use super::revision::{Earlier, find_paths};
use super::signal::StopRequests;
use super::target::{Target, with_chosen};
use super::{output, plan};
use crate::config::{Loaded, Revision, Sources};
use crate::model::{Address, Attrs, Desired, GrantSpec, Kind, Snapshot, Value};
use crate::plan::{Access, Names, classify};
use crate::provider::Observe;
use crate::render::document::{
    AccessDocument, AccessView, FailureView, PermissionView,
};
use crate::render::{self, GroupBy, markdown};

impl From<By> for GroupBy {
    fn from(by: By) -> Self {
        match by {
            By::Client => Self::Client,
            By::Api => Self::ResourceServer,
            By::Matrix => Self::Matrix,
        }
    }
}

pub(super) async fn run(
    arguments: &arguments::Access,
) -> Result<Exit, Failure> {
    match look(arguments).await {
        Ok(text) => {
            output::data(&text)?;
            Ok(Exit::Done)
        }
        Err(failure) => {
            let code = failure.exit().code();
            let error = view_of(&failure);
            let text = show_failure(arguments.format, error, code)?;
            output::data(&text)?;
            Err(failure)
        }
    }
}

/// What is printed where nothing is known. People read it on stderr, and a
/// table has no place for it.
pub(super) fn show_failure(
    format: AccessFormat,
    error: FailureView,
    exit_code: u8,
) -> Result<String, Failure> {
    match format {
        AccessFormat::Text | AccessFormat::Csv => Ok(String::new()),
        AccessFormat::Json => {
            as_json(&AccessDocument::of_failure(error, exit_code))
        }
        AccessFormat::Markdown => Ok(markdown::access_failure(&error)),
    }
}

/// What is printed of the states that are asked for.
async fn look(arguments: &arguments::Access) -> Result<String, Failure> {
    let configuration = &arguments.configuration;
    let loaded = configuration.load_for(&arguments.tenant)?;
    let states = States {
        arguments,
        loaded: &loaded,
    };

    if let Some(from) = &arguments.from {
        let before = states.access_of(Some(from)).await?;
        let after = states
            .access_of(arguments.to.as_ref())
            .await?;
        return show_change(arguments.format, &before, &after);
    }
    let source = arguments.live.then_some(&Source::Live);
    let named = states.access_of(source).await?;
    show(arguments, &named)
}

/// What a state gives, and how its configuration calls it.
struct Named {
    access: Access,
    names: Names,
}

impl Named {
    fn views(&self) -> Vec<PermissionView> {
        let names = &self.names;
        let permissions = self.access.iter();
        permissions
            .map(|permission| PermissionView::of(permission, names))
            .collect()
    }
}

/// Where states are read from.
struct States<'a> {
    arguments: &'a arguments::Access,
    loaded: &'a Loaded,
}

impl States<'_> {
    /// What a source gives: the configuration, if none is named.
    async fn access_of(
        &self,
        source: Option<&Source>,
    ) -> Result<Named, Failure> {
        match source {
            None => Ok(declared(self.loaded)),
            Some(Source::Path(path)) => {
                let paths = vec![path.clone()];
                let inputs = self
                    .arguments
                    .configuration
                    .inputs
                    .clone();
                let configuration = Configuration { paths, inputs };
                let loaded = configuration.load_for(&self.arguments.tenant)?;
                Ok(declared(&loaded))
            }
            Some(Source::Revision(base)) => self.at(base),
            Some(Source::Live) => self.live().await,
        }
    }

    /// What the configuration of a revision gives.
    fn at(&self, base: &Base) -> Result<Named, Failure> {
        let configuration = &self.arguments.configuration;
        let revision = Revision::open(&base.name)?;
        // Of several paths those that are there count: what was not there yet
        // gave nothing.
        let paths = find_paths(&revision, base, &configuration.paths)?;
        if paths.there.is_empty() {
            return Err(Failure::NotInBase(base.clone()));
        }

        let provider = self.arguments.tenant.provider.as_ref();
        let inputs = configuration.inputs.gather()?;
        let sources = Sources::default();
        let earlier = Earlier::read(
            revision,
            &paths.there,
            &inputs,
            provider,
            sources,
        )?;
        // Another environment's access is not what was asked for.
        match earlier.load()?.written {
            Some(written) => Ok(declared(&written.loaded)),
            None => Err(Failure::NotInBase(base.clone())),
        }
    }

    async fn live(&self) -> Result<Named, Failure> {
        let tenant = &self.arguments.tenant;
        let target = Target::choose(tenant, Some(self.loaded))?;
        let reader = target.announce().reader()?;

        let mut stop_requests = StopRequests::listen()?;
        let desired = &self.loaded.desired;
        let seen = with_chosen!(&reader, reader => {
            stop_requests.or_stopped(read(reader, desired)).await
        })?;
        let verdicts = classify(desired, &seen);
        Ok(Named {
            access: Access::live(&seen, &verdicts),
            names: Names::of_stack(desired, seen.management_api.as_ref()),
        })
    }
}

fn declared(loaded: &Loaded) -> Named {
    Named {
        access: Access::declared(&loaded.desired),
        names: Names::of_declared(&loaded.desired),
    }
}

/// Reads the tenant, and which organizations may be named wherever any may.
async fn read(
    tenant: &impl Observe,
    desired: &Desired,
) -> Result<Snapshot, Failure> {
    let seen = plan::read_for(tenant, desired, &Page::AtOnce).await?;
    let organizational = grants_for_organizations(&seen);
    let seen = tenant
        .read_details(seen, &organizational)
        .await?;
    Ok(seen)
}

/// The grants that name organizations which nobody has looked at.
fn grants_for_organizations(seen: &Snapshot) -> BTreeSet<Address> {
    let grants = seen
        .found
        .iter()
        .filter(|(address, found)| {
            address.kind() == Kind::Grant && names_unseen(&found.attrs)
        })
        .map(|(address, _)| address.clone());
    grants.collect()
}

/// Whether a grant is for organizations, and does not say which.
fn names_unseen(grant: &Attrs) -> bool {
    let usage = grant.get(GrantSpec::ORGANIZATION_USAGE);
    let usage = usage.and_then(Value::as_text);

    matches!(usage, Some("allow" | "require"))
        && !grant.contains_key(GrantSpec::ORGANIZATIONS)
}

fn show(
    arguments: &arguments::Access,
    named: &Named,
) -> Result<String, Failure> {
    let views = named.views();
    let by = arguments.by.into();
    Ok(match arguments.format {
        AccessFormat::Text => render::access(&views, by, output::width()),
        AccessFormat::Json => as_json(&AccessDocument::of_permissions(views))?,
        AccessFormat::Csv => {
            let rows = views.iter().map(|view| (None, view));
            render::access_csv(rows, false)
        }
        AccessFormat::Markdown => render::access_markdown(&views, by),
    })
}

fn show_change(
    format: AccessFormat,
    before: &Named,
    after: &Named,
) -> Result<String, Failure> {
    let change = before.access.change_to(&after.access);
    // What is lost may have a name only where it was.
    let AccessView { gained, .. } = AccessView::of(&change, &after.names);
    let AccessView { lost, .. } = AccessView::of(&change, &before.names);

    Ok(match format {
        AccessFormat::Text => render::access_change(&gained, &lost),
        AccessFormat::Json => {
            let change = AccessView { gained, lost };
            as_json(&AccessDocument::of_change(change))?
        }
        AccessFormat::Csv => {
            let gained = gained
                .iter()
                .map(|view| (Some("gained"), view));
            let lost = lost
                .iter()
                .map(|view| (Some("lost"), view));
            let rows = gained.chain(lost);
            render::access_csv(rows, true)
        }
        AccessFormat::Markdown => {
            render::access_change_markdown(&gained, &lost)
        }
    })
}
