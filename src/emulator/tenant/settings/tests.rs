use super::super::tests::{object, seeded};
use super::*;

#[test]
fn a_setting_is_merged_or_replaced_and_keeps_its_type() {
    let mut tenant = seeded();
    let settings = find(TENANT).unwrap();
    let change = json!({"friendly_name": "Maps", "support_url": null});
    let changed = tenant
        .change_setting(settings, change)
        .unwrap();
    assert_eq!(changed["friendly_name"], "Maps");
    assert_eq!(changed["session_lifetime"], 168);
    assert_eq!(changed.get("support_url"), None);
    let flag = json!({"flags": {"remove_alg_from_jwks": true}});
    let changed = tenant
        .change_setting(settings, flag)
        .unwrap();
    assert_eq!(changed["flags"]["enable_sso"], true);
    assert!(tenant.removes_algorithm_from_keys());
    assert_eq!(tenant.setting(settings), changed);

    let policies = find("/guardian/policies").unwrap();
    tenant
        .change_setting(policies, json!(["all-applications"]))
        .unwrap();
    assert_eq!(
        tenant.setting(policies),
        json!(["all-applications"])
    );

    for (setting, body) in [(settings, json!([])), (policies, json!({}))] {
        let refusal = tenant
            .change_setting(setting, body)
            .unwrap_err();
        assert!(
            matches!(refusal, Refusal::Payload(_)),
            "{refusal}"
        );
    }
}

#[test]
fn a_factor_is_switched_alone() {
    let mut tenant = seeded();
    let body = object(json!({"enabled": true, "name": "sms"}));
    tenant
        .switch_factor("otp", body.clone())
        .unwrap();

    let factors = tenant.setting(find(FACTORS).unwrap());
    let enabled: Vec<&Value> = factors
        .as_array()
        .unwrap()
        .iter()
        .filter(|factor| factor["enabled"] == true)
        .map(|factor| &factor["name"])
        .collect();
    assert_eq!(enabled, ["otp"]);
    assert_eq!(
        tenant.switch_factor("no", body),
        Err(NO_SUCH_FACTOR)
    );
}
