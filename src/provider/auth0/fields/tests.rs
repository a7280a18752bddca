use super::*;

fn object(json: Json) -> Object {
    match json {
        Json::Object(object) => object,
        other => panic!("{other} is no object"),
    }
}

fn check_there_and_back(kind: Kind, json: &Json) {
    let mut there = object(json.clone());
    let attrs = decode(kind, &mut there).unwrap();

    assert!(there.is_empty(), "unknown: {there:?}");
    assert_eq!(
        &Json::Object(encode(kind, &attrs).unwrap()),
        json
    );
}

#[test]
fn every_field_reads_back_as_it_was_written() {
    check_there_and_back(
        Kind::ResourceServer,
        &json!({
            "name": "World Mappers API", "signing_alg": "ES999", "token_lifetime": 3600,
            "scopes": [{ "value": "a", "description": "" }, { "value": "b" }],
            "token_lifetime_for_web": 60, "token_dialect": "rfc9068_profile",
            "enforce_policies": true, "allow_offline_access": false,
            "skip_consent_for_verifiable_first_party_clients": true,
            "subject_type_authorization":
                { "user": { "policy": "deny_all" }, "client": { "policy": "deny_all" } },
            "authorization_details": [{ "type": "payment" }],
            "proof_of_possession": { "mechanism": "dpop", "required": true },
            "consent_policy": "transactional-authorization-with-mfa",
            "authorization_policy": { "policy_id": "apl_1" },
            "allow_online_access": true, "allow_online_access_with_ephemeral_sessions": false,
        }),
    );

    check_there_and_back(
        Kind::Client,
        &json!({
            "name": "Gift Deliveries", "description": "d", "app_type": "non_interactive",
            "grant_types": ["client_credentials"], "is_first_party": true,
            "token_endpoint_auth_method": "client_secret_post", "oidc_conformant": true,
            "client_metadata": { "team": "logistics" }, "logo_uri": "https://a.example/l.png",
            "jwt_configuration": { "alg": "RS256", "lifetime_in_seconds": 36000 },
            "token_quota": { "client_credentials": { "enforce": true, "per_hour": 10 } },
            "default_organization":
                { "organization_id": "org_1", "flows": ["client_credentials"] },
            "require_proof_of_possession": true, "compliance_level": "none",
            "token_exchange":
                { "allow_any_profile_of_type": ["on_behalf_of_token_exchange"] },
            "refresh_token": {
                "rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0,
                "token_lifetime": 60, "infinite_token_lifetime": false,
                "infinite_idle_token_lifetime": true,
                "policies": [{ "audience": "urn:a", "scope": ["a"] }],
            },
        }),
    );

    check_there_and_back(
        Kind::Grant,
        &json!({
            "scope": ["a", "b"], "allow_all_scopes": false,
            "organization_usage": "deny", "allow_any_organization": false,
            "authorization_details_types": ["payment"],
        }),
    );
}

/// What clears every field of a kind.
fn clear(kind: Kind) -> Json {
    let nulls = fields(kind)
        .iter()
        .map(|field| (field.name.into(), Value::Null))
        .collect();

    Json::Object(encode(kind, &nulls).unwrap())
}

#[test]
fn null_clears_each_field_the_way_auth0_takes_it() {
    assert_eq!(
        clear(Kind::ResourceServer),
        json!({
            "name": null, "scopes": [], "signing_alg": "RS256", "token_lifetime": 86400,
            "token_lifetime_for_web": 7200, "token_dialect": "access_token",
            "enforce_policies": false, "allow_offline_access": false,
            "skip_consent_for_verifiable_first_party_clients": false,
            "subject_type_authorization": {
                "user": { "policy": "allow_all" },
                "client": { "policy": "require_client_grant" },
            },
            "authorization_details": null, "token_encryption": null,
            "proof_of_possession": null, "consent_policy": null, "authorization_policy": null,
            "allow_online_access": false, "allow_online_access_with_ephemeral_sessions": false,
        })
    );

    assert_eq!(
        clear(Kind::Client),
        json!({
            "name": null, "description": "", "app_type": null,
            "grant_types":
                ["authorization_code", "client_credentials", "implicit", "refresh_token"],
            "token_endpoint_auth_method": null, "is_first_party": true,
            "oidc_conformant": false, "client_metadata": {}, "logo_uri": "",
            "jwt_configuration": null, "token_quota": null, "default_organization": null,
            "require_proof_of_possession": false, "compliance_level": null,
            "token_exchange": null, "refresh_token": null,
            "client_authentication_methods": null,
        })
    );

    assert_eq!(
        clear(Kind::Grant),
        json!({
            "scope": null, "allow_all_scopes": false,
            "organization_usage": null, "allow_any_organization": null,
            "authorization_details_types": [],
        })
    );
}

#[test]
fn an_unset_field_is_missing_and_a_damaged_one_is_noticed() {
    let mut unset = object(json!({ "name": null }));
    assert_eq!(
        decode(Kind::ResourceServer, &mut unset),
        Some(Attrs::new())
    );

    for damaged in [
        json!({ "scopes": [{ "description": "x" }] }),
        json!({ "scopes": { "a": "b" } }),
    ] {
        let mut damaged = object(damaged);
        assert_eq!(decode(Kind::ResourceServer, &mut damaged), None);
    }
}

#[test]
fn a_field_auth0_does_not_have_is_named() {
    let attrs = Attrs::from_iter([("shiny".into(), Value::Bool(true))]);
    assert_eq!(
        encode(Kind::Grant, &attrs),
        Err("shiny".to_owned())
    );
}
