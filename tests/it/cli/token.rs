//! A token, for `curl`: of a declared client, for the tenant that is meant, and
//! nowhere else than on stdout.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde_json::Value;

use crate::cli::harness::{Place, Said};
use crate::cli::tokens::{DELIVERED, Tenant};

const TOKEN: &str = "token gift-deliveries world-mappers";

/// The claims of the token that stdout is, and nothing else.
fn claims_of(said: &Said, tenant: &Tenant) -> Value {
    let token = said.stdout.strip_suffix('\n').unwrap();
    assert!(!token.contains(char::is_whitespace), "{said:?}");

    let keys: JwkSet = serde_json::from_value(tenant.keys()).unwrap();
    let key = DecodingKey::from_jwk(&keys.keys[0]).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&["https://api.world-mappers.example/"]);
    decode(token, &key, &validation)
        .unwrap()
        .claims
}

#[test]
fn stdout_is_one_token_with_all_that_is_granted_or_with_what_is_asked_for() {
    let tenant = Tenant::applied(DELIVERED);
    let claims = claims_of(&tenant.run(TOKEN).exits(0), &tenant);
    assert_eq!(claims["scope"], "geocode:location read:maps");
    assert_eq!(claims["azp"], tenant.delivered("CLIENT_ID"));

    let by_identifier = "token gift-deliveries https://api.world-mappers.example/ --scope read:maps";
    let claims = claims_of(&tenant.run(by_identifier).exits(0), &tenant);
    assert_eq!(claims["scope"], "read:maps");
}

#[test]
fn decoded_it_says_what_it_holds_and_is_not_there_itself() {
    let tenant = Tenant::applied(DELIVERED);
    let said = tenant
        .run(&format!("{TOKEN} --decode"))
        .exits(0);
    let decoded: Value = serde_json::from_str(&said.stdout).unwrap();

    assert_eq!(decoded["header"]["alg"], "RS256", "{decoded}");
    assert_eq!(
        decoded["claims"]["scope"],
        "geocode:location read:maps"
    );
    assert!(!said.stdout.contains("eyJ"), "{}", said.stdout);
}

#[test]
fn neither_secret_nor_token_is_said_anywhere_else() {
    let tenant = Tenant::applied(DELIVERED);
    let secret = tenant.delivered("CLIENT_SECRET");
    let said = tenant
        .run(&format!("{TOKEN} -vv"))
        .exits(0);
    let token = said.stdout.trim();

    assert!(
        said.stderr
            .contains("POST /oauth/token"),
        "{}",
        said.stderr
    );
    for word in [secret.as_str(), token] {
        assert!(
            word.len() > 20 && !said.stderr.contains(word),
            "{said:?}"
        );
    }
    assert!(!said.stdout.contains(&secret));

    // Also where the tenant says no.
    let said = tenant.run(&format!("{TOKEN} -vv --scope write:maps"));
    assert!(!said.exits(1).stderr.contains(&secret));
}

#[test]
fn credentials_go_to_no_tenant_but_the_one_that_they_were_delivered_for() {
    let tenant = Tenant::applied(DELIVERED);
    let before = tenant.entry();
    let issuer = format!("{}/", tenant.url());
    let (_, rest) = before
        .split_once("\"tenant\":\"")
        .unwrap();
    let hash = &rest[..8];

    for (from, to, written_for) in [
        (hash, "0123abcd", "the tenant 0123abcd"),
        ("oauth/token", "oauth/tokens", "/oauth/tokens"),
        (
            issuer.as_str(),
            "https://acme.eu.auth0.com/",
            "by https://acme.eu.auth0.com/",
        ),
        (
            "\"stack\":\"world-mappers\"",
            "\"stack\":\"others\"",
            "of the stack others",
        ),
        (
            "\"key\":\"gift-deliveries\"",
            "\"key\":\"others\"",
            "`others` of",
        ),
    ] {
        tenant.edit_entry(from, to);
        let asked = tenant.count_token_requests();
        let said = tenant.run(TOKEN).exits(1);
        assert_eq!(said.stdout, "");

        let text = said
            .stderr
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(text.contains("nothing was sent"), "{text}");
        assert!(text.contains(written_for), "{text}");
        let is_meant_named =
            text.contains(hash) || text.contains("of the stack world-mappers");
        assert!(is_meant_named, "{text}");
        // Grantry's own, to ask which tenant it is.
        assert_eq!(
            tenant.count_token_requests(),
            asked + 1,
            "{from}"
        );
        std::fs::write(
            tenant
                .place
                .path(crate::cli::tokens::ENTRY),
            &before,
        )
        .unwrap();
    }
    tenant.run(TOKEN).exits(0);
}

