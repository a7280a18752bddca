//! `grantry doctor`

use std::path::{Path, PathBuf};

use crate::cli::arguments::{Doctor, Provider};
use crate::cli::credentials::{CredentialSet, CredentialSource};
use crate::cli::exit::{Exit, Failure};
use crate::cli::target::{Reader, Target, support_of};
use crate::cli::{hint, output, progress};
use crate::config::{self, Inputs, Loaded, Problems};
use crate::model::{StackName, safe_path};
use crate::provider::auth0::{Expiry, Permissions, Reach, Token};
use crate::provider::{ForbiddenReason, ProviderError, auth0, local};

use crate::render::{self, Diagnosis, Subject};

mod keycloak;

/// Where the configuration is, unless told otherwise.
const CONFIG: &str = "grantry.yaml";

/// The configuration, as far as there is one.
enum Configuration {
    Loaded(Box<Loaded>),
    Damaged(Problems),
    None,
}

/// What was found, and how a run ends that meets it.
struct Finding {
    diagnosis: Diagnosis,
    exit: Exit,
    /// What is shown below all diagnoses, because there is no room for it in
    /// one.
    detail: Option<String>,
}

impl From<Diagnosis> for Finding {
    fn from(diagnosis: Diagnosis) -> Self {
        let exit = if diagnosis.is_failed() {
            Exit::Error
        } else {
            Exit::Done
        };

        Self {
            diagnosis,
            exit,
            detail: None,
        }
    }
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
    [Exit::Usage, Exit::Error, Exit::TryAgain]
        .into_iter()
        .find(|exit| {
            findings
                .iter()
                .any(|finding| finding.exit == *exit)
        })
        .unwrap_or(Exit::Done)
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
    let set = source
        .for_environment(loaded.and_then(|loaded| loaded.environment.as_ref()));
    let chosen = Target::choose_whatever_the_credentials(
        &set,
        &arguments.tenant,
        loaded,
    );
    let (target, unusable) = match chosen {
        Ok(chosen) => chosen,
        Err(failure) => {
            return vec![diagnose_failure(Subject::Tenant, &failure)];
        }
    };
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
            diagnose_file(&place, &found, stack)
        }
        Reader::Auth0(reader) => {
            let found = reader.examine(desired).await;
            diagnose_auth0(&place, &found, &set, unusable.as_ref(), stack)
        }
        Reader::Keycloak(reader) => {
            let found = reader.examine(desired).await;
            keycloak::diagnose(&found, &set, unusable.as_ref(), stack)
        }
    };
    spinner.finish_and_clear();
    findings
}

fn diagnose_file(
    path: &str,
    found: &local::Examination,
    stack: Option<&StackName>,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = match &found.file {
        Ok((state, contents)) => vec![
            Diagnosis::file(path, *state).into(),
            Diagnosis::contents(contents, stack).into(),
        ],
        Err(error) => vec![diagnose_error(Subject::File, error)],
    };

    findings.push(match &found.folder {
        Ok(()) => Diagnosis::good(Subject::Folder, "can be written").into(),
        Err(error) => diagnose_error(Subject::Folder, error),
    });
    findings
}

/// The steps of getting in, in their order: what fails first is what has to be
/// mended.
fn diagnose_auth0(
    domain: &str,
    found: &auth0::Examination,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
    stack: Option<&StackName>,
) -> Vec<Finding> {
    vec![
        diagnose_site(domain, found),
        diagnose_clock(found),
        diagnose_credentials(found, set, unusable),
        diagnose_scopes(found),
        diagnose_contents(found, stack),
        diagnose_limits(found),
    ]
}

const NO_TOKEN: &str = "not without a token that counts";

fn diagnose_site(domain: &str, found: &auth0::Examination) -> Finding {
    match &found.site {
        Ok(site) => Diagnosis::site(site).into(),
        Err(error @ ProviderError::Unreachable { reason, .. }) => {
            let why = format!("{domain} does not answer: {reason}");
            Finding {
                diagnosis: Diagnosis::failed(
                    Subject::Domain,
                    &why,
                    hint::of(error),
                ),
                ..diagnose_error(Subject::Domain, error)
            }
        }
        Err(error) => diagnose_error(Subject::Domain, error),
    }
}

