"""hvac gets of the double of Vault that the tests of the sink go by what Vault's documentation says. Then it
finds there what Grantry delivers, and Grantry sees what it does to that."""

import json
import os
import subprocess

import hvac
import pytest
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest, UnexpectedError

CONFIGURATION = """\
stack: maps
sinks: { vault: { vault: { path: "m2m/${client.key}" } } }
resource_servers:
  maps: { identifier: "https://api.maps.example/", scopes: { read:maps: ~, write:maps: ~ } }
clients:
  courier: { name: Courier, deliver: vault }
grants:
  - { client: courier, resource_server: maps, scopes: [read:maps] }
"""


@pytest.fixture(scope="module")
def double():
    """Where the double is, and who may come in."""
    pipe = subprocess.PIPE
    with subprocess.Popen([os.environ["VAULT_DOUBLE"]], stdin=pipe, stdout=pipe, text=True) as program:
        yield json.loads(program.stdout.readline())
    assert program.returncode == 0


@pytest.fixture(scope="module")
def client(double):
    return lambda token=None, **more: hvac.Client(url=double["address"], token=token, **more)


@pytest.fixture(scope="module")
def vault(double, client):
    return client(double["root"])


@pytest.fixture(scope="module")
def kv(vault):
    return vault.secrets.kv.v2


def read(kv, path):
    """The newest version, with what is said of it; where it was deleted, that alone."""
    return kv.read_secret_version(path, raise_on_deleted_version=False)["data"]


def test_logins(double, client):
    assert client(double["root"]).is_authenticated()
    assert not client("hvs.of-nobody").is_authenticated()
    for method in ("approle", "kubernetes"):
        stranger = client()
        login = getattr(stranger.auth, method).login
        with pytest.raises(InvalidRequest):
            login(**{name: "wrong" for name in double[method]})
        assert not stranger.is_authenticated()
        assert login(**double[method])["auth"]["client_token"] == stranger.token
        assert stranger.is_authenticated()
        # Each of them is good for one.
        with pytest.raises(InvalidRequest):
            login(**double[method])
        with pytest.raises(InvalidPath, match="no handler for route"):
            login(**double[method], mount_point="nowhere")


def test_a_write_with_check_and_set(kv):
    mismatch = pytest.raises(InvalidRequest, match="check-and-set parameter did not match the current version")
    made = kv.create_or_update_secret("cas", {"a": "1"}, cas=0)["data"]
    assert (made["version"], made["deletion_time"], made["destroyed"]) == (1, "", False)
    for cas in (0, 2):
        with mismatch:
            kv.create_or_update_secret("cas", {"a": "theirs"}, cas=cas)
    assert kv.create_or_update_secret("cas", {"a": "2"}, cas=1)["data"]["version"] == 2
    assert kv.create_or_update_secret("cas", {"a": "3"})["data"]["version"] == 3
    # It reads, and writes over what it read.
    assert kv.patch("cas", {"b": {"c": [1]}})["data"]["version"] == 4
    there = read(kv, "cas")
    assert (there["data"], there["metadata"]["version"]) == ({"a": "3", "b": {"c": [1]}}, 4)

    kv.update_metadata("cas", cas_required=True)
    with pytest.raises(InvalidRequest, match="check-and-set parameter required"):
        kv.create_or_update_secret("cas", {"a": "5"})
    # What is deleted has a version still.
    kv.delete_latest_version_of_secret("cas")
    with mismatch:
        kv.create_or_update_secret("cas", {"a": "5"}, cas=0)
    assert kv.create_or_update_secret("cas", {"a": "5"}, cas=4)["data"]["version"] == 5


