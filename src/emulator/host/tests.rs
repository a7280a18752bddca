use super::*;

fn host(text: &str) -> HostName {
    text.parse().unwrap()
}

#[test]
fn a_host_is_a_name_or_an_address_and_perhaps_a_port() {
    for text in [
        "auth0",
        "auth0:4600",
        "a_b.example",
        "10.0.0.7:80",
        "[::1]:1",
    ] {
        assert_eq!(host(text).to_string(), text);
    }
    assert_eq!(host("Auth0:80"), host("auth0:80"));

    for text in [
        "", ":80", "a:", "a:b", "a:99999", "u@a", "a/", "a b", "::1", "[a]",
        "http://a",
    ] {
        assert!(text.parse::<HostName>().is_err(), "{text}");
    }
    let said = "https://auth0:4600/"
        .parse::<HostName>()
        .unwrap_err();
    assert!(
        said.to_string()
            .ends_with("; did you mean `auth0:4600`?")
    );
}

#[test]
fn two_hosts_are_none() {
    let headers = |hosts: &[&str]| {
        let hosts = hosts
            .iter()
            .map(|host| (HOST, host.parse().unwrap()));
        hosts.collect::<HeaderMap>()
    };
    let path = Uri::from_static("/x");
    let asked = |hosts: &[&str]| HostName::asked_for(&path, &headers(hosts));

    assert_eq!(asked(&["a:1"]), Some(host("a:1")));
    assert_eq!(asked(&[]), None);
    assert_eq!(asked(&["a:1", "a:1"]), None);

    // What the line of the request says counts.
    let whole = Uri::from_static("http://b:2/x");
    let named = HostName::asked_for(&whole, &headers(&["a:1"]));
    assert_eq!(named, Some(host("b:2")));
}

#[test]
fn it_is_known_by_what_it_was_given_and_by_no_other_name() {
    let known = |address: &str, reach| {
        let hosts = Hosts::new(
            vec![host("auth0:4600")],
            address.parse().unwrap(),
            reach,
        );
        [
            "localhost:1",
            "127.0.0.9",
            "[::1]:4600",
            "auth0",
            "auth0:80",
            DOMAIN,
            "10.0.0.7:4600",
            "evil.example",
            "localhost.evil.example:4600",
        ]
        .into_iter()
        .filter(|text| hosts.knows(&host(text)))
        .collect::<Vec<_>>()
    };
    let own = [
        "localhost:1",
        "127.0.0.9",
        "[::1]:4600",
        "auth0",
        "auth0:80",
        DOMAIN,
    ];
    let with_address = [own.as_slice(), &["10.0.0.7:4600"]].concat();

    assert_eq!(known("127.0.0.1:4600", Reach::ThisMachine), own);
    assert_eq!(
        known("10.0.0.7:4600", Reach::ThisMachine),
        with_address
    );
    assert_eq!(
        known("0.0.0.0:4600", Reach::Network),
        with_address
    );
}

#[test]
fn its_certificate_has_each_name_once() {
    let given = ["auth0:4600", "localhost", "[fd00::1]"]
        .map(host)
        .to_vec();
    let hosts = Hosts::new(
        given,
        ([0, 0, 0, 0], 4600).into(),
        Reach::Network,
    );
    assert_eq!(
        hosts.certified(),
        [
            "localhost",
            "127.0.0.1",
            "::1",
            "auth0",
            "fd00::1"
        ]
    );
    assert_eq!(
        hosts.told(Scheme::Https),
        Some(host("auth0:4600"))
    );

    let secure = Hosts::new(
        vec![host("auth0")],
        ([0, 0, 0, 0], 443).into(),
        Reach::Network,
    );
    assert_eq!(secure.told(Scheme::Https), Some(host("auth0")));
    assert_eq!(
        secure.told(Scheme::Http),
        Some(host("auth0:443"))
    );
}
