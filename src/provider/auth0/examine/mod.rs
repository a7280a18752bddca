//! Finding out why Grantry does not get on with a tenant: everything is looked at as far as it can
//! be, in as few requests as that takes, and only read.

mod facts;
mod skew;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use self::facts::{
    Allowance, Issuer, Life, Limits, Permissions, Reach, ReadingCost, Site, Token,
};
pub use self::skew::Skew;
use super::estimate::requests_of_details;
use super::http::{Discovery, Group};
use super::read::{Reader, Taken};
use super::settings::{Entrance, Settings};
use super::token::Session;
use super::{clock, listing};
use crate::model::{Desired, Kind};
use crate::provider::checkup::{Contents, Owned, count_owned};
use crate::provider::{Need, Objects, ProviderError};

/// What came to light. What could not be looked at, because of what was found before, is missing.
#[derive(Debug)]
pub struct Examination {
    /// Whether the tenant answers, and as whom.
    pub site: Result<Site, ProviderError>,
    /// How far the clocks are apart; missing if no answer told the time.
    pub skew: Option<Skew>,
    /// What the credentials bring; missing if there are none, or nobody to show them to.
    pub token: Option<Result<Token, ProviderError>>,
    /// What the token allows; missing if it does not say.
    pub permissions: Option<Permissions>,
    /// What the tenant shows to the token; missing if there is none that counts.
    pub contents: Option<Result<Contents, ProviderError>>,
    /// How fast the tenant may be spoken to; missing if it gave no answer that would say.
    pub limits: Option<Limits>,
}

/// The first pages of a tenant.
struct FirstPages {
    contents: Contents,
    /// How many requests it takes to see all; none if not every kind may be seen.
    requests: Option<usize>,
}

impl Reader {
    /// Looks at everything that may keep this configuration from being planned and applied; without
    /// one, at what any needs.
    pub async fn examine(&self, desired: Option<&Desired>) -> Examination {
        let Discovery {
            issuer,
            took,
            times,
        } = self.getter().discover().await;
        let settings = self.getter().settings();
        let is_silent = matches!(
            issuer,
            Err(ProviderError::Unreachable { .. } | ProviderError::OutOfTime { .. })
        );
        let mut found = Examination {
            site: issuer.map(|issuer| describe_site(settings, &issuer, took)),
            skew: times.map(Skew::of),
            token: None,
            permissions: None,
            contents: None,
            limits: None,
        };
        if is_silent || matches!(settings.credentials.0, Entrance::Closed) {
            return found;
        }

        // A token ends by the tenant's clock.
        let now = times.map_or_else(clock::now, |times| times.told);
        let session = match self.getter().session().await {
            Ok(session) => session,
            Err(error) => {
                found.token = Some(Err(error));
                return found;
            }
        };
        let token = describe_token(settings, &session, now);
        let is_over = matches!(token.life, Life::Over(_));
        found.token = Some(Ok(token));
        found.permissions = weigh_permissions(&session, desired);
        if is_over {
            return found;
        }

        let pages = self.read_first_pages(&session, desired).await;
        // A refusal says nothing of limits where it comes before they are counted.
        found.limits = pages
            .as_ref()
            .ok()
            .map(|pages| self.describe_limits(pages.requests));
        found.contents = Some(pages.map(|pages| pages.contents));
        found
    }