def test_metadata(kv):
    with pytest.raises(InvalidPath):
        kv.read_secret_metadata("noted")
    kv.update_metadata("noted", custom_metadata={"owner": "team", "floor": "3"})
    noted = kv.read_secret_metadata("noted")["data"]
    assert (noted["current_version"], noted["versions"]) == (0, {})
    with pytest.raises(InvalidPath):
        read(kv, "noted")
    # No version was written, so none is in the way of the first.
    kv.create_or_update_secret("noted", {"a": "1"}, cas=0)
    assert read(kv, "noted")["metadata"]["custom_metadata"] == {"owner": "team", "floor": "3"}

    # What is not named stays; what is named is put in the place of all of it.
    kv.update_metadata("noted", max_versions=2)
    assert kv.read_secret_metadata("noted")["data"]["custom_metadata"] == {"owner": "team", "floor": "3"}
    kv.update_metadata("noted", custom_metadata={"owner": "team"})
    for number in ("2", "3"):
        kv.create_or_update_secret("noted", {"a": number})
    noted = kv.read_secret_metadata("noted")["data"]
    assert (noted["custom_metadata"], noted["max_versions"]) == ({"owner": "team"}, 2)
    assert (noted["current_version"], noted["oldest_version"]) == (3, 2)
    assert noted["versions"].keys() == {"2", "3"}

    longest = {"k" * 128: "v" * 512, **{f"key-{number}": "v" for number in range(63)}}
    kv.update_metadata("noted", custom_metadata=longest)
    for wrong in ({"k" * 129: "v"}, {"k": "v" * 513}, {**longest, "more": "v"}, {"k": ""}, {"k": 1}, {"k": "\n"}):
        with pytest.raises(InvalidRequest, match="custom_metadata validation failed"):
            kv.update_metadata("noted", custom_metadata=wrong)
    assert kv.read_secret_metadata("noted")["data"]["custom_metadata"] == longest

    # It will be gone, and is there still.
    kv.update_metadata("brief", delete_version_after="720h")
    kv.create_or_update_secret("brief", {"a": "1"})
    there = read(kv, "brief")
    assert there["data"] == {"a": "1"} and there["metadata"]["deletion_time"] != ""


def test_what_is_deleted_comes_back_and_what_is_destroyed_does_not(kv):
    path = "folder of one/gone %2F ü"
    for number in ("1", "2"):
        kv.create_or_update_secret(path, {"a": number})

    kv.delete_latest_version_of_secret(path)
    with pytest.raises(InvalidPath):
        kv.read_secret_version(path, raise_on_deleted_version=True)
    there = read(kv, path)
    assert there["data"] is None and there["metadata"]["deletion_time"] != ""
    kv.undelete_secret_versions(path, [2])
    assert read(kv, path)["data"] == {"a": "2"}

    kv.delete_secret_versions(path, [1, 2])
    versions = kv.read_secret_metadata(path)["data"]["versions"]
    assert all(version["deletion_time"] for version in versions.values())
    kv.destroy_secret_versions(path, [2])
    kv.undelete_secret_versions(path, [1, 2])
    versions = kv.read_secret_metadata(path)["data"]["versions"]
    assert {number: version["destroyed"] for number, version in versions.items()} == {"1": False, "2": True}
    with pytest.raises(InvalidPath):
        read(kv, path)

    kv.delete_metadata_and_all_versions(path)
    for look in (kv.read_secret_metadata, kv.list_secrets):
        with pytest.raises(InvalidPath):
            look(path)


def test_lists(double, client, kv):
    for path in ("lists/foo", "lists/foo/bar", "lists/foo/baz"):
        kv.create_or_update_secret(path, {})
    kv.delete_latest_version_of_secret("lists/foo/baz")
    by_get = client(double["root"], strict_http=True).secrets.kv.v2
    for kv in (kv, by_get):
        assert kv.list_secrets("lists")["data"]["keys"] == ["foo", "foo/"]
        assert kv.list_secrets("lists/foo/")["data"]["keys"] == ["bar", "baz"]
        assert "lists/" in kv.list_secrets("")["data"]["keys"]
        with pytest.raises(InvalidPath):
            kv.list_secrets("lists/foo/bar")


def test_namespaces_are_apart(double, client, kv):
    team = client(double["root"], namespace="team").secrets.kv.v2
    team.create_or_update_secret("apart", {"of": "team"})
    with pytest.raises(InvalidPath):
        read(kv, "apart")
    kv.create_or_update_secret("apart", {"of": "all"}, cas=0)
    assert read(team, "apart")["data"] == {"of": "team"}
    with pytest.raises(Forbidden):
        client(double["limited"], namespace="team").secrets.kv.v2.list_secrets("m2m")


