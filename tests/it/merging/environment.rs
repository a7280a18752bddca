//! What an environment says over what holds for all: anything of it in another
//! way, and more beside it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::draw::{
    CLIENTS, Configuration, Draw, EXTERNAL, KEEPER, Object, SERVERS, Writer,
    all_ends, insert_some,
};
use super::rule::{Ends, made_from_rows};

const WRITER: Writer = Writer::Environment;

impl Draw<'_> {
    pub(super) fn write_environment(&mut self, drawn: &mut Configuration) {
        if self.below(3) == 1 {
            let bundles = self.bundles(WRITER, &mut drawn.tables);
            drawn
                .environment
                .insert("for_each".to_owned(), json!(bundles));
        }
        // With what its rows make: an environment may
        // say something of that too.
        let known = made_from_rows(drawn);

        let clients = self.write_objects(drawn, &known, "clients", &CLIENTS);
        let servers =
            self.write_objects(drawn, &known, "resource_servers", &SERVERS);
        self.write_grants(drawn, &known, &clients, &servers);
        self.write_settings(&mut drawn.environment, WRITER);
    }

    /// What it says of one section, and the objects that are there then.
    fn write_objects(
        &mut self,
        drawn: &mut Configuration,
        known: &Object,
        section: &str,
        keys: &[&str],
    ) -> Object {
        let mut after = known[section]
            .as_object()
            .unwrap()
            .clone();
        let mut said = Object::new();
        let known: Vec<String> = after.keys().cloned().collect();
        let new = keys.iter().map(|key| (*key).to_owned());
        let new: Vec<String> = new
            .filter(|key| !known.contains(key))
            .collect();

        for key in known {
            let is_needed = [EXTERNAL, KEEPER].contains(&&*key);
            match self.below(5) {
                1 | 2 if key != EXTERNAL => {
                    said.insert(key, self.object(section, false));
                }
                3 if !is_needed => {
                    after.remove(&key);
                    said.insert(key, Json::Null);
                }
                _ => {}
            }
        }
        for key in new {
            if self.below(3) == 1 {
                after.insert(key.clone(), Json::Null);
                said.insert(key, self.object(section, true));
            }
        }

        insert_some(&mut drawn.environment, section, json!(said));
        after
    }

    fn object(&mut self, section: &str, is_new: bool) -> Json {
        match section {
            "clients" => self.client(WRITER, is_new),
            _ => self.server(WRITER, is_new),
        }
    }

    fn write_grants(
        &mut self,
        drawn: &mut Configuration,
        known: &Object,
        clients: &Object,
        servers: &Object,
    ) {
        let known = known["grants"].as_array().unwrap();
        let known: BTreeMap<Ends, &Json> = known
            .iter()
            .map(|grant| (Ends::of(grant), grant))
            .collect();
        let mut said = Vec::new();

        for ends in all_ends(clients, servers) {
            let is_known = known.contains_key(&ends);
            match self.below(5) {
                1 => said.push(self.grant(&ends, WRITER, !is_known)),
                2 | 3 if is_known => said.push(left_out(&ends)),
                _ => {}
            }
        }
        // Of what is out with its client or its API, it may be said again.
        for ends in known.keys() {
            let is_there = clients.contains_key(&ends.client)
                && servers.contains_key(&ends.server);
            if !is_there && self.is() {
                said.push(left_out(ends));
            }
        }
        insert_some(&mut drawn.environment, "grants", json!(said));
    }
}

fn left_out(ends: &Ends) -> Json {
    let mut grant = ends.written(false);
    grant.insert("scopes".to_owned(), Json::Null);
    json!(grant)
}
