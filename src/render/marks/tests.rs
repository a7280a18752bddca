use super::*;
use crate::plan::Leaf;

/// What is said where only the values say what it is.
const SHOWN: &str = "its values";

fn say(
    action: ActionView,
    entry: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> String {
    say_of(Kind::Client, action, entry, before, after)
}

fn say_of(
    kind: Kind,
    action: ActionView,
    entry: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> String {
    let leaf = match (before, after) {
        (None, Some(after)) => Leaf::Added(after.into()),
        (Some(before), None) => Leaf::Removed(before.into()),
        (Some(before), Some(after)) => Leaf::Changed {
            before: before.into(),
            after: after.into(),
        },
        (None, None) => panic!("no edit"),
    };
    let edit = Edit {
        path: [ClientSpec::METADATA.into(), entry.into()].into(),
        leaf,
    };

    let view = [EditView::of(&edit)];
    let edit = [edit];
    let (shown, said) = set_apart(action, kind, &edit);
    let (shown_of_view, said_of_view) = set_apart_of_view(action, kind, &view);
    assert_eq!(shown.len(), shown_of_view.len());
    assert_eq!(said, said_of_view);

    let said = &said[action.remark().iter().count()..];
    match shown.as_slice() {
        [] => said.join("; "),
        _ => SHOWN.to_owned(),
    }
}

#[test]
fn what_becomes_of_a_stack_is_said_in_words() {
    use ActionView::{Adopt, Create, Release, Update};

    let here = Some("v1:maps:bac52a7c");
    let of_another_tenant = Some("v1:maps:0badcafe");
    let of_another_stack = Some("v1:atlas:bac52a7c");
    let of_another_version = Some("v2:maps:bac52a7c");
    let not_for_here = "its mark was for another tenant";
    for (action, before, after, expected) in [
        (Create, None, here, ""),
        (Adopt, of_another_tenant, here, not_for_here),
        (
            Update,
            of_another_stack,
            here,
            "was of stack atlas",
        ),
        (Release, here, None, ""),
        // Whatever nothing else tells of, and what cannot be read.
        (Update, here, None, SHOWN),
        (Update, of_another_version, here, SHOWN),
    ] {
        let said = say(action, Mark::STACK, before, after);
        assert_eq!(
            said, expected,
            "{action:?} {before:?} {after:?}"
        );
    }
}

#[test]
fn what_becomes_of_a_key_is_said_in_words() {
    use ActionView::{Adopt, Create, Release, Update};

    let open = Some("courier");
    let protected = Some("courier!");
    let pending = Some("courier?");
    let renamed = "was clients.bike";
    let renamed_and_protected = "was clients.bike; protected from now on";
    for (action, before, after, expected) in [
        (Create, None, open, ""),
        (Create, None, protected, "protected"),
        (Update, Some("bike"), open, renamed),
        (
            Update,
            Some("bike"),
            protected,
            renamed_and_protected,
        ),
        (
            Update,
            protected,
            open,
            "not protected any more",
        ),
        (
            Update,
            pending,
            open,
            "its credentials are delivered",
        ),
        (Release, protected, None, ""),
        // Whatever nothing else tells of, and what cannot be read.
        (Update, None, open, SHOWN),
        (Adopt, Some("courier #"), open, SHOWN),
    ] {
        let said = say(action, Mark::KEY, before, after);
        assert_eq!(
            said, expected,
            "{action:?} {before:?} {after:?}"
        );
    }
}

#[test]
fn what_is_no_mark_is_shown_as_it_is() {
    let said = say(
        ActionView::Create,
        "note",
        None,
        Some("courier"),
    );
    assert_eq!(said, SHOWN);
}

#[test]
fn what_was_called_otherwise_is_said_where_it_was_declared() {
    let say = |kind| {
        let before = Some("maps");
        let after = Some("atlas");
        say_of(
            kind,
            ActionView::Update,
            Mark::KEY,
            before,
            after,
        )
    };

    assert_eq!(say(Kind::Client), "was clients.maps");
    assert_eq!(
        say(Kind::ResourceServer),
        "was resource_servers.maps"
    );
}
