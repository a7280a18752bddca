//! Which tenant is meant: decided from what is said, and where; nothing is read and nothing sent.
//!
//! A secret never follows a file. Whoever may write a configuration, in a pull request say, is not
//! thereby given the credentials of the environment: only the environment itself or the command
//! line names the domain that they are sent to. What a file says of it is a check.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use url::Url;

use super::arguments::Provider;
use crate::config::{LOCAL_FILE, ProviderChoice};
use crate::model::{RateLimit, Reserve};
use crate::provider::ProviderError;
use crate::provider::auth0::Domain;

/// What the environment says of tenants.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// The names of all variables that are some provider's.
    pub(super) variables: Arc<BTreeSet<String>>,
    /// The domain of the tenant.
    pub(super) domain: Option<String>,
    /// What the variable is called that says it.
    pub(super) domain_variable: String,
    /// The audience of the Management API, where the domain is a custom one.
    pub(super) audience: Option<String>,
    /// The domains whose credentials are at hand, each for itself.
    pub(super) keyed_domains: Arc<BTreeSet<String>>,
}

/// The tenant that is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// A file, relative to the working directory.
    Local(PathBuf),
    /// A file, relative to the folder of the configuration.
    LocalBeside(PathBuf),
    /// An Auth0 tenant.
    Auth0 {
        /// Where credentials may be sent.
        domain: Domain,
        /// How fast it may be spoken to; if there is none, its answers say.
        rate_limit: Option<RateLimit>,
        /// What is left to others.
        reserve: Reserve,
    },
}

/// Who says where credentials may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NamedBy {
    CommandLine,
    Variable(String),
}

/// Why no tenant is meant.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unsettled {
    /// Somebody has a provider in mind, and says so nowhere.
    #[error("nothing says which tenant is meant, though {} set", are(variables))]
    NoProvider { variables: BTreeSet<String> },
    /// Nobody who may says where credentials are sent; a file cannot.
    #[error("nothing says where the Auth0 tenant is")]
    NoDomain { stated: Option<Domain> },
    /// The file is for another tenant than credentials may be sent to.
    #[error(
        "the configuration is for `{stated}` (`provider.auth0.domain`), but {} `{named}`; nothing was \
         sent to either",
        match by {
            NamedBy::CommandLine => "`--provider` names".to_owned(),
            NamedBy::Variable(variable) => format!("{variable} is"),
        }
    )]
    TwoDomains {
        stated: Domain,
        named: Domain,
        by: NamedBy,
    },
    #[error(transparent)]
    Settings(#[from] ProviderError),
}

/// The command line first, then the configuration, then the local provider, unless the environment
/// shows that another one is in somebody's mind: a merge job that forgot to say so must not be
/// green.
pub(super) fn choose(
    told: Option<&Provider>,
    written: Option<&ProviderChoice>,
    surroundings: &Surroundings,
) -> Result<Choice, Unsettled> {
    match (told, written) {
        (Some(Provider::Auth0(domain)), written) => {
            choose_auth0(domain.as_deref(), written, surroundings)
        }
        (None, Some(ProviderChoice::Auth0 { .. })) => choose_auth0(None, written, surroundings),
        // Anywhere, unlike what a configuration names: whoever runs this may read it anyway.
        (Some(Provider::Local(Some(file))), _) => Ok(Choice::Local(file.clone())),
        (Some(Provider::Local(None)) | None, Some(ProviderChoice::Local { file })) => {
            Ok(Choice::LocalBeside(file.clone()))
        }
        (None, None) if !surroundings.variables.is_empty() => Err(Unsettled::NoProvider {
            variables: BTreeSet::clone(&surroundings.variables),
        }),
        (Some(Provider::Local(None)) | None, _) => Ok(Choice::LocalBeside(LOCAL_FILE.into())),
    }
}

