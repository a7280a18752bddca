//! How long applying a plan takes, for people.

use std::time::Duration;

use crate::provider::Estimate;

/// About how long so many requests take, if that is known.
#[must_use]
pub fn time(estimate: &Estimate) -> Option<String> {
    let time = about(estimate.time?);
    Some(format!("At this tenant's limits, applying takes {time}.\n"))
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
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_time_is_said_as_far_as_it_is_known() {
        let said = |time: Option<f64>| {
            let time = time.map(Duration::from_secs_f64);
            super::time(&Estimate {
                requests: 2,
                time,
                needs: BTreeSet::new(),
            })
            .unwrap_or_default()
        };
        assert_eq!(said(None), "");
        let long = "At this tenant's limits, applying takes about 1 min 12 s.\n";
        assert_eq!(said(Some(71.5)), long);
        for (seconds, about) in [
            (0.0, "no more than a second"),
            (0.2, "no more than a second"),
            (2.0, "about 2 s"),
            (59.1, "about 1 min"),
            (3600.0, "about 60 min"),
        ] {
            let said = said(Some(seconds));
            assert!(said.contains(about), "{seconds}: {said}");
        }
    }
}
