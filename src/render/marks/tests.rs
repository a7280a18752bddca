use super::*;
use crate::plan::Leaf;

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

    let (shown, said) = set_apart(action, kind, std::slice::from_ref(&edit));
    let view = EditView::of(&edit);
    let (shown_of_view, said_of_view) =
        set_apart_of_view(action, kind, std::slice::from_ref(&view));
    assert_eq!(
        (shown.len(), &said),
        (shown_of_view.len(), &said_of_view)
    );
    let said = &said[action.remark().iter().count()..];
    match shown.as_slice() {
        [] => said.join("; "),
        _ => "its values".to_owned(),
    }
}

#[test]
fn a_mark_is_said_in_words_or_shown_as_it_is() {
    use ActionView::{Adopt, Create, Release, Update};
    const HERE: &str = "v1:maps:bac52a7c";

    for (action, entry, before, after, expected) in [
        (Create, Mark::STACK, None, Some(HERE), ""),
        (Create, Mark::KEY, None, Some("courier"), ""),
        (
            Create,
            Mark::KEY,
            None,
            Some("courier!"),
            "protected",
        ),
        (
            Adopt,
            Mark::STACK,
            Some("v1:maps:0badcafe"),
            Some(HERE),
            "its mark was for another tenant",
        ),
        (
            Update,
            Mark::STACK,
            Some("v1:atlas:bac52a7c"),
            Some(HERE),
            "was of stack atlas",
        ),
        (
            Update,
            Mark::KEY,
            Some("bike"),
            Some("courier"),
            "was clients.bike",
        ),
        (
            Update,
            Mark::KEY,
            Some("bike"),
            Some("courier!"),
            "was clients.bike; protected from now on",
        ),
        (
            Update,
            Mark::KEY,
            Some("courier!"),
            Some("courier"),
            "not protected any more",
        ),
        (
            Update,
            Mark::KEY,
            Some("courier?"),
            Some("courier"),
            "its credentials are delivered",
        ),
        (Release, Mark::STACK, Some(HERE), None, ""),
        (Release, Mark::KEY, Some("courier!"), None, ""),
        // Whatever nothing else tells of, and what cannot be read.
        (
            Update,
            Mark::KEY,
            None,
            Some("courier"),
            "its values",
        ),
        (
            Update,
            Mark::STACK,
            Some(HERE),
            None,
            "its values",
        ),
        (
            Update,
            Mark::STACK,
            Some("v2:maps:bac52a7c"),
            Some(HERE),
            "its values",
        ),
        (
            Adopt,
            Mark::KEY,
            Some("courier #"),
            Some("courier"),
            "its values",
        ),
        (
            Create,
            "note",
            None,
            Some("courier"),
            "its values",
        ),
    ] {
        let said = say(action, entry, before, after);
        assert_eq!(
            said, expected,
            "{action:?} {entry} {before:?} {after:?}"
        );
    }
}

#[test]
fn what_was_called_otherwise_is_said_where_it_was_declared() {
    let action = ActionView::Update;
    let say = |kind| {
        say_of(
            kind,
            action,
            Mark::KEY,
            Some("maps"),
            Some("atlas"),
        )
    };
    assert_eq!(say(Kind::Client), "was clients.maps");
    assert_eq!(
        say(Kind::ResourceServer),
        "was resource_servers.maps"
    );
}
