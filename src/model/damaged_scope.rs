//! A scope of a live API that does not do what it was made for.

use super::{Attrs, Value};

/// A scope that does not do what it was made for. Its plain form stands in the
/// place of what it allows, and is no text: no configuration says it, so a plan
/// always shows that it is mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DamagedScope<'a> {
    /// What is wrong with it.
    pub why: &'a str,
    /// What it allows.
    pub description: Option<&'a str>,
}

impl<'a> DamagedScope<'a> {
    const WHY: &'static str = "damaged";
    const DESCRIPTION: &'static str = "description";

    /// Its plain form.
    #[must_use]
    pub fn value(self) -> Value {
        let why = (Self::WHY.into(), Value::Text(self.why.into()));
        let description = self.description.map(|text| {
            (
                Self::DESCRIPTION.into(),
                Value::Text(text.into()),
            )
        });

        Value::Map(
            [why]
                .into_iter()
                .chain(description)
                .collect::<Attrs>(),
        )
    }

    /// The scope that this is the plain form of, if it is one.
    #[must_use]
    pub fn read(value: &'a Value) -> Option<Self> {
        let fields = value.as_map()?;
        let text = |name: &str| {
            fields
                .get(name)
                .and_then(Value::as_text)
        };

        Some(Self {
            why: text(Self::WHY)?,
            description: text(Self::DESCRIPTION),
        })
    }
}