fn choose_auth0(
    told: Option<&str>,
    written: Option<&ProviderChoice>,
    surroundings: &Surroundings,
) -> Result<Choice, Unsettled> {
    // How fast may stand in a file, whoever names the domain: no secret follows it.
    let (stated, rate_limit, reserve) = match written {
        Some(ProviderChoice::Auth0 {
            domain,
            rate_limit,
            reserve,
        }) => (domain.as_deref(), *rate_limit, *reserve),
        Some(ProviderChoice::Keycloak { .. } | ProviderChoice::Local { .. }) | None => {
            (None, None, Reserve::default())
        }
    };
    let stated = stated.map(Domain::parse).transpose()?;

    let (named, by) = match (told, &surroundings.domain) {
        (Some(told), _) => (told, NamedBy::CommandLine),
        (None, Some(domain)) => {
            let variable = surroundings.domain_variable.clone();
            (&**domain, NamedBy::Variable(variable))
        }
        (None, None) => {
            // It only picks one of those that credentials are at hand for, and each goes to its own.
            let is_keyed =
                |stated: &Domain| surroundings.keyed_domains.contains(&stated.to_string());
            return match stated {
                Some(stated) if is_keyed(&stated) => Ok(Choice::Auth0 {
                    domain: stated,
                    rate_limit,
                    reserve,
                }),
                stated => Err(Unsettled::NoDomain { stated }),
            };
        }
    };
    let named = Domain::parse(named)?;

    match stated {
        Some(stated) if stated != named && !is_host_of_audience(&stated, surroundings) => {
            Err(Unsettled::TwoDomains { stated, named, by })
        }
        // The domain that is named, never the one that is stated: credentials follow no file.
        _ => Ok(Choice::Auth0 {
            domain: named,
            rate_limit,
            reserve,
        }),
    }
}

/// Where the domain that is spoken to is a custom one, a file may state the tenant's own.
fn is_host_of_audience(stated: &Domain, surroundings: &Surroundings) -> bool {
    let audience = surroundings.audience.as_deref();
    let audience = audience.and_then(|audience| Url::parse(audience).ok());

    audience.is_some_and(|audience| audience.host_str() == Some(&stated.authority()))
}

