use super::*;

fn texts(all: &[&str]) -> BTreeSet<String> {
    all.iter()
        .map(|text| (*text).to_owned())
        .collect()
}

fn expected() -> ExpectedToken {
    ExpectedToken {
        client: "gift-deliveries".parse().unwrap(),
        resource_server: "maps".to_owned(),
        audience: "urn:maps".parse().unwrap(),
        scopes: texts(&["geocode", "read"]),
        further: None,
        obstacle: None,
    }
}

fn exact() -> TokenClaims {
    TokenClaims {
        audiences: texts(&["urn:maps"]),
        scopes: texts(&["geocode", "read"]),
        permissions: texts(&[]),
        client: Some("c1".to_owned()),
    }
}

/// What is said of a token that differs so.
fn said(change: impl Fn(&mut TokenClaims)) -> String {
    let mut claims = exact();
    change(&mut claims);
    let differences = expected().compare(&claims, &"c1".parse().unwrap());
    let said: Vec<String> = differences
        .iter()
        .map(ToString::to_string)
        .collect();
    said.join("; ")
}

#[test]
fn a_token_is_exactly_what_is_granted_or_it_is_said_in_which_way_it_is_not() {
    assert_eq!(said(|_| ()), "");
    assert_eq!(said(|claims| claims.client = None), "");
    assert_eq!(
        said(|claims| claims.permissions = texts(&["read"])),
        ""
    );

    let other = |claims: &mut TokenClaims| {
        claims.scopes = texts(&["read", "write"]);
        claims.permissions = texts(&["admin"]);
        claims
            .audiences
            .insert("urn:routes".to_owned());
        claims.client = Some("c2".to_owned());
    };
    assert_eq!(
        said(other),
        "it lacks `geocode`; it holds `write` besides; it holds the \
         permissions `admin` besides; it is for `urn:maps`, `urn:routes`; \
         it is of the client `c2`"
    );
    let of_nothing = said(|claims| claims.audiences.clear());
    assert_eq!(of_nothing, "it is for no API at all");
}