/// Whoever opens a pull request chooses what stands in a file.
#[test]
fn a_tenant_that_only_a_file_names_is_sent_no_secret() {
    let tenant = Tenant::applied(DELIVERED);
    let provider = format!(
        "provider: {{ auth0: {{ domain: \"{}\" }} }}",
        tenant.url()
    );
    let stated = format!("{provider}\n{DELIVERED}");
    tenant
        .place
        .write("grantry.yaml", &stated);
    let (id, secret) = (
        tenant.delivered("CLIENT_ID"),
        tenant.delivered("CLIENT_SECRET"),
    );
    let unnamed = [
        ("AUTH0_DOMAIN", ""),
        ("GRANTRY_CLIENT_ID", &*id),
        ("GRANTRY_CLIENT_SECRET", &*secret),
    ];

    let asked = tenant.count_token_requests();
    let environment = format!("{TOKEN} --credentials environment");
    for command in [TOKEN, &environment, "verify --all"] {
        let said = tenant
            .run_with(&unnamed, command)
            .exits(64);
        assert!(
            said.stderr.contains("AUTH0_DOMAIN"),
            "{}",
            said.stderr
        );
    }
    assert_eq!(tenant.count_token_requests(), asked);
    tenant
        .run_with(&unnamed[1..], &environment)
        .exits(0);
}

#[test]
fn a_scope_that_is_not_granted_is_refused_in_the_words_of_the_tenant() {
    let tenant = Tenant::applied(DELIVERED);
    let said = tenant
        .run(&format!("{TOKEN} --scope write:maps"))
        .exits(1);

    assert_eq!(said.stdout, "");
    let text = said
        .stderr
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let refusal =
        "403 access_denied: Client has not been granted scopes: write:maps";
    assert!(text.contains(refusal), "{text}");
}

#[test]
fn whoever_has_no_sink_asks_with_what_the_environment_has() {
    let tenant = Tenant::applied(DELIVERED);
    let (id, secret) = (
        tenant.delivered("CLIENT_ID"),
        tenant.delivered("CLIENT_SECRET"),
    );
    let undelivered = DELIVERED.replace(", deliver: files", "");
    tenant
        .place
        .write("grantry.yaml", &undelivered);

    let said = tenant.run(TOKEN).exits(64);
    assert!(
        said.stderr
            .contains("GRANTRY_CLIENT_ID"),
        "{}",
        said.stderr
    );
    let set = [
        ("GRANTRY_CLIENT_ID", &*id),
        ("GRANTRY_CLIENT_SECRET", &*secret),
    ];
    let said = tenant
        .run_with(&set[..1], TOKEN)
        .exits(64);
    assert!(
        said.stderr
            .contains("GRANTRY_CLIENT_SECRET is not"),
        "{}",
        said.stderr
    );
    claims_of(&tenant.run_with(&set, TOKEN).exits(0), &tenant);

    // Nothing of Grantry's own is needed for it.
    let ours = [
        ("AUTH0_CLIENT_ID", ""),
        ("AUTH0_CLIENT_SECRET", ""),
    ];
    let all = [&set[..], &ours].concat();
    claims_of(&tenant.run_with(&all, TOKEN).exits(0), &tenant);

    // Which tenant an entry is for, an emulator tells only whom it knows.
    tenant
        .place
        .write("grantry.yaml", DELIVERED);
    let said = tenant.run_with(&ours, TOKEN).exits(64);
    assert!(
        said.stderr.contains("AUTH0_CLIENT_ID"),
        "{}",
        said.stderr
    );

    // What is delivered counts first, unless it is said otherwise.
    let wrong = [
        ("GRANTRY_CLIENT_ID", &*id),
        ("GRANTRY_CLIENT_SECRET", "wrong-secret"),
    ];
    tenant.run_with(&wrong, TOKEN).exits(0);
    let environment = format!("{TOKEN} --credentials environment");
    let said = tenant
        .run_with(&wrong, &environment)
        .exits(1);
    assert!(
        said.stderr
            .contains("401 access_denied"),
        "{}",
        said.stderr
    );
    assert!(
        !said.stderr.contains("wrong-secret"),
        "{}",
        said.stderr
    );
    tenant
        .run_with(&set, &environment)
        .exits(0);
    tenant
        .place
        .write("grantry.yaml", &undelivered);
    tenant
        .run_with(&set, &format!("{TOKEN} --credentials sink"))
        .exits(64);
}

