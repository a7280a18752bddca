//! Numbers that look random and are the same in every run.

/// The number in `0..1` drawn for the `count`th time from a seed: the mixing steps of `SplitMix64`.
pub(super) fn draw(seed: u64, count: u64) -> f64 {
    let mut bits = seed.wrapping_add(count.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let [a, b, c, d, ..] = (bits ^ (bits >> 31)).to_be_bytes();
    f64::from(u32::from_be_bytes([a, b, c, d])) / 2_f64.powi(32)
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn draws_are_spread_evenly_and_differ_by_seed() {
        let share = |seed: u64, below: f64| {
            (1..=10_000)
                .filter(|count| draw(seed, *count) < below)
                .count()
        };
        for seed in [0, 7, u64::MAX] {
            assert!(
                (450..550).contains(&share(seed, 0.05)),
                "{}",
                share(seed, 0.05)
            );
            assert!(
                (4800..5200).contains(&share(seed, 0.5)),
                "{}",
                share(seed, 0.5)
            );
            assert_eq!((share(seed, 0.0), share(seed, 1.0)), (0, 10_000));
        }
        assert!((1..100).any(|count| (draw(1, count) < 0.5) != (draw(2, count) < 0.5)));
    }
}
