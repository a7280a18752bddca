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
use crate::model::{Address, Desired, GrantSpec, Kind, Snapshot, Value};
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
            let (code, view) = (failure.exit().code(), view_of(&failure));
            output::data(&show_failure(arguments.format, view, code)?)?;
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
    let loaded = arguments
        .configuration
        .load_for(&arguments.tenant)?;
    let states = States {
        arguments,
        loaded: &loaded,
    };

    match &arguments.from {
        Some(from) => {
            let before = states.access_of(Some(from)).await?;
            let after = states.access_of(arguments.to.as_ref()).await?;
            show_change(arguments.format, &before, &after)
        }
        None if arguments.live => show(
            arguments,
            &states.access_of(Some(&Source::Live)).await?,
        ),
        None => show(arguments, &states.access_of(None).await?),
    }
}

/// What a state gives, and how its configuration calls it.
struct Named {
    access: Access,
    names: Names,
}

impl Named {
    fn views(&self) -> Vec<PermissionView> {
        let views = self
            .access
            .iter()
            .map(|permission| PermissionView::of(permission, &self.names));

        views.collect()
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
                let inputs = self.arguments.configuration.inputs.clone();
                let configuration = Configuration { paths, inputs };
                Ok(declared(
                    &configuration.load_for(&self.arguments.tenant)?,
                ))
            }
            Some(Source::Revision(base)) => self.at(base),
            Some(Source::Live) => self.live().await,
        }
    }

    /// What the configuration of a revision gives.
    fn at(&self, base: &Base) -> Result<Named, Failure> {
        let revision = Revision::open(&base.name)?;
        // Of several paths those that are there count: what was not there yet
        // gave nothing.
        let paths = find_paths(
            &revision,
            base,
            &self.arguments.configuration.paths,
        )?;
        if paths.there.is_empty() {
            return Err(Failure::NotInBase(base.clone()));
        }

        let provider = self.arguments.tenant.provider.as_ref();
        let inputs = self.arguments.configuration.inputs.gather()?;
        let sources = Sources::default();
        let before = Earlier::read(
            revision,
            &paths.there,
            &inputs,
            provider,
            sources,
        )?
        .load()?;
        // Another environment's access is not what was asked for.
        let written = before
            .written
            .ok_or(Failure::NotInBase(base.clone()))?;
        Ok(declared(&written.loaded))
    }

    async fn live(&self) -> Result<Named, Failure> {
        let target = Target::choose(&self.arguments.tenant, Some(self.loaded))?
            .announce();
        let reader = target.reader()?;

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
    Ok(tenant
        .read_details(seen, &organizational)
        .await?)
}

/// The grants that name organizations which nobody has looked at.
fn grants_for_organizations(seen: &Snapshot) -> BTreeSet<Address> {
    let names_some =
        |usage: &Value| matches!(usage.as_text(), Some("allow" | "require"));
    let grants = seen.found.iter().filter(|(address, found)| {
        address.kind() == Kind::Grant
            && found
                .attrs
                .get(GrantSpec::ORGANIZATION_USAGE)
                .is_some_and(names_some)
            && !found
                .attrs
                .contains_key(GrantSpec::ORGANIZATIONS)
    });

    grants
        .map(|(address, _)| address.clone())
        .collect()
}

fn show(
    arguments: &arguments::Access,
    named: &Named,
) -> Result<String, Failure> {
    let views = named.views();
    Ok(match arguments.format {
        AccessFormat::Text => {
            render::access(&views, arguments.by.into(), output::width())
        }
        AccessFormat::Json => as_json(&AccessDocument::of_permissions(views))?,
        AccessFormat::Csv => {
            render::access_csv(views.iter().map(|view| (None, view)), false)
        }
        AccessFormat::Markdown => {
            render::access_markdown(&views, arguments.by.into())
        }
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
            as_json(&AccessDocument::of_change(AccessView {
                gained,
                lost,
            }))?
        }
        AccessFormat::Csv => {
            let gained = gained.iter().map(|view| (Some("gained"), view));
            let lost = lost.iter().map(|view| (Some("lost"), view));
            render::access_csv(gained.chain(lost), true)
        }
        AccessFormat::Markdown => {
            render::access_change_markdown(&gained, &lost)
        }
    })
}
