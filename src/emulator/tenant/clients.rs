//! Clients: what is filled in, how changes merge, and what goes with them.

use serde_json::{Value, json};

use super::client_defaults::{NO_KEY, defaults, is_strict};
use super::fields::{CLIENT, METADATA_KEYS, Operation, check};
use super::{
    Authentication, GrantKey, Listing, Object, Refusal, Tenant, Violation, is_true, merge,
    merge_within, text,
};

impl Tenant {
    pub(crate) fn clients(&self) -> Listing<'_> {
        self.clients.all()
    }

    /// The one of the whole tenant, or all others.
    pub(crate) fn clients_by_global(&self, global: bool) -> Listing<'_> {
        self.clients
            .with("global", if global { "true" } else { "false" })
    }

    pub(crate) fn clients_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Listing<'_> {
        self.clients.of(ids)
    }

    pub(crate) fn client(&self, id: &str) -> Option<&Object> {
        self.clients.get(id)
    }

    /// Creates a client that brings no credentials with it. Answers what POST answers: more than is
    /// ever shown again.
    pub(crate) fn create_client(&mut self, body: Object) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Create)?;
        check_one_way_to_authenticate(&body)?;
        let id = if is_strict(&body) {
            format!("tpc_{}", self.mint.alphanumeric(22))
        } else {
            self.mint.alphanumeric(32)
        };
        let mut object = defaults(&body);
        object.insert("client_id".to_owned(), id.clone().into());
        object.insert(
            "client_secret".to_owned(),
            self.mint.alphanumeric(64).into(),
        );
        merge(&mut object, body);
        settle(&mut object);
        self.clients.put(&id, object.clone());
        object.insert("encrypted".to_owned(), json!(true));
        if let Some(keys) = object
            .get_mut("signing_keys")
            .and_then(|keys| keys.get_mut(0))
        {
            keys["key"] = NO_KEY.into();
        }
        Ok(object)
    }

    pub(crate) fn update_client(&mut self, id: &str, mut body: Object) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Update)?;
        let mut object = self.clients.get(id).cloned().ok_or(Refusal::NoClient)?;
        let mode = body.get("third_party_security_mode");
        if mode.is_some() && mode != object.get("third_party_security_mode") {
            return Err(Refusal::Rule(
                "third_party_security_mode cannot be modified",
            ));
        }
        merge_within(&mut object, &mut body, "client_metadata");
        merge_within(&mut object, &mut body, "jwt_configuration");
        merge(&mut object, body);
        check_one_way_to_authenticate(&object)?;
        self.check_credentials_used(id, &object)?;
        check_metadata_count(&object)?;
        settle(&mut object);
        self.clients.put(id, object.clone());
        Ok(object)
    }

    /// Gives the client another secret, unless it authenticates with a key.
    pub(crate) fn rotate_client_secret(&mut self, id: &str) -> Result<Object, Refusal> {
        let mut object = self.clients.get(id).cloned().ok_or(Refusal::NoClient)?;
        if Authentication::of(&object) == Authentication::PrivateKey {
            // In our words: Auth0's are not known.
            return Err(Refusal::Rule(
                "The secret of a client that uses private_key_jwt cannot be rotated",
            ));
        }
        object.insert(
            "client_secret".to_owned(),
            self.mint.alphanumeric(64).into(),
        );
        self.clients.put(id, object.clone());
        Ok(object)
    }

    /// The client's grants and credentials go with it. Deleting what is already gone succeeds.
    pub(crate) fn delete_client(&mut self, id: &str) -> Result<(), Refusal> {
        let Some(client) = self.clients.get(id) else {
            return Ok(());
        };
        if is_true(client, "global") {
            return Err(Refusal::Rule("Global client cannot be deleted"));
        }
        self.clients.remove(id);
        self.credentials.remove(id);
        let held: Vec<GrantKey> = self
            .granted
            .range(GrantKey::first_of(id)..)
            .map(|(key, _)| key)
            .take_while(|key| key.is_of(id))
            .cloned()
            .collect();
        for key in &held {
            self.drop_grant(key);
        }
        Ok(())
    }
}

/// What holds between the fields of a client, whichever request it comes from.
fn settle(object: &mut Object) {
    if text(object, "initiate_login_uri") == Some("") {
        object.remove("initiate_login_uri");
    }
    if let Some(Value::Object(metadata)) = object.get_mut("client_metadata") {
        metadata.retain(|_, value| !value.is_null());
    }
    if let Some(Value::Object(configuration)) = object.get_mut("jwt_configuration") {
        configuration
            .entry("secret_encoded")
            .or_insert(Value::Bool(false));
    }
    let mirrored = object
        .get("cross_origin_authentication")
        .cloned()
        .unwrap_or(Value::Bool(false));
    if let Some(mirror) = object.get_mut("cross_origin_auth") {
        *mirror = mirrored;
    }
}

pub(super) fn check_one_way_to_authenticate(object: &Object) -> Result<(), Refusal> {
    let has = |key| {
        object
            .get(key)
            .is_some_and(|value: &Value| !value.is_null())
    };
    if has("client_authentication_methods") && has("token_endpoint_auth_method") {
        return Err(Refusal::Rule(
            "client_authentication_methods and token_endpoint_auth_method exclude each other",
        ));
    }
    Ok(())
}

