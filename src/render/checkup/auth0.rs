//! What was found out about an Auth0 tenant.

use std::time::Duration;

use super::{Check, Subject};
use crate::model::RateLimit;
use crate::provider::Health;
use crate::provider::auth0::{Allowance, DomainName, Issuer, Life, Limits, Site, Skew, Token};
use crate::render::estimate::about;
use crate::render::text::count;

impl Check {
    /// Whether the tenant answers, and as whom.
    #[must_use]
    pub fn site(site: &Site) -> Self {
        let Site {
            domain,
            name,
            issuer,
            took,
        } = site;
        let mut said = vec![format!("{domain} answers in {} ms", took.as_millis())];
        match name {
            DomainName::Canonical | DomainName::Loopback => {}
            DomainName::Custom { api } => {
                said.push("a custom domain: the audience of tokens stays".to_owned());
                said.push(api.to_string());
            }
        }
        match issuer {
            Issuer::Same => {}
            Issuer::Other(issuer) => said.push(format!(
                "it calls itself {issuer}: tokens count at the domain they are issued at only"
            )),
        }
        Self::found(Subject::Domain, site.health(), said)
    }

    /// How far the clocks are apart, where that matters.
    #[must_use]
    pub fn clock(skew: Skew) -> Self {
        let off = |skew: Duration, word| {
            format!(
                "this machine is at least {} s {word} the tenant",
                skew.as_secs()
            )
        };
        let said = match skew {
            _ if skew.health() == Health::Good => "as the tenant's".to_owned(),
            Skew::None => "as the tenant's".to_owned(),
            Skew::Ahead(skew) => off(skew, "ahead of"),
            Skew::Behind(skew) => off(skew, "behind"),
        };
        let help = "set the clock of this machine: tokens and the assertions of keys count for a \
                    time only";
        Self::found(Subject::Clock, skew.health(), vec![said]).with_help(Some(help.to_owned()))
    }

    /// What the credentials brought.
    #[must_use]
    pub fn token(token: &Token) -> Self {
        let Token { client, api, life } = token;
        let said = match life {
            Life::Left(left) => format!("a token of `{client}` for another {}", span(*left)),
            Life::Over(over) => {
                format!("the token of `{client}` expired {} ago", span(*over))
            }
            Life::Unsaid => format!("a token of `{client}`"),
        };
        Self::found(
            Subject::Credentials,
            token.health(),
            vec![said, format!("audience {api}")],
        )
    }

    /// How fast the tenant may be spoken to.
    #[must_use]
    pub fn limits(limits: &Limits) -> Self {
        let Limits {
            others,
            client_listing,
            told,
            reserve,
            plan,
        } = limits;
        let shown = |allowance: &Allowance| {
            format!(
                "{} at once, {} left now",
                count(allowance.limit as usize, ("request", "requests")),
                allowance.left
            )
        };
        let mut said: Vec<String> = others.iter().map(shown).collect();
        said.extend(
            client_listing
                .iter()
                .map(|own| format!("GET /clients: {}", shown(own))),
        );
        if said.is_empty() {
            said.push("the answers of the tenant show none".to_owned());
        }
        said.extend(
            told.iter()
                .map(|told| format!("`rate_limit` of the configuration: {told}")),
        );
        let bucket = told
            .map(RateLimit::burst)
            .or(others.map(|others| others.limit));
        if let Some(kept) = bucket
            .map(|bucket| reserve.of(bucket))
            .filter(|kept| *kept > 0)
        {
            said.push(format!("`reserve` leaves {kept} to others"));
        }
        if let Some(plan) = plan {
            let requests = count(plan.requests, ("request", "requests"));
            let time = plan
                .time
                .map_or_else(String::new, |time| format!(", {}", about(time)));
            said.push(format!("one plan takes {requests}{time}"));
        }
        Self::found(Subject::Limits, limits.health(), said)
    }
}

/// A time in its two largest units, rounded to the smaller one.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let minutes = (seconds + 30) / 60;
    let hours = (seconds + 1800) / 3600;
    match (seconds, minutes) {
        (0..60, _) => format!("{seconds} s"),
        (_, 0..60) => format!("{minutes} min"),
        (_, 60..2880) if minutes.is_multiple_of(60) => format!("{} h", minutes / 60),
        (_, 60..2880) => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{} days", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_two_units_at_most() {
        for (seconds, said) in [
            (0, "0 s"),
            (59, "59 s"),
            (86_399, "24 h"),
            (90, "2 min"),
            (12_000, "3 h 20 min"),
            (30 * 86_400, "30 days"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), said, "{seconds}");
        }
    }

    #[test]
    fn a_clock_says_its_skew_only_where_it_matters() {
        let line = |skew| super::super::checkup(&[Check::clock(skew)]);
        assert!(line(Skew::Ahead(Duration::from_secs(3))).contains("as the tenant's"));
        let off = line(Skew::Ahead(Duration::from_secs(12)));
        assert!(
            off.contains("12 s ahead of the tenant") && !off.contains("help:"),
            "{off}"
        );
        let off = line(Skew::Behind(Duration::from_secs(90)));
        assert!(
            off.contains("90 s behind the tenant") && off.contains("help:"),
            "{off}"
        );
    }
}
