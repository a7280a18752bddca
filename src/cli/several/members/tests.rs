use super::*;
use crate::cli::hint;

#[test]
fn of_two_in_one_realm_the_variables_of_realms_are_named() {
    let name = |text: &str| text.parse::<EnvironmentName>().unwrap();
    for (provider, variable) in [
        (Provenance::AUTH0, "AUTH0_DOMAIN__BLUE"),
        (Provenance::KEYCLOAK, "KEYCLOAK_REALM__BLUE"),
    ] {
        let place = Provenance {
            stack: "shop".to_owned(),
            environment: None,
            provider: provider.to_owned(),
            tenant: "here".to_owned(),
            tenant_hash: None,
        };
        let failure =
            Failure::OneTenant(name("blue"), name("red"), tenant_named(&place));
        let advice = hint::of(&failure).unwrap();
        assert!(
            advice.contains(variable),
            "{provider}: {advice}"
        );
    }
}

#[test]
fn of_two_environments_in_one_place_both_are_named() {
    let name = |text: &str| text.parse::<EnvironmentName>().unwrap();
    let (blue, green, red) = (name("blue"), name("green"), name("red"));
    let places = |third| [("a", &blue), ("b", &green), (third, &red)];
    let tenant = |place: &str| TenantName::Auth0(format!("tenant {place}"));
    let refused = |third| {
        let named = places(third).into_iter();
        refuse_shared(named.map(|(place, name)| (place, name, tenant(place))))
    };

    assert!(refused("c").is_ok());
    match refused("a").unwrap_err() {
        Failure::OneTenant(first, second, tenant) => {
            assert_eq!((&first, &second), (&blue, &red));
            assert_eq!(tenant.to_string(), "tenant a");
        }
        other => panic!("{other}"),
    }
}
