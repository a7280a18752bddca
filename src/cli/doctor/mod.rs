//! `grantry doctor`
//!
//! `auth0`, `keycloak` and `local` are what there is to say of a tenant of each
//! provider; a `finding` is one thing of it.

use std::path::{Path, PathBuf};

use crate::cli::arguments::{Doctor, Provider};
use crate::cli::credentials::{CredentialSet, CredentialSource};
use crate::cli::exit::{Exit, Failure};
use crate::cli::target::{Reader, Target, support_of};
use crate::cli::{hint, output, progress};
use crate::config::{self, Inputs, Loaded, Problems};
use crate::model::safe_path;
use crate::render::{self, Diagnosis, Subject};

mod auth0;
mod finding;
mod keycloak;
mod local;

use finding::{Finding, diagnose_failure};

/// Where the configuration is, unless told otherwise.
const CONFIG: &str = "grantry.yaml";

/// The configuration, as far as there is one.
enum Configuration {
    Loaded(Box<Loaded>),
    Damaged(Problems),
    None,
}

pub(super) async fn run(arguments: &Doctor) -> Result<Exit, Failure> {
    if arguments.scopes {
        output::data(&render::scopes())?;
        return Ok(Exit::Done);
    }

    let inputs = arguments.inputs.gather()?;
    let told = arguments.tenant.provider.as_ref();
    let configuration = Configuration::load(&arguments.paths, &inputs, told);
    let mut findings = vec![configuration.diagnose()];
    findings.extend(diagnose_tenant(arguments, &configuration).await);

    let exit = find_gravest(&findings);
    print_findings(findings)?;
    Ok(exit)
}

/// The command line has to be mended before anything else can be, and what
/// takes a person is not mended by trying again.
fn find_gravest(findings: &[Finding]) -> Exit {
    let mut exits = [Exit::Usage, Exit::Error, Exit::TryAgain].into_iter();
    let gravest = exits.find(|exit| {
        findings
            .iter()
            .any(|finding| finding.exit == *exit)
    });
    gravest.unwrap_or(Exit::Done)
}

fn print_findings(findings: Vec<Finding>) -> Result<(), Failure> {
    let mut diagnoses = Vec::new();
    let mut details = Vec::new();
    for finding in findings {
        diagnoses.push(finding.diagnosis);
        details.extend(finding.detail);
    }
    // Two findings may need the same list of scopes.
    details.dedup();

    output::data(&render::checkup(&diagnoses))?;
    for detail in details {
        output::data(&format!("\n{detail}"))?;
    }
    Ok(())
}

impl Configuration {
    fn load(
        paths: &[PathBuf],
        inputs: &Inputs,
        told: Option<&Provider>,
    ) -> Self {
        let paths = match paths {
            [] if !Path::new(CONFIG).exists() => return Self::None,
            [] => &[PathBuf::from(CONFIG)],
            paths => paths,
        };

        match config::load(paths, inputs, support_of(told)) {
            Ok(loaded) => Self::Loaded(Box::new(loaded)),
            Err(problems) => Self::Damaged(problems.in_words(hint::words)),
        }
    }

    fn loaded(&self) -> Option<&Loaded> {
        match self {
            Self::Loaded(loaded) => Some(loaded),
            Self::Damaged(_) | Self::None => None,
        }
    }

    fn diagnose(&self) -> Finding {
        match self {
            Self::Loaded(loaded) => {
                Diagnosis::configuration(&loaded.desired).into()
            }
            Self::Damaged(problems) => Finding {
                detail: Some(render::first_problem(problems)),
                ..Diagnosis::problems(problems).into()
            },
            Self::None => {
                let why = format!("none given, and there is no {CONFIG} here");
                Diagnosis::skipped(Subject::Configuration, &why).into()
            }
        }
    }
}

/// Looks at the tenant that is meant.
async fn diagnose_tenant(
    arguments: &Doctor,
    configuration: &Configuration,
) -> Vec<Finding> {
    // No default stands in: a healthy tenant would be shown that nobody meant.
    if matches!(configuration, Configuration::Damaged(_))
        && arguments.tenant.provider.is_none()
    {
        let why = "not known which: the configuration says so";
        let diagnosis = Diagnosis::skipped(Subject::Tenant, why)
            .saying("`--provider` names one meanwhile");
        return vec![diagnosis.into()];
    }

    let loaded = configuration.loaded();
    let source = match CredentialSource::read() {
        Ok(source) => source,
        Err(failure) => {
            return vec![diagnose_failure(Subject::Credentials, &failure)];
        }
    };
    let environment = loaded.and_then(|loaded| loaded.environment.as_ref());
    let set = source.for_environment(environment);
    let tenant = &arguments.tenant;
    match Target::choose_whatever_the_credentials(&set, tenant, loaded) {
        Ok((target, unusable)) => {
            examine(target, loaded, &set, unusable.as_ref()).await
        }
        Err(failure) => vec![diagnose_failure(Subject::Tenant, &failure)],
    }
}

async fn examine(
    target: Target,
    loaded: Option<&Loaded>,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
) -> Vec<Finding> {
    let (subject, place) = match &target {
        Target::Local(path) => (Subject::File, safe_path(path)),
        Target::Auth0(settings) => (Subject::Domain, settings.domain()),
        Target::Keycloak(settings) => {
            (Subject::Realm, settings.realm().to_string())
        }
    };
    let reader = match target.announce().reader() {
        Ok(reader) => reader,
        Err(failure) => return vec![diagnose_failure(subject, &failure)],
    };

    let desired = loaded.map(|loaded| &loaded.desired);
    let stack = desired.map(|desired| &desired.stack);
    let spinner = progress::spinner("looking at the tenant");
    let findings = match reader {
        Reader::Local(reader) => {
            let found = reader.examine(desired);
            local::diagnose(&place, &found, stack)
        }
        Reader::Auth0(reader) => {
            let found = reader.examine(desired).await;
            auth0::diagnose(&place, &found, set, unusable, stack)
        }
        Reader::Keycloak(reader) => {
            let found = reader.examine(desired).await;
            keycloak::diagnose(&found, set, unusable, stack)
        }
    };
    spinner.finish_and_clear();
    findings
}
