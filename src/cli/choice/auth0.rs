//! Which Auth0 tenant is meant.

use url::Url;

use super::{Choice, NamedBy, Surroundings, Unsettled};
use crate::config::ProviderChoice;
use crate::model::{RateLimit, Reserve};
use crate::provider::auth0::Domain;

/// What a configuration says of it. How fast may stand in a file, whoever names
/// the domain: no secret follows it.
#[derive(Default)]
struct Stated {
    domain: Option<Domain>,
    rate_limit: Option<RateLimit>,
    reserve: Reserve,
}

impl Stated {
    fn of(written: Option<&ProviderChoice>) -> Result<Self, Unsettled> {
        match written {
            Some(ProviderChoice::Auth0 {
                domain,
                rate_limit,
                reserve,
            }) => {
                let domain = domain.as_deref().map(Domain::parse);
                Ok(Self {
                    domain: domain.transpose()?,
                    rate_limit: *rate_limit,
                    reserve: *reserve,
                })
            }
            Some(
                ProviderChoice::Keycloak { .. } | ProviderChoice::Local { .. },
            )
            | None => Ok(Self::default()),
        }
    }
}

/// The command line names the domain, or else the environment does: a file
/// names none, and picks at most one of those that credentials are at hand for.
pub(super) fn choose(
    told: Option<&str>,
    written: Option<&ProviderChoice>,
    surroundings: &Surroundings,
) -> Result<Choice, Unsettled> {
    let Stated {
        domain: stated,
        rate_limit,
        reserve,
    } = Stated::of(written)?;

    // The domain that is named, never the one that is stated: credentials
    // follow no file.
    let domain = match find_named(told, surroundings) {
        Some((named, by)) => {
            let named = Domain::parse(named)?;
            agree(stated, named, by, surroundings)?
        }
        None => pick_keyed(stated, surroundings)?,
    };
    Ok(Choice::Auth0 {
        domain,
        rate_limit,
        reserve,
    })
}

/// The domain that is named, and where.
fn find_named<'a>(
    told: Option<&'a str>,
    surroundings: &'a Surroundings,
) -> Option<(&'a str, NamedBy)> {
    if let Some(told) = told {
        return Some((told, NamedBy::CommandLine));
    }

    let domain = surroundings.domain.as_deref()?;
    let variable = surroundings.domain_variable.clone();
    Some((domain, NamedBy::Variable(variable)))
}

/// The domain that is stated, where nobody names one. It only picks one of
/// those that credentials are at hand for, and each goes to its own.
fn pick_keyed(
    stated: Option<Domain>,
    surroundings: &Surroundings,
) -> Result<Domain, Unsettled> {
    let keyed = &surroundings.keyed_tenants;
    match stated {
        Some(stated) if keyed.contains(&stated.to_string()) => Ok(stated),
        stated => Err(Unsettled::NoDomain { stated }),
    }
}

/// The domain that is named, unless another one is stated.
fn agree(
    stated: Option<Domain>,
    named: Domain,
    by: NamedBy,
    surroundings: &Surroundings,
) -> Result<Domain, Unsettled> {
    match stated {
        Some(stated)
            if stated != named
                && !is_host_of_audience(&stated, surroundings) =>
        {
            Err(Unsettled::TwoDomains {
                stated,
                named,
                by,
            })
        }
        _ => Ok(named),
    }
}

/// Where the domain that is spoken to is a custom one, a file may state the
/// tenant's own.
fn is_host_of_audience(stated: &Domain, surroundings: &Surroundings) -> bool {
    let audience = surroundings.audience.as_deref();
    let audience = audience.and_then(|audience| Url::parse(audience).ok());

    audience.is_some_and(|audience| {
        audience.host_str() == Some(&stated.authority())
    })
}
