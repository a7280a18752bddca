use super::*;

fn shown(text: &str) -> String {
    match Realm::parse(text) {
        Ok(realm) => realm.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_realm_is_read_however_it_is_written() {
    for text in [
        "https://sso.example/acme",
        "HTTPS://SSO.example:443/acme/",
        "sso.example/acme",
        "https://sso.example/realms/acme",
    ] {
        assert_eq!(
            shown(text),
            "https://sso.example/realms/acme",
            "{text}"
        );
    }
    assert_eq!(
        shown("https://sso.example/auth/realms/acme"),
        "https://sso.example/auth/realms/acme"
    );
    assert_eq!(
        shown("http://127.0.0.1:8080/acme"),
        "http://127.0.0.1:8080/realms/acme"
    );
}

#[test]
fn what_is_no_realm_or_would_leak_is_refused() {
    for (text, why) in [
        ("http://sso.example/acme", "in the clear"),
        ("https://sso.example", "names no realm"),
        ("sso.example", "names no realm"),
        (
            "https://user:hunter2@sso.example/acme",
            "holds credentials",
        ),
        (
            "https://sso.example/acme?x=1",
            "no name of a realm",
        ),
        ("https://sso.example/..", "no name of a realm"),
        ("ftp://sso.example/acme", "not an https address"),
        ("", "names no realm"),
    ] {
        let said = shown(text);
        assert!(said.contains(why), "{text}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
