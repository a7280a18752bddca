//! The vocabulary of the field tables.

/// What may stand in a field.
pub(crate) enum Shape {
    Boolean,
    Integer {
        least: i64,
        most: i64,
    },
    Text {
        least: usize,
        most: usize,
    },
    /// Text without `<` and `>`.
    Name {
        most: usize,
    },
    OneOf(&'static [&'static str]),
    /// Text that a test accepts.
    Formed {
        form: Form,
        fits: fn(&str) -> bool,
    },
    List(&'static Self),
    /// A list of at least one item.
    SomeOf(&'static Self),
    /// A list that ends somewhere.
    ShortList {
        most: usize,
        item: &'static Self,
    },
    Record(&'static Record),
    /// Free keys with short texts, of which null takes the key away.
    Texts {
        most: usize,
    },
    /// The same, with fewer keys, and not every letter in them.
    Metadata,
    /// A list or object that is kept as it comes.
    Anything,
}

impl Shape {
    /// What the items of a list are; nothing where no list stands.
    pub(super) fn item(&self) -> Option<&'static Self> {
        match self {
            Self::List(item)
            | Self::SomeOf(item)
            | Self::ShortList { item, .. } => Some(item),
            _ => None,
        }
    }
}

/// How Auth0 names the test of a text.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    Format(&'static str),
    Pattern(&'static str),
}

/// An object with known fields. One that POST and PATCH check differently is
/// there once for each.
pub(crate) struct Record {
    pub(crate) fields: &'static [Field],
    pub(crate) others: Others,
    pub(crate) least: usize,
    pub(crate) most: usize,
}

impl Record {
    /// A field of this name, whichever request may carry it.
    pub(super) fn known(&self, key: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.name == key)
    }
}

/// What becomes of keys that are no known fields.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    Refused,
    Kept,
}

/// One field of a record. Optional, on POST and on PATCH, and
/// never null unless it says so.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    pub(crate) required: bool,
    pub(crate) null: Null,
    pub(crate) sent: Sent,
}

/// Where null is taken, meaning "take the field away".
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Null {
    Never,
    OnPatch,
    Always,
}

/// Which requests may carry the field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    Always,
    OnPost,
    OnPatch,
}

pub(crate) const fn field(name: &'static str, shape: Shape) -> Field {
    Field {
        name,
        shape,
        required: false,
        null: Null::Never,
        sent: Sent::Always,
    }
}

impl Field {
    /// Required; at the top of a body on POST only.
    pub(crate) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    pub(crate) const fn nullable(self) -> Self {
        Self {
            null: Null::Always,
            ..self
        }
    }

    pub(crate) const fn clearable(self) -> Self {
        Self {
            null: Null::OnPatch,
            ..self
        }
    }

    pub(crate) const fn immutable(self) -> Self {
        Self {
            sent: Sent::OnPost,
            ..self
        }
    }

    pub(crate) const fn patch_only(self) -> Self {
        Self {
            sent: Sent::OnPatch,
            ..self
        }
    }
}

pub(crate) const fn record(fields: &'static [Field]) -> Record {
    Record {
        fields,
        others: Others::Refused,
        least: 0,
        most: usize::MAX,
    }
}

/// A record that may have other keys.
pub(crate) const fn open(fields: &'static [Field]) -> Record {
    Record {
        others: Others::Kept,
        ..record(fields)
    }
}

/// A record with at least one field.
pub(crate) const fn some(fields: &'static [Field]) -> Record {
    Record {
        least: 1,
        ..record(fields)
    }
}

pub(crate) const fn text(least: usize, most: usize) -> Shape {
    Shape::Text { least, most }
}

pub(crate) const fn integer(least: i64, most: i64) -> Shape {
    Shape::Integer { least, most }
}

pub(crate) const ANY_TEXT: Shape = text(0, usize::MAX);
pub(crate) const SOME_TEXT: Shape = text(1, usize::MAX);
pub(crate) static SCOPE: Shape = text(1, 280);
pub(crate) static SIGNING_ALGORITHMS: &[&str] =
    &["HS256", "RS256", "RS512", "PS256"];
