//! Fields of a client's credential, and of each type of credential.

use super::super::moment::Moment;
use super::shape::Shape::{Boolean, Formed, OneOf};
use super::shape::{ANY_TEXT, Field, Form, Record, Shape, field, record, text};

/// The body of a request, whatever the type. What changes
/// after POST is when it expires.
pub(crate) static CREDENTIAL: Record = record(&[
    field(
        "credential_type",
        OneOf(&["public_key", "cert_subject_dn", "x509_cert"]),
    )
    .required()
    .immutable(),
    NAME.immutable(),
    field("pem", ANY_TEXT).immutable(),
    ALGORITHM.immutable(),
    EXPIRY_FROM_CERTIFICATE.immutable(),
    KEY_ID.immutable(),
    SUBJECT_NAME.immutable(),
    EXPIRY.clearable(),
]);

/// What goes with `public_key`.
pub(crate) static PUBLIC_KEY: Record = record(&[
    field("credential_type", OneOf(&["public_key"])).required(),
    NAME,
    field("pem", ANY_TEXT).required(),
    ALGORITHM,
    EXPIRY_FROM_CERTIFICATE,
    EXPIRY,
    KEY_ID,
]);

/// What goes with `cert_subject_dn`.
pub(crate) static SUBJECT: Record = record(&[
    field("credential_type", OneOf(&["cert_subject_dn"])).required(),
    NAME,
    SUBJECT_NAME,
    CERTIFICATE_PEM,
]);

/// What goes with `x509_cert`.
pub(crate) static CERTIFICATE: Record = record(&[
    field("credential_type", OneOf(&["x509_cert"])).required(),
    NAME,
    CERTIFICATE_PEM.required(),
]);

/// A credential named by its id.
pub(crate) static CREDENTIAL_ID: Record = record(&[field("id", ID).required()]);

const NAME: Field = field("name", text(0, 128));
const ALGORITHM: Field = field("alg", OneOf(&["RS256", "RS384", "PS256"]));
const EXPIRY_FROM_CERTIFICATE: Field = field("parse_expiry_from_cert", Boolean);
const SUBJECT_NAME: Field = field("subject_dn", text(1, 256));
const CERTIFICATE_PEM: Field = field("pem", text(1, 4096));

const EXPIRY: Field = field(
    "expires_at",
    Formed {
        form: Form::Format("date-time"),
        fits: |text| Moment::parse(text).is_some(),
    },
);

const KEY_ID: Field = field(
    "kid",
    Formed {
        form: Form::Pattern("^([0-9a-zA-Z-_]{10,64})$"),
        fits: |text| {
            (10..=64).contains(&text.len())
                && text.chars().all(is_key_id_letter)
        },
    },
);

const ID: Shape = Formed {
    form: Form::Format("credential-id"),
    fits: |text| {
        text.strip_prefix("cred_")
            .is_some_and(|id| {
                id.len() == 22
                    && id
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric())
            })
    },
};

fn is_key_id_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')
}
