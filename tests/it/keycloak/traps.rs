//! What the double does at a test's word: lost answers,
//! expired tokens, other powers.

use std::collections::BTreeSet;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::admin_api::{AdminApi, Server};
use super::double::{Double, Fault, Trouble, realm_with_accounts};

use crate::helpers::plain_http::plain_http;

const SCOPES: &str = "/client-scopes";
const CLIENTS: &str = "/clients";

async fn account(double: &Double, client_id: &str) -> AdminApi {
    let api = AdminApi::log_in(&Server::of(double), double.realm()).await;
    api.account(client_id).await
}

#[tokio::test]
async fn a_lost_answer_may_have_been_carried_out_or_not() {
    let double = Double::start().await;
    let apply = account(&double, "grantry-apply").await;
    for (what, is_there) in [
        (Trouble::DropBefore, false),
        (Trouble::DropAfter, true),
        (Trouble::Status(503), false),
        (Trouble::Garbage, true),
    ] {
        double.fail(Fault {
            method: "POST",
            path: SCOPES.to_owned(),
            nth: 1,
            what,
        });
        let name = format!("{what:?}").replace(['(', ')'], ":");
        let body = json!({ "name": name, "protocol": "openid-connect" });
        let url = format!(
            "{}/admin/realms/{}{SCOPES}",
            double.url(),
            double.realm()
        );
        let request = plain_http()
            .post(url)
            .bearer_auth(&apply.token);
        let answer = request.json(&body).send().await;

        let is_lost = matches!(what, Trouble::DropBefore | Trouble::DropAfter);
        assert_eq!(answer.is_err(), is_lost, "{what:?}");
        let found = double
            .admin()
            .scope(double.realm(), &name);
        assert_eq!(found.is_some(), is_there, "{what:?}");
    }
}

#[tokio::test]
async fn an_answer_may_end_in_the_middle() {
    let double = Double::start().await;
    let plan = account(&double, "grantry-plan").await;
    double.fail(Fault {
        method: "GET",
        path: CLIENTS.to_owned(),
        nth: 2,
        what: Trouble::CutShort,
    });
    plan.must(Method::GET, CLIENTS, None)
        .await;
    let path = format!("/admin/realms/{}{CLIENTS}", double.realm());
    let answer = plan
        .send(Method::GET, &path, None)
        .await;
    assert!(answer.text().await.is_err());
}

#[tokio::test]
async fn requests_are_recorded_and_forgotten() {
    let double = Double::start().await;
    let plan = account(&double, "grantry-plan").await;
    double.forget_requests();
    plan.must(Method::GET, "/clients?first=0&max=2", None)
        .await;

    let asked = double.requests();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].method, "GET");
    assert_eq!(
        asked[0].path,
        "/admin/realms/grantry/clients?first=0&max=2"
    );
    assert_eq!(asked[0].status, Some(200));
}