fn diagnose_clock(found: &auth0::Examination) -> Finding {
    let diagnosis = match found.skew {
        Some(skew) => Diagnosis::clock(skew),
        None => Diagnosis::skipped(Subject::Clock, "no answer told the time"),
    };

    diagnosis.into()
}

fn diagnose_credentials(
    found: &auth0::Examination,
    set: &CredentialSet<'_>,
    unusable: Option<&Failure>,
) -> Finding {
    let finding = match (&found.token, unusable) {
        // First, for the tenant was asked without any then, and nothing that it
        // said is about them.
        (_, Some(failure)) => diagnose_failure(Subject::Credentials, failure),
        (Some(Ok(token)), None) => diagnose_token(token),
        (Some(Err(error)), None) => diagnose_error(Subject::Credentials, error),
        (None, None) => {
            let why = "nobody there to show them to";
            Diagnosis::skipped(Subject::Credentials, why).into()
        }
    };

    let names = set.names().join(" and ");
    if names.is_empty() {
        return finding;
    }
    Finding {
        diagnosis: finding
            .diagnosis
            .saying(&format!("from {names}")),
        ..finding
    }
}

fn diagnose_token(token: &Token) -> Finding {
    let help = match token.life {
        Expiry::Expired(_) => {
            Some(auth0::to_renew_token().in_words(hint::words))
        }
        Expiry::Left(_) | Expiry::Unsaid => None,
    };

    Diagnosis::token(token).with_help(help).into()
}

fn diagnose_scopes(found: &auth0::Examination) -> Finding {
    match (&found.permissions, &found.token) {
        (Some(permissions), Some(Ok(token))) => {
            diagnose_permissions(permissions, token)
        }
        (None, Some(Ok(_))) => {
            let why = "the token does not name any";
            Diagnosis::skipped(Subject::Scopes, why).into()
        }
        _ => Diagnosis::skipped(Subject::Scopes, NO_TOKEN).into(),
    }
}

/// A token that can plan and is not meant to write lacks nothing.
fn diagnose_permissions(permissions: &Permissions, token: &Token) -> Finding {
    let help = auth0::to_add_scopes(&token.client).in_words(hint::words);
    let diagnosis = Diagnosis::permissions(permissions).with_help(Some(help));
    let detail = match permissions.reach {
        Reach::Nothing | Reach::PartOfApply => Some(render::scopes()),
        Reach::Plan | Reach::Apply => None,
    };

    Finding {
        detail,
        ..diagnosis.into()
    }
}

fn diagnose_contents(
    found: &auth0::Examination,
    stack: Option<&StackName>,
) -> Finding {
    match &found.contents {
        Some(Ok(contents)) => Diagnosis::contents(contents, stack).into(),
        Some(Err(error)) => diagnose_error(Subject::Tenant, error),
        None => Diagnosis::skipped(Subject::Tenant, NO_TOKEN).into(),
    }
}

fn diagnose_limits(found: &auth0::Examination) -> Finding {
    let diagnosis = match (&found.limits, &found.contents) {
        (Some(limits), _) => Diagnosis::limits(limits),
        (None, Some(_)) => {
            Diagnosis::skipped(Subject::Limits, "the tenant could not be read")
        }
        (None, None) => Diagnosis::skipped(Subject::Limits, NO_TOKEN),
    };

    diagnosis.into()
}

fn diagnose_error(subject: Subject, error: &ProviderError) -> Finding {
    let detail = match error {
        ProviderError::MissingScopes { .. }
        | ProviderError::Forbidden {
            denial:
                ForbiddenReason::Scope { .. }
                | ForbiddenReason::NoGrant
                | ForbiddenReason::ScopeNotGranted,
            ..
        } => Some(render::scopes()),
        _ => None,
    };

    Finding {
        diagnosis: Diagnosis::failed(
            subject,
            &error.to_string(),
            hint::of(error),
        ),
        exit: Exit::of_provider(error),
        detail,
    }
}

fn diagnose_failure(subject: Subject, failure: &Failure) -> Finding {
    Finding {
        diagnosis: Diagnosis::failed(
            subject,
            &failure.to_string(),
            hint::of(failure),
        ),
        exit: failure.exit(),
        detail: None,
    }
}
