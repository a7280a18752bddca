use super::*;

fn permission(
    scope: PermittedScope,
    organization: PermittedOrganization,
) -> Permission {
    Permission {
        client: ClientRef::Key("courier".parse().unwrap()),
        audience: PermittedAudience::Identifier(
            "https://api.maps.example/"
                .parse()
                .unwrap(),
        ),
        scope,
        organization,
        subject_type: SubjectType::Client,
    }
}

fn named(scope: &str) -> PermittedScope {
    PermittedScope::Named(scope.parse().unwrap())
}

fn organization() -> PermittedOrganization {
    PermittedOrganization::Id("org_a".parse().unwrap())
}

/// What is gained and lost on the way from one state to another.
fn change(
    before: &Permission,
    after: &Permission,
) -> (Vec<Permission>, Vec<Permission>) {
    let before: Access = std::iter::once(before.clone()).collect();
    let AccessChange { gained, lost } =
        before.change_to(&std::iter::once(after.clone()).collect());

    (
        gained.into_iter().collect(),
        lost.into_iter().collect(),
    )
}

#[test]
fn what_is_said_in_general_terms_is_neither_gained_nor_lost_by_its_name() {
    let one = permission(named("read:maps"), organization());
    let every = permission(PermittedScope::Every, organization());
    let any = permission(named("read:maps"), PermittedOrganization::Any);
    for wider in [every, any] {
        let (gained, lost) = change(&one, &wider);
        assert_eq!((gained, lost), (vec![wider.clone()], vec![]));

        let (gained, lost) = change(&wider, &one);
        assert_eq!((gained, lost), (vec![], vec![wider]));
    }
}

#[test]
fn no_organization_is_not_any() {
    let without = permission(named("read:maps"), PermittedOrganization::None);
    let any = permission(named("read:maps"), PermittedOrganization::Any);
    let (gained, lost) = change(&without, &any);
    assert_eq!((gained, lost), (vec![any], vec![without]));
}

#[test]
fn whoever_has_a_scope_has_lost_no_token_without_one() {
    let bare = permission(
        PermittedScope::None,
        PermittedOrganization::None,
    );
    let scoped = permission(named("read:maps"), PermittedOrganization::None);
    let (gained, lost) = change(&bare, &scoped);
    assert_eq!((gained, lost), (vec![scoped.clone()], vec![]));

    // Nor is it gained by losing the scope.
    let (gained, lost) = change(&scoped, &bare);
    assert_eq!((gained, lost), (vec![], vec![scoped]));
}

#[test]
fn a_token_for_another_subject_or_api_is_another_token() {
    let bare = permission(
        PermittedScope::None,
        PermittedOrganization::None,
    );
    let of_user = Permission {
        subject_type: SubjectType::User,
        ..permission(named("read:maps"), PermittedOrganization::None)
    };
    let elsewhere = Permission {
        audience: PermittedAudience::ManagementApi,
        ..permission(named("read:maps"), PermittedOrganization::None)
    };
    for other in [of_user, elsewhere] {
        let (_, lost) = change(&bare, &other);
        assert_eq!(lost, vec![bare.clone()]);
    }
}
