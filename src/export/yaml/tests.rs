use super::*;

#[test]
fn plain_texts_stay_plain() {
    for text in [
        "World Mappers API",
        "read:maps",
        "https://api.example/v2/",
        "Köln",
        "a-b_c.d",
    ] {
        assert_eq!(write_scalar(text), text);
    }
}

#[test]
fn what_a_reader_could_take_for_something_else_is_quoted() {
    let traps = [
        "",
        " a",
        "a ",
        "no",
        "Yes",
        "NULL",
        "~",
        "1e3",
        "0x1F",
        "12:30",
        "2024-01-01",
        "a: b",
        "a:",
        "a #b",
        "#a",
        "- a",
        "?",
        "<<",
        "=",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "[a",
        "{a",
        "a,b",
    ];
    for text in traps {
        assert_eq!(write_scalar(text), format!("\"{text}\""));
    }
}

#[test]
fn a_hostile_text_stays_on_its_line_and_in_its_quotes() {
    let text = write_scalar(
        "a\"b\\c\r\n\u{1b}[31m\u{9b}\u{202e}\u{2028}\u{feff}\u{0}",
    );
    let expected = r#""a\"b\\c\U0000000D\n\U0000001B[31m\U0000009B\U0000202E\U00002028\U0000FEFF\U00000000""#;
    assert_eq!(text, expected);
}
