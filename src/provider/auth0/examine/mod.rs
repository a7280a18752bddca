//! Finding out why Grantry does not get on with a tenant: everything is looked
//! at as far as it can be, in as few requests as that takes, and only read.

mod facts;
mod skew;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use self::facts::{
    Allowance, Expiry, Issuer, Limits, Permissions, Reach, ReadingCost, Site,
    Token,
};
pub use self::skew::Skew;
use super::collected::Collected;
use super::credentials::Access;
use super::estimate::count_detail_requests;
use super::http::{Discovery, Group};
use super::listing;
use super::read::Reader;
use super::settings::Settings;
use super::token::Session;
use crate::model::{Address, Desired, Found, Kind, TenantHash};
use crate::provider::checkup::{Contents, Owned, count_owned};
use crate::provider::web;
use crate::provider::{Need, Objects, ProviderError};

/// What came to light. What could not be looked at, because of what was found
/// before, is missing.
#[derive(Debug)]
pub struct Examination {
    /// Whether the tenant answers, and as whom.
    pub site: Result<Site, ProviderError>,
    /// How far the clocks are apart; missing if no answer told the time.
    pub skew: Option<Skew>,
    /// What the credentials bring; missing if there are none,
    /// or nobody to show them to.
    pub token: Option<Result<Token, ProviderError>>,
    /// What the token allows; missing if it does not say.
    pub permissions: Option<Permissions>,
    /// What the tenant shows to the token; missing if
    /// there is none that counts.
    pub contents: Option<Result<Contents, ProviderError>>,
    /// How fast the tenant may be spoken to; missing if it gave
    /// no answer that would say.
    pub limits: Option<Limits>,
}

/// What the first pages of a tenant show.
#[derive(Default)]
struct FirstPages {
    /// How many objects there are of each kind that may be seen.
    counts: BTreeMap<Kind, usize>,
    found: BTreeMap<Address, Found>,
    /// Whether there are more clients than were seen.
    has_more_clients: bool,
    /// How many requests it takes to see all of these kinds.
    requests: Requests,
}

/// How many requests something takes, by the limit that they fall under.
#[derive(Debug, Clone, Copy, Default)]
struct Requests {
    client_listing: usize,
    others: usize,
}

impl Reader {
    /// Looks at everything that may keep this configuration from being planned
    /// and applied; without one, at what any needs.
    pub async fn examine(&self, desired: Option<&Desired>) -> Examination {
        let Discovery {
            issuer,
            took,
            times,
        } = self.getter().discover().await;
        let settings = self.getter().settings();
        let is_silent = matches!(
            issuer,
            Err(ProviderError::Unreachable { .. }
                | ProviderError::OutOfTime { .. })
        );

        let mut found = Examination {
            site: issuer.map(|issuer| describe_site(settings, &issuer, took)),
            skew: times.map(Skew::of),
            token: None,
            permissions: None,
            contents: None,
            limits: None,
        };
        // Whoever answers, if only with a refusal, can be asked for a token.
        if is_silent || matches!(settings.credentials.0, Access::None) {
            return found;
        }

        // A token ends by the tenant's clock.
        let now = times.map_or_else(web::now, |times| times.told);
        match self.getter().session().await {
            Ok(session) => {
                self.examine_session(&session, now, desired, &mut found)
                    .await;
            }
            Err(error) => found.token = Some(Err(error)),
        }
        found
    }

    /// Looks at what the token allows and shows.
    async fn examine_session(
        &self,
        session: &Session,
        now: SystemTime,
        desired: Option<&Desired>,
        found: &mut Examination,
    ) {
        let token = describe_token(self.getter().settings(), session, now);
        let is_over = matches!(token.life, Expiry::Expired(_));
        found.token = Some(Ok(token));
        found.permissions = weigh_permissions(session, desired);
        // Whatever is asked with it would be refused, and that would say
        // nothing new.
        if is_over {
            return;
        }

        let reading = self.read_first_pages(session, desired);
        found.contents = match reading.await {
            Ok((contents, requests)) => {
                found.limits = Some(self.describe_limits(requests));
                Some(Ok(contents))
            }
            // A refusal says nothing of limits where it comes
            // before they are counted.
            Err(error) => Some(Err(error)),
        };
    }

    /// Reads the first page of each listing that the token may see.
    /// With it comes how many requests it takes to see all; none if
    /// not every kind may be seen.
    async fn read_first_pages(
        &self,
        session: &Session,
        desired: Option<&Desired>,
    ) -> Result<(Contents, Option<Requests>), ProviderError> {
        let mut pages = FirstPages {
            requests: Requests {
                others: desired.map_or(0, count_detail_requests),
                client_listing: 0,
            },
            ..FirstPages::default()
        };
        for kind in Kind::ALL {
            if may_read(session, kind) {
                self.read_first_page(kind, &mut pages)
                    .await?;
            }
        }

        let tenant = self.listed_tenant_hash().await?;
        let owned =
            desired.and_then(|desired| pages.count_owned(desired, &tenant));
        let is_every_kind_seen = pages.counts.len() == Kind::ALL.len();
        let contents = Contents {
            counts: pages.counts,
            owned,
        };
        Ok((
            contents,
            is_every_kind_seen.then_some(pages.requests),
        ))
    }

