//! The ids that are given here.

/// How they begin: no two objects of any kind have the same one.
pub(super) const RESOURCE_SERVER_PREFIX: &str = "api_";
pub(super) const CLIENT_PREFIX: &str = "client_";
pub(super) const GRANT_PREFIX: &str = "grant_";

/// The number in an id; 0 in one that we did not give.
pub(super) fn number_of(id: &str) -> u64 {
    let number = [
        RESOURCE_SERVER_PREFIX,
        CLIENT_PREFIX,
        GRANT_PREFIX,
    ]
    .iter()
    .find_map(|prefix| id.strip_prefix(prefix));

    // Whoever wrote a larger one by hand can have it: no tenant comes that far.
    let number = number.and_then(|number| number.parse::<u32>().ok());
    number.map_or(0, u64::from)
}
