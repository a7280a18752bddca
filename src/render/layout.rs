//! How much is said to people of a plan, and in how many columns.

use crate::model::MachineDefaults;

/// How a plan is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How wide it may be. Sentences keep to 80 columns wherever there is room
    /// for more: longer lines are hard to read.
    pub width: Width,
    /// How much is said.
    pub detail: Detail,
}

/// How much is said of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// How many objects change, and which are deleted.
    Summary,
    /// Every change, without the fields of a new client that are as these
    /// defaults have them, whoever says so.
    Folded(MachineDefaults),
    /// Everything.
    Full,
}

/// How wide a page is, in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Width(usize);

impl Width {
    /// Where it is not known, as in a log.
    pub const UNKNOWN: Self = Self(80);

    const WIDEST: usize = 120;

    /// What of so many columns is used. On a narrower page lines are broken by
    /// whoever shows it.
    #[must_use]
    pub fn of(columns: usize) -> Self {
        Self(columns.clamp(Self::UNKNOWN.0, Self::WIDEST))
    }

    pub(super) fn columns(self) -> usize {
        self.0
    }
}

impl Layout {
    /// All there is to say, for any page.
    pub const FULL: Self = Self {
        width: Width::UNKNOWN,
        detail: Detail::Full,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_wide_as_can_be_read() {
        for (columns, used) in [
            (0, 80),
            (79, 80),
            (100, 100),
            (120, 120),
            (400, 120),
        ] {
            assert_eq!(Width::of(columns).columns(), used, "{columns}");
        }
    }
}