    async fn read_first_page(
        &self,
        kind: Kind,
        pages: &mut FirstPages,
    ) -> Result<(), ProviderError> {
        let first = listing::read_first_page(self.getter(), kind).await?;
        pages.counts.insert(kind, first.total);
        match kind {
            Kind::Client => pages.requests.client_listing += first.requests,
            Kind::ResourceServer | Kind::Grant => {
                pages.requests.others += first.requests;
            }
        }
        if kind == Kind::Client {
            pages.has_more_clients = first.listed.len() != first.total;
        }
        // What the tenant calls its own tells which grant is ours.
        if kind == Kind::ResourceServer {
            self.seek_own_api(&first).await?;
        }

        let decoder = self.decoder().await?;
        let mut collected = Collected::new(&decoder);
        for listed in first.listed {
            collected.add(kind, listed)?;
        }
        pages
            .found
            .append(&mut collected.into_map()?);
        Ok(())
    }

    fn describe_limits(&self, requests: Option<Requests>) -> Limits {
        let getter = self.getter();
        let settings = getter.settings();
        let others = getter
            .reading(Group::Others)
            .map(Allowance::of);
        let client_listing = getter
            .reading(Group::ClientListing)
            .map(Allowance::of);

        // The same size is the same bucket, seen at another time.
        let client_listing = client_listing.filter(|own| {
            others.is_none_or(|others| own.limit != others.limit)
        });
        let plan = requests.map(|requests| ReadingCost {
            requests: requests.client_listing + requests.others,
            time: getter.time_of(&[
                (Group::ClientListing, requests.client_listing),
                (Group::Others, requests.others),
            ]),
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

impl FirstPages {
    /// How many clients belong to the stack; none where they may not be seen.
    fn count_owned(
        &self,
        desired: &Desired,
        tenant: &TenantHash,
    ) -> Option<Owned> {
        if !self.counts.contains_key(&Kind::Client) {
            return None;
        }

        let owned = count_owned(desired, tenant, self.found.values());
        Some(if self.has_more_clients {
            Owned::AtLeast(owned)
        } else {
            Owned::Exactly(owned)
        })
    }
}

/// Whether the token allows it, as far as it says. One
/// that does not say is tried.
fn may_read(session: &Session, kind: Kind) -> bool {
    let need = [Need::Read(Objects::Of(kind))].into();

    session
        .scopes()
        .is_none_or(|scopes| scopes.find_missing(&need).is_empty())
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

fn describe_token(
    settings: &Settings,
    session: &Session,
    now: SystemTime,
) -> Token {
    // An end that no clock can tell is none that it says.
    let end = session
        .expires_at
        .and_then(|end| UNIX_EPOCH.checked_add(end));

    Token {
        client: session.client_id.clone(),
        api: settings.management_api.clone(),
        life: end.map_or(Expiry::Unsaid, |end| Expiry::until(end, now)),
    }
}

/// What the token of a session allows. Without a configuration, keys and
/// organizations are neither asked for nor too much.
fn weigh_permissions(
    session: &Session,
    desired: Option<&Desired>,
) -> Option<Permissions> {
    let scopes = session.scopes()?;
    let needed =
        desired.map_or_else(Objects::of_every_kind, Objects::declared_in);
    let to_plan = Need::to_plan_with(&needed);
    let to_apply = Need::to_apply_with(&needed);
    let writes: BTreeSet<Need> = to_apply
        .difference(&to_plan)
        .copied()
        .collect();
    let mut sensible = needed;
    if desired.is_none() {
        sensible.extend([Objects::Keys, Objects::Organizations]);
    }

    let missing_to_plan = scopes.find_missing(&to_plan);
    let missing_writes = scopes.find_missing(&writes);
    let reach = match missing_writes.len() {
        // First: whatever it may write, a run that cannot plan writes nothing.
        _ if !missing_to_plan.is_empty() => Reach::Nothing,
        0 => Reach::Apply,
        missing if missing == writes.len() => Reach::Plan,
        _ => Reach::PartOfApply,
    };

    Some(Permissions {
        reach,
        missing_to_plan,
        missing_to_apply: scopes.find_missing(&to_apply),
        beyond: scopes.find_unused(&Need::to_apply_with(&sensible)),
    })
}
