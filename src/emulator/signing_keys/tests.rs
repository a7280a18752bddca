use super::*;

fn ids(keys: &[Arc<SigningKey>]) -> Vec<&str> {
    keys.iter()
        .map(|key| key.id())
        .collect()
}

#[test]
fn a_key_is_believed_until_it_is_revoked_and_all_is_kept() {
    let keys = SigningKeys::generate().unwrap();
    let first = keys.current();
    let next = SigningKey::generate().unwrap();
    keys.rotate(next, Moment::at_second(10));

    let second = keys.current();
    assert_eq!(ids(&keys.trusted()), [second.id(), first.id()]);

    let refused = keys
        .revoke(second.id(), Moment::at_second(20))
        .err();
    assert_eq!(refused, Some(NotRevoked::Current));
    let unknown = keys
        .revoke("no", Moment::at_second(20))
        .err();
    assert_eq!(unknown, Some(NotRevoked::Unknown));
    for second in [20, 30] {
        assert!(keys.find_trusted(first.id()).is_some() == (second == 20));
        keys.revoke(first.id(), Moment::at_second(second))
            .unwrap();
    }

    let text = serde_json::to_string(&keys.keep()).unwrap();
    let kept: KeptKeys = serde_json::from_str(&text).unwrap();
    let loaded = SigningKeys::try_from(kept).unwrap();
    for keys in [&keys, &loaded] {
        assert_eq!(ids(&keys.trusted()), [second.id()]);
        let statuses = keys.statuses();
        assert_eq!(statuses[0].since, Some(Moment::at_second(10)));
        assert_eq!(statuses[1].until, Some(Moment::at_second(10)));
        assert_eq!(
            statuses[1].revoked_at,
            Some(Moment::at_second(20))
        );
    }
}

#[test]
fn what_the_first_emulators_kept_is_read() {
    let pem = SigningKey::generate()
        .unwrap()
        .pem()
        .to_owned();
    let kept = serde_json::json!({"signing_key": pem});
    let kept: KeptKeys = serde_json::from_value(kept).unwrap();
    let keys = SigningKeys::try_from(kept).unwrap();
    assert_eq!(keys.trusted().len(), 1);
}
