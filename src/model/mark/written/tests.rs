use super::*;

fn make_written(stack: Option<&str>, key: Option<&str>) -> Written {
    Written {
        stack: stack.map(str::to_owned),
        key: key.map(str::to_owned),
    }
}

fn defect_of(stack: Option<&str>, key: Option<&str>) -> MarkDefect {
    make_written(stack, key)
        .read()
        .unwrap_err()
        .defect
}

#[test]
fn a_mark_that_cannot_be_read_says_why() {
    let good = "v1:maps:df2a1b1b";
    let newer = [
        ("v2:maps:df2a1b1b", "courier"),
        (good, "courier#"),
        (good, "courier?!"),
        (good, "courier!!"),
    ];
    let damaged = [
        (good, "courier "),
        (good, "courier !"),
        (good, "courier! "),
        (good, "courier\n"),
        (good, "courier!x"),
        // A Cyrillic letter that looks like the Latin one.
        (good, "c\u{43e}urier"),
        (good, "courier\u{430}!"),
        (good, "courier\u{203d}"),
        ("v1:maps", "courier"),
        ("v1:maps:df2a1b1", "courier"),
        ("v1:maps:df2a1b1b:more", "courier"),
        ("v1:Maps:df2a1b1b", "courier"),
        ("vx:maps:df2a1b1b", "courier"),
        (good, "!"),
        ("", ""),
    ];

    for (stack, key) in newer {
        let defect = defect_of(Some(stack), Some(key));
        assert_eq!(defect, MarkDefect::Newer, "{stack:?} {key:?}");
    }
    for (stack, key) in damaged {
        let defect = defect_of(Some(stack), Some(key));
        assert_eq!(defect, MarkDefect::Damaged, "{stack:?} {key:?}");
    }
    assert_eq!(defect_of(Some(good), None), MarkDefect::Half);
    assert_eq!(
        defect_of(None, Some("courier")),
        MarkDefect::Half
    );
}

#[test]
fn an_unreadable_mark_still_names_whom_it_is_about() {
    let courier: Option<Key> = "courier".parse().ok();
    for (stack, key, is_maps, of_no_stack) in [
        (
            Some("v2:maps:df2a1b1b"),
            Some("courier"),
            true,
            None,
        ),
        (Some("maps"), None, true, None),
        (Some("v1:maps"), Some("courier"), true, None),
        (None, Some("courier!"), false, courier.clone()),
        (
            Some("?"),
            Some("courier#x"),
            false,
            courier.clone(),
        ),
        (
            Some("maps, please ask Ann"),
            Some("courier"),
            true,
            courier.clone(),
        ),
        (
            Some("v2:atlas:df2a1b1b"),
            Some("courier"),
            false,
            None,
        ),
        (
            Some("v1:maps-of-old:df2a1b1"),
            Some("couriers"),
            false,
            None,
        ),
    ] {
        let written = make_written(stack, key);
        let names_maps = written
            .stack_words()
            .any(|word| word == "maps");
        assert_eq!(names_maps, is_maps, "{written}");
        assert_eq!(
            written.key_of_no_stack(),
            of_no_stack,
            "{written}"
        );
    }
}