/// Whoever starts an emulator with a configuration has the credentials of each
/// service in variables.
#[test]
fn what_an_emulator_has_printed_is_at_hand_and_stays_on_this_machine() {
    let tenant = Tenant::applied(DELIVERED);
    let (id, secret) = (
        tenant.delivered("CLIENT_ID"),
        tenant.delivered("CLIENT_SECRET"),
    );
    let undelivered = DELIVERED.replace(", deliver: files", "");
    tenant
        .place
        .write("grantry.yaml", &undelivered);
    let printed = [
        ("GIFT_DELIVERIES_CLIENT_ID", &*id),
        ("GIFT_DELIVERIES_CLIENT_SECRET", &*secret),
    ];

    tenant
        .run_with(&printed[..1], TOKEN)
        .exits(64);
    claims_of(
        &tenant
            .run_with(&printed, TOKEN)
            .exits(0),
        &tenant,
    );
    let said = tenant
        .run_with(&printed, "verify --all")
        .exits(0);
    assert!(
        said.stdout.contains("1 verified"),
        "{}",
        said.stdout
    );

    // What is ours is no service's, whatever its key is: that would be a token
    // of Grantry itself.
    for key in ["auth0", "grantry"] {
        let ours = undelivered.replace("gift-deliveries", key);
        tenant
            .place
            .write("grantry.yaml", &ours);
        tenant
            .run(&format!("token {key} world-mappers"))
            .exits(64);
    }

    // One that is empty is not set, and one that is none is said by its name.
    tenant
        .place
        .write("grantry.yaml", &undelivered);
    let empty = [("GIFT_DELIVERIES_CLIENT_ID", ""), printed[1]];
    let said = tenant.run_with(&empty, TOKEN).exits(64);
    assert!(
        said.stderr.contains("are at hand"),
        "{}",
        said.stderr
    );
    let none = [
        ("GIFT_DELIVERIES_CLIENT_ID", "no id at all"),
        printed[1],
    ];
    let said = tenant.run_with(&none, TOKEN).exits(64);
    let variable = "GIFT_DELIVERIES_CLIENT_ID is no id";
    assert!(
        said.stderr.contains(variable),
        "{}",
        said.stderr
    );

    // Elsewhere a key would choose which variable is sent.
    tenant
        .place
        .write("grantry.yaml", &undelivered);
    let elsewhere = [
        ("AUTH0_DOMAIN", "acme.eu.auth0.com"),
        ("AUTH0_AUDIENCE", ""),
    ];
    let said = tenant
        .run_with(&[&printed[..], &elsewhere].concat(), TOKEN)
        .exits(64);
    let text = said
        .stderr
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    assert!(
        text.contains("no credentials of `gift-deliveries` are at hand"),
        "{text}"
    );
}

#[test]
fn a_client_that_shows_its_secret_in_a_header_gets_one_too() {
    let basic = "name: Gift Deliveries, token_endpoint_auth_method: client_secret_basic";
    let tenant =
        Tenant::applied(&DELIVERED.replace("name: Gift Deliveries", basic));
    claims_of(&tenant.run(TOKEN).exits(0), &tenant);
}

#[test]
fn what_is_misspelt_gets_a_suggestion_before_anything_is_sent() {
    let tenant = Tenant::applied(DELIVERED);
    let asked = tenant.count_token_requests();
    for (command, meant) in [
        (
            "token gift-delivery world-mappers",
            "`gift-deliveries`",
        ),
        (
            "token gift-deliveries world-maper",
            "`world-mappers`",
        ),
        (
            "verify --client gift-delivery",
            "`gift-deliveries`",
        ),
    ] {
        let said = tenant.run(command).exits(64);
        assert!(said.stderr.contains(meant), "{}", said.stderr);
    }
    assert_eq!(tenant.count_token_requests(), asked);
}

#[test]
fn a_file_gives_no_tokens() {
    let place = Place::new();
    place.write("grantry.yaml", DELIVERED);
    for arguments in [
        &["token", "gift-deliveries", "world-mappers"][..],
        &["verify", "--all"],
    ] {
        let said = place.run(arguments).exits(64);
        assert!(
            said.stderr.contains("grantry emulator"),
            "{}",
            said.stderr
        );
    }
}

/// The first minute of a customer: a line more in a table, and
/// a client that gets tokens.
#[test]
fn a_row_more_ends_as_credentials_that_work() {
    let tenant = Tenant::fresh("");
    std::fs::remove_file(tenant.place.path("grantry.yaml")).unwrap();
    let example = |name: &str| {
        std::fs::read_to_string(format!("examples/saas/{name}")).unwrap()
    };
    tenant
        .place
        .write("access.yaml", &example("access.yaml"));
    let table = example("customers.csv");
    let few: Vec<&str> = table.lines().take(3).collect();
    let few = few.join("\n");
    tenant
        .place
        .write("customers.csv", &few);
    let apply = "apply access.yaml --env production --auto-approve";
    tenant.run(apply).exits(0);

    tenant.place.write(
        "customers.csv",
        &format!("{few}\n1001,Latecomer,basic\n"),
    );
    let said = tenant.run(apply).exits(0);
    assert!(
        said.stdout
            .contains("Applied 2 changes. Delivered 1 entry."),
        "{}",
        said.stdout
    );
    let token = "token customer-1001 reports --config access.yaml --env production --decode";
    let said = tenant.run(token).exits(0);
    assert!(
        said.stdout
            .contains("\"scope\": \"read:reports\""),
        "{}",
        said.stdout
    );
}
