use super::*;

fn missing(scopes: &str, needs: &[Need]) -> String {
    let needs = needs.iter().copied().collect();
    list(Scopes::parse(scopes).find_missing(&needs))
}

fn unused(scopes: &str, needs: &BTreeSet<Need>) -> String {
    list(Scopes::parse(scopes).find_unused(needs))
}

fn list(scopes: BTreeSet<String>) -> String {
    scopes
        .into_iter()
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn every_missing_scope_is_named() {
    let needs: Vec<Need> = Need::to_read().into_iter().collect();
    assert_eq!(
        missing("", &needs),
        "read:client_grants read:clients read:resource_servers"
    );

    let all = "read:client_grants read:client_keys read:resource_servers";
    assert_eq!(missing(all, &needs), "");

    let writes = [
        Need::Create(Objects::Of(Kind::Grant)),
        Need::Update(Objects::Of(Kind::Client)),
        Need::Delete(Objects::Of(Kind::ResourceServer)),
    ];
    let some = "create:client_grants create:clients read:clients";
    assert_eq!(
        missing(some, &writes),
        "delete:resource_servers update:clients"
    );
}

#[test]
fn what_no_need_takes_is_unused() {
    let needs = Need::to_read();
    let base = "read:client_grants read:resource_servers";

    let plain = format!("{base} read:clients");
    assert_eq!(unused(&plain, &needs), "");

    let alternative = format!("{base} read:client_keys");
    assert_eq!(
        unused(&alternative, &needs),
        "",
        "a way to read them"
    );

    let both = format!("{base} read:clients read:client_keys delete:users");
    assert_eq!(
        unused(&both, &needs),
        "delete:users read:client_keys"
    );
}

#[test]
fn applying_takes_what_planning_takes_and_the_writes() {
    let kinds = Objects::of_every_kind();
    let mut all: Vec<String> = Vec::new();
    for verb in ["create", "delete", "read", "update"] {
        let objects = ["client_grants", "clients", "resource_servers"];
        all.extend(objects.map(|objects| format!("{verb}:{objects}")));
    }

    let to_apply = Need::to_apply_with(&kinds);
    assert_eq!(list(scopes(&to_apply)), all.join(" "));
    assert!(to_apply.is_superset(&Need::to_plan_with(&kinds)));

    let organizations = Need::to_apply_with(&[Objects::Organizations].into());
    let of = "organization_client_grants";
    assert_eq!(
        list(scopes(&organizations)),
        format!("create:{of} delete:{of} read:{of}")
    );
}