/// Names in a row, with their verb.
pub(super) fn are(names: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| name.as_ref().to_owned())
        .collect();

    match names.as_slice() {
        [] => String::new(),
        [name] => format!("{name} is"),
        [names @ .., last] => format!("{} and {last} are", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unless_empty(text: &str) -> Option<String> {
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// What a choice comes to, in a word or two.
    fn say_choice(
        told: &str,
        written: &str,
        (domain, audience): (&str, &str),
        variables: &[&str],
    ) -> String {
        let told: Option<Provider> = unless_empty(told).map(|told| told.parse().unwrap());
        let written = match written.split_once(' ').unwrap_or((written, "")) {
            ("local", file) => Some(ProviderChoice::Local { file: file.into() }),
            ("auth0", domain) => Some(ProviderChoice::Auth0 {
                domain: unless_empty(domain),
                rate_limit: None,
                reserve: Reserve::default(),
            }),
            _ => None,
        };
        let surroundings = Surroundings {
            variables: Arc::new(variables.iter().map(|name| (*name).to_owned()).collect()),
            domain: unless_empty(domain),
            domain_variable: "AUTH0_DOMAIN".to_owned(),
            audience: unless_empty(audience),
            keyed_domains: Arc::new(BTreeSet::from(["keyed.example".to_owned()])),
        };

        match choose(told.as_ref(), written.as_ref(), &surroundings) {
            Ok(Choice::Local(file)) => format!("here {}", file.display()),
            Ok(Choice::LocalBeside(file)) => format!("beside {}", file.display()),
            Ok(Choice::Auth0 { domain, .. }) => format!("to {domain}"),
            Err(Unsettled::NoProvider { variables }) => format!("no provider: {}", are(variables)),
            Err(Unsettled::NoDomain { stated: None }) => "no domain".to_owned(),
            Err(Unsettled::NoDomain {
                stated: Some(stated),
            }) => format!("only stated: {stated}"),
            Err(Unsettled::TwoDomains { stated, named, by }) => {
                let by = match by {
                    NamedBy::CommandLine => "CommandLine",
                    NamedBy::Variable(_) => "Environment",
                };
                format!("stated: {stated}, {by}: {named}")
            }
            Err(Unsettled::Settings(error)) => error.to_string(),
        }
    }

    #[test]
    fn the_provider_is_told_or_written_or_local_where_nothing_hints_at_another() {
        let here = "AUTH0_DOMAIN";
        for (told, written, variables, expected) in [
            ("", "", &[][..], "beside .grantry/tenant.json"),
            ("", "", &[here][..], "no provider: AUTH0_DOMAIN is"),
            (
                "",
                "",
                &["KEYCLOAK_URL", here],
                "no provider: AUTH0_DOMAIN and KEYCLOAK_URL are",
            ),
            ("", "local a.json", &[here], "beside a.json"),
            ("", "auth0 acme.example", &[here], "to acme.example"),
            ("local", "", &[here], "beside .grantry/tenant.json"),
            ("local", "local a.json", &[here], "beside a.json"),
            (
                "local",
                "auth0 evil.example",
                &[here],
                "beside .grantry/tenant.json",
            ),
            ("local:b.json", "local a.json", &[here], "here b.json"),
            ("auth0", "local a.json", &[here], "to acme.example"),
            ("auth0", "", &[here], "to acme.example"),
        ] {
            let said = say_choice(told, written, ("acme.example", ""), variables);
            assert_eq!(
                said, expected,
                "--provider {told:?}, {written:?}, {variables:?}"
            );
        }
    }

    #[test]
    fn a_secret_goes_where_the_environment_or_the_command_line_says() {
        let api = "https://acme.eu.auth0.com/api/v2/";
        let login = "login.acme.example";
        let emulator = "http://127.0.0.1:4600";
        for (told, written, environment, expected) in [
            // Nobody but a file names a domain.
            ("", "auth0", ("", ""), "no domain"),
            ("auth0", "", ("", api), "no domain"),
            (
                "",
                "auth0 evil.example",
                ("", ""),
                "only stated: evil.example",
            ),
            (
                "auth0",
                "auth0 HTTPS://evil.example/",
                ("", ""),
                "only stated: evil.example",
            ),
            // It picks one of those that credentials are at hand for.
            (
                "",
                "auth0 https://KEYED.example/",
                ("", ""),
                "to keyed.example",
            ),
            (
                "",
                "auth0 keyed.example",
                (login, ""),
                "stated: keyed.example, Environment: login.acme.example",
            ),
            // A file agrees, in whatever spelling.
            ("", "auth0", (login, ""), "to login.acme.example"),
            (
                "",
                "auth0 https://LOGIN.acme.example:443/",
                (login, ""),
                "to login.acme.example",
            ),
            (
                "",
                "auth0 http://127.0.0.1:4600/",
                (emulator, ""),
                "to http://127.0.0.1:4600",
            ),
            (
                "",
                "auth0 acme.eu.auth0.com",
                (login, api),
                "to login.acme.example",
            ),
            // It does not.
            (
                "",
                "auth0 evil.example",
                (login, api),
                "stated: evil.example, Environment: login.acme.example",
            ),
            (
                "",
                "auth0 login.acme.example:8443",
                (login, ""),
                "stated: login.acme.example:8443, Environment: login.acme.example",
            ),
            (
                "",
                "auth0 acme.eu.auth0.com:8443",
                (login, api),
                "stated: acme.eu.auth0.com:8443, Environment: login.acme.example",
            ),
            (
                "",
                "auth0 127.0.0.1:4600",
                (emulator, ""),
                "stated: 127.0.0.1:4600, Environment: http://127.0.0.1:4600",
            ),
            (
                "",
                "auth0 acme.eu.auth0.com",
                (emulator, "https://grantry-emulator.eu.auth0.com/api/v2/"),
                "stated: acme.eu.auth0.com, Environment: http://127.0.0.1:4600",
            ),
            // The command line is heard before the environment, and no file against it.
            ("auth0:b.example", "", (login, ""), "to b.example"),
            (
                "auth0:b.example",
                "auth0 b.example",
                (login, ""),
                "to b.example",
            ),
            (
                "auth0:b.example",
                "auth0 login.acme.example",
                (login, ""),
                "stated: login.acme.example, CommandLine: b.example",
            ),
        ] {
            let said = say_choice(told, written, environment, &["AUTH0_CLIENT_SECRET"]);
            assert_eq!(
                said, expected,
                "--provider {told:?}, {written:?}, {environment:?}"
            );
        }
    }

    #[test]
    fn what_would_leak_is_refused_wherever_it_is_said() {
        for (told, written, domain) in [
            ("", "auth0 http://evil.example", "acme.example"),
            ("", "auth0", "http://evil.example"),
            ("auth0:http://evil.example", "", "acme.example"),
        ] {
            let said = say_choice(told, written, (domain, ""), &[]);
            assert!(said.contains("in the clear"), "{said}");
        }
    }
}
