"""Auth0's SDK for Python manages the three kinds, and reads back what it wrote. It is set up with what
its README asks for: a domain, an id and a secret."""

import os

import pytest
from auth0.authentication import GetToken
from auth0.authentication.exceptions import Auth0Error
from auth0.management import ManagementClient
from auth0.management.core.api_error import ApiError

AUDIENCE = os.environ["AUTH0_AUDIENCE"]


@pytest.fixture(scope="module")
def auth0():
    return ManagementClient(
        domain=os.environ["AUTH0_DOMAIN"],
        client_id=os.environ["AUTH0_CLIENT_ID"],
        client_secret=os.environ["AUTH0_CLIENT_SECRET"],
    )


def by_totals(listing, **filters):
    """Every object of a listing by pages of two, where each page says how many there are in all."""
    pager = listing(page=0, per_page=2, include_totals=True, **filters)
    seen, totals = [], set()
    for number, page in enumerate(pager.iter_pages()):
        assert (page.response.start, page.response.limit) == (number * 2, 2)
        totals.add(page.response.total)
        seen.extend(page.items)
    assert totals == {len(seen)}
    return seen


def refused(status, code):
    """Expects an error with this status and, unless it is None, this code."""

    def matches(error):
        return error.status_code == status and code in (None, field(error.body, "errorCode"))

    return pytest.raises(ApiError, check=matches)


def field(body, name):
    return body.get(name) if isinstance(body, dict) else getattr(body, name, None)


def plain(model):
    return model.model_dump(exclude_none=True)


def test_resource_servers(auth0):
    made = auth0.resource_servers.create(
        identifier="https://maps.example/v 1/",
        name="Maps",
        token_lifetime=3600,
        scopes=[{"value": "read:maps", "description": "Read map tiles"}, {"value": "write:maps"}],
    )
    assert (made.token_lifetime, made.signing_alg) == (3600, "RS256")
    assert plain(auth0.resource_servers.get(made.id)) == plain(made)
    # The SDK puts a path parameter into the address in its own encoding.
    assert plain(auth0.resource_servers.get(made.identifier)) == plain(made)

    more = ["urn:a", "urn:b", "urn:c"]
    for identifier in more:
        auth0.resource_servers.create(identifier=identifier)
    listed = [api.identifier for api in by_totals(auth0.resource_servers.list)]
    assert sorted(listed) == sorted([made.identifier, AUDIENCE, *more])

    scopes = [{"value": "read:maps"}]
    changed = auth0.resource_servers.update(made.id, name="Maps of the world", scopes=scopes)
    assert plain(changed) == {**plain(made), "name": "Maps of the world", "scopes": scopes}
    with refused(409, None):
        auth0.resource_servers.create(identifier="urn:a")

    auth0.resource_servers.delete(made.id)
    with refused(404, "inexistent_resource_server"):
        auth0.resource_servers.get(made.id)
    auth0.resource_servers.delete(made.id)


def test_clients(auth0):
    made = auth0.clients.create(
        name="Gift Deliveries",
        app_type="non_interactive",
        grant_types=["client_credentials"],
        token_endpoint_auth_method="client_secret_post",
        client_metadata={"team": "gifts", "floor": "3"},
    )
    read = auth0.clients.get(made.client_id)
    assert (read.client_secret, read.grant_types) == (made.client_secret, ["client_credentials"])

    more = ["a", "b", "same", "same"]
    for name in more:
        auth0.clients.create(name=name)
    listed = [client.name for client in by_totals(auth0.clients.list, is_global=False)]
    assert sorted(listed) == ["Gift Deliveries", "Grantry emulator management", *more]

    changed = auth0.clients.update(
        made.client_id, description="Resolves addresses", client_metadata={"team": None, "shift": "night"}
    )
    assert (changed.description, changed.name) == ("Resolves addresses", made.name)
    assert changed.client_metadata == {"floor": "3", "shift": "night"}
    assert auth0.clients.rotate_secret(made.client_id).client_secret != made.client_secret
    with refused(400, "invalid_body"):
        auth0.clients.update(made.client_id)

    auth0.clients.delete(made.client_id)
    with refused(404, "inexistent_client"):
        auth0.clients.get(made.client_id)
    auth0.clients.delete(made.client_id)


def test_client_grants(auth0):
    audience = "https://granted.example/"
    auth0.resource_servers.create(identifier=audience, scopes=[{"value": "read:maps"}])
    grants = {}
    for name in ("one", "two", "three"):
        client = auth0.clients.create(name=name)
        grant = {"client_id": client.client_id, "audience": audience, "scope": ["read:maps"]}
        made = auth0.client_grants.create(**grant)
        assert plain(made) == {"id": made.id, **grant, "subject_type": "client"}
        with refused(409, None):
            auth0.client_grants.create(**grant)
        grants[made.id] = made

    # Checkpoints, two at a time: all but the last page name the next one.
    pages = list(auth0.client_grants.list(audience=audience, take=2).iter_pages())
    assert [(len(page.items), page.response.next is None) for page in pages] == [(2, False), (1, True)]
    assert sorted(grant.id for page in pages for grant in page.items) == sorted(grants)
    mine = auth0.client_grants.list(client_id=made.client_id)
    assert [plain(grant) for grant in mine] == [plain(made)]

    changed = auth0.client_grants.update(made.id, scope=[], organization_usage="allow")
    assert plain(changed) == {**plain(made), "scope": [], "organization_usage": "allow"}

    auth0.client_grants.delete(made.id)
    with refused(404, "inexistent_client_grant"):
        auth0.client_grants.get(made.id)
    auth0.client_grants.delete(made.id)


def test_a_token_of_a_service(auth0):
    audience = "https://tokens.example/"
    scopes = [{"value": "read:maps"}, {"value": "write:maps"}]
    auth0.resource_servers.create(identifier=audience, scopes=scopes)
    made = auth0.clients.create(name="service", app_type="non_interactive")
    auth0.client_grants.create(client_id=made.client_id, audience=audience, scope=["read:maps"])

    service = GetToken(os.environ["AUTH0_DOMAIN"], made.client_id, client_secret=made.client_secret)
    token = service.client_credentials(audience)
    assert (token["token_type"], token["scope"]) == ("Bearer", "read:maps")
    with pytest.raises(Auth0Error, check=lambda error: error.status_code == 403):
        service.client_credentials("https://nothing.example/")
