//! "Did you mean …?"

/// The candidate that was likely meant: the one with the fewest slips, if they are few enough.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Option<&'a str> {
    let length = word.chars().count();
    let tolerance = (length / 3).clamp(1, 3);

    candidates
        .into_iter()
        .map(AsRef::as_ref)
        // The distance is dear, and at least the difference in length.
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= tolerance)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many slips lie between two words. What both begin and end with tells nothing, and names of many
/// are often alike up to a number.
fn distance(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    let start: usize = pairs
        .take_while(|(one, other)| one == other)
        .map(|(same, _)| same.len_utf8())
        .sum();
    let one = one.get(start..).unwrap_or_default();
    let other = other.get(start..).unwrap_or_default();

    let pairs = one.chars().rev().zip(other.chars().rev());
    let end: usize = pairs
        .take_while(|(one, other)| one == other)
        .map(|(same, _)| same.len_utf8())
        .sum();
    let one = one.get(..one.len() - end).unwrap_or_default();
    let other = other.get(..other.len() - end).unwrap_or_default();

    strsim::damerau_levenshtein(one, other)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let known = ["read:maps", "write:maps", "geocode:location"];
        assert_eq!(nearest("raed:maps", known), Some("read:maps"));
        assert_eq!(
            nearest("geocode:locations", known),
            Some("geocode:location")
        );
        assert_eq!(nearest("delete:users", known), None);
        assert_eq!(nearest("x", known), None);
    }

    #[test]
    fn what_two_words_share_at_their_ends_changes_no_distance() {
        let words = [
            "maps",
            "amps",
            "map",
            "mmaps",
            "apms",
            "maaps",
            "read:maps",
            "",
            "größe",
            "großeß",
        ];
        for one in words {
            for other in words {
                let whole = strsim::damerau_levenshtein(one, other);
                assert_eq!(distance(one, other), whole, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn of_two_equally_near_the_first_by_name_wins() {
        assert_eq!(nearest("scope", ["scope2", "scope1"]), Some("scope1"));
    }
}
