"""Schemathesis makes requests from ../openapi.yaml, valid and not, one by one and in sequences, and
holds each answer to it: no crash, no other status, no other shape."""

import os
import pathlib
import subprocess
import sys

import pytest

DESCRIPTION = pathlib.Path(__file__).parent.parent / "openapi.yaml"

# Left out, because Auth0 does otherwise: an unknown method is a 404 (unsupported_method,
# allow_header_conformance), a token that is no JWT a 400 (ignored_auth); and a body may break a rule
# that no schema says (positive_data_acceptance).
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "use_after_free",
    "ensure_resource_availability",
]


def test_no_request_is_answered_otherwise_than_described(tmp_path, issuer, management_token):
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(DESCRIPTION),
        "--url", issuer.rstrip("/"),
        "--header", f"Authorization: Bearer {management_token}",
        "--tls-verify", os.environ["SSL_CERT_FILE"],
        "--checks", ",".join(CHECKS),
        "--max-examples", "40",
        "--generation-deterministic",
        "--no-color",
    ]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    if ended.returncode != 0:
        pytest.fail(ended.stdout + ended.stderr, pytrace=False)
