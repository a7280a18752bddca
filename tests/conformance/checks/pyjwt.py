"""PyJWT finds the key by the token's `kid` in the published key set, and holds a token to its
signature, issuer, audience and expiry."""

import jwt
import pytest


@pytest.fixture(scope="module")
def keys(issuer):
    return jwt.PyJWKClient(f"{issuer}.well-known/jwks.json")


def decode(keys, issuer, audience, token):
    key = keys.get_signing_key_from_jwt(token)
    required = ["iss", "aud", "sub", "iat", "exp"]
    return jwt.decode(
        token, key, algorithms=["RS256"], issuer=issuer, audience=audience, options={"require": required}
    )


def test_the_key_set_is_of_rsa_keys_for_signatures(keys):
    [key] = keys.get_signing_keys()
    assert (key.key_type, key.public_key_use, key.algorithm_name) == ("RSA", "sig", "RS256")


def test_a_token_says_who_may_do_what(keys, issuer, scene):
    maps = scene("maps", token_lifetime=600)
    token = maps.token()
    assert jwt.get_unverified_header(token).keys() == {"alg", "typ", "kid"}
    claims = decode(keys, issuer, maps.audience, token)
    assert claims["exp"] - claims["iat"] == 600
    named = {name: claim for name, claim in claims.items() if name not in ("iat", "exp")}
    assert named == {
        "iss": issuer,
        "sub": f"{maps.client_id}@clients",
        "azp": maps.client_id,
        "aud": maps.audience,
        "scope": "read:maps",
        "gty": "client-credentials",
    }


def test_a_token_of_the_standard_profile_names_its_type_and_permissions(keys, issuer, scene):
    maps = scene("standard", token_dialect="rfc9068_profile_authz")
    token = maps.token()
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    claims = decode(keys, issuer, maps.audience, token)
    assert (claims["client_id"], claims["permissions"]) == (maps.client_id, ["read:maps"])
    assert claims["jti"] and "azp" not in claims and "gty" not in claims


def test_a_shared_secret_signs_where_the_api_says_so(issuer, scene):
    secret = "a secret of thirty-two characters"
    maps = scene("shared", signing_alg="HS256", signing_secret=secret)
    claims = jwt.decode(maps.token(), secret, algorithms=["HS256"], issuer=issuer, audience=maps.audience)
    assert claims["scope"] == "read:maps"


def test_what_is_not_meant_for_us_is_refused(keys, issuer, scene):
    maps, other = scene("ours"), scene("theirs")
    with pytest.raises(jwt.InvalidAudienceError):
        decode(keys, issuer, maps.audience, other.token())
    with pytest.raises(jwt.InvalidIssuerError):
        decode(keys, "https://elsewhere.example/", maps.audience, maps.token())
    header, claims, signature = maps.token().split(".")
    _, other_claims, _ = other.token().split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        decode(keys, issuer, other.audience, f"{header}.{other_claims}.{signature}")
    # A lifetime of no seconds is legal, and is over when the token arrives.
    with pytest.raises(jwt.ExpiredSignatureError):
        brief = scene("brief", token_lifetime=0)
        decode(keys, issuer, brief.audience, brief.token())
