//! "Did you mean …?"

/// The candidate that was likely meant: the one with the fewest slips, if they
/// are few enough.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a (impl AsRef<str> + ?Sized + 'a)>,
) -> Option<&'a str> {
    // One slip in a short word, up to three in a long one: with more it is
    // another word.
    let length = word.chars().count();
    let tolerance = (length / 3).clamp(1, 3);
    let letters = letters_of(word);

    candidates
        .into_iter()
        .map(AsRef::as_ref)
        // The distance is dear, and at least the difference
        // in length and in letters.
        .filter(|candidate| {
            candidate
                .chars()
                .count()
                .abs_diff(length)
                <= tolerance
        })
        .filter(|candidate| {
            fewest_slips(&letters, &letters_of(candidate)) <= tolerance
        })
        .map(|candidate| (distance_in_meaning(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        // Of equals the one that is written most alike, then the first
        // by name: the same file gets the same advice, in whatever
        // order the candidates come.
        .min_by_key(|(meaning, candidate)| {
            (*meaning, distance(word, candidate), *candidate)
        })
        .map(|(_, candidate)| candidate)
}

/// The candidates that have most to do with a word that is none of them, the
/// nearest first: those with which it shares a part, as `timeout` and
/// `idle_timeout` do, and then those that are written alike.
#[cfg(feature = "engine")]
pub(crate) fn nearest_few<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    most: usize,
) -> Vec<&'a str> {
    let parts = parts_of(word);
    let mut candidates: Vec<&str> = candidates.into_iter().collect();
    candidates.sort_by_cached_key(|candidate| {
        let theirs = parts_of(candidate);
        let shared = parts
            .iter()
            .filter(|part| theirs.contains(part))
            .count();
        (
            std::cmp::Reverse(shared),
            distance_in_meaning(word, candidate),
            *candidate,
        )
    });

    candidates.truncate(most);
    candidates
}

/// How often each letter and digit occurs in a word. Some share a number, which
/// makes no word farther from another.
type Letters = [u16; 64];

fn letters_of(word: &str) -> Letters {
    let mut letters = [0; 64];
    let word = word.to_lowercase();
    for letter in word
        .chars()
        .filter(|letter| letter.is_alphanumeric())
    {
        let number = letter as usize % letters.len();
        letters[number] = u16::saturating_add(letters[number], 1);
    }
    letters
}

/// How many slips there are at least between words with these letters: each
/// adds one letter, takes one away, or both.
fn fewest_slips(one: &Letters, other: &Letters) -> usize {
    let surplus = |one: &Letters, other: &Letters| -> usize {
        let pairs = one.iter().zip(other);
        pairs
            .map(|(one, other)| usize::from(one.saturating_sub(*other)))
            .sum()
    };

    surplus(one, other).max(surplus(other, one))
}

/// How many slips lie between two words, where capital letters and the order of
/// their parts count for nothing: `orders:write` is as good as `write:orders`.
fn distance_in_meaning(one: &str, other: &str) -> usize {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    let (turned, other_turned) = (parts_of(&one), parts_of(&other));
    let is_turned = turned.len() > 1 && turned.len() == other_turned.len();
    let plain = distance(&one, &other);

    if is_turned {
        plain.min(distance(
            &turned.concat(),
            &other_turned.concat(),
        ))
    } else {
        plain
    }
}

/// The words that a name is made of, in the order of the alphabet.
fn parts_of(name: &str) -> Vec<String> {
    let parts = name.split(|character: char| !character.is_alphanumeric());
    let mut parts: Vec<String> = parts
        .filter(|part| !part.is_empty())
        .map(str::to_lowercase)
        .collect();
    parts.sort();
    parts
}

/// How many slips lie between two words. What both begin and end with tells
/// nothing, and names of many are often alike up to a number.
fn distance(one: &str, other: &str) -> usize {
    let start = shared_length(one.chars(), other.chars());
    let one_rest = one.get(start..).unwrap_or_default();
    let other_rest = other.get(start..).unwrap_or_default();

    // The end is sought in what is left: otherwise a letter that both share
    // could count twice.
    let end = shared_length(one_rest.chars().rev(), other_rest.chars().rev());
    let one_middle = one_rest
        .get(..one_rest.len() - end)
        .unwrap_or_default();
    let other_middle = other_rest
        .get(..other_rest.len() - end)
        .unwrap_or_default();

    strsim::damerau_levenshtein(one_middle, other_middle)
}

/// How many bytes two rows of characters have in common before they differ.
fn shared_length(
    one: impl Iterator<Item = char>,
    other: impl Iterator<Item = char>,
) -> usize {
    one.zip(other)
        .take_while(|(one, other)| one == other)
        .map(|(same, _)| same.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests;
