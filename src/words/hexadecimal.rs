//! Bytes as people and programs write them.

/// Bytes, each as two digits.
pub(crate) fn hexadecimal(bytes: impl IntoIterator<Item = u8>) -> String {
    bytes
        .into_iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|half| char::from_digit(half.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_two_digits() {
        assert_eq!(
            hexadecimal([0x00, 0x0f, 0xa5, 0xff]),
            "000fa5ff"
        );
        assert_eq!(hexadecimal([]), "");
    }
}
