use serde_json::json;

use super::*;

fn removed(path: &[&str], before: Json) -> EditView {
    edit(path, LeafView::Removed { before })
}

fn added(name: &str) -> EditView {
    let after = json!({ "alg": "RS256" });
    edit(
        &[METHODS, "private_key_jwt", name],
        LeafView::Added { after },
    )
}

fn edit(path: &[&str], leaf: LeafView) -> EditView {
    let path = path
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    EditView { path, leaf }
}

fn detached(name: &str) -> EditView {
    removed(
        &[METHODS, DETACHED],
        json!({ name: { "alg": "RS256" } }),
    )
}

#[test]
fn only_what_was_approved_of_a_key_is_done_to_it_where_it_is_now() {
    let old = || {
        removed(
            &[METHODS, "private_key_jwt", "old"],
            json!({ "alg": "RS256" }),
        )
    };
    let expired = removed(
        &[METHODS, "private_key_jwt", "old"],
        json!({ "alg": "PS256" }),
    );
    let all = removed(
        &[METHODS],
        json!({ "private_key_jwt": { "old": { "alg": "RS256" } } }),
    );
    let rotation = [old(), added("new")];

    for (edit, approved, now, is_approved) in [
        // It is used.
        (
            detached("new"),
            &rotation[..],
            &rotation[..],
            true,
        ),
        // It would only be deleted.
        (detached("new"), &rotation, &[], false),
        (
            detached("new"),
            &rotation,
            &[added("other")],
            false,
        ),
        // It is deleted.
        (detached("old"), &rotation, &[], true),
        (detached("old"), &[all], &[], true),
        (detached("old"), &[expired], &[], false),
        // It was to be kept, under another method.
        (
            detached("old"),
            &[old(), added("old")],
            &[],
            false,
        ),
        (detached("stray"), &rotation, &rotation, false),
        // What counts is given up by no other word.
        (
            removed(
                &[METHODS, "private_key_jwt"],
                json!({ "new": {} }),
            ),
            &rotation,
            &rotation,
            false,
        ),
        (
            removed(&[METHODS, "private_key_jwt"], json!({})),
            &rotation,
            &rotation,
            false,
        ),
        (
            removed(&["description"], json!("x")),
            &rotation,
            &rotation,
            false,
        ),
    ] {
        let said = takes_only_approved(&edit, approved, now);
        assert_eq!(
            said, is_approved,
            "{edit:?} by {approved:?} with {now:?}"
        );
    }
}
