use super::*;

fn glob(text: &str) -> Glob {
    Glob::try_from(text.to_owned()).unwrap()
}

#[test]
fn a_star_stands_for_any_run_of_characters() {
    let hosts = glob("https://*.maps.example/");
    assert!(hosts.matches("https://api.maps.example/"));
    assert!(hosts.matches("https://.maps.example/"));
    assert!(!hosts.matches("https://maps.example/"));
    assert!(!hosts.matches("https://api.maps.example/v2"));
    assert!(!hosts.matches("http://api.maps.example/"));
    assert!(glob("urn:a*b*c").matches("urn:axxbxxc"));
    assert!(!glob("urn:a*b*c").matches("urn:axxcxxb"));
    assert!(glob("urn:orders").matches("urn:orders"));
    assert!(!glob("urn:orders").matches("urn:orders2"));
    assert!(!glob("urn:a*aa").matches("urn:a"));
}

#[test]
fn a_scheme_alone_names_nothing_of_ones_own() {
    for wide in [
        "https://*",
        "http://**",
        "urn:*",
        "https://*/",
        "urn:*a*b*",
    ] {
        assert!(glob(wide).is_too_wide(), "{wide}");
    }
    for wide in [
        "http*",
        "https:*",
        "https:/*",
        "http*://maps.example/",
        "HTTPS://*.com/",
    ] {
        assert!(glob(wide).is_too_wide(), "{wide}");
    }
    for own in [
        "https://*.maps.example/",
        "urn:maps:*",
        "maps-*",
    ] {
        assert!(!glob(own).is_too_wide(), "{own}");
    }
}

#[test]
fn a_host_of_ones_own_has_two_labels_without_a_star() {
    for wide in [
        "https://*.com/*",
        "https://*.com./*",
        "https://*.example*",
        "https://*/api/v2/",
        "https://api.maps.example*",
        "https://maps.*/",
        "https://*:8443/maps",
        "https://*com:443/maps",
        "http://intranet*",
    ] {
        assert!(glob(wide).is_too_wide(), "{wide}");
    }
    for own in [
        "https://*.maps.example/",
        "https://api-*.maps.example/v2/*",
        "https://api.maps.example/*",
        "https://*.maps.example:8443/",
        "https://intranet/*",
        "http://localhost:*",
        "api://maps-*",
    ] {
        assert!(!glob(own).is_too_wide(), "{own}");
    }
}

#[test]
fn a_pattern_for_everything_is_refused() {
    for text in ["*", "**", "h*", "   *", ""] {
        assert!(
            Glob::try_from(text.to_owned()).is_err(),
            "{text}"
        );
    }
    let pattern = regex::Regex::new(Glob::PATTERN).unwrap();
    for text in [
        "*",
        "h*",
        "urn:*",
        "https://*.example/",
        "urn:a b",
    ] {
        let parsed = Glob::try_from(text.to_owned()).is_ok();
        assert_eq!(pattern.is_match(text), parsed, "{text}");
    }
}
