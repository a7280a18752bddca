//! `grantry doctor`

use std::path::{Path, PathBuf};

use super::arguments::{Doctor, Provider};
use super::exit::{Exit, Failure};
use super::target::{Reader, Target, support_of};
use super::{environment, hint, output, progress};
use crate::config::{self, Loaded, Problems};
use crate::model::safe_path;
use crate::provider::auth0::{Life, Permissions, Reach, Token};
use crate::provider::{Denial, ProviderError, auth0, local};
use crate::render::{self, Diagnosis, Subject};

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
    let configuration = Configuration::load(&arguments.paths, arguments.tenant.provider.as_ref());
    let mut findings = vec![configuration.finding()];
    match &configuration {
        Configuration::Damaged(_) if arguments.tenant.provider.is_none() => findings.push(
            Diagnosis::skipped(
                Subject::Tenant,
                "not known which: the configuration says so",
            )
            .saying("`--provider` names one meanwhile")
            .into(),
        ),
        configuration => findings.extend(tenant(arguments, configuration.loaded()).await),
    }

    let exits: Vec<Exit> = findings.iter().map(|finding| finding.exit).collect();
    let mut details: Vec<String> = findings
        .iter()
        .filter_map(|finding| finding.detail.clone())
        .collect();
    details.dedup();
    let checks: Vec<Diagnosis> = findings.into_iter().map(|finding| finding.check).collect();

    output::data(&render::checkup(&checks))?;
    for detail in details {
        output::data(&format!("\n{detail}"))?;
    }
    Ok(gravest(&exits))
}

/// What was looked at, and how a run ends that meets what was found.
struct Finding {
    check: Diagnosis,
    exit: Exit,
    /// What is shown below all checks, because there is no room for it in one.
    detail: Option<String>,
}

impl From<Diagnosis> for Finding {
    fn from(check: Diagnosis) -> Self {
        let exit = if check.is_failed() {
            Exit::Error
        } else {
            Exit::Done
        };
        Self {
            check,
            exit,
            detail: None,
        }
    }
}

/// The command line has to be mended before anything else can be, and what takes a person is not
/// mended by trying again.
fn gravest(exits: &[Exit]) -> Exit {
    let order = [Exit::Usage, Exit::Error, Exit::TryAgain];
    order
        .into_iter()
        .find(|exit| exits.contains(exit))
        .unwrap_or(Exit::Done)
}

impl Configuration {
    fn load(paths: &[PathBuf], told: Option<&Provider>) -> Self {
        let paths = match paths {
            [] if !Path::new(CONFIG).exists() => return Self::None,
            [] => &[PathBuf::from(CONFIG)],
            paths => paths,
        };
        match config::load(paths, support_of(told)) {
            Ok(loaded) => Self::Loaded(Box::new(loaded)),
            Err(problems) => Self::Damaged(problems),
        }
    }

    fn loaded(&self) -> Option<&Loaded> {
        match self {
            Self::Loaded(loaded) => Some(loaded),
            Self::Damaged(_) | Self::None => None,
        }
    }

    fn finding(&self) -> Finding {
        match self {
            Self::Loaded(loaded) => Diagnosis::configuration(&loaded.desired).into(),
            Self::Damaged(problems) => {
                let detail = Some(render::first_problem(problems));
                Finding {
                    detail,
                    ..Diagnosis::problems(problems).into()
                }
            }
            Self::None => Diagnosis::skipped(
                Subject::Configuration,
                &format!("none given, and there is no {CONFIG} here"),
            )
            .into(),
        }
    }
}

/// Looks at the tenant that is meant.
async fn tenant(arguments: &Doctor, loaded: Option<&Loaded>) -> Vec<Finding> {
    let (target, failure) = match Target::whatever_the_credentials(&arguments.tenant, loaded) {
        Ok(found) => found,
        Err(failure) => return vec![failed(Subject::Tenant, &failure)],
    };
    let place = match &target {
        Target::Local(path) => safe_path(path),
        Target::Auth0(settings) => settings.domain(),
    };
    let reader = match target.announce().reader() {
        Ok(reader) => reader,
        Err(failure) => return vec![failed(Subject::Domain, &failure)],
    };
    let spinner = progress::spinner("looking at the tenant");
    let desired = loaded.map(|loaded| &loaded.desired);
    let found = match reader {
        Reader::Local(reader) => of_file(&place, &reader.examine(desired), loaded),
        Reader::Auth0(reader) => of_site(
            &place,
            &reader.examine(desired).await,
            failure.as_ref(),
            loaded,
        ),
    };
    spinner.finish_and_clear();
    found
}