fn check_metadata_count(object: &Object) -> Result<(), Violation> {
    let count = object
        .get("client_metadata")
        .and_then(Value::as_object)
        .map_or(0, Object::len);
    if count <= METADATA_KEYS {
        return Ok(());
    }
    Err(Violation::too_many(count, METADATA_KEYS, "client_metadata"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{grant, object, seeded, with_client_and_api};
    use super::*;

    #[test]
    fn a_minimal_client_gets_the_broad_defaults() {
        let created = seeded()
            .create_client(object(json!({"name": "n"})))
            .unwrap();
        assert_eq!(
            created["grant_types"],
            json!([
                "authorization_code",
                "implicit",
                "refresh_token",
                "client_credentials"
            ])
        );
        assert_eq!(
            created["jwt_configuration"],
            json!({"secret_encoded": false, "lifetime_in_seconds": 36000})
        );
        assert_eq!(created["refresh_token"]["token_lifetime"], 2_592_000);
        assert_eq!(created["oidc_conformant"], false);
        assert_eq!(created["encrypted"], true);
        for absent in [
            "app_type",
            "token_endpoint_auth_method",
            "client_metadata",
            "description",
        ] {
            assert!(!created.contains_key(absent), "{absent}");
        }
    }

    #[test]
    fn what_is_sent_changes_what_is_filled_in() {
        let body = json!({
            "name": "n",
            "token_endpoint_auth_method": "client_secret_post",
            "jwt_configuration": {"alg": "RS256"}
        });
        let created = seeded().create_client(object(body)).unwrap();
        assert_eq!(created["refresh_token"]["token_lifetime"], 31_557_600);
        assert_eq!(
            created["jwt_configuration"],
            json!({"alg": "RS256", "secret_encoded": false})
        );
    }

    #[test]
    fn metadata_merges_by_key_and_null_deletes_down_to_an_empty_object() {
        let mut tenant = seeded();
        let body = json!({"name": "n", "client_metadata": {"bar": "baz", "foo": "zoo"}});
        let created = tenant.create_client(object(body)).unwrap();
        let id = text(&created, "client_id").unwrap();
        for (change, expected) in [
            (
                json!({"bar": null, "foo": "new", "more": "x"}),
                json!({"foo": "new", "more": "x"}),
            ),
            (
                json!({"bar": "baz", "foo": null, "more": null}),
                json!({"bar": "baz"}),
            ),
            (json!({"bar": null}), json!({})),
        ] {
            let updated = tenant.update_client(id, object(json!({"client_metadata": change})));
            assert_eq!(updated.unwrap()["client_metadata"], expected);
        }
    }

    #[test]
    fn metadata_cannot_grow_past_ten_keys_by_merging() {
        let mut tenant = seeded();
        let ten: Object = (0..10).map(|key| (key.to_string(), json!("v"))).collect();
        let body = json!({"name": "n", "client_metadata": ten});
        let created = tenant.create_client(object(body)).unwrap();
        let change = object(json!({"client_metadata": {"eleventh": "v"}}));
        let refusal = tenant.update_client(text(&created, "client_id").unwrap(), change);
        assert_eq!(
            refusal.unwrap_err().to_string(),
            "Payload validation error: \
             'Too many properties defined (11), maximum 10' on property client_metadata."
        );
    }

    #[test]
    fn configuration_merges_nulls_clear_and_an_empty_login_address_vanishes() {
        let mut tenant = seeded();
        let body = json!({
            "name": "n",
            "initiate_login_uri": "https://a.example/",
            "default_organization": {"organization_id": "org_1", "flows": ["client_credentials"]}
        });
        let created = tenant.create_client(object(body)).unwrap();
        let change = json!({
            "jwt_configuration": {"alg": "RS256"},
            "default_organization": null,
            "initiate_login_uri": "",
            "description": ""
        });
        let id = text(&created, "client_id").unwrap();
        let updated = tenant.update_client(id, object(change)).unwrap();
        assert_eq!(
            updated["jwt_configuration"],
            json!({"alg": "RS256", "secret_encoded": false, "lifetime_in_seconds": 36000})
        );
        assert!(!updated.contains_key("default_organization"));
        assert!(!updated.contains_key("initiate_login_uri"));
        assert_eq!(updated["description"], "");
    }

    #[test]
    fn names_are_not_unique() {
        let mut tenant = seeded();
        let mut create = || {
            tenant
                .create_client(object(json!({"name": "same"})))
                .unwrap()
        };
        assert_ne!(create()["client_id"], create()["client_id"]);
    }

    #[test]
    fn a_deleted_client_takes_its_grants_and_no_others() {
        let (mut tenant, gone) = with_client_and_api();
        let kept = tenant
            .create_client(object(json!({"name": "kept"})))
            .unwrap();
        let kept = text(&kept, "client_id").unwrap();
        tenant.create_grant(grant(&gone, "urn:a")).unwrap();
        tenant.create_grant(grant(kept, "urn:a")).unwrap();
        let before = tenant.grants().count();

        tenant.delete_client(&gone).unwrap();
        tenant.delete_client(&gone).unwrap();
        assert_eq!(tenant.grants().count(), before - 1);
        assert_eq!(tenant.grants_with("client_id", &gone).count(), 0);
    }

    #[test]
    fn the_global_client_stays() {
        let mut tenant = seeded();
        let global = tenant
            .clients_by_global(true)
            .past(0)
            .next()
            .unwrap()
            .object
            .clone();
        let id = text(&global, "client_id").unwrap();
        assert_eq!(
            tenant.delete_client(id),
            Err(Refusal::Rule("Global client cannot be deleted"))
        );
    }
}
