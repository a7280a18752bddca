//! What was found out about an Auth0 tenant.

use std::time::Duration;

use super::{Diagnosis, Subject};
use crate::model::RateLimit;
use crate::provider::Health;
use crate::provider::auth0::{
    Allowance, DomainName, Expiry, Issuer, Limits, ReadingCost, Site, Skew,
    Token,
};
use crate::render::estimate::round_up;
use crate::render::text::count;

impl Diagnosis {
    /// Whether the tenant answers, and as whom.
    #[must_use]
    pub fn site(site: &Site) -> Self {
        let Site {
            domain,
            name,
            issuer,
            took,
        } = site;
        let took = took.as_millis();
        let mut findings = vec![format!("{domain} answers in {took} ms")];

        match name {
            DomainName::Canonical | DomainName::Loopback => {}
            DomainName::Custom { api } => {
                findings.push(
                    "a custom domain: the audience of tokens stays".to_owned(),
                );
                findings.push(api.to_string());
            }
        }

        match issuer {
            Issuer::Same => {}
            Issuer::Other(issuer) => findings.push(format!(
                "it calls itself {issuer}: tokens count at the domain they \
                 are issued at only"
            )),
        }
        Self::new(Subject::Domain, site.health(), findings)
    }

    /// How far the clocks are apart, where that matters.
    #[must_use]
    pub fn clock(skew: Skew) -> Self {
        let finding = match skew {
            // A few seconds are no reason to set a clock, and the number would
            // look like one.
            _ if skew.health() == Health::Good => "as the tenant's".to_owned(),
            Skew::None => "as the tenant's".to_owned(),
            Skew::Ahead(skew) => say_skew(skew, "ahead of"),
            Skew::Behind(skew) => say_skew(skew, "behind"),
        };
        let help = "set the clock of this machine: tokens and the assertions \
                    of keys count for a time only";

        Self::new(Subject::Clock, skew.health(), vec![finding])
            .with_help(Some(help.to_owned()))
    }

    /// What the credentials brought.
    #[must_use]
    pub fn token(token: &Token) -> Self {
        let Token {
            client,
            api,
            life,
        } = token;
        let finding = match life {
            Expiry::Left(left) => {
                let left = round_span(*left);
                format!("a token of `{client}` for another {left}")
            }
            Expiry::Expired(over) => {
                let over = round_span(*over);
                format!("the token of `{client}` expired {over} ago")
            }
            Expiry::Unsaid => format!("a token of `{client}`"),
        };
        let findings = vec![finding, format!("audience {api}")];

        Self::new(Subject::Credentials, token.health(), findings)
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
        let mut findings = Vec::new();
        if let Some(others) = *others {
            findings.push(say_allowance(others));
        }
        if let Some(own) = *client_listing {
            let own = say_allowance(own);
            findings.push(format!("GET /clients: {own}"));
        }
        if findings.is_empty() {
            findings.push("the answers of the tenant show none".to_owned());
        }

        if let Some(told) = told {
            findings.push(format!(
                "`rate_limit` of the configuration: {told}"
            ));
        }
        // What is told counts, whatever the answers say.
        let shown = others.map(|others| others.limit);
        let bucket = told.map(RateLimit::burst).or(shown);
        let kept = bucket.map_or(0, |bucket| reserve.of(bucket));
        if kept > 0 {
            findings.push(format!("`reserve` leaves {kept} to others"));
        }

        if let Some(plan) = plan {
            findings.push(say_cost(plan));
        }
        Self::new(Subject::Limits, limits.health(), findings)
    }
}

fn say_skew(skew: Duration, direction: &str) -> String {
    let seconds = skew.as_secs();

    format!("this machine is at least {seconds} s {direction} the tenant")
}

fn say_allowance(allowance: Allowance) -> String {
    let Allowance { limit, left } = allowance;
    let requests = count(limit as usize, ("request", "requests"));

    format!("{requests} at once, {left} left now")
}

fn say_cost(plan: &ReadingCost) -> String {
    let requests = count(plan.requests, ("request", "requests"));
    let time = plan
        .time
        .map(|time| format!(", {}", round_up(time)));

    format!(
        "one plan takes {requests}{}",
        time.unwrap_or_default()
    )
}

/// A time in its two largest units, rounded to the smaller one.
fn round_span(time: Duration) -> String {
    let seconds = time.as_secs();
    let minutes = (seconds + 30) / 60;
    let hours = (seconds + 1800) / 3600;

    match (seconds, minutes) {
        (0..60, _) => format!("{seconds} s"),
        (_, 0..60) => format!("{minutes} min"),
        (_, 60..2880) if minutes.is_multiple_of(60) => {
            format!("{} h", minutes / 60)
        }
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
            assert_eq!(
                round_span(Duration::from_secs(seconds)),
                said,
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_clock_says_its_skew_only_where_it_matters() {
        let line = |skew| super::super::checkup(&[Diagnosis::clock(skew)]);
        assert!(
            line(Skew::Ahead(Duration::from_secs(3)))
                .contains("as the tenant's")
        );

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
