"""The tool's own signing keys: made, kept encrypted under the secret, published as a key set."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from ltitool.core.errors import PlatformError


@dataclass(frozen=True)
class SigningKey:
    """A private key, read once and kept."""

    kid: str
    private: rsa.RSAPrivateKey


def new_key(secret: str) -> tuple[str, str]:
    """Return the id and the encrypted PEM of a fresh RSA key of 2048 bits."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret.encode()),
    )
    return secrets.token_hex(8), pem.decode()


def read_key(kid: str, pem: str, secret: str) -> SigningKey:
    """Return the key; raises PlatformError when the secret is not the one it was kept under."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), secret.encode())
    except ValueError as wrong:
        raise PlatformError(
            "The tool's signing key was kept under another secret key. "
            "Put the old secret_key back; or, if it is lost, make a new one: ltitool keys rotate"
        ) from wrong
    assert isinstance(key, rsa.RSAPrivateKey)
    return SigningKey(kid, key)


def key_set(keys: Sequence[SigningKey]) -> dict[str, Any]:
    """Return the public halves as a JSON Web Key Set (RFC 7517)."""
    return {"keys": [_public(key) for key in keys]}


def _public(key: SigningKey) -> dict[str, str]:
    numbers = key.private.public_key().public_numbers()
    return {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": key.kid,
        "n": _whole(numbers.n),
        "e": _whole(numbers.e),
    }


def _whole(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
