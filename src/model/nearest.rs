//! "Did you mean …?"

/// The candidate that was likely meant: the most similar one, if it is similar enough.
pub fn nearest<'a>(
    text: &str,
    candidates: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(text, candidate.as_ref()), candidate.as_ref()))
        .filter(|(similarity, _)| *similarity >= 0.8)
        .max_by(|(a, first), (b, second)| a.total_cmp(b).then_with(|| second.cmp(first)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["read:maps", "write:maps", "geocode:location"];
        assert_eq!(nearest("raed:maps", known), Some("read:maps"));
        assert_eq!(nearest("geocode:locations", known), Some("geocode:location"));
        assert_eq!(nearest("delete:users", known), None);
    }

    #[test]
    fn of_two_equally_near_the_first_by_name_wins() {
        assert_eq!(nearest("scope", ["scope2", "scope1"]), Some("scope1"));
    }
}
