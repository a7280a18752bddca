use super::*;

#[test]
fn a_hostile_name_cannot_speak_to_the_terminal() {
    let text = safe("a\u{1b}[31mb\u{202e}c\r\n\u{9b}d");
    assert_eq!(text, "a\\u{1b}[31mb\\u{202e}c\\r\\n\\u{9b}d");
}

#[test]
fn what_cannot_be_seen_is_written_by_its_number() {
    for hidden in [
        '\u{0}',
        '\u{85}',
        '\u{a0}',
        '\u{ad}',
        '\u{34f}',
        '\u{61c}',
        '\u{115f}',
        '\u{17b4}',
        '\u{180e}',
        '\u{200b}',
        '\u{200d}',
        '\u{2028}',
        '\u{202e}',
        '\u{2066}',
        '\u{206f}',
        '\u{2800}',
        '\u{3000}',
        '\u{3164}',
        '\u{e000}',
        '\u{fdd0}',
        '\u{fe0f}',
        '\u{feff}',
        '\u{ffa0}',
        '\u{fff9}',
        '\u{ffff}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e0041}',
        '\u{e0100}',
        '\u{f0000}',
        '\u{10ffff}',
    ] {
        let said = safe(&format!("a{hidden}b"));
        assert_eq!(
            said,
            format!("a\\u{{{:x}}}b", u32::from(hidden))
        );
    }
    for seen in [
        "Köln",
        "東京 API",
        "naïve – “x”",
        "🦀",
        "a\\b",
        "e\u{301}",
    ] {
        assert_eq!(safe(seen), seen);
    }
}

#[test]
fn no_text_becomes_a_command_of_a_ci_system() {
    for (text, said) in [
        ("::error::pwned", "\\u{3a}:error::pwned"),
        (
            "  ::set-output name=a::b",
            "  \\u{3a}:set-output name=a::b",
        ),
        (
            "a ::stop-commands::x",
            "a \\u{3a}:stop-commands::x",
        ),
        ("a\n::error", "a\\n\\u{3a}:error"),
        ("a::b : :c", "a::b : :c"),
        ("x##[error]y", "x\\u{23}#[error]y"),
        ("###[error]", "#\\u{23}#[error]"),
        (
            "a ##vso[task.setvariable]",
            "a \\u{23}#vso[task.setvariable]",
        ),
        ("##TeamCity[x]", "\\u{23}#TeamCity[x]"),
        ("## a [b] #[c] ##", "## a [b] #[c] ##"),
    ] {
        assert_eq!(safe(text), said);
    }
}
