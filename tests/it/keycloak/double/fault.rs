//! What goes wrong with a request, by appointment.

/// A request that goes wrong, once.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) method: &'static str,
    /// A part of the path, query included.
    pub(crate) path: String,
    /// Which one of those that match, counted from 1.
    pub(crate) nth: usize,
    pub(crate) what: Trouble,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Trouble {
    /// Answered with this status in Keycloak's words, and nothing is done.
    Status(u16),
    /// The same by something else that stands before it, in words that look
    /// like Keycloak's.
    Foreign(u16),
    /// Nothing is done, and the connection closes without an answer.
    DropBefore,
    /// The request is carried out, and the connection closes without an answer.
    DropAfter,
    /// Carried out, and answered with what is no JSON.
    Garbage,
    /// Carried out, and the connection closes in the middle of the answer.
    CutShort,
}

/// Faults, each with how many requests matched it so far.
#[derive(Default)]
pub(super) struct Faults(Vec<(Fault, usize)>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0.push((fault, 0));
    }

    /// What happens to a request. Each fault counts, also
    /// when an earlier one happens.
    pub(super) fn strike(
        &mut self,
        method: &str,
        path: &str,
    ) -> Option<Trouble> {
        let mut struck = None;
        for (fault, seen) in &mut self.0 {
            if fault.method != method || !path.contains(&fault.path) {
                continue;
            }
            *seen += 1;
            if *seen == fault.nth {
                struck = struck.or(Some(fault.what));
            }
        }
        struck
    }
}
