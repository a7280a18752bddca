//! From the objects of a realm to the objects of the model.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::{SmolStr, format_smolstr};

use super::names::{DPOP, LIFESPAN, LOGO, METADATA_PREFIX};
use super::role::Role;
use super::scopes::Scopes;
use super::wire::Client;
use crate::model::{
    Address, Attrs, ClientId, ClientRef, ClientSpec, FieldRules, Found,
    GrantSpec, Identifier, Kind, Mark, RemoteId, ResourceServerSpec, ScopeName,
    Standing, SubjectType, UnnamedGrant, Value,
};

/// The field of how long a client's access tokens live.
pub(super) const ACCESS_TOKEN_LIFETIME: &str = "access_token_lifetime";
pub(super) const PROOF_OF_POSSESSION: &str = "require_proof_of_possession";
pub(super) const LOGO_URI: &str = "logo_uri";
pub(super) const DESCRIPTION: &str = "description";

/// What turns the objects of one realm into those of the model.
pub(super) struct Decoder<'a> {
    pub(super) scopes: &'a Scopes,
    /// Our own client, where it is of this realm.
    pub(super) ourselves: Option<&'a ClientId>,
}

/// What a client comes to: itself, if anything can name it, and its grants.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) found: BTreeMap<Address, Found>,
    pub(super) unnamed: Vec<UnnamedGrant>,
}

/// What Keycloak does by itself with the fields of a kind.
pub(super) fn rules(kind: Kind) -> FieldRules {
    let nothing = Value::Text(SmolStr::default());
    let defaults = match kind {
        Kind::ResourceServer => {
            vec![(
                ResourceServerSpec::SCOPES,
                Value::Map(Attrs::new()),
            )]
        }
        // A text that was set once becomes empty, and is never absent again.
        Kind::Client => vec![
            (DESCRIPTION, nothing.clone()),
            (LOGO_URI, nothing),
            (PROOF_OF_POSSESSION, Value::Bool(false)),
        ],
        Kind::Grant => Vec::new(),
    };

    FieldRules {
        defaults: defaults
            .into_iter()
            .map(|(field, value)| (field.into(), value))
            .collect(),
        ..FieldRules::default()
    }
}

impl Decoder<'_> {
    /// A client, or the API that it stands for, and its grants.
    pub(super) fn decode(&self, client: &Client) -> Decoded {
        let mut decoded = Decoded::default();
        match client.role() {
            Role::Api => {
                decoded.add(self.decode_api(client));
                if client.has_flow() {
                    self.add_grants(client, None, &mut decoded);
                }
            }
            Role::Client | Role::BuiltIn | Role::OtherProtocol => {
                decoded.add(self.decode_client(client));
                let id = client.client_id.parse().ok();
                self.add_grants(client, id.as_ref(), &mut decoded);
            }
        }
        decoded
    }

    fn decode_api(&self, client: &Client) -> Option<(Address, Found)> {
        let identifier: Identifier = client.client_id.parse().ok()?;

        let mut attrs = Attrs::new();
        set_text(
            &mut attrs,
            ClientSpec::NAME,
            client.name.as_deref(),
        );
        let scopes = self
            .scopes
            .attrs_of(&identifier, client.mark());
        attrs.insert(ResourceServerSpec::SCOPES.into(), scopes);
        add_metadata(&mut attrs, client);

        // Somebody has put what we have made to another use.
        let standing = if client.has_flow_beside_services() {
            Standing::GetsTokens
        } else {
            Standing::Ordinary
        };
        let found = Found {
            revision: Some(Box::new(client.mark_digest())),
            ..make_found(&client.client_id, standing, attrs)
        };
        Some((Address::ResourceServer(identifier), found))
    }

    fn decode_client(&self, client: &Client) -> Option<(Address, Found)> {
        let id: ClientId = client.client_id.parse().ok()?;
        let standing = match client.role() {
            _ if self.ourselves == Some(&id) => Standing::Ourselves,
            Role::BuiltIn => Standing::System,
            Role::OtherProtocol => Standing::OtherProtocol,
            Role::Api | Role::Client => Standing::Ordinary,
        };

        let found = Found {
            revision: Some(Box::new(client.mark_digest())),
            ..make_found(
                &client.client_id,
                standing,
                client_attrs(client),
            )
        };
        Some((Address::Client(ClientRef::Id(id)), found))
    }

    /// The grants of a client: the scopes that it may ask for, by the APIs that
    /// they are of. Without an id, nothing can name it.
    fn add_grants(
        &self,
        client: &Client,
        id: Option<&ClientId>,
        decoded: &mut Decoded,
    ) {
        let mut granted: BTreeMap<&Identifier, BTreeSet<&ScopeName>> =
            BTreeMap::new();
        // Those that it gets unasked are access too.
        for name in client.scopes() {
            if let Some((api, scope)) = self
                .scopes
                .get(name)
                .and_then(|scope| scope.of.as_ref())
            {
                granted
                    .entry(api)
                    .or_default()
                    .insert(scope);
            }
        }

        for (api, scopes) in granted {
            let grant = grant_id(&client.client_id, api);
            match id {
                Some(id) => {
                    let address = Address::Grant {
                        client: ClientRef::Id(id.clone()),
                        audience: api.clone(),
                        subject_type: SubjectType::Client,
                    };
                    let scopes = scopes.into_iter().cloned();
                    let scopes = scopes.map(|scope| Value::Text(scope.into()));
                    let scopes = Value::Set(scopes.collect());
                    let mut attrs =
                        Attrs::from_iter([(GrantSpec::SCOPES.into(), scopes)]);
                    attrs.extend(self.unasked_scopes(client, api));
                    let found = make_found(&grant, Standing::Ordinary, attrs);
                    decoded.found.insert(address, found);
                }
                None => decoded.unnamed.push(UnnamedGrant {
                    id: RemoteId::new(grant),
                    client: Some(client.client_id.clone()),
                    audience: api.to_string(),
                    scopes: Some(
                        scopes
                            .into_iter()
                            .map(ToString::to_string)
                            .collect(),
                    ),
                }),
            }
        }
    }

    /// The scopes of an API that a client of somebody's stack gets unasked:
    /// only by hand it does.
    fn unasked_scopes(
        &self,
        client: &Client,
        api: &Identifier,
    ) -> Option<(SmolStr, Value)> {
        let of_api = |name: &String| {
            let (of, scope) = self.scopes.get(name)?.of.as_ref()?;
            (of == api).then(|| Value::Text(scope.clone().into()))
        };
        let unasked: Vec<Value> = client
            .default_client_scopes
            .iter()
            .filter_map(of_api)
            .collect();

        let is_told = client.is_marked() && !unasked.is_empty();
        is_told.then(|| {
            (
                GrantSpec::UNASKED.into(),
                Value::Set(unasked.into_iter().collect()),
            )
        })
    }
}

