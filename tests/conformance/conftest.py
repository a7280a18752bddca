"""What the checks in Python share: where the tenant is, and a scene in it that is set by plain
HTTP, so that a check of a token proves nothing but the token."""

import os
import subprocess

import httpx
import pytest

DOMAIN = os.environ["AUTH0_DOMAIN"]
ISSUER = f"https://{DOMAIN}/"


def token(client_id, client_secret, audience, **more):
    """An access token, got by form."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": client_secret,
        "audience": audience,
        **more,
    }
    return httpx.post(f"{ISSUER}oauth/token", data=form).raise_for_status().json()["access_token"]


class Scene:
    """An API with two scopes, and a client that is granted one of them."""

    def __init__(self, management, name, **api):
        self.audience = f"https://{name}.example/"
        scopes = [{"value": "read:maps"}, {"value": "write:maps"}]
        body = {"identifier": self.audience, "scopes": scopes, **api}
        management.post("resource-servers", json=body).raise_for_status()
        body = {"name": name, "app_type": "non_interactive", "grant_types": ["client_credentials"]}
        self.client = management.post("clients", json=body).raise_for_status().json()
        self.client_id = self.client["client_id"]
        body = {"client_id": self.client_id, "audience": self.audience, "scope": ["read:maps"]}
        management.post("client-grants", json=body).raise_for_status()

    def token(self, **more):
        return token(self.client_id, self.client["client_secret"], self.audience, **more)


@pytest.fixture(scope="session")
def issuer():
    return ISSUER


@pytest.fixture(scope="session")
def management_token():
    names = ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "AUTH0_AUDIENCE")
    return token(*(os.environ[name] for name in names))


@pytest.fixture(scope="session")
def scene(management_token):
    """Makes a scene of the given name; further arguments are fields of its API."""
    headers = {"authorization": f"Bearer {management_token}"}
    with httpx.Client(base_url=f"{ISSUER}api/v2/", headers=headers) as management:
        yield lambda name, **api: Scene(management, name, **api)


@pytest.fixture
def grantry(tmp_path):
    """Runs Grantry on the tenant, in a folder of its own; what it said, without its line breaks."""

    def run(*arguments, exits=0, **variables):
        command = [os.environ["GRANTRY"], *arguments, "--provider", "auth0"]
        environment = {**os.environ, **variables}
        ran = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True)
        assert ran.returncode == exits, ran.stdout + ran.stderr
        return " ".join(ran.stdout.split())

    return run


@pytest.fixture(scope="session")
def scope_of():
    """What the token is for that a service gets by its entry."""

    def scope_of(entry):
        form = {"grant_type": "client_credentials", **entry}
        form = {name: form[name] for name in ("grant_type", "client_id", "client_secret", "audience")}
        return httpx.post(entry["token_endpoint"], data=form).raise_for_status().json()["scope"]

    return scope_of
