use super::*;

fn token(claims: &str) -> SecretString {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims)).into()
}

/// The scopes of a session whose token came with these.
fn scopes_of_issued(claims: &str, said: Option<&str>) -> Option<Scopes> {
    let issued = Issued {
        access_token: token(claims).expose_secret().to_owned(),
        scope: said.map(str::to_owned),
    };

    let session = issued
        .session("me".parse().unwrap())
        .unwrap();
    session.scopes().cloned()
}

fn end_of_session(claims: &str) -> Option<u64> {
    let session = Session::of(&token(claims)).unwrap();
    session
        .expires_at
        .map(|end| end.as_secs())
}

#[test]
fn a_token_says_whose_it_is_in_each_profile() {
    for claims in [
        r#"{"azp":"me","client_id":"other","sub":"other@clients"}"#,
        r#"{"client_id":"me","sub":"auth0|1"}"#,
        r#"{"sub":"me@clients"}"#,
    ] {
        let session = Session::of(&token(claims)).unwrap();
        assert_eq!(session.client_id.as_str(), "me", "{claims}");
    }

    for claims in [
        "{}",
        r#"{"sub":"auth0|1"}"#,
        "[]",
        r#"{"azp":"no client"}"#,
    ] {
        assert!(Session::of(&token(claims)).is_err(), "{claims}");
    }
}

#[test]
fn the_scopes_are_those_of_the_token_or_else_those_told_with_it() {
    let own = scopes_of_issued(r#"{"scope":"a b"}"#, Some("c"));
    assert_eq!(own, Some(Scopes::parse("b a")));

    let told = scopes_of_issued("{}", Some("c"));
    assert_eq!(told, Some(Scopes::parse("c")));

    assert_eq!(scopes_of_issued("{}", None), None);
    let ready = Session::of(&token(r#"{"azp":"me"}"#)).unwrap();
    assert_eq!(ready.scopes(), None);
}

#[test]
fn a_token_says_when_it_ends_or_does_not() {
    assert_eq!(
        end_of_session(r#"{"azp":"me","exp":1000}"#),
        Some(1000)
    );
    assert_eq!(
        end_of_session(r#"{"azp":"me","exp":1000.7}"#),
        Some(1000)
    );

    for unsaid in ["\"soon\"", "-1", "1e300", "null"] {
        let claims = format!(r#"{{"azp":"me","exp":{unsaid}}}"#);
        assert_eq!(end_of_session(&claims), None, "{unsaid}");
    }
}

#[test]
fn a_session_never_shows_its_token() {
    let session = Session::of(&token(r#"{"azp":"me"}"#)).unwrap();
    assert!(
        !format!("{session:?}").contains("c2ln"),
        "{session:?}"
    );

    assert!(Session::new(&"a\nb".into(), "me".parse().unwrap()).is_err());
}
