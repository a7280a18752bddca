use super::*;

/// Whether an object with this name and these tags is meant.
fn admits(text: &str, language: Language) -> bool {
    let query = SearchQuery::parse(text, language).unwrap();
    query.admits(|field| match field {
        "name" => vec!["Gift Deliveries".to_owned()],
        "tag" => vec!["a".to_owned(), "b".to_owned()],
        _ => Vec::new(),
    })
}

#[test]
fn both_languages_say_the_same_things() {
    for (lucene, scim, expected) in [
        (
            "name:\"Gift Deliveries\"",
            "name eq \"Gift Deliveries\"",
            true,
        ),
        ("name:Gift", "name eq \"Gift\"", false),
        ("name:Gift*", "name sw \"Gift\"", true),
        (
            "tag:a AND tag:b",
            "tag eq \"a\" and tag eq \"b\"",
            true,
        ),
        (
            "tag:a AND tag:c",
            "tag eq \"a\" and tag eq \"c\"",
            false,
        ),
        (
            "tag:c OR tag:b",
            "tag eq \"c\" or tag eq \"b\"",
            true,
        ),
        (
            "tag:c AND tag:a OR tag:b",
            "tag eq \"c\" and tag eq \"a\" or tag eq \"b\"",
            true,
        ),
        (
            "name:[Gift TO H]",
            "name ge \"Gift\" and name le \"H\"",
            true,
        ),
        ("name:[H TO *]", "name ge \"H\"", false),
        (
            "tag:{a TO b}",
            "tag gt \"a\" and tag lt \"b\"",
            true,
        ),
        ("tag:*", "tag pr", true),
        ("none:*", "none pr", false),
    ] {
        assert_eq!(
            admits(lucene, Language::Lucene),
            expected,
            "{lucene}"
        );
        assert_eq!(admits(scim, Language::Scim), expected, "{scim}");
    }

    for (scim, expected) in [
        ("name ew \"Deliveries\"", true),
        ("name co \"t D\"", true),
        ("tag ne \"a\"", false),
        ("tag ne \"c\"", true),
        ("name gt \"Z\"", false),
    ] {
        assert_eq!(admits(scim, Language::Scim), expected, "{scim}");
    }
}

#[test]
fn what_is_neither_is_not_understood() {
    for text in [
        "a",
        "a:",
        ":b",
        "a:b c:d",
        "a:b AND",
        "a:\"b",
        "a:[b",
        "a:[b c]",
        "AND",
        "a:b and c:d",
    ] {
        assert_eq!(
            SearchQuery::parse(text, Language::Lucene),
            None,
            "{text}"
        );
    }
    for text in [
        "a",
        "a eq",
        "a is b",
        "a eq \"b",
        "a eq b c",
        "a eq b AND c pr",
    ] {
        assert_eq!(
            SearchQuery::parse(text, Language::Scim),
            None,
            "{text}"
        );
    }
}
