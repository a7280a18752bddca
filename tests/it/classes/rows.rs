//! The table: what is there, what is written, and what each object then is.

/// One rule of ownership.
#[derive(Clone, Copy)]
pub(crate) struct Row<'a> {
    /// The rule, in words.
    pub(crate) rule: &'a str,
    /// What is there.
    pub(crate) live: &'a str,
    /// What is written, in the stack `maps`.
    pub(crate) yaml: &'a str,
    /// Of each object, in the same order: its class, what the stack calls it,
    /// and how we know.
    pub(crate) expected: &'a str,
}

pub(crate) const ROWS: &[Row<'static>] = &[
    Row {
        rule: "managed: a declared client is met by its mark, whatever it is named",
        live: r#"client id-courier "Old Name" marked v1:maps:here courier"#,
        yaml: "clients: { courier: { name: Courier } }",
        expected: "managed clients.courier: carries the mark v1:maps:here courier",
    },
    Row {
        rule: "managed: a declared resource server is met by its identifier",
        live: "api urn:maps: read:maps",
        yaml: "resource_servers: { maps: { identifier: 'urn:maps' } }",
        expected: "managed resource_servers.urn:maps: is declared",
    },
    Row {
        rule: "managed: a grant is met by client, audience and subject type",
        live: r#"
            api urn:maps: read:maps
            client id-courier "Courier" marked v1:maps:here courier
            grant id-courier -> urn:maps: read:maps
            grant id-courier -> urn:maps (user): read:maps
        "#,
        yaml: "
resource_servers: { maps: { identifier: 'urn:maps', scopes: { 'read:maps': Read } } }
clients: { courier: { name: Courier } }
grants: [{ client: courier, resource_server: maps, scopes: ['read:maps'] }]",
        expected: "
            managed resource_servers.urn:maps: is declared
            managed clients.courier: carries the mark v1:maps:here courier
            managed grants.courier -> urn:maps: is declared
            orphan grants.courier -> urn:maps (user): is a grant of clients.courier that is not declared
        ",
    },
    Row {
        rule: "managed: a client bound by its id, under a key that is new",
        live: r#"client id-courier "Courier" marked v1:maps:here old"#,
        yaml: "clients: { courier: { client_id: id-courier, name: Courier } }",
        expected: "managed clients.courier: is named by its client_id",
    },
    Row {
        rule: "managed: a client whose key has moved",
        live: r#"client id-courier "Courier" marked v1:maps:here old"#,
        yaml: "clients: { courier: { name: Courier } }\nmoved: [{ client: old, to: courier }]",
        expected: "managed clients.courier: carries the mark v1:maps:here old",
    },
    Row {
        rule: "managed: the marks of a former name of this stack",
        live: r#"
            client id-courier "Courier" marked v1:atlas:here courier
            client id-other "Other" marked v1:atlas:here other
        "#,
        yaml: "clients: { courier: { name: Courier } }\nmoved: [{ stack: atlas }]",
        expected: "
            managed clients.courier: carries the mark v1:atlas:here courier
            orphan clients.other: carries the mark v1:atlas:here other
        ",
    },
    Row {
        rule: "managed: protection of what is declared says nothing else of it",
        live: r#"client id-courier "Courier" marked v1:maps:here courier!"#,
        yaml: "clients: { courier: { name: Courier, protect: true } }",
        expected: "managed clients.courier: carries the mark v1:maps:here courier!",
    },
    Row {
        rule: "adoptable: by its id",
        live: r#"client id-courier "Courier""#,
        yaml: "clients: { courier: { client_id: id-courier, name: Courier } }",
        expected: "adoptable clients.courier: is named by its client_id",
    },
    Row {
        rule: "adoptable: by its name, which no other unmarked client has",
        live: r#"
            client id-courier "Courier"
            client id-marked "Courier" marked v1:atlas:here courier
        "#,
        yaml: "clients: { courier: { adopt: true, name: Courier } }",
        expected: "
            adoptable clients.courier: is the only client of this name
            foreign (atlas) clients.id-marked: carries the mark v1:atlas:here courier
        ",
    },
    Row {
        rule: "adoptable: a copied mark does not stand in the way of the id or the name",
        live: r#"
            client id-courier "Courier" marked v1:maps:00000000 courier
            client id-billing "Billing" marked v1:maps:00000000 billing
        "#,
        yaml: "
clients:
  courier: { client_id: id-courier, name: Courier }
  billing: { adopt: true, name: Billing }",
        expected: "
            adoptable clients.courier: is named by its client_id
            adoptable clients.billing: is the only client of this name
        ",
    },
    Row {
        rule: "adoptable: once met by its mark, a namesake is nobody's",
        live: r#"
            client id-courier "Courier" marked v1:maps:here courier
            client id-double "Courier"
        "#,
        yaml: "clients: { courier: { adopt: true, name: Courier } }",
        expected: "
            managed clients.courier: carries the mark v1:maps:here courier
            unmanaged clients.id-double: carries no evidence
        ",
    },
    Row {
        rule: "unmanaged: two of the name, so neither is taken over",
        live: "
            client id-one \"Courier\"
            client id-two \"Courier\"
        ",
        yaml: "clients: { courier: { adopt: true, name: Courier } }",
        expected: "
            unmanaged clients.id-one: carries no evidence
            unmanaged clients.id-two: carries no evidence
        ",
    },
    Row {
        rule: "unmanaged: the name alone is no evidence",
        live: r#"
            client id-courier "Courier"
            api urn:maps
            grant id-courier -> urn:maps: read:maps
        "#,
        yaml: "clients: { courier: { name: Courier } }",
        expected: "
            unmanaged clients.id-courier: carries no evidence
            unmanaged resource_servers.urn:maps: carries no evidence
            unmanaged grants.id-courier -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "orphan: our mark, and nothing is declared; its grants with it",
        live: r#"
            api urn:maps: read:maps
            client id-courier "Courier" marked v1:maps:here courier
            grant id-courier -> urn:maps: read:maps
            grant id-courier -> urn:maps (user): read:maps
        "#,
        yaml: "",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            orphan clients.courier: carries the mark v1:maps:here courier
            orphan grants.courier -> urn:maps: goes with clients.courier, which is not declared any more
            orphan grants.courier -> urn:maps (user): goes with clients.courier, which is not declared any more
        ",
    },
    Row {
        rule: "orphan: a resource server only through a pattern under `owns`",
        live: "
            api https://old.maps.example/
            api https://old.atlas.example/
        ",
        yaml: "owns: { resource_servers: ['https://*.maps.example/'] }",
        expected: "
            orphan resource_servers.https://old.maps.example/: matches `https://*.maps.example/` under `owns`
            unmanaged resource_servers.https://old.atlas.example/: carries no evidence
        ",
    },
    Row {
        rule: "orphan: a grant made by hand on a client of ours",
        live: r#"
            api urn:elsewhere
            client id-courier "Courier" marked v1:maps:here courier
            grant id-courier -> urn:elsewhere: delete:everything
        "#,
        yaml: "clients: { courier: { name: Courier } }",
        expected: "
            unmanaged resource_servers.urn:elsewhere: carries no evidence
            managed clients.courier: carries the mark v1:maps:here courier
            orphan grants.courier -> urn:elsewhere: is a grant of clients.courier that is not declared
        ",
    },
    Row {
        rule: "orphan: a grant of a client that is only being taken over",
        live: r#"
            api urn:elsewhere
            client id-courier "Courier"
            grant id-courier -> urn:elsewhere: read:maps
        "#,
        yaml: "clients: { courier: { client_id: id-courier, name: Courier } }",
        expected: "
            unmanaged resource_servers.urn:elsewhere: carries no evidence
            adoptable clients.courier: is named by its client_id
            orphan grants.courier -> urn:elsewhere: carries no evidence
        ",
    },
    Row {
        rule: "foreign: the mark of another stack, and its grants",
        live: r#"
            api urn:maps
            client id-courier "Courier" marked v1:atlas:here courier
            grant id-courier -> urn:maps: read:maps
        "#,
        yaml: "clients: { courier: { name: Courier } }",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            foreign (atlas) clients.id-courier: carries the mark v1:atlas:here courier
            foreign (atlas) grants.id-courier -> urn:maps: belongs to clients.id-courier
        ",
    },
    Row {
        rule: "foreign: neither its id nor its key make it ours",
        live: r#"client id-courier "Courier" marked v1:atlas:here old"#,
        yaml: "
clients: { courier: { client_id: id-courier, name: Courier } }
moved: [{ client: old, to: courier }]",
        expected: "foreign (atlas) clients.id-courier: carries the mark v1:atlas:here old",
    },
    Row {
        rule: "copied mark: written for another tenant, and no evidence here",
        live: r#"
            api urn:maps
            client id-courier "Courier" marked v1:maps:00000000 courier
            grant id-courier -> urn:maps: read:maps
        "#,
        yaml: "",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            copied mark clients.id-courier: carries no evidence
            unmanaged grants.id-courier -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "unreadable: a version of the future, and a damaged mark",
        live: r#"
            api urn:maps
            client id-newer "Newer" marked v2:cats:here billing
            client id-longer "Longer" marked v1:maps:here a#
            client id-broken "Broken" marked mine! -
            grant id-newer -> urn:maps: read:maps
        "#,
        yaml: "clients: { newer: { client_id: id-newer, name: Newer } }",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            unreadable (the mark `v2:cats:here billing` is of a version this Grantry does not know) clients.id-newer: carries no evidence
            unreadable (the mark `v1:maps:here a#` is of a version this Grantry does not know) clients.id-longer: carries no evidence
            unreadable (the mark `mine! (none)` lacks one of its two entries) clients.id-broken: carries no evidence
            unmanaged grants.id-newer -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "ambiguous: the same key twice, declared or not",
        live: r#"
            api urn:maps
            client id-one "Courier" marked v1:maps:here courier
            client id-two "Courier" marked v1:maps:here courier
            grant id-two -> urn:maps: read:maps
        "#,
        yaml: "",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            ambiguous (id-one, id-two) clients.id-one: carries the mark v1:maps:here courier
            ambiguous (id-one, id-two) clients.id-two: carries the mark v1:maps:here courier
            unmanaged grants.id-two -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "ambiguous: a move that meets what is there already",
        live: r#"
            client id-one "Courier" marked v1:maps:here old
            client id-two "Courier" marked v1:maps:here courier
        "#,
        yaml: "clients: { courier: { name: Courier } }\nmoved: [{ client: old, to: courier }]",
        expected: "
            ambiguous (id-one, id-two) clients.id-one: carries the mark v1:maps:here old
            ambiguous (id-one, id-two) clients.id-two: carries the mark v1:maps:here courier
        ",
    },
    Row {
        rule: "protected: outlives its declaration, with its grants",
        live: r#"
            api urn:maps
            client id-courier "Courier" marked v1:maps:here courier!
            grant id-courier -> urn:maps: read:maps
        "#,
        yaml: "",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            protected clients.courier: carries the mark v1:maps:here courier!
            protected grants.courier -> urn:maps: belongs to clients.courier
        ",
    },
    Row {
        rule: "protected: `removed` does not lift it, unless it lets go",
        live: r#"
            client id-courier "Courier" marked v1:maps:here courier!
            client id-billing "Billing" marked v1:maps:here billing!
        "#,
        yaml: "removed: [{ client: courier, destroy: true }, { client: billing, destroy: false }]",
        expected: "
            protected clients.courier: carries the mark v1:maps:here courier!
            to release clients.billing: carries the mark v1:maps:here billing!
        ",
    },
    Row {
        rule: "removed and destroyed: a client and its grants",
        live: r#"
            api urn:maps
            client id-courier "Courier" marked v1:maps:here courier
            grant id-courier -> urn:maps: read:maps
        "#,
        yaml: "removed: [{ client: courier, destroy: true }]",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            to destroy clients.courier: carries the mark v1:maps:here courier
            to destroy grants.courier -> urn:maps: goes with clients.courier, which is named under `removed`
        ",
    },
    Row {
        rule: "removed and let go: its grants are nobody's from then on",
        live: r#"
            api urn:maps
            client id-courier "Courier" marked v1:maps:here courier
            grant id-courier -> urn:maps: read:maps
        "#,
        yaml: "removed: [{ client: courier, destroy: false }]",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            to release clients.courier: carries the mark v1:maps:here courier
            unmanaged grants.courier -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "removed: the key of another stack's client names nothing of ours",
        live: r#"client id-courier "Courier" marked v1:atlas:here courier"#,
        yaml: "removed: [{ client: courier, destroy: true }]",
        expected: "foreign (atlas) clients.id-courier: carries the mark v1:atlas:here courier",
    },
    Row {
        rule: "removed: a resource server is named by its identifier; our grants on it go first",
        live: r#"
            api urn:maps: read:maps
            api urn:atlas
            client id-courier "Courier" marked v1:maps:here courier
            client id-other "Other"
            grant id-courier -> urn:maps: read:maps
            grant id-other -> urn:maps: read:maps
        "#,
        yaml: "
clients: { courier: { name: Courier } }
removed:
  - { resource_server: 'urn:maps', destroy: true }
  - { resource_server: 'urn:atlas', destroy: false }",
        expected: "
            to destroy resource_servers.urn:maps: is named under `removed`
            to release resource_servers.urn:atlas: is named under `removed`
            managed clients.courier: carries the mark v1:maps:here courier
            unmanaged clients.id-other: carries no evidence
            to destroy grants.courier -> urn:maps: goes with resource_servers.urn:maps, which is named under `removed`
            unmanaged grants.id-other -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "removed and let go: stronger than a pattern under `owns`",
        live: "api urn:maps:old",
        yaml: "
owns: { resource_servers: ['urn:maps:*'] }
removed: [{ resource_server: 'urn:maps:old', destroy: false }]",
        expected: "to release resource_servers.urn:maps:old: is named under `removed`",
    },
    Row {
        rule: "external: a resource server and a client that are only referred to",
        live: r#"
            api urn:elsewhere: read:all
            client id-partner "Partner"
            client id-theirs "Theirs" marked v1:atlas:here theirs
            grant id-partner -> urn:elsewhere: read:all
            grant id-theirs -> urn:elsewhere: read:all
        "#,
        yaml: "
owns: { resource_servers: ['urn:else*'] }
resource_servers: { elsewhere: { identifier: 'urn:elsewhere', external: true } }
clients:
  partner: { client_id: id-partner, external: true }
  theirs: { client_id: id-theirs, external: true }
grants: [{ client: partner, resource_server: elsewhere, scopes: ['read:all'] }]",
        expected: "
            external resource_servers.urn:elsewhere: is declared
            external clients.id-partner: is declared
            external clients.id-theirs: is declared
            managed grants.id-partner -> urn:elsewhere: is declared
            unmanaged grants.id-theirs -> urn:elsewhere: carries no evidence
        ",
    },
    Row {
        rule: "external: our own mark does not make it ours again",
        live: r#"client id-courier "Courier" marked v1:maps:here courier"#,
        yaml: "clients: { courier: { client_id: id-courier, external: true } }",
        expected: "external clients.id-courier: is declared",
    },
    Row {
        rule: "untouchable: the Management API, also where a pattern or `removed` reaches it",
        live: "api https://the.management.api/ (system)",
        yaml: "owns: { resource_servers: ['https://*.auth0.com/api/v2/', 'https://local/*', 'https://memory.example/*'] }",
        expected: "untouchable (made by the tenant itself) resource_servers.https://the.management.api/: is so in the tenant",
    },
    Row {
        rule: "untouchable: a resource server of the system, declared or removed",
        live: "
            api urn:auth0:express-configure (system)
            api urn:auth0:else (system)
        ",
        yaml: "removed: [{ resource_server: 'urn:auth0:else', destroy: true }]",
        expected: "
            untouchable (made by the tenant itself) resource_servers.urn:auth0:express-configure: is so in the tenant
            untouchable (made by the tenant itself) resource_servers.urn:auth0:else: is so in the tenant
        ",
    },
    Row {
        rule: "untouchable: a grant of the system, also on a client of ours",
        live: r#"
            api urn:maps
            client id-courier "Courier" marked v1:maps:here courier
            grant id-courier -> urn:maps (system)
        "#,
        yaml: "",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            orphan clients.courier: carries the mark v1:maps:here courier
            untouchable (made by the tenant itself) grants.courier -> urn:maps: is so in the tenant
        ",
    },
    Row {
        rule: "untouchable: the global client, whatever it carries",
        live: r#"client id-global "All Applications" (global) marked v1:maps:here courier"#,
        yaml: "",
        expected: "untouchable (the tenant's global client) clients.courier: is so in the tenant",
    },
    Row {
        rule: "untouchable: ourselves, our grant on the Management API, and nothing beyond",
        live: r#"
            api urn:maps: read:maps
            client grantry-itself "Grantry" (ourselves) marked v1:maps:here self
            grant grantry-itself -> https://the.management.api/ (ourselves)
            grant grantry-itself -> urn:maps: read:maps
        "#,
        yaml: "removed: [{ client: self, destroy: true }]",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            untouchable (Grantry's own access to the tenant) clients.self: is so in the tenant
            untouchable (Grantry's own access to the tenant) grants.self -> https://the.management.api/: is so in the tenant
            unmanaged grants.self -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "untouchable: a third party's client is not taken over by id, name or mark",
        live: r#"
            client id-one "One" (third-party)
            client id-two "Two" (third-party)
            client id-three "Three" (third-party) marked v1:maps:here three
        "#,
        yaml: "
clients:
  one: { client_id: id-one, name: One }
  two: { adopt: true, name: Two }
  three: { name: Three }",
        expected: "
            untouchable (a third party's client) clients.id-one: is so in the tenant
            untouchable (a third party's client) clients.id-two: is so in the tenant
            untouchable (a third party's client) clients.three: is so in the tenant
        ",
    },
    Row {
        rule: "untouchable: a client that registered itself, and its grants are nobody's",
        live: r#"
            api urn:maps
            client id-agent "Agent" (registered)
            grant id-agent -> urn:maps: read:maps
        "#,
        yaml: "",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            untouchable (a dynamically registered client) clients.id-agent: is so in the tenant
            unmanaged grants.id-agent -> urn:maps: carries no evidence
        ",
    },
    Row {
        rule: "unmanaged: everything else",
        live: r#"
            api urn:maps: read:maps
            client id-someone "Someone"
            grant id-someone -> urn:maps: all scopes
        "#,
        yaml: "resource_servers: { maps: { identifier: 'urn:other' } }",
        expected: "
            unmanaged resource_servers.urn:maps: carries no evidence
            unmanaged clients.id-someone: carries no evidence
            unmanaged grants.id-someone -> urn:maps: carries no evidence
        ",
    },
];
