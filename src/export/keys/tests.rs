use super::*;

#[test]
fn a_key_reads_like_the_name() {
    assert_eq!(
        make_slug("World Mappers API"),
        "world-mappers-api"
    );
    assert_eq!(
        make_slug("  Köln's -- Straße (v2.1)! "),
        "koelns-strasse-v2-1"
    );
    assert_eq!(
        make_slug("https://api.example/orders/"),
        "https-api-example-orders"
    );
    assert_eq!(make_slug("地図"), "");
    assert_eq!(make_slug(&"long ".repeat(40)).len(), 59);
}

#[test]
fn names_that_make_the_same_key_are_numbered_by_name() {
    let taken = BTreeSet::from(["c".parse().unwrap()]);
    let names = [
        (1, "b!"),
        (2, "B"),
        (3, "b 2"),
        (4, "c"),
        (5, "地図"),
        (6, "図"),
    ];
    let names = names.map(|(id, name)| (id, name.to_owned()));

    let keys = make_unique_keys(names.iter().cloned(), "client", taken.clone());
    let texts: Vec<&str> = keys.values().map(Key::as_str).collect();
    assert_eq!(
        texts,
        ["b-3", "b", "b-2", "c-2", "client-2", "client"]
    );

    let other_order =
        [5, 3, 1, 0, 2, 4].map(|place: usize| names[place].clone());
    let again = make_unique_keys(other_order.into_iter(), "client", taken);
    assert_eq!(again, keys);
}

#[test]
fn long_names_that_make_the_same_key_are_numbered_too() {
    let names = [
        (1, "x".repeat(70)),
        (2, "x".repeat(80)),
        (3, format!("{}-y", "z".repeat(57))),
    ];
    let taken = BTreeSet::from([format!("{}-y", "z".repeat(57))
        .parse()
        .unwrap()]);
    let keys = make_unique_keys(names.into_iter(), "client", taken);

    let texts: Vec<&str> = keys.values().map(Key::as_str).collect();
    let first = "x".repeat(60);
    let second = format!("{}-2", "x".repeat(58));
    let third = format!("{}-2", "z".repeat(57));
    assert_eq!(texts, [first, second, third]);
}
