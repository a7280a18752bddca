//! `grantry verify`

use futures_util::{FutureExt as _, StreamExt as _, stream};

use super::destinations::Destinations;
use super::exit::{Exit, Failure};
use super::faces::view_of;
use super::page::Page;
use super::selection::load as load_reading;
use super::services::Here;
use super::services::failure::ServiceFailure;
use super::signal::StopRequests;
use super::sinks::SinksAtHand;
use super::target::{Target, with_chosen};
use super::{arguments, faces, output, plan, progress};
use crate::config::{Loaded, Reading, Sources, Tree};
use crate::model::{Asking, Desired, Endpoints, Snapshot};
use crate::plan::{expect_tokens, list_ids};
use crate::provider::{Observe, TokenDesk};
use crate::render;
use crate::render::document::{
    VerificationDocument, VerificationVerdict, VerificationView,
};

mod proof;
mod selection;
mod service;

use proof::{Proof, Prover, sum_up};
use selection::Selection;
use service::{Service, find_services};

pub(super) async fn run(
    arguments: &arguments::Verify,
) -> Result<Exit, Failure> {
    let (view, exit) = match prove(arguments).await {
        Ok(proved) => proved,
        Err(failure) => {
            show_failure(arguments, &failure)?;
            return Err(failure);
        }
    };

    if arguments.format.is_for_people() {
        output::data(&render::verification(&view, output::width()))?;
    }
    let unknown = view.count(VerificationVerdict::NotVerified);
    // Where a tenant was silent, it is one.
    if unknown > 0 && exit == Exit::Done {
        output::talk(&render::not_all_verified(unknown));
    }
    let document = VerificationDocument::of_verification(view, exit.code());
    faces::show(arguments.format, &arguments.files, &document)?;
    Ok(exit)
}

fn show_failure(
    arguments: &arguments::Verify,
    failure: &Failure,
) -> Result<(), Failure> {
    let code = failure.exit().code();
    let document = VerificationDocument::of_failure(view_of(failure), code);
    match failure {
        Failure::Overwrites { .. } => faces::print(arguments.format, &document),
        _ => faces::show(arguments.format, &arguments.files, &document),
    }
}

async fn prove(
    arguments: &arguments::Verify,
) -> Result<(VerificationView, Exit), Failure> {
    let destinations = Destinations::of(&arguments.files, None);
    destinations.check(&arguments.configuration.paths, &[])?;
    destinations.check_report(arguments.extent.report.as_ref())?;
    let loaded = load(arguments, &destinations)?;
    // Before anything is sent: a report that is none ends the run.
    let selection = Selection::read(&arguments.extent, &loaded)?;
    let target = Target::choose(&arguments.tenant, Some(&loaded))?.announce();
    destinations.check_target(&target)?;
    let asking = target.support().asking;
    let reader = target.reader()?;
    let sinks = SinksAtHand::for_reading(&loaded, &arguments.sinks)?;

    let mut stop_requests = StopRequests::listen()?;
    let (seen, endpoints) = with_chosen!(&reader, reader => {
        let reading = read(reader, &loaded.desired);
        stop_requests.or_stopped(reading).await
    })?;

    let chosen = selection.of_tenant(&seen.tenant)?;
    let mut expected = expect_tokens(&loaded.desired, &seen);
    expected.retain(|token| chosen.includes(token, &loaded.desired));
    let here = Here {
        endpoints: &endpoints,
        tenant: &seen.tenant,
        stack: &loaded.desired.stack,
    };
    let ids = list_ids(&loaded.desired, &seen);

    let proving = async {
        let services =
            find_services(expected, &sinks, &loaded, &here, &ids).await?;
        prove_services(arguments, &services, &endpoints, asking).await
    };
    stop_requests.or_stopped(proving).await
}

async fn read(
    tenant: &impl Observe,
    desired: &Desired,
) -> Result<(Snapshot, Endpoints), Failure> {
    let endpoints = tenant.endpoints().await?;
    let endpoints = endpoints.ok_or(ServiceFailure::NoTokens)?;
    let seen = plan::read_for(tenant, desired, &Page::AtOnce).await?;
    Ok((seen, endpoints))
}

/// Loads what is declared. Nothing may write over what was
/// read, be it valid or not.
fn load(
    arguments: &arguments::Verify,
    destinations: &Destinations<'_>,
) -> Result<Loaded, Failure> {
    let paths = &arguments.configuration.paths;
    let reading = Reading::of(&Tree::Disk, paths, Sources::default());
    destinations.check_files(reading.files())?;

    let inputs = arguments
        .configuration
        .inputs
        .gather()?;
    let provider = arguments.tenant.provider.as_ref();
    let (written, _) = load_reading(reading, &inputs, provider, destinations)?;
    Ok(written.loaded)
}

/// Asks for the tokens of all services, having said how many that takes, and
/// looks at what they hold.
async fn prove_services(
    arguments: &arguments::Verify,
    services: &[Service],
    endpoints: &Endpoints,
    asking: Asking,
) -> Result<(VerificationView, Exit), Failure> {
    let given: usize = services
        .iter()
        .map(Service::count_tokens)
        .sum();
    let refused: usize = services
        .iter()
        .map(Service::count_refusals)
        .sum();
    output::talk(&render::tokens_to_ask_for(given, refused));

    let ends = arguments.tenant.deadline.begin();
    let desk = TokenDesk::new(endpoints, asking, output::secrets(), ends)?;
    let keys = if given == 0 {
        None
    } else {
        Some(desk.key_set().await?)
    };
    let prover = Prover {
        desk: &desk,
        keys: keys.as_ref(),
        asking,
    };

    // Of one client one after the other: its quota of tokens is its own.
    let bar = progress::bar("services verified", services.len());
    let proofs = stream::iter(services).map(|service| {
        let proofs = prover.prove_all(service);
        proofs.inspect(|_| bar.inc(1))
    });
    let proofs: Vec<Vec<Proof>> = proofs
        .buffered(arguments.tenant.parallelism.get())
        .collect()
        .await;
    let proofs = proofs.into_iter().flatten();
    Ok(sum_up(proofs.collect()))
}
