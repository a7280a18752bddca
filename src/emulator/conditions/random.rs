//! Random numbers that are the same in every run.

/// The number in `0..1` drawn for the `count`th time from a seed: the mixing
/// steps of `SplitMix64`.
pub(super) fn random_number(seed: u64, count: u64) -> f64 {
    // Made from the count alone, with no state to share: what a request draws
    // does not depend on which other requests are under way.
    let step = count.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut bits = seed.wrapping_add(step);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^= bits >> 31;

    // Half of the bits: all 64 could be rounded up to 1, and a request drawn so
    // would escape `p=1`.
    let [a, b, c, d, ..] = bits.to_be_bytes();
    let upper_half = u32::from_be_bytes([a, b, c, d]);
    f64::from(upper_half) / 2_f64.powi(32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of 10,000 numbers lie below a bound.
    fn count_below(bound: f64, seed: u64) -> usize {
        (1..=10_000)
            .filter(|count| random_number(seed, *count) < bound)
            .count()
    }

    #[test]
    fn numbers_are_spread_evenly_and_differ_by_seed() {
        for seed in [0, 7, u64::MAX] {
            let few = count_below(0.05, seed);
            assert!((450..550).contains(&few), "{few}");

            let half = count_below(0.5, seed);
            assert!((4800..5200).contains(&half), "{half}");

            assert_eq!(count_below(0.0, seed), 0);
            assert_eq!(count_below(1.0, seed), 10_000);
        }

        let draw = |seed| (1..100).map(move |count| random_number(seed, count));
        assert!(draw(1).ne(draw(2)));
    }
}
