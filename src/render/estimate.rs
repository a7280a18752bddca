//! How long applying a plan takes, for people.

use std::time::Duration;

use crate::provider::Estimate;

/// About how long so many requests take, if that is known.
#[must_use]
pub fn time(estimate: &Estimate) -> Option<String> {
    let time = round_up(estimate.time?);

    Some(format!(
        "At this tenant's limits, applying takes {time}.\n"
    ))
}

/// A time in minutes and seconds, rounded up.
pub(super) fn round_up(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    let minutes = seconds / 60;
    let rest = seconds % 60;

    match (minutes, rest) {
        (0, 0 | 1) => "no more than a second".to_owned(),
        (0, rest) => format!("about {rest} s"),
        (minutes, 0) => format!("about {minutes} min"),
        (minutes, rest) => format!("about {minutes} min {rest} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn say_time(seconds: Option<f64>) -> String {
        let estimate = Estimate {
            requests: 2,
            time: seconds.map(Duration::from_secs_f64),
            needs: BTreeSet::new(),
        };
        time(&estimate).unwrap_or_default()
    }

    #[test]
    fn a_time_is_said_as_far_as_it_is_known() {
        assert_eq!(say_time(None), "");
        assert_eq!(
            say_time(Some(71.5)),
            "At this tenant's limits, applying takes about 1 min 12 s.\n"
        );

        for (seconds, about) in [
            (0.0, "no more than a second"),
            (0.2, "no more than a second"),
            (2.0, "about 2 s"),
            (59.1, "about 1 min"),
            (3600.0, "about 60 min"),
        ] {
            let said = say_time(Some(seconds));
            assert!(said.contains(about), "{seconds}: {said}");
        }
    }
}
