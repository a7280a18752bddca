//! What programs read: frozen views of plans, reports, problems, access,
//! outputs and verifications, each with a schema of its own.
//!
//! A view says the same bytes for the same plan: no moment in time, no id of
//! the tenant but the `client_id`s of a report, no secret. Additions do not
//! raise the version, so readers ignore what they do not know. `plan`,
//! `report`, `problems`, `access`, `outputs` and `verification` are the
//! documents; `address`, `advice`, `change`, `counts`, `delivery`,
//! `environments`, `failure` and `fate` are parts of several.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};

use crate::config::join_description_lines;

mod access;
mod address;
mod advice;
mod change;
mod counts;
mod delivery;
mod environments;
mod failure;
mod fate;
mod outputs;
mod plan;
mod problem;
mod problems;
mod provenance;
mod report;
mod report_line;
mod united;
mod verification;

pub use access::{
    AccessDocument, AccessFormat, AccessView, ExtentView, PermissionView,
};
pub use address::{AddressView, ClientView};
pub use advice::AdviceView;
pub use change::{ActionView, ChangeView, EditView, LeafView};
pub use counts::CountsView;
pub use delivery::{
    DeliveryActionView, DeliveryOutcomeKind, DeliveryOutcomeView,
    DeliveryReasonView, DeliveryView, DestinationView, SecretSourceView,
};
pub use environments::{EnvironmentView, EnvironmentsView};
pub use failure::FailureView;
pub use fate::Fate;
pub use outputs::{
    ClientOutputsView, EndpointsView, GrantOutputsView, OutputsDocument,
    OutputsFormat, OutputsView, ServerOutputsView,
};
pub use plan::{DriftView, PlanDocument, PlanVerdict, PlanView};
pub use problem::{PlaceView, ProblemLevel, ProblemView};
pub use problems::{BaseView, FindingView, ProblemsDocument, WaiverView};
pub use provenance::Provenance;
pub use report::{
    OutcomeCountsView, OutcomeKind, OutcomeView, ReportDocument, ReportVerdict,
    ReportView, Twin,
};
pub use report_line::{BegunLine, EndedLine, ReportLine, RunLine};
pub use united::{UnitedDocument, UnitedView};
pub use verification::{
    GrantVerificationView, VerificationDocument, VerificationFormat,
    VerificationVerdict, VerificationView,
};

/// The version of a document: only one is known. A change that a reader could
/// trip over raises it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Version {
    /// The first.
    #[serde(rename = "1")]
    One,
}

/// The schema of a document, with what schemas of this tool have in common.
fn schema_of<T: JsonSchema>(title: &str) -> Schema {
    // What is left out is not there at all, so it is never null.
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    join_description_lines(&mut schema);
    schema
}

/// The schema of what `plan --format json` prints and `plan --out` keeps.
#[must_use]
pub fn plan_schema() -> Schema {
    schema_of::<PlanDocument>("Grantry plan")
}

/// The schema of what `apply --format json` prints.
#[must_use]
pub fn report_schema() -> Schema {
    schema_of::<ReportDocument>("Grantry report")
}

/// The schema of what `validate --format json` prints.
#[must_use]
pub fn problems_schema() -> Schema {
    schema_of::<ProblemsDocument>("Grantry problems")
}

/// The schema of what `access --format json` prints.
#[must_use]
pub fn access_schema() -> Schema {
    schema_of::<AccessDocument>("Grantry access")
}

/// The schema of what `outputs --format json` prints.
#[must_use]
pub fn outputs_schema() -> Schema {
    schema_of::<OutputsDocument>("Grantry outputs")
}

/// The schema of what `verify --format json` prints.
#[must_use]
pub fn verification_schema() -> Schema {
    schema_of::<VerificationDocument>("Grantry verification")
}

/// A document as it is printed: one text for one document.
pub fn json(document: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(document)?;
    text.push('\n');
    Ok(text)
}