impl Decoded {
    fn add(&mut self, object: Option<(Address, Found)>) {
        self.found.extend(object);
    }
}

/// The id of a grant, which is no object of its own
/// there: its client and its API.
pub(super) fn grant_id(client: &str, api: &Identifier) -> SmolStr {
    format_smolstr!("{client} {api}")
}

/// The client in the id of a grant: no client that has a
/// grant has a space in its id.
pub(super) fn client_of_grant(id: &RemoteId) -> &str {
    let id = id.as_str();
    id.split_once(' ')
        .map_or(id, |(client, _)| client)
}

/// An API that no client is made for: it can be referred to, and is never ours.
pub(super) fn found_elsewhere(api: &Identifier, scopes: &Scopes) -> Found {
    let shown = scopes.all_attrs_of(api);
    let attrs = Attrs::from_iter([(ResourceServerSpec::SCOPES.into(), shown)]);

    make_found(api.as_str(), Standing::ScopesAlone, attrs)
}

fn make_found(id: &str, standing: Standing, attrs: Attrs) -> Found {
    Found {
        id: RemoteId::new(id),
        standing,
        attrs,
        revision: None,
    }
}

fn client_attrs(client: &Client) -> Attrs {
    let mut attrs = Attrs::new();
    set_text(
        &mut attrs,
        ClientSpec::ID,
        Some(&client.client_id),
    );
    set_text(
        &mut attrs,
        ClientSpec::NAME,
        client.name.as_deref(),
    );
    set_text(
        &mut attrs,
        DESCRIPTION,
        client.description.as_deref(),
    );
    set_text(
        &mut attrs,
        LOGO_URI,
        client.attributes.get(LOGO),
    );

    let grant_types = client
        .grant_types()
        .map(|grant_type| Value::Text(grant_type.into()));
    let grant_types = Value::Set(grant_types.collect());
    attrs.insert(ClientSpec::GRANT_TYPES.into(), grant_types);

    if client.attributes.is_on(DPOP) {
        attrs.insert(PROOF_OF_POSSESSION.into(), Value::Bool(true));
    }
    if let Some(lifespan) = client.attributes.get(LIFESPAN) {
        attrs.insert(
            ACCESS_TOKEN_LIFETIME.into(),
            number_or_text(lifespan),
        );
    }
    add_metadata(&mut attrs, client);
    attrs
}

/// Attributes are texts: one that is no number was written by hand, and is
/// shown as it is.
fn number_or_text(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(number) => Value::from(serde_json::Value::from(number)),
        Err(_) => Value::Text(text.into()),
    }
}

/// What people have written on an object, and its mark.
fn add_metadata(attrs: &mut Attrs, client: &Client) {
    let entries = client
        .attributes
        .0
        .iter()
        .filter_map(|(name, value)| {
            let name = name
                .strip_prefix(METADATA_PREFIX)
                .or_else(|| Mark::is_entry(name).then_some(name))?;
            Some((SmolStr::from(name), Value::Text(value.into())))
        });

    let metadata: Attrs = entries.collect();
    if !metadata.is_empty() {
        attrs.insert(
            ClientSpec::METADATA.into(),
            Value::Map(metadata),
        );
    }
}

fn set_text(attrs: &mut Attrs, field: &str, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        attrs.insert(field.into(), Value::Text(text.into()));
    }
}
