use super::*;

fn parse(
    headers: &[(&str, &str)],
    body: &str,
) -> Result<TokenRequest, Refusal> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name: axum::http::HeaderName = name.parse().unwrap();
        map.insert(name, value.parse().unwrap());
    }
    TokenRequest::parse(&map, body.as_bytes())
}

fn refusal_of(headers: &[(&str, &str)], body: &str) -> Refusal {
    parse(headers, body).err().unwrap()
}

#[test]
fn a_form_json_and_basic_say_the_same() {
    let form = parse(
        &[],
        "grant_type=client_credentials&client_id=c&client_secret=s%2B&\
         audience=a&scope=x+y",
    );
    let json = parse(
        &[(
            "content-type",
            "application/json; charset=utf-8",
        )],
        r#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s+",
                "audience":"a","scope":["x","y"]}"#,
    );
    let authorization = format!("Basic {}", STANDARD.encode("c:s%2B"));
    let basic = parse(
        &[("authorization", &authorization)],
        "grant_type=client_credentials&audience=a&scope=x%20y",
    );

    for request in [form, json, basic] {
        let request = request
            .map_err(|refusal| refusal.to_string())
            .unwrap();
        assert_eq!(request.client_id, "c");
        assert!(
            matches!(request.proof, Proof::Secret(secret) if secret == "s+")
        );
        assert_eq!(request.audience.as_deref(), Some("a"));
        assert_eq!(request.scopes, ["x", "y"]);
    }
}

#[test]
fn malformed_requests_are_told_apart() {
    let json = [("content-type", "application/json")];
    assert_eq!(refusal_of(&json, "{"), Refusal::Malformed);

    let no_grant_type = refusal_of(&[], "client_id=c");
    assert_eq!(no_grant_type, Refusal::Missing("grant_type"));

    let unsupported = Refusal::UnsupportedGrantType("password".to_owned());
    assert_eq!(
        refusal_of(&[], "grant_type=password"),
        unsupported
    );

    let body = r#"{"grant_type":"client_credentials","client_id":"c","client_secret":"s",
            "audience":"a","scope":7}"#;
    assert_eq!(refusal_of(&json, body), Refusal::ScopeShape);
}

const ASSERTION_TYPE: &str = "&client_assertion_type=urn:ietf:params:\
                              oauth:client-assertion-type:jwt-bearer";

/// The assertion `{"sub":"c"}`.
const ASSERTION: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjIn0.AA";

fn form_with_assertion(more: &str) -> String {
    format!(
        "grant_type=client_credentials&audience=a&\
         client_assertion={ASSERTION}{more}"
    )
}

#[test]
fn an_assertion_says_whose_it_is() {
    for more in ["", "&client_id=c"] {
        let form = form_with_assertion(&format!("{ASSERTION_TYPE}{more}"));
        let request = parse(&[], &form).map_err(|refusal| refusal.to_string());
        let request = request.unwrap();
        assert_eq!(request.client_id, "c");
        assert!(
            matches!(request.proof, Proof::Assertion(assertion) if assertion == ASSERTION)
        );
    }

    let no_type = refusal_of(&[], &form_with_assertion(""));
    assert_eq!(
        no_type,
        Refusal::Missing("client_assertion_type")
    );

    let other_type = form_with_assertion("&client_assertion_type=saml");
    let refusal = Refusal::AssertionType("saml".to_owned());
    assert_eq!(refusal_of(&[], &other_type), refusal);
}

#[test]
fn an_assertion_comes_alone() {
    let with_secret =
        form_with_assertion(&format!("{ASSERTION_TYPE}&client_secret=s"));
    assert_eq!(
        refusal_of(&[], &with_secret),
        Refusal::TwoProofs
    );

    let authorization = format!("Basic {}", STANDARD.encode("c:s"));
    let basic = [("authorization", authorization.as_str())];
    let form = form_with_assertion(ASSERTION_TYPE);
    assert_eq!(refusal_of(&basic, &form), Refusal::TwoProofs);
}
