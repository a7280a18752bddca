//! Files: in whichever order they are named, and however much of a
//! configuration stands in each.

use std::collections::BTreeMap;

use grantry::model::{
    Address, ClientRef, Desired, Found, Identifier, RemoteId, Snapshot,
    Standing, TenantHash,
};
use grantry::plan::plan;
use grantry::render;
use proptest::prelude::*;

use super::files::Folder;
use super::{for_all, rendered, said};

#[test]
fn the_order_of_files_changes_nothing() {
    for_all(true, |drawn, places| {
        let one = Folder::of_one(drawn);
        let (one, _) = one.load(&one.files)?;
        let tenant = tenant_unlike(&said(&one));
        let planned = |desired: &Desired| match plan(desired, &tenant) {
            Ok(planned) => render::plan(&planned.plan),
            Err(error) => render::conflicts(&error),
        };

        let several = Folder::of_several(drawn, places);
        let mut backwards = several.files.clone();
        backwards.reverse();
        for paths in [
            several.files.clone(),
            backwards,
            vec![several.path().to_owned()],
        ] {
            let (written, _) = several.load(&paths)?;
            prop_assert_eq!(said(&written), said(&one));
            prop_assert_eq!(&written.loaded.provider, &one.loaded.provider);
            prop_assert_eq!(rendered(&written), rendered(&one));

            let desired = &written.loaded.desired;
            prop_assert_eq!(planned(desired), planned(&one.loaded.desired));
        }
        Ok(())
    });
}

/// A tenant that has some of what is declared, and some of it in another way.
fn tenant_unlike(desired: &Desired) -> Snapshot {
    let mut seen = Snapshot {
        tenant: TenantHash::of("merging"),
        support: &grantry::provider::local::SUPPORT,
        management_api: Some(Identifier::of_management_api("merging")),
        rules: BTreeMap::new(),
        found: BTreeMap::new(),
        unnamed: Vec::new(),
        held_scopes: BTreeMap::new(),
    };

    let mut found = BTreeMap::new();
    for (number, (address, declared)) in desired
        .resources(&seen)
        .into_iter()
        .enumerate()
    {
        let mut attrs = declared.attrs();
        match number % 3 {
            0 => {}
            1 => _ = attrs.insert("name".into(), "Another name".into()),
            _ => continue,
        }
        let address = in_the_tenant(address);
        let object = Found {
            id: RemoteId::new(address.to_string()),
            standing: Standing::Ordinary,
            attrs,
            revision: None,
        };
        found.insert(address, object);
    }
    seen.found = found;
    seen
}

/// The address as the tenant has it: its ids of clients are their keys.
fn in_the_tenant(address: Address) -> Address {
    let id =
        |client: ClientRef| ClientRef::Id(client.to_string().parse().unwrap());

    match address {
        Address::ResourceServer(_) => address,
        Address::Client(client) => Address::Client(id(client)),
        Address::Grant {
            client,
            audience,
            subject_type,
        } => Address::Grant {
            client: id(client),
            audience,
            subject_type,
        },
    }
}