def test_what_a_token_may_do(double, client, vault):
    limited = client(double["limited"])
    expected = {
        "secret/data/m2m/a": ["create", "read", "update"],
        "secret/metadata/m2m/a": ["create", "delete", "list", "read", "update"],
        "secret/data/other": ["deny"],
    }
    answer = limited.sys.get_capabilities(list(expected))
    assert {path: sorted(answer[path]) for path in expected} == expected
    assert {path: sorted(may) for path, may in answer["data"].items()} == expected
    assert vault.sys.get_capabilities(["secret/data/other"])["data"] == {"secret/data/other": ["root"]}

    kv = limited.secrets.kv.v2
    kv.create_or_update_secret("m2m/limited", {"a": "1"}, cas=0)
    assert read(kv, "m2m/limited")["data"] == {"a": "1"}
    assert "limited" in kv.list_secrets("m2m")["data"]["keys"]
    for refused in (
        lambda: read(kv, "other"),
        lambda: kv.create_or_update_secret("other", {}),
        lambda: kv.list_secrets(""),
        lambda: kv.delete_latest_version_of_secret("m2m/limited"),
        lambda: kv.destroy_secret_versions("m2m/limited", [1]),
        lambda: client().secrets.kv.v2.list_secrets("m2m"),
    ):
        with pytest.raises(Forbidden, match="permission denied"):
            refused()
    kv.delete_metadata_and_all_versions("m2m/limited")
    with pytest.raises(InvalidPath):
        kv.read_secret_metadata("m2m/limited")


def test_what_is_mounted(vault):
    for mount, version in (("secret", "2"), ("old", "1")):
        mounted = vault.read(f"sys/internal/ui/mounts/{mount}")["data"]
        assert (mounted["type"], mounted["options"]["version"]) == ("kv", version)
    with pytest.raises(Forbidden):
        vault.adapter.get("/v1/sys/internal/ui/mounts/nowhere")
    with pytest.raises(InvalidPath, match="no handler for route"):
        vault.secrets.kv.v2.list_secrets("m2m", mount_point="nowhere")
    with pytest.raises(UnexpectedError, match="unsupported operation"):
        vault.adapter.get("/v1/auth/approle/login")


def test_what_grantry_delivers(double, grantry, kv, tmp_path, scope_of, issuer):
    (tmp_path / "grantry.yaml").write_text(CONFIGURATION)
    path = "m2m/courier"
    place = f"deliveries.courier -> vault {double['address']} secret/{path}"

    def run(*arguments, **more):
        return grantry(*arguments, VAULT_ADDR=double["address"], VAULT_TOKEN=double["limited"], **more)

    def is_as_declared():
        return "No changes. 3 objects are as declared." in run("plan", "--detailed-exitcode")

    assert f"+ {place}" in run("apply", "--auto-approve")
    entry = read(kv, path)
    credentials, label = entry["data"], entry["metadata"]["custom_metadata"]
    assert credentials["issuer"] == issuer
    assert scope_of(credentials) == "read:maps"
    names = ("form", "stack", "key", "client_id", "holds", "data_version")
    said = [label[f"grantry_{name}"] for name in names]
    version = str(entry["metadata"]["version"])
    assert said == ["1", "maps", "courier", credentials["client_id"], "current", version]
    assert credentials["client_secret"] not in str(label)
    assert is_as_declared()

    # Somebody writes over it: a plan sees that, and an apply lets it be.
    kv.create_or_update_secret(path, {"password": "theirs"})
    assert f"~ {place}" in run("plan", "--detailed-exitcode", exits=2)
    refused = run("apply", "--auto-approve", exits=5)
    assert f"NOT DELIVERED ~ {place}" in refused and "holds something else" in refused
    assert read(kv, path)["data"] == {"password": "theirs"}
    # They write it as it was: its label is put right, and the service keeps its secret.
    kv.create_or_update_secret(path, credentials)
    assert f"~ {place}" in run("apply", "--auto-approve")
    assert read(kv, path)["data"]["client_secret"] == credentials["client_secret"]
    assert scope_of(read(kv, path)["data"]) == "read:maps"
    assert is_as_declared()

    # What is deleted is not delivered, until it is restored.
    newest = read(kv, path)["metadata"]["version"]
    kv.delete_secret_versions(path, [newest])
    assert f"! {place} not delivered: there is no entry of it" in run("plan", "--detailed-exitcode")
    kv.undelete_secret_versions(path, [newest])
    assert is_as_declared()

    # What nothing says is ours is theirs.
    kv.update_metadata(path, custom_metadata={"owner": "team"})
    conflict = f"conflict: clients.courier: vault {double['address']} secret/{path} holds something else"
    assert conflict in run("plan", exits=1)
    assert conflict in run("apply", "--auto-approve", exits=1)
    assert read(kv, path)["metadata"]["version"] == newest