#[tokio::test]
async fn a_token_expires_and_another_is_had() {
    let double = Double::start().await;
    let plan = account(&double, "grantry-plan").await;
    double.expire_tokens();
    assert_eq!(
        plan.ask(Method::GET, CLIENTS, None)
            .await
            .0,
        401
    );

    let plan = account(&double, "grantry-plan").await;
    assert_eq!(
        plan.ask(Method::GET, CLIENTS, None)
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn a_role_is_in_force_until_it_is_taken() {
    let double = Double::start().await;
    let plan = account(&double, "grantry-plan").await;
    double.take_role("grantry-plan", "view-clients");
    assert_eq!(
        plan.ask(Method::GET, CLIENTS, None)
            .await
            .0,
        403
    );

    double.give_role("grantry-plan", "query-clients");
    assert_eq!(
        plan.ask(Method::GET, CLIENTS, None)
            .await,
        (200, json!([]))
    );
    let probe = "/default-default-client-scopes";
    assert_eq!(
        plan.ask(Method::GET, probe, None)
            .await
            .0,
        403
    );

    double.set_fine_grained(Some(&["grantry-apply"]));
    let (_, seen) = plan
        .ask(Method::GET, CLIENTS, None)
        .await;
    assert_eq!(seen.as_array().unwrap().len(), 1);
    let listed = seen[0]["optionalClientScopes"]
        .as_array()
        .unwrap()
        .len();
    let path = format!("{CLIENTS}/{}", seen[0]["id"].as_str().unwrap());
    let (_, alone) = plan.ask(Method::GET, &path, None).await;
    assert_eq!(alone["optionalClientScopes"], json!([]));
    assert_ne!(listed, 0);

    double.set_fine_grained(None);
    assert_eq!(
        plan.ask(Method::GET, CLIENTS, None)
            .await,
        (200, json!([]))
    );
}

#[tokio::test]
async fn a_location_may_name_another_host() {
    let double = Double::start().await;
    let apply = account(&double, "grantry-apply").await;
    double.set_location_host("sso.example");
    let body = json!({ "name": "read:orders", "protocol": "openid-connect" });
    let path = format!("/admin/realms/{}{SCOPES}", double.realm());
    let answer = apply
        .send(Method::POST, &path, Some(&body))
        .await;
    let location = answer.headers()["location"]
        .to_str()
        .unwrap();

    let id = double
        .admin()
        .scope(double.realm(), "read:orders")
        .unwrap();
    let expected =
        format!("http://sso.example/admin/realms/grantry/client-scopes/{id}");
    assert_eq!(location, expected);
}

#[tokio::test]
async fn another_administrator_reads_and_changes_what_is_there() {
    let double = Double::start().await;
    let (admin, realm) = (double.admin(), double.realm());
    let before = admin.dump(realm);
    assert_eq!(before, admin.dump(realm));

    let id = admin
        .client(realm, "grantry-plan")
        .unwrap();
    let body = json!({ "description": "by hand" });
    let path = format!("/admin/realms/{realm}/clients/{id}");
    admin.must("PUT", &path, Some(&body));
    assert_ne!(before, admin.dump(realm));
    assert_eq!(admin.ask("DELETE", &path, None).0, 204);
    assert_eq!(admin.client(realm, "grantry-plan"), None);
}

#[tokio::test]
async fn a_realm_is_one_of_several() {
    let double = Double::start().await;
    double.add_realm("other");
    let plan = account(&double, "grantry-plan").await;
    let path = "/admin/realms/other/clients";
    assert_eq!(
        plan.send(Method::GET, path, None)
            .await
            .status(),
        403
    );

    let server = Server::of(&double);
    let third = AdminApi::found(&server, &realm_with_accounts("third")).await;
    let apply = third.account("grantry-apply").await;
    assert_eq!(
        apply
            .ask(Method::GET, CLIENTS, None)
            .await
            .0,
        200
    );
    third.remove_realm().await;
    assert_eq!(
        third
            .ask(Method::GET, CLIENTS, None)
            .await
            .0,
        404
    );
}

#[tokio::test]
async fn the_order_of_client_scopes_is_another_each_time() {
    let double = Double::start().await;
    let plan = account(&double, "grantry-plan").await;
    let mut orders = BTreeSet::new();
    for _ in 0..4 {
        let seen = plan
            .must(Method::GET, "/clients?max=1", None)
            .await;
        orders.insert(seen[0]["defaultClientScopes"].to_string());
    }
    assert!(orders.len() > 1, "{orders:?}");
}

#[tokio::test]
async fn a_token_can_be_verified_by_the_published_keys() {
    let double = Double::start().await;
    let plan = account(&double, "grantry-plan").await;
    let realm = format!("{}/realms/{}", double.url(), double.realm());
    let keys = fetch(&format!(
        "{realm}/protocol/openid-connect/certs"
    ))
    .await;
    let keys: JwkSet = serde_json::from_value(keys).unwrap();

    let id = jsonwebtoken::decode_header(&plan.token)
        .unwrap()
        .kid;
    let key = DecodingKey::from_jwk(keys.find(&id.unwrap()).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&realm]);
    validation.set_audience(&["realm-management"]);
    jsonwebtoken::decode::<Json>(&plan.token, &key, &validation).unwrap();
}

#[tokio::test]
async fn a_client_proves_who_it_is_with_a_key() {
    let double = Double::start().await;
    let apply = account(&double, "grantry-apply").await;
    let pair =
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    let pem = pair.serialize_pem();
    let key = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let certificate = CertificateParams::default()
        .self_signed(&pair)
        .unwrap();
    let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
    jwk.common.key_id = Some("new".to_owned());

    let by_set = json!({
        "use.jwks.string": "true",
        "jwks.string": json!({ "keys": [jwk] }).to_string(),
    });
    let by_certificate =
        json!({ "jwt.credential.certificate": certificate.pem() });
    for (client_id, attributes) in
        [("set", by_set), ("certificate", by_certificate)]
    {
        let client = json!({
            "clientId": client_id,
            "serviceAccountsEnabled": true,
            "clientAuthenticatorType": "client-jwt",
            "attributes": attributes,
        });
        apply
            .must(Method::POST, CLIENTS, Some(&client))
            .await;

        let assertion = sign(&double, client_id, &key, "new");
        assert_eq!(
            prove(&double, &assertion).await.0,
            200,
            "{client_id}"
        );
        let (status, answer) = prove(&double, &assertion).await;
        assert_eq!(status, 400);
        assert_eq!(
            answer["error_description"],
            "Token reuse detected"
        );
    }
    let (status, answer) =
        prove(&double, &sign(&double, "set", &key, "old")).await;
    assert_eq!(status, 400);
    assert_eq!(
        answer["error_description"],
        "Unable to load public key"
    );
}

fn sign(
    double: &Double,
    client_id: &str,
    key: &EncodingKey,
    id: &str,
) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some(id.to_owned());
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": format!("{}/realms/{}", double.url(), double.realm()),
        "jti": format!("{client_id} {id}"),
        "exp": jsonwebtoken::get_current_timestamp() + 60,
    });
    jsonwebtoken::encode(&header, &claims, key).unwrap()
}

async fn prove(double: &Double, assertion: &str) -> (u16, Json) {
    let endpoint = "protocol/openid-connect/token";
    let url = format!(
        "{}/realms/{}/{endpoint}",
        double.url(),
        double.realm()
    );
    let form = json!({
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
    });
    let request = plain_http().post(url).form(&form);
    let answer = request.send().await.unwrap();
    (
        answer.status().as_u16(),
        answer.json().await.unwrap(),
    )
}

async fn fetch(url: &str) -> Json {
    reqwest::get(url)
        .await
        .unwrap()
        .json()
        .await
        .unwrap()
}
