use super::*;

fn takes_its_example<T: std::str::FromStr<Err = NameError> + JsonSchema>() {
    let schema = T::json_schema(&mut SchemaGenerator::default());
    let example = schema
        .get("examples")
        .and_then(|all| all[0].as_str())
        .unwrap();
    assert_eq!(
        T::from_str(example).err(),
        None,
        "{}",
        T::schema_name()
    );
}

#[test]
fn every_pattern_compiles_and_takes_its_own_example() {
    let checks = [
        takes_its_example::<StackName>,
        takes_its_example::<Key>,
        takes_its_example::<Identifier>,
        takes_its_example::<VariableName>,
        takes_its_example::<EnvironmentName>,
        takes_its_example::<ScopeName>,
        takes_its_example::<ScopeDescription>,
        takes_its_example::<ResourceServerName>,
        takes_its_example::<ClientId>,
        takes_its_example::<ClientName>,
        takes_its_example::<ClientDescription>,
        takes_its_example::<MetadataKey>,
        takes_its_example::<MetadataValue>,
        takes_its_example::<LogoUri>,
        takes_its_example::<OrganizationId>,
        takes_its_example::<AuthorizationDetailsType>,
        takes_its_example::<PolicyId>,
        takes_its_example::<KeyName>,
        takes_its_example::<KeyId>,
        takes_its_example::<SubjectName>,
        takes_its_example::<Timestamp>,
        takes_its_example::<SinkName>,
        takes_its_example::<AgeRecipient>,
    ];
    for takes_its_example in checks {
        takes_its_example();
    }

    // None is forgotten.
    let source = include_str!("mod.rs");
    let declared = source
        .lines()
        .filter(|line| *line == "text! {")
        .count();
    assert_eq!(checks.len(), declared);
}

#[test]
fn a_name_is_refused_for_its_length_and_its_shape() {
    let longest = "a".repeat(48);
    let too_long = "a".repeat(49);
    let shape = "a stack name consists of lower-case letters, digits and `-`";

    assert!(longest.parse::<StackName>().is_ok());
    for (text, expected) in [
        ("", "a stack name must not be empty"),
        (
            &too_long,
            "a stack name is at most 48 characters long",
        ),
        ("World", shape),
        ("a\nb", shape),
    ] {
        let error = text.parse::<StackName>().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_key_is_a_path_that_stays_where_it_is() {
    for key in [
        "a",
        "a/b.c",
        "team:x@y/z",
        ".a",
        "..a",
        "...",
        "a/...b",
        &"k".repeat(60),
    ] {
        assert!(key.parse::<Key>().is_ok(), "{key}");
    }
    for text in [
        "",
        ".",
        "..",
        "a/..",
        "./a",
        "a/./b",
        "/a",
        "a/",
        "a//b",
        "a b",
        &"k".repeat(61),
    ] {
        assert!(text.parse::<Key>().is_err(), "{text}");
    }
}

#[test]
fn a_scope_cannot_smuggle_a_second_one() {
    assert!(
        "read:maps write:maps"
            .parse::<ScopeName>()
            .is_err()
    );
    assert!(
        "read\\maps"
            .parse::<ScopeName>()
            .is_err()
    );
    assert!(
        "read\"maps"
            .parse::<ScopeName>()
            .is_err()
    );
}

#[test]
fn a_lifetime_is_at_most_thirty_days() {
    assert!(TokenLifetime::try_from(2_592_000).is_ok());
    assert!(TokenLifetime::try_from(2_592_001).is_err());
}
