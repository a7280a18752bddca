use proptest::prelude::*;

use super::super::normalize::normalize;
use super::super::source::Sources;
use super::*;

/// The same tree without its places.
fn bare(node: Node) -> Value {
    match node.value {
        Value::Sequence(items) => Value::Sequence(
            items
                .into_iter()
                .map(|item| at_no_place(bare(item)))
                .collect(),
        ),
        Value::Mapping(entries) => Value::Mapping(
            entries
                .into_iter()
                .map(|entry| entry_of(&entry.key, bare(entry.value)))
                .collect(),
        ),
        value => value,
    }
}

fn at_no_place(value: Value) -> Node {
    Node {
        span: Span::whole(0),
        value,
    }
}

fn entry_of(key: &str, value: Value) -> Entry {
    Entry {
        key: key.into(),
        key_span: Span::whole(0),
        value: at_no_place(value),
    }
}

fn texts() -> impl Strategy<Value = String> {
    let traps = prop::sample::select(vec![
        "",
        " ",
        "~",
        "null",
        "yes",
        "true",
        "007",
        "1_000",
        "0x1f",
        "1e3",
        ".inf",
        "2026-11-26",
        "- a",
        "a: b",
        "a #b",
        "#",
        "&a",
        "*a",
        "!!str",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "[",
        "{",
        "<<",
        "---",
        "...",
        "a\n",
        "\na",
        "a\n\n b\n",
        "\t",
        "\r\n",
        "\u{1b}[31m",
        "\u{9b}",
        "\u{202e}",
        "\u{2028}",
        "\u{feff}",
        "\u{0}",
        "${var.x}",
        "::error::",
        "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n",
    ]);
    prop_oneof![
        traps.prop_map(ToOwned::to_owned),
        any::<String>()
    ]
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Integer),
        texts().prop_map(|text| Value::Text(text.into())),
    ];
    leaf.prop_recursive(3, 30, 5, |inner| {
        let items =
            prop::collection::vec(inner.clone().prop_map(at_no_place), 0..4);
        let entries = prop::collection::btree_map(texts(), inner, 0..4);
        prop_oneof![
            items.prop_map(Value::Sequence),
            entries.prop_map(|entries| Value::Mapping(
                entries
                    .into_iter()
                    .map(|(key, value)| entry_of(&key, value))
                    .collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(value in values()) {
        let text = write(&at_no_place(value.clone())).unwrap();
        let harmful = |character: &char| character.is_control() && *character != '\n';
        prop_assert_eq!(text.chars().find(harmful), None, "{}", text);

        let mut sources = Sources::default();
        let file = sources.add("written".to_owned(), text.clone());
        let mut read = parse(&text, file).unwrap_or_else(|problem| panic!("{problem:?}: {text}"));
        let mut problems = Vec::new();
        normalize(&mut read, file, &sources, &mut problems);
        prop_assert_eq!(bare(read), value, "{}", text);
    }
}
