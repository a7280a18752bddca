//! Whether a client gets a token, and for what.

use std::collections::BTreeSet;

use serde_json::Value;

use super::organization::choose_organization;
use super::quota::Quota;
use super::refusal::Refusal;
use super::request::TokenRequest;
use crate::emulator::tenant::{
    GrantKey, MANAGEMENT_AUDIENCE, Object, Tenant, is_true, text, texts,
};

/// What a token is issued for.
pub(crate) struct Permit {
    pub(crate) client_id: String,
    /// As it was asked for.
    pub(crate) audience: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) resource_server: Object,
    /// The id of the organization it is for.
    pub(crate) organization: Option<String>,
    pub(crate) quota: Option<Quota>,
}

/// Finds the API and the grant of a client that has authenticated, in the order
/// Auth0 complains. The Management API has two names: its identifier, and
/// `own_audience`, that of the address it is reached at.
pub(crate) fn authorize(
    tenant: &Tenant,
    request: TokenRequest,
    own_audience: &str,
) -> Result<Permit, Refusal> {
    let client = tenant
        .client(&request.client_id)
        .ok_or(Refusal::Unauthenticated)?;
    if !texts(client, "grant_types")
        .any(|grant_type| grant_type == "client_credentials")
    {
        return Err(Refusal::GrantTypeNotAllowed);
    }

    let audience = request.audience.ok_or(Refusal::NoAudience)?;
    let identifier = if audience == own_audience {
        MANAGEMENT_AUDIENCE
    } else {
        &audience
    };
    // By identifier only: an id is no audience.
    let resource_server = tenant
        .resource_server(identifier)
        .filter(|api| text(api, "identifier") == Some(identifier))
        .ok_or_else(|| Refusal::UnknownAudience(audience.clone()))?;

    let key = GrantKey::of_client(&request.client_id, identifier);
    let grant = tenant
        .granted(&key)
        .filter(|_| !denies_clients(resource_server))
        .ok_or_else(|| Refusal::NoGrant(audience.clone()))?;
    let granted = list_granted_scopes(grant, resource_server);
    let asked_organization = request.organization.as_deref();
    let organization =
        choose_organization(tenant, client, grant, asked_organization)?;

    Ok(Permit {
        client_id: request.client_id,
        audience,
        scopes: choose_scopes(request.scopes, &granted)?,
        resource_server: resource_server.clone(),
        organization,
        quota: Quota::of(client),
    })
}

fn denies_clients(api: &Object) -> bool {
    let policy = api
        .get("subject_type_authorization")
        .and_then(|authorization| authorization.pointer("/client/policy"))
        .and_then(Value::as_str);
    policy == Some("deny_all")
}

fn list_granted_scopes(grant: &Object, api: &Object) -> Vec<String> {
    if !is_true(grant, "allow_all_scopes") {
        return texts(grant, "scope")
            .map(str::to_owned)
            .collect();
    }

    // Those that are declared now: such a grant keeps no list of its own.
    let Some(declared) = api.get("scopes").and_then(Value::as_array) else {
        return Vec::new();
    };
    declared
        .iter()
        .filter_map(|scope| scope.get("value")?.as_str())
        .map(str::to_owned)
        .collect()
}

/// Exactly the scopes asked for, all of those granted when none is, or none if
/// one is not granted.
fn choose_scopes(
    asked: Vec<String>,
    granted: &[String],
) -> Result<Vec<String>, Refusal> {
    if asked.is_empty() {
        return Ok(granted.to_vec());
    }

    let known: BTreeSet<&String> = granted.iter().collect();
    let ungranted: Vec<String> = asked
        .iter()
        .filter(|scope| !known.contains(scope))
        .cloned()
        .collect();
    if !ungranted.is_empty() {
        return Err(Refusal::Ungranted(ungranted));
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
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

        let body = json!({"client_id": client_id, "audience": "urn:a", "scope": ["r"]});
        let grant = tenant.create_grant(object(&body)).unwrap();
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

            let permit =
                authorize(&self.tenant, request, "https://host/api/v2/")?;
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
}
