//! Chance, where nothing anyone compares depends on it.

use std::time::Duration;

use aws_lc_rs::rand;

use crate::words::hexadecimal;

/// So many random bytes, each as two hexadecimal digits; none in the unheard-of
/// case that the machine has no chance.
pub(in crate::provider) fn random_hexadecimal<const BYTES: usize>()
-> Option<String> {
    let mut bytes = [0; BYTES];
    rand::fill(&mut bytes).ok()?;

    Some(hexadecimal(bytes))
}

/// A wait, and by chance up to a quarter more: those who failed together do not
/// come back together.
pub(super) fn jitter(wait: Duration) -> Duration {
    let mut chance = [0];
    // Without chance, they come back together.
    let _ = rand::fill(&mut chance);

    // A byte is at most a quarter of 1024.
    let [chance] = chance;
    let share = wait / 1024 * u32::from(chance);
    wait.saturating_add(share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_shorter_and_at_most_a_quarter_longer() {
        let wait = Duration::from_secs(8);
        let waits: Vec<_> = (0..100).map(|_| jitter(wait)).collect();
        assert!(
            waits
                .iter()
                .all(|jittered| (wait..=wait * 5 / 4).contains(jittered)),
            "{waits:?}"
        );
        assert!(
            waits
                .iter()
                .any(|jittered| *jittered != waits[0]),
            "chance is not chance"
        );
        assert_eq!(jitter(Duration::ZERO), Duration::ZERO);
        assert!(jitter(Duration::MAX) >= Duration::from_hours(1));
    }
}
