//! `grantry schema`

mod project;
mod reference;

use serde_json::Value as Json;

use super::arguments::{Schema, SchemaSubject};
use super::exit::{Exit, Failure};
use super::{github, output};
use crate::render::document;
use crate::{config, provider};

pub(super) use project::{SchemaFile, of_project};

pub(super) fn run(arguments: &Schema) -> Result<Exit, Failure> {
    let schema = match &arguments.subject {
        SchemaSubject::Config => config::schema(provider::SUPPORTS),
        SchemaSubject::Project(arguments) => return project::run(arguments),
        SchemaSubject::Plan => document::plan_schema().into(),
        SchemaSubject::Report => document::report_schema().into(),
        SchemaSubject::Problems => document::problems_schema().into(),
        SchemaSubject::Access => document::access_schema().into(),
        SchemaSubject::Outputs => document::outputs_schema().into(),
        SchemaSubject::Verification => document::verification_schema().into(),
        SchemaSubject::Reference => {
            output::data(&reference::reference())?;
            return Ok(Exit::Done);
        }
        SchemaSubject::GithubAction => {
            output::data(&github::action())?;
            return Ok(Exit::Done);
        }
    };

    output::data(&print(&schema))?;
    Ok(Exit::Done)
}

fn print(schema: &Json) -> String {
    format!("{schema:#}\n")
}
