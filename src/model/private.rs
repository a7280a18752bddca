//! Texts that nothing may show: private keys, and what may be a part of one.

/// The fewest characters of a full line of PEM (RFC 7468, section 2).
const LINE: usize = 64;

/// Whether a text holds a private key in PEM.
#[must_use]
pub(crate) fn holds_private_key(text: &str) -> bool {
    // By the end of the label, which all of them share: `RSA`, `EC` and
    // `ENCRYPTED` stand before it.
    text.contains("PRIVATE KEY-----")
}

/// Whether a text must not be shown: it holds a private key, or a
/// stretch of base64 as long as a line of PEM, which may be a part
/// of one that lost its label.
#[must_use]
pub(crate) fn may_be_private(text: &str) -> bool {
    let mut stretches = text
        .as_bytes()
        .split(|byte| !is_base64(*byte));

    holds_private_key(text) || stretches.any(may_be_line)
}

/// Whether a stretch of base64 may be a line of PEM. What is random has capital
/// letters and small ones; without that a long path would be one.
fn may_be_line(stretch: &[u8]) -> bool {
    stretch.len() >= LINE
        && stretch
            .iter()
            .any(u8::is_ascii_uppercase)
        && stretch
            .iter()
            .any(u8::is_ascii_lowercase)
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_key_is_known_with_its_label_and_without() {
        let line = "MC4CAQAwBQYDK2VwBCIEI".repeat(4);
        let labelled =
            "-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----";
        assert!(holds_private_key(labelled) && may_be_private(labelled));
        assert!(!holds_private_key(&line) && may_be_private(&line));
        assert!(may_be_private(&format!(
            "pem: \"{}\\n\"",
            &line[..64]
        )));
        assert!(
            !may_be_private(&line[..63])
                && !may_be_private(&line.to_lowercase())
        );
        assert!(!may_be_private(
            "https://api.world-mappers.example/a/path/that/is/rather/long/v2/x"
        ));
    }
}
