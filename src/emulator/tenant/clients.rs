//! Clients: what is filled in, how changes merge, and what goes with them.

use serde_json::{Value, json};

use super::client_defaults::{NO_KEY, fill_in_defaults, is_strict};
use super::collection::{Collection, Schema};
use super::fields::{CLIENT, METADATA_KEYS, Operation, Record, check};
use super::{
    Authentication, GrantKey, Listing, Object, Refusal, Tenant, Violation, is_true, merge,
    merge_within, text,
};

/// An application: `/clients`.
pub(crate) enum Client {}

impl Schema for Client {
    const RECORD: &'static Record = &CLIENT;
    const KEYS: &'static [&'static str] = &[
        "id",
        "credential_type",
        "kid",
        "alg",
        "subject_dn",
        "thumbprint_sha256",
        "tenant",
        "global",
        "is_token_endpoint_ip_header_trusted",
        "name",
        "description",
        "created_at",
        "updated_at",
        "expires_at",
        "allowed_clients",
        "allowed_logout_urls",
        "callbacks",
        "client_metadata",
        "cross_origin_authentication",
        "is_first_party",
        "native_social_login",
        "oidc_conformant",
        "refresh_token",
        "expiration_type",
        "leeway",
        "infinite_token_lifetime",
        "infinite_idle_token_lifetime",
        "token_lifetime",
        "idle_token_lifetime",
        "rotation_type",
        "sso",
        "sso_disabled",
        "cross_origin_auth",
        "encrypted",
        "client_authentication_methods",
        "signing_keys",
        "allowed_origins",
        "client_id",
        "callback_url_template",
        "client_secret",
        "jwt_configuration",
        "client_aliases",
        "token_endpoint_auth_method",
        "app_type",
        "grant_types",
        "web_origins",
        "custom_login_page_on",
        "audience",
        "scope",
        "organization_usage",
        "scopes",
    ];
}

impl Collection for Client {
    const NAME: &'static str = "clients";
    const PATH: &'static str = "/clients";
    const SCOPES: &'static [&'static str] = &["clients", "client_keys", "client_credentials"];
    const ID: &'static str = "client_id";
    const INDEXED: &'static [&'static str] = &["global"];
    const MISSING: Refusal = Refusal::NotFound {
        message: "The client does not exist",
        code: Some("inexistent_client"),
    };
}

