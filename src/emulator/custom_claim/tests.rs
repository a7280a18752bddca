use serde_json::json;

use super::*;

fn parse(text: &str) -> Result<CustomClaim, CustomClaimError> {
    text.parse()
}

#[test]
fn a_value_is_json_or_a_text() {
    for (text, value) in [
        ("tier=gold", json!("gold")),
        ("tier=\"5\"", json!("5")),
        ("tier=5", json!(5)),
        (
            "tier={\"a\":[true,null]}",
            json!({"a": [true, null]}),
        ),
        ("tier=a=b", json!("a=b")),
        ("tier=", json!("")),
        ("tier=[1", json!("[1")),
    ] {
        let claim = parse(text).unwrap();
        assert_eq!(
            (claim.name(), claim.value()),
            ("tier", &value),
            "{text}"
        );
    }
    for text in ["tier", "=gold", ""] {
        assert_eq!(
            parse(text),
            Err(CustomClaimError::Shape),
            "{text}"
        );
    }
}

#[test]
fn what_auth0_says_itself_is_refused() {
    for name in [
        "sub",
        "iss",
        "scope",
        "permissions",
        "org_id",
        "jti",
        "x5t#S256",
    ] {
        let refused = parse(&format!("{name}=x")).unwrap_err();
        assert_eq!(
            refused,
            CustomClaimError::Restricted(name.to_owned())
        );
    }
    for name in [
        "https://auth0.com/a",
        "http://my.eu.auth0.com/",
        "urn:auth0:x",
    ] {
        let refused = parse(&format!("{name}=x")).unwrap_err();
        assert_eq!(
            refused,
            CustomClaimError::Namespace(name.to_owned())
        );
    }
    for name in ["https://notauth0.com/a", "email", "Sub"] {
        assert!(parse(&format!("{name}=x")).is_ok(), "{name}");
    }
}

#[test]
fn a_namespace_is_a_url_or_a_urn() {
    let is_namespaced = |name: &str| {
        parse(&format!("{name}=1"))
            .unwrap()
            .is_namespaced()
    };
    assert!(is_namespaced("https://example.com/tier"));
    assert!(is_namespaced("urn:example:tier"));
    assert!(!is_namespaced("tier"));
}
