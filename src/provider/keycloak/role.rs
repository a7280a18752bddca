//! What a client is to Grantry: an API, or what gets tokens, in which ways.

use super::names::{
    API, ASSERTION_EXCHANGE, BUILT_IN, CIBA, CLIENT, DEVICE_CODE, HOLDS_ROLES,
    KIND, PROTOCOL, TOKEN_EXCHANGE,
};
use super::wire::Client;

/// What a client is to Grantry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// An API: no way to get a token.
    Api,
    /// A client that gets tokens.
    Client,
    /// What every realm comes with.
    BuiltIn,
    /// A client of another protocol.
    OtherProtocol,
}

/// A way that a configuration can name.
pub(super) struct Flow {
    pub(super) grant_type: &'static str,
    pub(super) switch: Switch,
}

/// What switches a flow on.
pub(super) enum Switch {
    /// A field of the client, and how it is read.
    Field(&'static str, fn(&Client) -> bool),
    /// An attribute.
    Attribute(&'static str),
}

/// Those that a configuration can name.
pub(super) const FLOWS: [Flow; 6] = [
    Flow {
        grant_type: "client_credentials",
        switch: Switch::Field("serviceAccountsEnabled", |client| {
            client.service_accounts_enabled
        }),
    },
    Flow {
        grant_type: "authorization_code",
        switch: Switch::Field("standardFlowEnabled", |client| {
            client.standard_flow_enabled
        }),
    },
    Flow {
        grant_type: "implicit",
        switch: Switch::Field("implicitFlowEnabled", |client| {
            client.implicit_flow_enabled
        }),
    },
    Flow {
        grant_type: "password",
        switch: Switch::Field("directAccessGrantsEnabled", |client| {
            client.direct_access_grants_enabled
        }),
    },
    Flow {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        switch: Switch::Attribute(DEVICE_CODE),
    },
    Flow {
        grant_type: "urn:openid:params:grant-type:ciba",
        switch: Switch::Attribute(CIBA),
    },
];

/// What switches on the ways that no configuration names: a token of somebody
/// else's for one of its own.
const EXCHANGES: [&str; 2] = [TOKEN_EXCHANGE, ASSERTION_EXCHANGE];

impl Flow {
    fn is_on(&self, client: &Client) -> bool {
        match self.switch {
            Switch::Field(_, read) => read(client),
            Switch::Attribute(name) => client.attributes.is_on(name),
        }
    }
}

impl Client {
    pub(super) fn role(&self) -> Role {
        if self.is_built_in() {
            return Role::BuiltIn;
        }
        if self
            .protocol
            .as_deref()
            .unwrap_or(PROTOCOL)
            != PROTOCOL
        {
            return Role::OtherProtocol;
        }

        // What we have made stays what it is, whichever flow
        // somebody switches on or off.
        match self.attributes.get(KIND) {
            Some(API) if self.is_marked() => Role::Api,
            Some(CLIENT) if self.is_marked() => Role::Client,
            _ if self.has_flow() => Role::Client,
            _ => Role::Api,
        }
    }

    /// The grant types that are switched on.
    pub(super) fn grant_types(&self) -> impl Iterator<Item = &'static str> {
        let flows = FLOWS
            .iter()
            .filter(|flow| !self.bearer_only && flow.is_on(self));

        flows.map(|flow| flow.grant_type)
    }

    /// Whether it can get a token in any way.
    pub(super) fn has_flow(&self) -> bool {
        self.grant_types().next().is_some() || self.exchanges_tokens()
    }

    /// Whether it can get a token in any way but with the service account that
    /// authorization services come with: an API may have these.
    pub(super) fn has_flow_beside_services(&self) -> bool {
        let is_of_services = |flow: &str| {
            flow == "client_credentials" && self.authorization_services_enabled
        };

        self.grant_types()
            .any(|flow| !is_of_services(flow))
            || self.exchanges_tokens()
    }

    fn exchanges_tokens(&self) -> bool {
        !self.bearer_only
            && EXCHANGES
                .iter()
                .any(|name| self.attributes.is_on(name))
    }

    fn is_built_in(&self) -> bool {
        // Those that hold roles say so: in the realm `master`
        // there is one for each realm.
        self.attributes.is_on(HOLDS_ROLES)
            || BUILT_IN.contains(&self.client_id.as_str())
    }
}

#[cfg(test)]
mod tests;