impl Tenant {
    pub(crate) fn clients(&self) -> Listing<'_> {
        self.store::<Client>().all()
    }

    /// The one of the whole tenant, or all others.
    pub(crate) fn clients_by_global(&self, global: bool) -> Listing<'_> {
        let value = if global { "true" } else { "false" };

        self.store::<Client>().with("global", value)
    }

    pub(crate) fn clients_of<'a>(&self, ids: impl IntoIterator<Item = &'a str>) -> Listing<'_> {
        self.store::<Client>().of(ids)
    }

    pub(crate) fn client(&self, id: &str) -> Option<&Object> {
        self.store::<Client>().get(id)
    }

    /// Creates a client that brings no credentials with it. Answers what POST answers: more than is
    /// ever shown again.
    pub(crate) fn create_client(&mut self, body: Object) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Create)?;
        check_one_way_to_authenticate(&body)?;

        let id = if is_strict(&body) {
            format!("tpc_{}", self.id_generator.alphanumeric(22))
        } else {
            self.id_generator.alphanumeric(32)
        };
        // Also for a client with keys: Auth0 shows a secret again once they are given up.
        let secret = self.id_generator.alphanumeric(64);

        let mut client = fill_in_defaults(&body);
        client.insert("client_id".to_owned(), id.into());
        client.insert("client_secret".to_owned(), secret.into());
        // At the top only: a partial `jwt_configuration` was recorded to lose the default lifetime.
        merge(&mut client, body);
        normalize_client(&mut client);
        self.keep::<Client>(client.clone());

        // Of the answer to POST alone, so after the client is stored.
        client.insert("encrypted".to_owned(), json!(true));
        if let Some(key) = first_signing_key(&mut client) {
            key["key"] = NO_KEY.into();
        }

        Ok(client)
    }

    pub(crate) fn update_client(&mut self, id: &str, mut body: Object) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Update)?;
        let mut client = self.find::<Client>(id)?.clone();
        let mode = body.get("third_party_security_mode");
        // The same value once more was recorded to pass, so the field is not refused by its name.
        if mode.is_some() && mode != client.get("third_party_security_mode") {
            return Err(Refusal::Rule(
                "third_party_security_mode cannot be modified",
            ));
        }

        // These two are merged by key; every other object is replaced whole.
        merge_within(&mut client, &mut body, "client_metadata");
        merge_within(&mut client, &mut body, "jwt_configuration");
        merge(&mut client, body);

        // What the body alone cannot say: it depends on what was there before.
        check_one_way_to_authenticate(&client)?;
        self.check_credentials_used(id, &client)?;
        check_metadata_count(&client)?;

        normalize_client(&mut client);
        self.keep::<Client>(client.clone());

        Ok(client)
    }

    /// Gives the client another secret, unless it authenticates with a key.
    pub(crate) fn rotate_client_secret(&mut self, id: &str) -> Result<Object, Refusal> {
        let mut client = self.find::<Client>(id)?.clone();
        if Authentication::of(&client) == Authentication::PrivateKey {
            // In our words: Auth0's are not known.
            return Err(Refusal::Rule(
                "The secret of a client that uses private_key_jwt cannot be rotated",
            ));
        }

        let secret = self.id_generator.alphanumeric(64);
        client.insert("client_secret".to_owned(), secret.into());
        self.keep::<Client>(client.clone());

        Ok(client)
    }

    /// The client's grants and credentials go with it. Deleting what is already gone succeeds.
    pub(crate) fn delete_client(&mut self, id: &str) -> Result<(), Refusal> {
        let Some(client) = self.client(id) else {
            return Ok(());
        };
        if is_true(client, "global") {
            return Err(Refusal::Rule("Global client cannot be deleted"));
        }

        self.remove::<Client>(id);
        self.credentials.remove(id);

        // The keys of one holder stand together: the grants of all others are not looked at.
        let held: Vec<GrantKey> = self
            .granted
            .range(GrantKey::first_of(id)..)
            .map(|(key, _)| key)
            .take_while(|key| key.is_of(id))
            .cloned()
            .collect();
        // Recorded: the next listing lacked them, and no request had deleted them.
        for key in &held {
            self.drop_grant(key);
        }

        Ok(())
    }
}

/// What holds between the fields of a client, whichever request it comes from.
fn normalize_client(client: &mut Object) {
    if text(client, "initiate_login_uri") == Some("") {
        client.remove("initiate_login_uri");
    }

    if let Some(Value::Object(metadata)) = client.get_mut("client_metadata") {
        // The object stays when its last key goes: recorded.
        metadata.retain(|_, value| !value.is_null());
    }

    if let Some(Value::Object(configuration)) = client.get_mut("jwt_configuration") {
        configuration
            // Filled in where the rest of a partial object is not: recorded.
            .entry("secret_encoded")
            .or_insert(Value::Bool(false));
    }

    // The old name of the field follows the new one, where the client has both.
    let is_allowed = client.get("cross_origin_authentication").cloned();
    if let Some(mirror) = client.get_mut("cross_origin_auth") {
        *mirror = is_allowed.unwrap_or(Value::Bool(false));
    }
}

/// The first of the keys that a client's SAML assertions would be signed with.
pub(crate) fn first_signing_key(client: &mut Object) -> Option<&mut Value> {
    client
        .get_mut("signing_keys")
        .and_then(|keys| keys.get_mut(0))
}

pub(super) fn check_one_way_to_authenticate(client: &Object) -> Result<(), Refusal> {
    if has_value(client, "client_authentication_methods")
        && has_value(client, "token_endpoint_auth_method")
    {
        return Err(Refusal::Rule(
            "client_authentication_methods and token_endpoint_auth_method exclude each other",
        ));
    }

    Ok(())
}

fn has_value(object: &Object, key: &str) -> bool {
    object.get(key).is_some_and(|value| !value.is_null())
}

/// A body has at most so many keys of metadata; merging could still add up to more.
fn check_metadata_count(client: &Object) -> Result<(), Violation> {
    let metadata = client.get("client_metadata").and_then(Value::as_object);
    let count = metadata.map_or(0, Object::len);

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
