//! Judges whose an object is by the mark that it carries: the mark is ours,
//! another stack's or nobody's. Whose a scope is, where scopes carry marks,
//! `scopes` of `conflict` decides.

use crate::model::{
    Desired, Found, Key, Mark, MarkError, Policy, StackName, TenantHash,
    Written,
};

/// Whose a live object is by its mark, as this stack sees it: whether that is
/// ours. This is the one place that decides it for objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// It carries no mark.
    Nobody,
    /// Its mark was written for another tenant, and is no evidence here.
    Copied,
    /// This stack, under its present or a former name. The key is that of the
    /// mark, or where it was moved to.
    Us { mark: Mark, key: Key },
    /// Another stack.
    Them(Mark),
    /// Its mark cannot be read.
    Unreadable {
        error: MarkError,
        relation: Relation,
    },
}

/// What an unreadable mark has to do with this stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Relation {
    /// It names this stack, or a key of it that is declared: it may be ours.
    Near(Option<Key>),
    /// It names neither.
    None,
}

/// Whose an object is by its mark.
pub(crate) fn owner_of(
    desired: &Desired,
    tenant: &TenantHash,
    found: &Found,
) -> Owner {
    match found.mark() {
        None => Owner::Nobody,
        Some(Err(error)) => {
            let relation = relate(desired, &error.written);
            Owner::Unreadable {
                error,
                relation,
            }
        }
        // Before the stack is looked at: a client that some export
        // copied from another tenant brings its mark along, which says
        // nothing of who owns it here.
        Some(Ok(mark)) if mark.tenant != *tenant => Owner::Copied,
        Some(Ok(mark)) if is_our_name(desired, &mark.stack) => {
            let key = present_key(&desired.policy, &mark.key).clone();
            Owner::Us { mark, key }
        }
        Some(Ok(mark)) => Owner::Them(mark),
    }
}

/// Whether a stack is this one, under its present or a former name.
pub(super) fn is_our_name(desired: &Desired, stack: &StackName) -> bool {
    *stack == desired.stack
        || desired
            .policy
            .former_stacks
            .contains(stack)
}

/// The key that a client has now which is marked with this one: a rename of a
/// key stands under `moved:`.
fn present_key<'a>(policy: &'a Policy, marked: &'a Key) -> &'a Key {
    policy
        .moved_clients
        .get(marked)
        .unwrap_or(marked)
}

/// What an unreadable mark has to do with the stack. To call it unmarked would
/// mean to create its client a second time.
fn relate(desired: &Desired, written: &Written) -> Relation {
    // Any word counts, wherever it stands: a mark that is damaged or newer has
    // no place to rely on.
    if names_us(desired, written) {
        let key = written.named_key();
        return Relation::Near(key.filter(|key| is_key_of_ours(desired, key)));
    }

    // Two stacks may have a key of one name, so the key alone counts only where
    // no stack is named.
    match written.key_of_no_stack() {
        Some(key) if is_key_of_ours(desired, &key) => Relation::Near(Some(key)),
        _ => Relation::None,
    }
}

/// Whether any word of a mark is a name of this stack.
fn names_us(desired: &Desired, written: &Written) -> bool {
    written
        .stack_words()
        .filter_map(|word| word.parse().ok())
        .any(|stack| is_our_name(desired, &stack))
}

fn is_key_of_ours(desired: &Desired, key: &Key) -> bool {
    desired.clients.contains_key(key)
        || desired
            .policy
            .moved_clients
            .contains_key(key)
}