fn of_file(place: &str, found: &local::Examination, loaded: Option<&Loaded>) -> Vec<Finding> {
    let stack = loaded.map(|loaded| &loaded.desired.stack);
    let mut findings = match &found.file {
        Ok((state, contents)) => {
            vec![
                Diagnosis::file(place, *state).into(),
                Diagnosis::contents(contents, stack).into(),
            ]
        }
        Err(error) => vec![refused(Subject::File, error)],
    };
    findings.push(match &found.folder {
        Ok(()) => Diagnosis::good(Subject::Folder, "can be written").into(),
        Err(error) => refused(Subject::Folder, error),
    });
    findings
}

fn of_site(
    domain: &str,
    found: &auth0::Examination,
    unusable: Option<&Failure>,
    loaded: Option<&Loaded>,
) -> Vec<Finding> {
    let clock = found.skew.map_or_else(
        || Diagnosis::skipped(Subject::Clock, "no answer told the time"),
        Diagnosis::clock,
    );
    let scopes = match (&found.permissions, &found.token) {
        (Some(permissions), Some(Ok(token))) => judge_scopes(permissions, token),
        (None, Some(Ok(_))) => {
            Diagnosis::skipped(Subject::Scopes, "the token does not name any").into()
        }
        _ => Diagnosis::skipped(Subject::Scopes, NO_TOKEN).into(),
    };
    let stack = loaded.map(|loaded| &loaded.desired.stack);
    let contents = match &found.contents {
        Some(Ok(contents)) => Diagnosis::contents(contents, stack).into(),
        Some(Err(error)) => refused(Subject::Tenant, error),
        None => Diagnosis::skipped(Subject::Tenant, NO_TOKEN).into(),
    };
    let limits = match (&found.limits, &found.contents) {
        (Some(limits), _) => Diagnosis::limits(limits),
        (None, Some(_)) => Diagnosis::skipped(Subject::Limits, "the tenant could not be read"),
        (None, None) => Diagnosis::skipped(Subject::Limits, NO_TOKEN),
    };

    vec![
        site(domain, found),
        clock.into(),
        credentials(found, unusable),
        scopes,
        contents,
        limits.into(),
    ]
}

const NO_TOKEN: &str = "not without a token that counts";

fn site(domain: &str, found: &auth0::Examination) -> Finding {
    match &found.site {
        Ok(site) => Diagnosis::site(site).into(),
        Err(error @ ProviderError::Unreachable { reason, .. }) => {
            let said = format!("{domain} does not answer: {reason}");
            let check = Diagnosis::failed(Subject::Domain, &said, hint::of(error));
            Finding {
                check,
                ..refused(Subject::Domain, error)
            }
        }
        Err(error) => refused(Subject::Domain, error),
    }
}

fn credentials(found: &auth0::Examination, unusable: Option<&Failure>) -> Finding {
    let finding: Finding = match (&found.token, unusable) {
        (_, Some(failure)) => failed(Subject::Credentials, failure),
        (Some(Ok(token)), None) => {
            let help = match token.life {
                Life::Over(_) => Some(auth0::to_renew_token().in_words(hint::words)),
                Life::Left(_) | Life::Unsaid => None,
            };
            Diagnosis::token(token).with_help(help).into()
        }
        (Some(Err(error)), None) => refused(Subject::Credentials, error),
        (None, None) => {
            Diagnosis::skipped(Subject::Credentials, "nobody there to show them to").into()
        }
    };
    let check = match environment::credential_names().as_slice() {
        [] => finding.check,
        names => finding
            .check
            .saying(&format!("from {}", names.join(" and "))),
    };
    Finding { check, ..finding }
}

/// A token that can plan and is not meant to write lacks nothing.
fn judge_scopes(permissions: &Permissions, token: &Token) -> Finding {
    let check = Diagnosis::permissions(permissions).with_help(Some(
        auth0::to_add_scopes(&token.client).in_words(hint::words),
    ));
    let detail = match permissions.reach {
        Reach::Nothing | Reach::PartOfApply => Some(render::scopes()),
        Reach::Plan | Reach::Apply => None,
    };
    Finding {
        detail,
        ..check.into()
    }
}

fn refused(subject: Subject, error: &ProviderError) -> Finding {
    let check = Diagnosis::failed(subject, &error.to_string(), hint::of(error));
    let detail = match error {
        ProviderError::MissingScopes { .. }
        | ProviderError::Forbidden {
            denial: Denial::Scope { .. } | Denial::NoGrant | Denial::ScopeNotGranted,
            ..
        } => Some(render::scopes()),
        _ => None,
    };
    Finding {
        check,
        exit: Exit::of_provider(error),
        detail,
    }
}

fn failed(subject: Subject, failure: &Failure) -> Finding {
    let check = Diagnosis::failed(subject, &failure.to_string(), hint::of(failure));
    Finding {
        check,
        exit: failure.exit(),
        detail: None,
    }
}