    /// Reads the first page of each listing that the token may see.
    async fn read_first_pages(
        &self,
        session: &Session,
        desired: Option<&Desired>,
    ) -> Result<FirstPages, ProviderError> {
        let mut counts = BTreeMap::new();
        let mut found = BTreeMap::new();
        let mut requests = desired.map_or(0, requests_of_details);
        let mut are_all_clients = true;

        for kind in Kind::ALL {
            if !may_read(session, kind) {
                continue;
            }

            let first = listing::first(self.getter(), kind).await?;
            counts.insert(kind, first.total);
            requests += first.requests;
            if kind == Kind::Client {
                are_all_clients = first.listed.len() == first.total;
            }
            if kind == Kind::ResourceServer {
                self.learn_own_api(&first.listed);
            }

            let tenant = self.tenant().await?;
            let mut taken = Taken::new(&tenant);
            for listed in first.listed {
                taken.add(kind, listed)?;
            }
            found.append(&mut taken.by_address()?);
        }

        let tenant = self.tenant_hash().await?;
        // Of clients that may not be seen nobody knows whose they are.
        let desired = desired.filter(|_| counts.contains_key(&Kind::Client));
        let owned = desired.map(|desired| {
            let owned = count_owned(desired, &tenant, found.values());
            if are_all_clients {
                Owned::Exactly(owned)
            } else {
                Owned::AtLeast(owned)
            }
        });
        let is_every_kind_seen = counts.len() == Kind::ALL.len();
        Ok(FirstPages {
            contents: Contents { counts, owned },
            requests: is_every_kind_seen.then_some(requests),
        })
    }

    fn describe_limits(&self, requests: Option<usize>) -> Limits {
        let getter = self.getter();
        let settings = getter.settings();
        let others = getter.reading(Group::Others).map(Allowance::of);
        let client_listing = getter.reading(Group::ClientListing).map(Allowance::of);

        // The same size is the same bucket, seen at another time.
        let client_listing =
            client_listing.filter(|own| others.is_none_or(|others| own.limit != others.limit));
        let plan = requests.map(|requests| ReadingCost {
            requests,
            time: getter.time_of(requests),
        });
        Limits {
            others,
            client_listing,
            told: settings.rate_limit,
            reserve: settings.reserve,
            plan,
        }
    }
}

/// Whether the token allows it, as far as it says. One that does not say is tried.
fn may_read(session: &Session, kind: Kind) -> bool {
    let need = [Need::Read(Objects::Of(kind))].into();

    session
        .scopes()
        .is_none_or(|scopes| scopes.missing(&need).is_empty())
}

fn describe_site(settings: &Settings, issuer: &str, took: Duration) -> Site {
    let expected = settings.site.as_str();

    Site {
        domain: settings.domain(),
        name: settings.domain_name(),
        issuer: Issuer::of(issuer, expected),
        took,
    }
}

fn describe_token(settings: &Settings, session: &Session, now: SystemTime) -> Token {
    // An end that no clock can tell is none that it says.
    let end = session
        .expires_at
        .and_then(|end| UNIX_EPOCH.checked_add(end));

    Token {
        client: session.client_id.clone(),
        api: settings.management_api.clone(),
        life: end.map_or(Life::Unsaid, |end| Life::until(end, now)),
    }
}

/// What the token of a session allows. Without a configuration, keys and organizations are neither
/// asked for nor too much.
fn weigh_permissions(session: &Session, desired: Option<&Desired>) -> Option<Permissions> {
    let scopes = session.scopes()?;
    let needed = desired.map_or_else(Objects::of_every_kind, Objects::declared_in);
    let to_plan = Need::to_plan_with(&needed);
    let to_apply = Need::to_apply_with(&needed);
    let writes: BTreeSet<Need> = to_apply.difference(&to_plan).copied().collect();
    let mut sensible = needed;
    if desired.is_none() {
        sensible.extend([Objects::Keys, Objects::Organizations]);
    }

    let missing_to_plan = scopes.missing(&to_plan);
    let missing_writes = scopes.missing(&writes);
    let reach = match missing_writes.len() {
        _ if !missing_to_plan.is_empty() => Reach::Nothing,
        0 => Reach::Apply,
        missing if missing == writes.len() => Reach::Plan,
        _ => Reach::PartOfApply,
    };

    Some(Permissions {
        reach,
        missing_to_plan,
        missing_to_apply: scopes.missing(&to_apply),
        beyond: scopes.beyond(&Need::to_apply_with(&sensible)),
    })
}
