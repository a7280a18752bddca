//! `grantry outputs`

use super::arguments::{self, OutputsFormat};
use super::exit::{Exit, Failure};
use super::faces::{as_json, view_of};
use super::page::Page;
use super::signal::StopRequests;
use super::target::{Target, with_chosen};
use super::{output, plan};
use crate::plan::Outputs;
use crate::provider::Observe as _;
use crate::render;
use crate::render::document::{OutputsDocument, OutputsView};

pub(super) async fn run(
    arguments: &arguments::Outputs,
) -> Result<Exit, Failure> {
    match look(arguments).await {
        Ok(text) => {
            output::data(&text)?;
            Ok(Exit::Done)
        }
        Err(failure) => {
            if arguments.format == OutputsFormat::Json {
                let code = failure.exit().code();
                let document =
                    OutputsDocument::of_failure(view_of(&failure), code);
                output::data(&as_json(&document)?)?;
            }
            Err(failure)
        }
    }
}

async fn look(arguments: &arguments::Outputs) -> Result<String, Failure> {
    let loaded = arguments
        .configuration
        .load_for(&arguments.tenant)?;
    let target = Target::choose(&arguments.tenant, Some(&loaded))?.announce();
    let reader = target.reader()?;

    let mut stop_requests = StopRequests::listen()?;
    let desired = &loaded.desired;
    let (seen, endpoints) = with_chosen!(&reader, reader => {
        let reading = async {
            let seen = plan::read_for(reader, desired, &Page::AtOnce).await?;
            Ok((seen, reader.endpoints().await?))
        };
        stop_requests.or_stopped(reading).await
    })?;

    let outputs = Outputs::of(desired, &seen);
    let view = OutputsView::of(&outputs, endpoints);
    Ok(match arguments.format {
        OutputsFormat::Table => render::outputs(&view, output::width()),
        OutputsFormat::Json => as_json(&OutputsDocument::of_outputs(view))?,
        OutputsFormat::Dotenv => {
            let (lines, shared) =
                render::outputs_dotenv(&outputs, view.endpoints.as_ref());
            for (name, keys) in shared {
                output::talk(&render::no_variable(&name, &keys));
            }
            lines
        }
    })
}
