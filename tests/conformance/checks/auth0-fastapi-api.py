"""Auth0's plugin for FastAPI lets in who holds a token of ours with the scope, and nobody else."""

import os

import pytest
from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from fastapi_plugin.fast_api_client import Auth0FastAPI


@pytest.fixture(scope="module")
def maps(scene):
    return scene("maps")


@pytest.fixture(scope="module")
def service(maps):
    """A service with a door for `read:maps` and one for `write:maps`."""
    auth0 = Auth0FastAPI(domain=os.environ["AUTH0_DOMAIN"], audience=maps.audience)
    app = FastAPI()

    @app.get("/read")
    async def read(claims=Depends(auth0.require_auth(scopes="read:maps"))):
        return claims

    @app.get("/write")
    async def write(claims=Depends(auth0.require_auth(scopes="write:maps"))):
        return claims

    return TestClient(app)


def ask(service, door, token):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return service.get(door, headers=headers)


def refused(answer, status, error):
    assert (answer.status_code, answer.json()["detail"]["error"]) == (status, error), answer.text


def test_a_token_with_the_scope_opens_the_door(service, maps):
    answer = ask(service, "/read", maps.token())
    assert answer.status_code == 200, answer.text
    assert answer.json()["azp"] == maps.client_id


def test_a_token_without_the_scope_does_not(service, maps):
    refused(ask(service, "/write", maps.token()), 403, "insufficient_scope")


def test_other_tokens_do_not(service, maps, scene):
    refused(ask(service, "/read", scene("theirs").token()), 401, "invalid_token")
    header, claims, signature = maps.token().split(".")
    garbled = f"{header}.{claims}.{signature[::-1]}"
    refused(ask(service, "/read", garbled), 401, "invalid_token")
    refused(ask(service, "/read", None), 400, "invalid_request")


def test_a_token_that_has_expired_does_not(scene):
    brief = scene("brief", token_lifetime=0)
    auth0 = Auth0FastAPI(domain=os.environ["AUTH0_DOMAIN"], audience=brief.audience)
    app = FastAPI()

    @app.get("/read")
    async def read(claims=Depends(auth0.require_auth())):
        return claims

    refused(ask(TestClient(app), "/read", brief.token()), 401, "invalid_token")
