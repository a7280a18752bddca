use super::*;

fn grant(
    verdict: VerificationVerdict,
    remarks: &[&str],
) -> GrantVerificationView {
    GrantVerificationView {
        client: "courier".to_owned(),
        resource_server: "maps".to_owned(),
        audience: "https://api.maps.example/".to_owned(),
        scopes: Vec::new(),
        further_scope: None,
        verdict,
        remarks: remarks
            .iter()
            .map(|&remark| remark.to_owned())
            .collect(),
    }
}

fn document(grants: Vec<GrantVerificationView>) -> VerificationDocument {
    let view = VerificationView {
        requests: 0,
        grants,
    };
    VerificationDocument::of_verification(view, 0)
}

#[test]
fn what_failed_is_said_first_and_nothing_of_it_is_markup() {
    let said = verification(&document(vec![
        grant(
            VerificationVerdict::NotVerified,
            &["no credentials are at hand"],
        ),
        grant(VerificationVerdict::Verified, &[]),
        grant(
            VerificationVerdict::Failed,
            &["`read:maps` is too much", "<b>it</b>"],
        ),
    ]));

    let expected = "\
**failed**: 1 failed, 1 verified, 1 not verified

- `grants.courier -> maps` **failed**: `` `read:maps` is too much ``; `<b>it</b>`
- `grants.courier -> maps` **not verified**: `no credentials are at hand`
";
    assert_eq!(said, expected);
}

#[test]
fn what_there_is_no_room_for_is_counted() {
    let long = "x".repeat(290);
    let grants = vec![grant(VerificationVerdict::Failed, &[&long]); 1_000];
    let said = verification(&document(grants));

    assert!(said.len() <= MOST, "{}", said.len());
    assert!(
        said.contains("more, for which there is no room here"),
        "{said}"
    );
}

#[test]
fn nothing_is_not_said_to_be_verified() {
    let unknown = grant(
        VerificationVerdict::NotVerified,
        &["nobody knows"],
    );
    for (grants, expected) in [
        (
            vec![],
            "**nothing to verify**: no grant is meant",
        ),
        (
            vec![unknown],
            "**not verified**: 1 not verified",
        ),
    ] {
        assert_eq!(headline(&document(grants)), expected);
    }
}
