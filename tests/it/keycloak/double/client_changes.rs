//! Creating and changing a client.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};
use url::Url;

use super::answer::{Answer, Outcome, broken, duplicate, invalid, message};
use super::attributes::{self, Empty};
use super::clock;
use super::mappers;
use super::representation::{CLIENT, given};
use super::source::Source;
use super::state::{Account, Client, OPENID_CONNECT, Realm};
use super::visit::{Power, Visit};

const MOST_OF_A_TEXT: usize = 255;
const MOST_OF_A_DESCRIPTION: usize = 255;
const SECRET_MADE: &str = "client.secret.creation.time";
const SERVICE_ACCOUNT: &str = "service_account";

/// What is kept as it is given, and shown so.
const PLAIN: [&str; 20] = [
    "adminUrl",
    "alwaysDisplayInConsole",
    "authenticationFlowBindingOverrides",
    "baseUrl",
    "bearerOnly",
    "clientAuthenticatorType",
    "consentRequired",
    "description",
    "directAccessGrantsEnabled",
    "enabled",
    "frontchannelLogout",
    "fullScopeAllowed",
    "implicitFlowEnabled",
    "name",
    "nodeReRegistrationTimeout",
    "notBefore",
    "protocol",
    "rootUrl",
    "standardFlowEnabled",
    "surrogateAuthRequired",
];

/// What a client is of which nothing is said.
pub(super) fn defaults() -> Map<String, Json> {
    let fields = json!({
        "surrogateAuthRequired": false,
        "enabled": true,
        "alwaysDisplayInConsole": false,
        "clientAuthenticatorType": "client-secret",
        "redirectUris": [],
        "webOrigins": [],
        "notBefore": 0,
        "bearerOnly": false,
        "consentRequired": false,
        "standardFlowEnabled": true,
        "implicitFlowEnabled": false,
        "directAccessGrantsEnabled": false,
        "publicClient": false,
        "frontchannelLogout": false,
        "protocol": OPENID_CONNECT,
        "authenticationFlowBindingOverrides": {},
        "fullScopeAllowed": true,
        "nodeReRegistrationTimeout": -1,
    });
    fields
        .as_object()
        .cloned()
        .unwrap_or_default()
}

pub(super) fn create(visit: &mut Visit<'_>) -> Outcome {
    let body = visit.body(&CLIENT)?;
    visit.require(Power::Manage)?;
    let client = build(&body, visit.realm, visit.source)?;
    if visit
        .realm
        .client_named(&client.client_id)
        .is_some()
    {
        let refusal = format!("Client {} already exists", client.client_id);
        return Err(message(409, &refusal));
    }
    check(&client)?;
    let location = format!("{}/clients/{}", visit.base, client.id);
    visit
        .realm
        .clients
        .insert(client.id.clone(), client);
    Ok(Answer::created(location))
}

pub(super) fn build(
    body: &Map<String, Json>,
    realm: &Realm,
    source: &mut Source,
) -> Outcome<Client> {
    let id = given(body, "id").map_or_else(|| source.id(), str::to_owned);
    let (defaults, optionals) = choose_scopes(body, realm);
    let mut client = Client {
        client_id: given(body, "clientId")
            .unwrap_or(&id)
            .to_owned(),
        id,
        secret: None,
        attributes: attributes::read(body.get("attributes")),
        mappers: mappers::read_all(body.get("protocolMappers"), source)?,
        defaults,
        optionals,
        account: None,
        resources: Vec::new(),
        fields: self::defaults(),
    };
    client
        .attributes
        .retain(|_, text| !text.is_empty());
    client
        .attributes
        .insert("realm_client".to_owned(), "false".to_owned());
    client.set_plain_fields(body);
    client.set_uris(body);
    client.set_publicity(body, source);
    match given(body, "secret") {
        Some(secret) => client.secret = Some(secret.to_owned()),
        None if !client.is("publicClient") => {
            client.renew_secret(source.secret());
        }
        None => {}
    }
    client.set_account(body, realm, source);
    client.set_authorization(body);
    Ok(client)
}

/// By name, and who is not there, or of another protocol, is passed over. If
/// either list is given, what it does not name is in neither.
fn choose_scopes(
    body: &Map<String, Json>,
    realm: &Realm,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let lists = ["defaultClientScopes", "optionalClientScopes"]
        .map(|field| body.get(field).and_then(Json::as_array));
    if lists == [None, None] {
        return (
            realm.defaults_of_clients(),
            realm.optionals.clone(),
        );
    }
    let [defaults, mut optionals] = lists.map(|names| {
        let names = names
            .into_iter()
            .flatten()
            .filter_map(Json::as_str);
        let scopes = names.filter_map(|name| realm.scope_named(name));
        let scopes = scopes.filter(|scope| scope.protocol == OPENID_CONNECT);
        scopes
            .map(|scope| scope.id.clone())
            .collect::<BTreeSet<_>>()
    });
    optionals.retain(|id| !defaults.contains(id));
    (defaults, optionals)
}

/// Merges: what is left out, or `null`, stays. Of client
/// scopes it takes no notice.
pub(super) fn update(visit: &mut Visit<'_>, id: &str) -> Outcome {
    let body = visit.body(&CLIENT)?;
    visit.require(Power::Manage)?;
    let mut client = visit.client(id)?.clone();
    if let Some(client_id) = given(&body, "clientId") {
        client_id.clone_into(&mut client.client_id);
    }
    let other = visit
        .realm
        .client_named(&client.client_id);
    if other.is_some_and(|other| other.id != id) {
        return Err(duplicate());
    }

    client.set_plain_fields(&body);
    client.set_uris(&body);
    client.set_publicity(&body, visit.source);
    if let Some(secret) = given(&body, "secret") {
        client.secret = Some(secret.to_owned());
    }
    let texts = &mut client.attributes;
    attributes::merge(texts, body.get("attributes"), Empty::Removes);
    if let Some(list @ Json::Array(_)) = body.get("protocolMappers") {
        client.mappers =
            mappers::replace_all(&client.mappers, list, visit.source)?;
    }
    client.set_account(&body, visit.realm, visit.source);
    client.set_authorization(&body);
    check(&client)?;
    visit
        .realm
        .clients
        .insert(id.to_owned(), client);
    Ok(Answer::done())
}

