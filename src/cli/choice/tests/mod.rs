//! What is said of a choice, and which provider is chosen.

use super::*;

mod domains;
mod realms;

fn unless_empty(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// What a choice comes to, in a word or two.
fn say_choice(
    told: &str,
    written: &str,
    (domain, audience): (&str, &str),
    variables: &[&str],
) -> String {
    let told: Option<Provider> =
        unless_empty(told).map(|told| told.parse().unwrap());
    let written = match written
        .split_once(' ')
        .unwrap_or((written, ""))
    {
        ("local", file) => Some(ProviderChoice::Local {
            file: file.into(),
        }),
        ("auth0", domain) => Some(ProviderChoice::Auth0 {
            domain: unless_empty(domain),
            rate_limit: None,
            reserve: Reserve::default(),
        }),
        _ => None,
    };
    let variables = variables
        .iter()
        .map(|name| (*name).to_owned());
    let surroundings = Surroundings {
        variables: Arc::new(variables.collect()),
        domain: unless_empty(domain),
        domain_variable: "AUTH0_DOMAIN".to_owned(),
        audience: unless_empty(audience),
        url: None,
        url_variable: "KEYCLOAK_URL".to_owned(),
        realm: None,
        realm_variable: "KEYCLOAK_REALM".to_owned(),
        keyed_tenants: Arc::new(BTreeSet::from(["keyed.example".to_owned()])),
    };

    say(&choose(
        told.as_ref(),
        written.as_ref(),
        &surroundings,
    ))
}

fn say(choice: &Result<Choice, Unsettled>) -> String {
    let by = |by: &NamedBy| match by {
        NamedBy::CommandLine => "CommandLine".to_owned(),
        NamedBy::Variable(variable) => variable.clone(),
    };

    match choice {
        Ok(Choice::Local(file)) => format!("here {}", file.display()),
        Ok(Choice::LocalBeside(file)) => format!("beside {}", file.display()),
        Ok(Choice::Auth0 { domain, .. }) => format!("to {domain}"),
        Ok(Choice::Keycloak {
            realm,
            scope_naming,
        }) => format!("to {realm}, {scope_naming:?}"),
        Err(Unsettled::NoProvider { variables }) => {
            format!("no provider: {}", are(variables))
        }
        Err(Unsettled::NoRealm { stated: None }) => "no realm".to_owned(),
        Err(Unsettled::NoRealm {
            stated: Some(stated),
        }) => format!("only stated: {stated}"),
        Err(Unsettled::TwoRealms {
            field,
            stated,
            named,
            by: who,
        }) => format!("stated {field}: {stated}, {}: {named}", by(who)),
        Err(Unsettled::NoDomain { stated: None }) => "no domain".to_owned(),
        Err(Unsettled::NoDomain {
            stated: Some(stated),
        }) => format!("only stated: {stated}"),
        Err(Unsettled::TwoDomains {
            stated,
            named,
            by: who,
        }) => format!("stated: {stated}, {}: {named}", by(who)),
        Err(Unsettled::Settings(error)) => error.to_string(),
    }
}

#[test]
fn the_provider_is_told_or_written_or_local_where_nothing_hints_at_another() {
    let here = "AUTH0_DOMAIN";
    for (told, written, variables, expected) in [
        ("", "", &[][..], "beside .grantry/tenant.json"),
        (
            "",
            "",
            &[here][..],
            "no provider: AUTH0_DOMAIN is",
        ),
        (
            "",
            "",
            &["KEYCLOAK_URL", here],
            "no provider: AUTH0_DOMAIN and KEYCLOAK_URL are",
        ),
        ("", "local a.json", &[here], "beside a.json"),
        (
            "",
            "auth0 acme.example",
            &[here],
            "to acme.example",
        ),
        (
            "local",
            "",
            &[here],
            "beside .grantry/tenant.json",
        ),
        (
            "local",
            "local a.json",
            &[here],
            "beside a.json",
        ),
        (
            "local",
            "auth0 evil.example",
            &[here],
            "beside .grantry/tenant.json",
        ),
        (
            "local:b.json",
            "local a.json",
            &[here],
            "here b.json",
        ),
        (
            "auth0",
            "local a.json",
            &[here],
            "to acme.example",
        ),
        ("auth0", "", &[here], "to acme.example"),
    ] {
        let said = say_choice(told, written, ("acme.example", ""), variables);
        assert_eq!(
            said, expected,
            "--provider {told:?}, {written:?}, {variables:?}"
        );
    }
}
