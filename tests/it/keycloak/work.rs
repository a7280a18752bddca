//! What tests do to a realm by way of Grantry: plan, apply, and
//! look at what is left to do.

use std::num::NonZeroUsize;

use grantry::apply::{Guard, Report, Stop, apply};
use grantry::config;
use grantry::model::{Desired, ScopeNaming, Snapshot};
use grantry::plan::{PlanError, Planned, plan};
use grantry::provider::{
    Mutate as _, ProviderError, inspect, keycloak, observe,
};
use grantry::render;

use crate::laws::without_guards;

const ONE: NonZeroUsize = NonZeroUsize::MIN;

/// A configuration of Keycloak, without guards.
pub(crate) fn desired(yaml: &str) -> Desired {
    desired_by(ScopeNaming::Bare, yaml)
}

/// The same where scopes are called like this.
pub(crate) fn desired_by(naming: ScopeNaming, yaml: &str) -> Desired {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("grantry.yaml");
    std::fs::write(&file, yaml).unwrap();

    match config::load(&[file], &config::Inputs::default(), |_| {
        keycloak::support_for(naming)
    }) {
        Ok(loaded) => without_guards(loaded),
        Err(problems) => panic!("{}", render::problems(&problems)),
    }
}

pub(crate) async fn read(
    writer: &keycloak::Writer,
    desired: &Desired,
) -> Snapshot {
    observe(writer.reader(), desired)
        .await
        .unwrap()
}

/// The plan, or what contradicts it.
pub(crate) async fn try_to_plan(
    writer: &keycloak::Writer,
    desired: &Desired,
) -> Result<Planned, PlanError> {
    plan(desired, &read(writer, desired).await)
}

/// What a plan says, or why there is none: without colours.
pub(crate) async fn say_plan(
    writer: &keycloak::Writer,
    desired: &Desired,
) -> String {
    let said = match try_to_plan(writer, desired).await {
        Ok(planned) => render::plan(&planned.plan),
        Err(conflicts) => render::conflicts(&conflicts),
    };
    anstream::adapter::strip_str(&said).to_string()
}

/// What a report says: without colours.
pub(crate) fn say_report(report: &Report) -> String {
    anstream::adapter::strip_str(&render::report(report)).to_string()
}

/// Plans and applies, whatever comes of it; an error is of the reading.
pub(crate) async fn try_to_apply(
    writer: &keycloak::Writer,
    desired: &Desired,
) -> Result<Report, ProviderError> {
    let seen = observe(writer.reader(), desired).await?;
    let planned = match plan(desired, &seen) {
        Ok(planned) => planned,
        Err(conflicts) => panic!("{}", render::conflicts(&conflicts)),
    };
    let planned = inspect(writer.reader(), planned).await?;
    Ok(apply_plan(writer, planned).await)
}

/// Applies a plan, whatever comes of it.
pub(crate) async fn apply_plan(
    writer: &keycloak::Writer,
    planned: Planned,
) -> Report {
    let cleared = planned.clear().unwrap();

    apply(
        writer,
        cleared,
        &Guard::open(),
        ONE,
        &Stop::default(),
        |_, _| {},
    )
    .await
}

/// Plans and applies, which must succeed.
pub(crate) async fn carry_out(writer: &keycloak::Writer, desired: &Desired) {
    let report = try_to_apply(writer, desired)
        .await
        .unwrap();
    let is_done = report
        .outcomes
        .iter()
        .all(grantry::apply::Outcome::is_applied);
    assert!(is_done, "{}", render::report(&report));
}

/// Fails unless nothing is left to do.
pub(crate) async fn assert_settled(
    writer: &keycloak::Writer,
    desired: &Desired,
    story: &str,
) {
    let planned = try_to_plan(writer, desired)
        .await
        .unwrap();
    let changes = &planned.plan.changes;
    assert!(
        changes.is_empty(),
        "{story}:\n{}",
        render::plan(&planned.plan)
    );
}
