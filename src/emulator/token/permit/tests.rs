use serde_json::json;

use super::super::assertion::Expected;
use super::super::authenticate::authenticate;
use super::super::request::Proof;
use super::*;

struct Scene {
    tenant: Tenant,
    client_id: String,
    client_secret: String,
    grant_id: String,
}

fn object(value: &Value) -> Object {
    value.as_object().unwrap().clone()
}

fn set_up() -> Scene {
    let mut tenant = Tenant::new([0; 32]);
    let api = json!({"identifier": "urn:a", "scopes": [{"value": "r"}, {"value": "w"}]});
    tenant
        .create_resource_server(object(&api))
        .unwrap();

    let client = tenant
        .create_client(object(&json!({"name": "n"})))
        .unwrap();
    let client_id = text(&client, "client_id").unwrap();
    let client_secret = text(&client, "client_secret").unwrap();

    let body =
        json!({"client_id": client_id, "audience": "urn:a", "scope": ["r"]});
    let grant = tenant
        .create_grant(object(&body))
        .unwrap();
    Scene {
        tenant,
        client_id: client_id.to_owned(),
        client_secret: client_secret.to_owned(),
        grant_id: text(&grant, "id").unwrap().to_owned(),
    }
}

impl Scene {
    fn ask(
        &self,
        secret: &str,
        audience: &str,
        scopes: &[&str],
    ) -> Result<Vec<String>, Refusal> {
        let request = TokenRequest {
            client_id: self.client_id.clone(),
            proof: Proof::Secret(secret.to_owned()),
            audience: Some(audience.to_owned())
                .filter(|audience| !audience.is_empty()),
            organization: None,
            scopes: scopes
                .iter()
                .map(|scope| (*scope).to_owned())
                .collect(),
        };
        let expected = Expected {
            audiences: [""; 2],
            now: 0,
        };
        authenticate(&self.tenant, &request, &expected)?;

        let permit = authorize(&self.tenant, request, "https://host/api/v2/")?;
        Ok(permit.scopes)
    }

    fn ask_for(&self, scopes: &[&str]) -> Result<Vec<String>, Refusal> {
        self.ask(&self.client_secret, "urn:a", scopes)
    }

    fn change_client(&mut self, body: &Value) {
        self.tenant
            .update_client(&self.client_id, object(body))
            .unwrap();
    }
}

#[test]
fn scopes_are_those_asked_for_or_all_granted() {
    let mut scene = set_up();
    let ungranted = Refusal::Ungranted(vec!["w".to_owned()]);
    assert_eq!(scene.ask_for(&[]).unwrap(), ["r"]);
    assert_eq!(scene.ask_for(&["r", "w"]), Err(ungranted));

    let all = object(&json!({"allow_all_scopes": true}));
    scene
        .tenant
        .update_grant(&scene.grant_id, all)
        .unwrap();
    assert_eq!(scene.ask_for(&[]).unwrap(), ["r", "w"]);
    assert_eq!(scene.ask_for(&["w"]).unwrap(), ["w"]);
}

#[test]
fn each_thing_missing_is_refused_in_its_own_words() {
    let mut scene = set_up();
    let wrong_secret = scene.ask("wrong", "urn:a", &[]);
    assert_eq!(wrong_secret, Err(Refusal::Unauthenticated));

    let secret = scene.client_secret.clone();
    let unknown = Refusal::UnknownAudience("urn:x".to_owned());
    assert_eq!(scene.ask(&secret, "urn:x", &[]), Err(unknown));

    let no_audience = scene.ask(&secret, "", &[]);
    assert_eq!(no_audience, Err(Refusal::NoAudience));
    let wrong_secret = scene.ask("wrong", "", &[]);
    assert_eq!(wrong_secret, Err(Refusal::Unauthenticated));

    scene
        .tenant
        .delete_grant(&scene.grant_id)
        .unwrap();
    let no_grant = Refusal::NoGrant("urn:a".to_owned());
    assert_eq!(scene.ask_for(&[]), Err(no_grant));

    scene.change_client(&json!({"grant_types": []}));
    assert_eq!(
        scene.ask_for(&[]),
        Err(Refusal::GrantTypeNotAllowed)
    );
}

#[test]
fn an_api_can_deny_every_client() {
    let mut scene = set_up();
    let deny = json!({"subject_type_authorization": {"client": {"policy": "deny_all"}}});
    scene
        .tenant
        .update_resource_server("urn:a", object(&deny))
        .unwrap();

    let no_grant = Refusal::NoGrant("urn:a".to_owned());
    assert_eq!(scene.ask_for(&[]), Err(no_grant));
}

#[test]
fn the_secret_of_a_client_with_a_key_opens_nothing() {
    let mut scene = set_up();
    scene.change_client(&json!({
        "client_authentication_methods": {"private_key_jwt": {"credentials": []}},
        "jwt_configuration": {"alg": "RS256"},
        "token_endpoint_auth_method": null
    }));
    assert_eq!(
        scene.ask_for(&[]),
        Err(Refusal::Unauthenticated)
    );
}
