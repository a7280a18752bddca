"""The program `age` decrypts what Grantry has encrypted for the keys that `age-keygen` has made, and for no
other."""

import json
import os
import pathlib
import subprocess

import pytest

PROGRAMS = pathlib.Path(os.environ["AGE"])

# A job's folder may be one that is thrown away; that of a test is known to stay.
STAYS = "--sink-folder-stays"


class Key:
    """A key pair in a file, as `age-keygen` writes it."""

    def __init__(self, file):
        subprocess.run([PROGRAMS / "age-keygen", "-o", file], check=True)
        shown = subprocess.run([PROGRAMS / "age-keygen", "-y", file], check=True, stdout=subprocess.PIPE, text=True)
        self.file = file
        self.recipient = shown.stdout.strip()

    def decrypt(self, encrypted):
        command = [PROGRAMS / "age", "--decrypt", "-i", self.file, encrypted]
        return subprocess.run(command, text=True, capture_output=True)


def variables(text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name.lower(): value for name, value in (line.split("=", 1) for line in lines)}


@pytest.mark.parametrize("form, read", [("dotenv", variables), ("json", json.loads)])
def test_the_recipients_decrypt_an_entry_and_nobody_else(tmp_path, grantry, scope_of, form, read):
    ours, colleague, stranger = (Key(tmp_path / f"{name}.txt") for name in ("ours", "colleague", "stranger"))
    configuration = f"""
        stack: {form}
        sinks:
          encrypted:
            age:
              path: "encrypted/${{client.key}}.age"
              format: {form}
              recipients: [{ours.recipient}, {colleague.recipient}]
        resource_servers:
          maps: {{ identifier: "https://{form}.example/", scopes: {{ read:maps: ~, write:maps: ~ }} }}
        clients:
          courier: {{ name: "Courier of {form}", deliver: encrypted }}
        grants:
          - {{ client: courier, resource_server: maps, scopes: [read:maps] }}
    """
    (tmp_path / "grantry.yaml").write_text(configuration)
    grantry("apply", "--auto-approve", STAYS)

    encrypted = tmp_path / "encrypted/courier.age"
    for key in (ours, colleague):
        decrypted = key.decrypt(encrypted)
        assert (decrypted.returncode, decrypted.stderr) == (0, "")
        entry = read(decrypted.stdout)
        assert scope_of(entry) == "read:maps"
    assert entry["client_secret"].encode() not in encrypted.read_bytes()
    refused = stranger.decrypt(encrypted)
    assert refused.returncode == 1 and refused.stdout == ""
    assert "no identity matched any of the recipients" in refused.stderr

    # The label is in the header, and `age` does not decrypt what somebody has changed there.
    assert "No changes." in grantry("plan", "--detailed-exitcode", STAYS)
    header, body = encrypted.read_bytes().split(b"\n--- ", 1)
    assert header.count(b"\n-> grantry-label\n") == 1
    encrypted.write_bytes(header.replace(b"\n-> grantry-label\n", b"\n-> other-label\n") + b"\n--- " + body)
    changed = ours.decrypt(encrypted)
    assert changed.returncode == 1 and "bad header MAC" in changed.stderr
