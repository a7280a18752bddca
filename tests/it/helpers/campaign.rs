//! How large a campaign is.

/// How many configurations are tried: as many as `GRANTRY_CONFIGURATIONS` says,
/// or else a few.
#[expect(clippy::disallowed_methods, reason = "a campaign has a size")]
pub(crate) fn how_many(few: u64) -> u64 {
    let told = std::env::var("GRANTRY_CONFIGURATIONS").ok();
    told.map_or(few, |told| told.parse().unwrap())
}

/// How many rounds are played: as many as `GRANTRY_ROUNDS` says, or else a few.
#[expect(clippy::disallowed_methods, reason = "a campaign has a size")]
pub(crate) fn rounds(few: usize) -> usize {
    let told = std::env::var("GRANTRY_ROUNDS").ok();
    told.map_or(few, |told| told.parse().unwrap())
}
