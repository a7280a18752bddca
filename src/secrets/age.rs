//! A file an entry, encrypted to whoever may read it, and safe in Git.
//!
//! The label stands in the header of the file, in clear, as a stanza of its
//! own: what reads such files passes over stanzas that it does not know (C2SP
//! age, "Recipient stanza"). The header is authenticated with the key of the
//! file, so whoever can decrypt it also knows the label for unchanged; whoever
//! cannot, and so this sink, takes it as it is.

use std::collections::{BTreeSet, HashSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use age::x25519;
use age::{DecryptError, Decryptor, EncryptError, Encryptor};
use age_core::format::{FileKey, Stanza};
use aws_lc_rs::digest::{SHA256, digest};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};

use super::place::Folder;
use super::{Entry, Sink, SinkError};
use crate::files::Access;
use crate::model::{
    AgeRecipient, EntryFormat, Label, LabelError, Looked, Seen, SinkKind, step,
};
use crate::words::hexadecimal;

/// What the stanza of a label is called.
const TAG: &str = "grantry-label";

/// Keeps each entry in a file of its own, encrypted. Places are paths from the
/// folder of the configuration.
#[derive(Debug)]
pub struct AgeSink {
    folder: Folder,
    recipients: Vec<x25519::Recipient>,
    format: EntryFormat,
}

impl AgeSink {
    /// For the folder of a configuration. Somebody must be able to
    /// decrypt what is written.
    pub fn new(
        folder: PathBuf,
        recipients: &BTreeSet<AgeRecipient>,
        format: EntryFormat,
    ) -> Result<Self, SinkError> {
        if recipients.is_empty() {
            return Err(not_set_up(
                "nobody could decrypt the entries",
                "name recipients",
            ));
        }
        let parsed = recipients.iter().map(|recipient| {
            let broken = format!(
                "{} is no recipient of age",
                recipient.abbreviated()
            );
            let advice =
                "copy it from `age-keygen` once more: a letter of it is wrong";
            let parsed = recipient.as_str().parse();
            parsed.map_err(|_| not_set_up(&broken, advice))
        });

        Ok(Self {
            recipients: parsed.collect::<Result<_, _>>()?,
            folder: Folder::new(folder, Access::Everybody),
            format,
        })
    }

    fn encrypt(&self, entry: &Entry) -> Result<Vec<u8>, EncryptError> {
        let label = LabelStanza(entry.label.to_line());
        let recipients = self
            .recipients
            .iter()
            .map(|one| one as &dyn age::Recipient);
        let recipients = recipients.chain([&label as &dyn age::Recipient]);

        let text: SecretString = entry.to_text(self.format);
        let mut file = Vec::new();
        let mut writer =
            Encryptor::with_recipients(recipients)?.wrap_output(&mut file)?;
        writer.write_all(text.expose_secret().as_bytes())?;
        writer.finish()?;
        Ok(file)
    }
}

fn not_set_up(reason: &str, next_step: &'static str) -> SinkError {
    SinkError::NotSetUp {
        sink: SinkKind::Age.to_string(),
        reason: reason.to_owned(),
        next_step: Some(step![next_step]),
    }
}

/// Stands among the recipients of a file, and can decrypt nothing.
struct LabelStanza(String);

impl age::Recipient for LabelStanza {
    fn wrap_file_key(
        &self,
        _: &FileKey,
    ) -> Result<(Vec<Stanza>, HashSet<String>), EncryptError> {
        let stanza = Stanza {
            tag: TAG.to_owned(),
            args: Vec::new(),
            body: self.0.clone().into_bytes(),
        };
        Ok((vec![stanza], HashSet::new()))
    }
}

/// Sees the labels of a file, and decrypts nothing.
#[derive(Default)]
struct LabelReader(Mutex<Vec<Vec<u8>>>);

impl age::Identity for LabelReader {
    fn unwrap_stanza(
        &self,
        stanza: &Stanza,
    ) -> Option<Result<FileKey, DecryptError>> {
        if stanza.tag == TAG {
            let mut seen = self
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            seen.push(stanza.body.clone());
        }
        None
    }
}

fn read_seen(file: &[u8]) -> Result<Seen, LabelError> {
    let decryptor =
        Decryptor::new_buffered(file).map_err(|_| LabelError::NotOurs)?;
    let reader = LabelReader::default();
    // Nobody can who has no key: this is about what is seen on the way.
    let _ = decryptor.decrypt(std::iter::once(&reader as &dyn age::Identity));

    let labels = reader
        .0
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    let label = match labels.as_slice() {
        [] => return Err(LabelError::NotOurs),
        [label] => label,
        [_, _, ..] => {
            return Err(LabelError::Damaged(
                "there are two of them".to_owned(),
            ));
        }
    };
    let damaged = |_| LabelError::Damaged("it is no text".to_owned());
    let label = str::from_utf8(label).map_err(damaged)?;

    Ok(Seen {
        label: Label::parse(label)?,
        // Of what is encrypted, and another time otherwise: no secret can be
        // guessed from it.
        revision: Some(hexadecimal(
            digest(&SHA256, file)
                .as_ref()
                .iter()
                .copied(),
        )),
    })
}

impl Sink for AgeSink {
    fn check<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move { self.folder.check(places) }.boxed()
    }

    fn look<'a>(
        &'a self,
        places: &'a [String],
    ) -> BoxFuture<'a, Result<Vec<Looked>, SinkError>> {
        async move { self.folder.look(places, &read_seen) }.boxed()
    }

    fn put<'a>(
        &'a self,
        place: &'a str,
        entry: &'a Entry,
        before: Option<&'a Seen>,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            let encrypted =
                self.encrypt(entry)
                    .map_err(|error| SinkError::Unexpected {
                        sink: SinkKind::Age.to_string(),
                        reason: error.to_string(),
                    })?;
            self.folder
                .put(place, &encrypted, before, &read_seen)
        }
        .boxed()
    }

    fn remove<'a>(
        &'a self,
        place: &'a str,
        before: &'a Seen,
    ) -> BoxFuture<'a, Result<(), SinkError>> {
        async move {
            self.folder
                .remove(place, before, &read_seen)
        }
        .boxed()
    }
}
