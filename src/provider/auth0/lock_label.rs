//! What the name of a lock says: who holds it, and until when.

use std::time::SystemTime;

use crate::provider::{Holder, Nonce};
use crate::words::sanitize;

/// What the name of a lock says.
pub(super) struct Label {
    holder: String,
    pub(super) until: SystemTime,
    nonce: String,
}

impl Label {
    /// `Locked by <holder> until <date> (<nonce>)`
    pub(super) fn parse(name: &str) -> Option<Self> {
        let rest = name
            .strip_prefix("Locked by ")?
            .strip_suffix(')')?;
        // From the right: the holder is free text, and
        // may hold these words too.
        let (rest, nonce) = rest.rsplit_once(" (")?;
        let (holder, until) = rest.rsplit_once(" until ")?;
        let until = httpdate::parse_http_date(until).ok()?;

        Some(Self {
            holder: holder.to_owned(),
            until,
            nonce: nonce.to_owned(),
        })
    }

    pub(super) fn write(
        holder: &Holder,
        until: SystemTime,
        nonce: &Nonce,
    ) -> String {
        let until = httpdate::fmt_http_date(until);

        format!(
            "Locked by {holder} until {until} ({})",
            nonce.as_str()
        )
    }

    /// Whether it was written with this nonce.
    pub(super) fn has_nonce(&self, nonce: &Nonce) -> bool {
        self.nonce == nonce.as_str()
    }
}

/// Who holds a lock of this name, and until when, as far as it says so.
pub(super) fn describe(name: &str) -> (String, String) {
    match Label::parse(name) {
        Some(label) => (
            sanitize(&label.holder),
            httpdate::fmt_http_date(label.until),
        ),
        // Such a lock never ends by itself.
        None => (
            format!("\"{}\"", sanitize(name)),
            "somebody removes it".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_label_reads_back_as_it_was_written() {
        let nonce = Nonce::new("00ff");
        let until = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
        for holder in [
            "ci-7, job 12",
            "a until b (c) until d",
            "until",
            &"x".repeat(300),
        ] {
            let holder = Holder::new(holder);
            let name = Label::write(&holder, until, &nonce);
            // Auth0 takes no longer name of an API.
            assert!(name.chars().count() <= 200, "{name}");

            let label = Label::parse(&name).unwrap();
            assert_eq!(
                (label.holder, label.until),
                (holder.to_string(), until)
            );
            assert!(
                !name.contains('_'),
                "{name}: nothing of it has to go"
            );
            assert_eq!(label.nonce, "00ff");
        }
        assert!(Label::parse("Locked by somebody").is_none());
    }
}
