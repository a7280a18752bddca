//! What is written to a tenant in these tests.

use serde_json::json;

use super::server::Server;
use super::settings;
use crate::model::{Address, Attrs, ClientRef, RemoteId, SubjectType, Value};
use crate::provider::Write;
use crate::provider::auth0::Writer;

pub(super) fn writer(server: &Server) -> Writer {
    Writer::new(settings(server)).unwrap()
}

pub(super) fn client() -> Address {
    Address::Client(ClientRef::Key("gift-deliveries".parse().unwrap()))
}

fn name() -> Attrs {
    Attrs::from_iter([("name".into(), Value::from("Gift Deliveries"))])
}

pub(super) fn create() -> Write {
    Write::Create {
        address: client(),
        attrs: name(),
    }
}

pub(super) fn update(id: &str) -> Write {
    Write::Update {
        address: client(),
        id: RemoteId::new(id),
        fields: name(),
        precondition: None,
    }
}

pub(super) fn delete(id: &str) -> Write {
    Write::Delete {
        address: client(),
        id: RemoteId::new(id),
    }
}

pub(super) fn grant() -> Address {
    Address::Grant {
        client: ClientRef::Id("abc".parse().unwrap()),
        audience: "urn:maps".parse().unwrap(),
        subject_type: SubjectType::Client,
    }
}

pub(super) fn organizations(ids: &[&str]) -> Attrs {
    let fields = Value::from(json!({ "organizations": ids }));
    fields.as_map().unwrap().clone()
}
