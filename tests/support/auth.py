"""auth.py - asks for user "user" with password "secret", or token "secret"."""

import base64
import hashlib
from urllib.request import parse_http_list, parse_keqv_list

USER, PASSWORD, REALM, NONCE = "user", "secret", "curlew", "abc0123456789"
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


def challenge(scheme: str, algorithm: str) -> str:
    if scheme == "digest":
        return (f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", '
                f"algorithm={algorithm}")
    return f'{scheme.capitalize()} realm="{REALM}"'


def accepts(scheme: str, algorithm: str, method: str, value: str) -> bool:
    """Whether |value| of Authorization is what |scheme| asked for."""
    name, _, rest = value.partition(" ")
    if name.lower() != scheme:
        return False
    if scheme == "digest":
        return accepts_digest(algorithm, method, rest)
    if scheme == "basic":
        return base64.b64decode(rest) == f"{USER}:{PASSWORD}".encode()
    return rest == PASSWORD


def accepts_digest(algorithm: str, method: str, rest: str) -> bool:
    def digest(*parts: str) -> str:
        return HASHES[algorithm](":".join(parts).encode()).hexdigest()

    given = parse_keqv_list(parse_http_list(rest))
    if not {"nonce", "nc", "cnonce", "qop", "uri", "response"} <= set(given):
        return False
    expected = digest(
        digest(USER, REALM, PASSWORD), given["nonce"], given["nc"],
        given["cnonce"], given["qop"], digest(method, given["uri"]))
    return given["nonce"] == NONCE and given["response"] == expected
