use super::*;

fn fill(template: &str, key: &str) -> String {
    let template: PathTemplate = template.parse().unwrap();
    let environment = "production".parse().unwrap();

    template.fill(Slots {
        key: &key.parse().unwrap(),
        stack: &"maps".parse().unwrap(),
        environment: Some(&environment),
    })
}

#[test]
fn whatever_fills_a_slot_stays_one_part() {
    for (template, key, path) in [
        (
            "m2m/${client.key}",
            "gift-deliveries",
            "m2m/gift-deliveries",
        ),
        (
            "${stack}/${env}/${client.key}.env",
            "a",
            "maps/production/a.env",
        ),
        ("m2m/${client.key}", "prod/db", "m2m/prod%2Fdb"),
        (
            "m2m/${client.key}",
            ".gitignore",
            "m2m/%2Egitignore",
        ),
        ("m2m/${client.key}", "...", "m2m/%2E.."),
        ("m2m/${client.key}", "a:b@c", "m2m/a%3Ab%40c"),
    ] {
        assert_eq!(fill(template, key), path);
    }
}

#[test]
fn no_path_leads_out_or_to_one_place_for_all() {
    for template in [
        "",
        "m2m",
        "/m2m/${client.key}",
        "../${client.key}",
        "m2m/../${client.key}",
        "m2m//${client.key}",
        "m2m/${client.key}/",
        ".git/hooks/${client.key}",
        ".GIT/${client.key}",
        ".grantry/${client.key}",
        "m 2/${client.key}",
        "m2m/%2e%2e/${client.key}",
        "${client.name}",
        "${client.key",
    ] {
        assert!(
            template
                .parse::<PathTemplate>()
                .is_err(),
            "{template}"
        );
    }
}
