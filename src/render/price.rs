//! What applying a plan costs, for people.

use std::time::Duration;

use super::text::count;
use crate::provider::Price;

/// One line: the requests, and about how long they take.
#[must_use]
pub fn price(price: &Price) -> String {
    let requests = count(price.requests, ("request", "requests"));
    let time = price
        .time
        .map_or_else(String::new, |time| format!(", {} at this tenant's limits", about(time)));
    format!("Applying takes {requests}{time}.\n")
}

/// A time in minutes and seconds, rounded up.
pub(super) fn about(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes, rest) {
        (0, 0 | 1) => "no more than a second".to_owned(),
        (0, rest) => format!("about {rest} s"),
        (minutes, 0) => format!("about {minutes} min"),
        (minutes, rest) => format!("about {minutes} min {rest} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_one_line() {
        let said = |requests, time: Option<f64>| {
            price(&Price { requests, time: time.map(Duration::from_secs_f64) })
        };
        assert_eq!(said(1, None), "Applying takes 1 request.\n");
        let long = "Applying takes 153 requests, about 1 min 12 s at this tenant's limits.\n";
        assert_eq!(said(153, Some(71.5)), long);
        for (seconds, about) in [
            (0.0, "no more than a second"),
            (0.2, "no more than a second"),
            (2.0, "about 2 s"),
            (59.1, "about 1 min"),
            (3600.0, "about 60 min"),
        ] {
            assert!(
                said(2, Some(seconds)).contains(about),
                "{seconds}: {}",
                said(2, Some(seconds))
            );
        }
    }
}
