//! "Did you mean …?"

/// The candidate that was likely meant: the one with the fewest slips, if they are few enough.
pub fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Option<&'a str> {
    let tolerance = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(AsRef::as_ref)
        // The distance is dear, and at least the difference in length; a character is 4 bytes at most.
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= tolerance * 4)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min()
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
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn of_two_equally_near_the_first_by_name_wins() {
        assert_eq!(nearest("scope", ["scope2", "scope1"]), Some("scope1"));
    }
}
