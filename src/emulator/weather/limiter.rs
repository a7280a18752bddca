//! Which buckets a request takes from.

use axum::http::Method;
use tokio::time::Instant;

use super::asked::{Asked, Place};
use super::bucket::{Admission, Bucket, Ticket};
use super::rate_limit::{Allowances, RateLimit};

/// The buckets of a tenant.
#[derive(Debug)]
pub(super) struct Limiter {
    management: Option<Bucket>,
    client_listing: Option<Bucket>,
    authentication: Option<Bucket>,
    token: Option<Bucket>,
}

impl Limiter {
    pub(super) fn new(limit: RateLimit, now: Instant) -> Self {
        let Allowances {
            management,
            client_listing,
            authentication,
            token,
        } = limit.allowances();
        let [management, client_listing, authentication, token] =
            [management, client_listing, authentication, token]
                .map(|allowance| allowance.map(|allowance| Bucket::new(allowance, now)));
        Self {
            management,
            client_listing,
            authentication,
            token,
        }
    }

    /// Takes a token from each bucket the request falls under, the wider first. The ticket is of the
    /// one that refused, or of the narrowest; none where nothing is limited.
    pub(super) fn admit(&mut self, asked: &Asked, now: Instant) -> Option<Ticket> {
        let mut last = None;
        for bucket in self.buckets(asked).into_iter().flatten() {
            let ticket = bucket.take(now);
            last = Some(ticket);
            if ticket.admission == Admission::Refused {
                break;
            }
        }
        last
    }

    fn buckets(&mut self, asked: &Asked) -> [Option<&mut Bucket>; 2] {
        match &asked.place {
            Place::Token => [self.authentication.as_mut(), self.token.as_mut()],
            Place::Management(path) if asked.method == Method::GET && path == "/clients" => [
                self.client_listing.as_mut().or(self.management.as_mut()),
                None,
            ],
            Place::Management(_) => [self.management.as_mut(), None],
            Place::Elsewhere => [None, None],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: Method, path: &str) -> Asked {
        Asked {
            method,
            place: Place::Management(path.to_owned()),
        }
    }

    /// How many of the requests are admitted at once.
    fn burst(limiter: &mut Limiter, asked: &Asked) -> usize {
        let now = Instant::now();
        let admitted = |ticket: Option<Ticket>| {
            ticket.is_none_or(|ticket| ticket.admission == Admission::Admitted)
        };
        (0..1000)
            .take_while(|_| admitted(limiter.admit(asked, now)))
            .count()
    }

    #[tokio::test(start_paused = true)]
    async fn each_plan_has_its_bursts() {
        let token = Asked {
            method: Method::POST,
            place: Place::Token,
        };
        let discovery = Asked {
            method: Method::GET,
            place: Place::Elsewhere,
        };
        let clients = asked(Method::GET, "/clients");
        let others = asked(Method::POST, "/clients");
        for (limit, expected) in [
            (RateLimit::None, [1000, 1000, 1000]),
            (RateLimit::Free, [2, 0, 30]),
            (RateLimit::Essentials, [5, 10, 25]),
            (RateLimit::Enterprise, [50, 0, 100]),
            ("10/2".parse().unwrap(), [10, 0, 1000]),
        ] {
            let mut limiter = Limiter::new(limit, Instant::now());
            let seen = [&clients, &others, &token].map(|asked| burst(&mut limiter, asked));
            assert_eq!(seen, expected, "{limit:?}");
            assert_eq!(burst(&mut limiter, &discovery), 1000, "{limit:?}");
        }
    }

    /// Of the free plan's token endpoint, 30 a second are refused by the 300 of the whole in time.
    #[tokio::test(start_paused = true)]
    async fn the_wider_limit_counts_too() {
        let token = Asked {
            method: Method::POST,
            place: Place::Token,
        };
        let mut limiter = Limiter::new(RateLimit::Free, Instant::now());
        let mut admitted = 0;
        for _ in 0..20 {
            admitted += burst(&mut limiter, &token);
            tokio::time::advance(std::time::Duration::from_secs(1)).await;
        }
        assert!((300..=400).contains(&admitted), "{admitted}");
    }
}