impl Realm {
    fn defaults_of_clients(&self) -> BTreeSet<String> {
        let of_clients = |id: &&String| {
            let scope = self.scopes.get(*id);
            scope.is_some_and(|scope| scope.protocol == OPENID_CONNECT)
        };
        self.defaults
            .iter()
            .filter(of_clients)
            .cloned()
            .collect()
    }
}

impl Client {
    fn set_plain_fields(&mut self, body: &Map<String, Json>) {
        for field in PLAIN {
            if let Some(value) = body
                .get(field)
                .filter(|value| !value.is_null())
            {
                self.fields
                    .insert(field.to_owned(), value.clone());
            }
        }
    }

    /// Each once and none empty; without origins of its own a client gets those
    /// of its redirects.
    fn set_uris(&mut self, body: &Map<String, Json>) {
        for field in ["redirectUris", "webOrigins"] {
            if let Some(Json::Array(list)) = body.get(field) {
                let texts: BTreeSet<&str> = list
                    .iter()
                    .filter_map(Json::as_str)
                    .collect();
                let texts: Vec<&str> = texts
                    .into_iter()
                    .filter(|text| !text.is_empty())
                    .collect();
                self.fields
                    .insert(field.to_owned(), json!(texts));
            }
        }
        let has_origins = self.fields.get("webOrigins") != Some(&json!([]));
        if body.contains_key("redirectUris")
            && !body.contains_key("webOrigins")
            && !has_origins
        {
            let uris = self
                .fields
                .get("redirectUris")
                .and_then(Json::as_array);
            let uris = uris
                .into_iter()
                .flatten()
                .filter_map(Json::as_str);
            let origins: BTreeSet<String> = uris
                .filter_map(|uri| Url::parse(uri).ok())
                .map(|uri| uri.origin().ascii_serialization())
                .collect();
            self.fields
                .insert("webOrigins".to_owned(), json!(origins));
        }
    }

    /// A public client has no secret; once it is public no
    /// longer, it gets a new one.
    fn set_publicity(&mut self, body: &Map<String, Json>, source: &mut Source) {
        let Some(is_public) = body
            .get("publicClient")
            .and_then(Json::as_bool)
        else {
            return;
        };
        let was_public = self.is("publicClient");
        self.fields
            .insert("publicClient".to_owned(), json!(is_public));
        if is_public {
            self.secret = None;
        } else if was_public {
            self.renew_secret(source.secret());
        }
    }

    pub(super) fn renew_secret(&mut self, secret: String) {
        self.secret = Some(secret);
        let made = clock::now().to_string();
        self.attributes
            .insert(SECRET_MADE.to_owned(), made);
    }

    /// A service account is a user of its own, and brings a
    /// client scope of its own.
    fn set_account(
        &mut self,
        body: &Map<String, Json>,
        realm: &Realm,
        source: &mut Source,
    ) {
        let scope = realm.scope_named(SERVICE_ACCOUNT);
        match body
            .get("serviceAccountsEnabled")
            .and_then(Json::as_bool)
        {
            Some(true) if self.account.is_none() => {
                self.account = Some(Account {
                    id: source.id(),
                    roles: BTreeSet::new(),
                    has_default_roles: true,
                });
                self.defaults
                    .extend(scope.map(|scope| scope.id.clone()));
            }
            Some(false) => {
                self.account = None;
                if let Some(scope) = scope {
                    self.defaults.remove(&scope.id);
                }
            }
            _ => {}
        }
    }

    /// Who does not say that authorization services stay switches them off, and
    /// what they know is lost.
    fn set_authorization(&mut self, body: &Map<String, Json>) {
        const FIELD: &str = "authorizationServicesEnabled";
        if body.get(FIELD) == Some(&json!(true)) {
            self.fields
                .insert(FIELD.to_owned(), json!(true));
        } else {
            self.fields.remove(FIELD);
            self.resources.clear();
        }
    }
}

fn check(client: &Client) -> Outcome<()> {
    if client.client_id.trim().is_empty() {
        return Err(invalid("Client ID cannot be blank"));
    }
    let text = |field| {
        client
            .fields
            .get(field)
            .and_then(Json::as_str)
    };
    if text("rootUrl").is_some_and(is_no_url) {
        return Err(invalid("Root URL is not a valid URL"));
    }
    if client
        .attributes
        .get("jwks.url")
        .is_some_and(|url| is_no_url(url))
    {
        return Err(invalid("JWKS URL is not a valid URL"));
    }

    let mut texts = vec![(client.client_id.as_str(), MOST_OF_A_TEXT)];
    texts.extend(text("name").map(|name| (name, MOST_OF_A_TEXT)));
    texts.extend(text("description").map(|text| (text, MOST_OF_A_DESCRIPTION)));
    texts.extend(
        client
            .attributes
            .keys()
            .map(|name| (name.as_str(), MOST_OF_A_TEXT)),
    );
    if texts
        .iter()
        .any(|(text, most)| text.chars().count() > *most)
    {
        return Err(broken());
    }
    Ok(())
}

/// `${authBaseUrl}` stands for one.
fn is_no_url(text: &str) -> bool {
    !text.is_empty() && !text.starts_with("${") && Url::parse(text).is_err()
}
