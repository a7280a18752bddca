//! Clients: what is filled in, how changes merge, and what goes with them.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::api_clients::API;
use super::client_defaults::{NO_KEY, fill_in_defaults, is_strict};
use super::client_parts::{
    check_parts, complete, merge_change, rename_old_logout,
};
use super::collection::{Collection, Schema};
use super::fields::{CLIENT, METADATA_KEYS, Operation, Record, check};
use super::{
    Authentication, GrantKey, Listing, Object, Refusal, Tenant, Violation,
    is_true, merge, texts,
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
    const SCOPES: &'static [&'static str] =
        &["clients", "client_keys", "client_credentials"];
    const ID: &'static str = "client_id";
    const INDEXED: &'static [&'static str] = &["global", API];
    const MISSING: Refusal = Refusal::NotFound {
        message: "The client does not exist",
        code: Some("inexistent_client"),
    };
}

// Without a code: none was observed.
const SAME_ALIAS: Refusal = Refusal::Conflict {
    message: Cow::Borrowed("Another client exists with the same alias"),
    code: None,
};

impl Tenant {
    pub(crate) fn clients(&self) -> Listing<'_> {
        self.store::<Client>().all()
    }

    /// The one of the whole tenant, or all others.
    pub(crate) fn clients_by_global(&self, global: bool) -> Listing<'_> {
        let value = if global { "true" } else { "false" };

        self.store::<Client>()
            .with("global", value)
    }

    pub(crate) fn clients_of<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a str>,
    ) -> Listing<'_> {
        self.store::<Client>().of(ids)
    }

    pub(crate) fn client(&self, id: &str) -> Option<&Object> {
        self.store::<Client>().get(id)
    }

    /// Adds the client of a body whose form is checked, and which
    /// names credentials by their ids. Answers what POST answers: more
    /// than is ever shown again.
    pub(super) fn add_client(
        &mut self,
        mut body: Object,
    ) -> Result<Object, Refusal> {
        check_one_way_to_authenticate(&body)?;
        check_parts(&body)?;
        self.check_aliases(&body)?;
        self.check_room::<Client>()?;
        rename_old_logout(&mut body);

        let id = if is_strict(&body) {
            format!("tpc_{}", self.id_generator.alphanumeric(22))
        } else {
            self.id_generator.alphanumeric(32)
        };
        // Also for a client with keys: Auth0 shows a secret again
        // once they are given up.
        let secret = self.id_generator.alphanumeric(64);

        let mut client = fill_in_defaults(&body);
        client.insert("client_id".to_owned(), id.into());
        client.insert("client_secret".to_owned(), secret.into());
        // At the top only: a partial `jwt_configuration` was recorded to lose
        // the default lifetime.
        merge(&mut client, body);
        complete(&mut client);
        self.keep::<Client>(client.clone());
        self.link_api(&client);

        Ok(show_created(client))
    }

    pub(crate) fn update_client(
        &mut self,
        id: &str,
        body: Object,
    ) -> Result<Object, Refusal> {
        check(&CLIENT, &body, Operation::Update)?;
        let mut client = self.find::<Client>(id)?.clone();
        let mode = body.get("third_party_security_mode");
        // The same value once more was recorded to pass, so the field is not
        // refused by its name.
        if mode.is_some() && mode != client.get("third_party_security_mode") {
            return Err(Refusal::Rule(
                "third_party_security_mode cannot be modified",
            ));
        }

        merge_change(&mut client, body);

        // What the body alone cannot say: it depends on what was there before.
        check_one_way_to_authenticate(&client)?;
        self.check_credentials_used(id, &client)?;
        check_metadata_count(&client)?;
        check_parts(&client)?;

        complete(&mut client);
        self.keep::<Client>(client.clone());
        self.link_api(&client);

        Ok(client)
    }

    /// Gives the client another secret, unless it authenticates with a key.
    pub(crate) fn rotate_client_secret(
        &mut self,
        id: &str,
    ) -> Result<Object, Refusal> {
        let mut client = self.find::<Client>(id)?.clone();
        if Authentication::of(&client) == Authentication::PrivateKey {
            // In our words: Auth0's are not known.
            return Err(Refusal::Rule(
                "The secret of a client that uses private_key_jwt cannot be \
                 rotated",
            ));
        }

        let secret = self.id_generator.alphanumeric(64);
        client.insert("client_secret".to_owned(), secret.into());
        self.keep::<Client>(client.clone());

        Ok(client)
    }

    /// The client's grants and credentials go with it. Deleting what is already
    /// gone succeeds.
    pub(crate) fn delete_client(&mut self, id: &str) -> Result<(), Refusal> {
        let Some(client) = self.client(id) else {
            return Ok(());
        };
        if is_true(client, "global") {
            return Err(Refusal::Rule("Global client cannot be deleted"));
        }

        if let Some(client) = self.remove::<Client>(id) {
            self.link_api(&client);
        }
        self.credentials.remove(id);

        // The keys of one holder stand together: the grants of all others are
        // not looked at.
        let held: Vec<GrantKey> = self
            .granted
            .range(GrantKey::first_of(id)..)
            .map(|(key, _)| key)
            .take_while(|key| key.is_of(id))
            .cloned()
            .collect();
        // Recorded: the next listing lacked them, and no
        // request had deleted them.
        for key in &held {
            self.drop_grant(key);
        }

        Ok(())
    }

    /// Documented of POST, and of no other request.
    fn check_aliases(&self, body: &Object) -> Result<(), Refusal> {
        let wanted: Vec<&str> = texts(body, "client_aliases").collect();
        if wanted.is_empty() {
            return Ok(());
        }

        let mut taken = self
            .store::<Client>()
            .objects()
            .flat_map(|client| texts(client, "client_aliases"));
        if taken.any(|alias| wanted.contains(&alias)) {
            return Err(SAME_ALIAS);
        }

        Ok(())
    }
}

/// A client as the answer to its creation shows it.
fn show_created(mut client: Object) -> Object {
    client.insert("encrypted".to_owned(), json!(true));
    if let Some(key) = first_signing_key(&mut client) {
        key["key"] = NO_KEY.into();
    }
    // As in every answer about a client that authenticates with keys.
    if client.contains_key("client_authentication_methods") {
        client.remove("client_secret");
    }

    client
}

/// The first of the keys that a client's SAML assertions would be signed with.
pub(crate) fn first_signing_key(client: &mut Object) -> Option<&mut Value> {
    client
        .get_mut("signing_keys")
        .and_then(|keys| keys.get_mut(0))
}

pub(super) fn check_one_way_to_authenticate(
    client: &Object,
) -> Result<(), Refusal> {
    if has_value(client, "client_authentication_methods")
        && has_value(client, "token_endpoint_auth_method")
    {
        return Err(Refusal::Rule(
            "client_authentication_methods and token_endpoint_auth_method \
             exclude each other",
        ));
    }

    Ok(())
}

fn has_value(object: &Object, key: &str) -> bool {
    object
        .get(key)
        .is_some_and(|value| !value.is_null())
}

/// A body has at most so many keys of metadata; merging
/// could still add up to more.
fn check_metadata_count(client: &Object) -> Result<(), Violation> {
    let metadata = client
        .get("client_metadata")
        .and_then(Value::as_object);
    let count = metadata.map_or(0, Object::len);

    if count <= METADATA_KEYS {
        return Ok(());
    }
    Err(Violation::too_many(
        count,
        METADATA_KEYS,
        "client_metadata",
    ))
}

#[cfg(test)]
mod tests;
