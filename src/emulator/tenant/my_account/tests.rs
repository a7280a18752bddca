use super::super::tests::{object, seeded};
use super::*;

#[test]
fn asking_for_it_enables_it_as_it_is_and_it_can_be_deleted() {
    let mut tenant = seeded();
    let body = json!({
        "identifier": MY_ACCOUNT_AUDIENCE,
        "name": "Mine",
        "token_lifetime": 60,
        "authorization_policy": {"policy_id": "p"}
    });
    for _ in 0..2 {
        let created = tenant
            .create_resource_server(object(body.clone()))
            .unwrap();
        let fields = [
            "name",
            "token_lifetime",
            "token_lifetime_for_web",
            "is_system",
        ];
        assert_eq!(
            fields.map(|field| created[field].clone()),
            [
                json!("Auth0 My Account API"),
                json!(600),
                json!(600),
                json!(true)
            ]
        );
        assert_eq!(
            created["subject_type_authorization"],
            json!({
                "client": {"policy": "deny_all"},
                "user": {"policy": "require_client_grant"}
            })
        );
        assert_eq!(
            created["authorization_policy"],
            json!({"policy_id": "p"})
        );
        assert_eq!(count_scopes(&created), 3);
        let read = tenant
            .resource_server(MY_ACCOUNT_AUDIENCE)
            .unwrap();
        assert_eq!(count_scopes(read), 8);
        assert_eq!(
            read["scopes"][7]["value"],
            "create:me:authentication_methods"
        );
        tenant
            .delete_resource_server(MY_ACCOUNT_AUDIENCE)
            .unwrap();
    }
}

fn count_scopes(api: &Object) -> usize {
    api["scopes"].as_array().unwrap().len()
}

#[test]
fn its_name_stays_while_other_fields_change() {
    let mut tenant = seeded();
    let body = json!({"identifier": MY_ACCOUNT_AUDIENCE});
    tenant
        .create_resource_server(object(body))
        .unwrap();
    let mut change =
        |body| tenant.update_resource_server(MY_ACCOUNT_AUDIENCE, object(body));
    assert!(change(json!({"name": "Mine"})).is_err());
    let same = json!({"name": "Auth0 My Account API", "token_lifetime": 900});
    assert_eq!(change(same).unwrap()["token_lifetime"], 900);
}
