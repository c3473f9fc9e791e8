"""Private keys that are created on the first use.

moto creates one for each KMS key, even a symmetric one. This takes longer than all other work for a key.
"""

import uuid
from collections.abc import MutableMapping
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from moto.kms import models
from moto.kms.utils import AbstractPrivateKey, generate_private_key

MADE: MutableMapping[str, Any] = {}
"""The created keys by our names: a key from a snapshot taken before its first use gets the same private key again."""


def install() -> None:
    """Replace moto's private keys."""
    setattr(models, "generate_private_key", PrivateKey)  # noqa: B010  mypy allows no assignment to a function


class PrivateKey(AbstractPrivateKey):
    """A private key of a spec; a saved state contains it if it was created."""

    def __init__(self, key_spec: str) -> None:
        self.spec = key_spec
        self.name = str(uuid.uuid4())
        self.written: bytes | None = None

    @property
    def made(self) -> Any:
        """The key itself, in moto's form."""
        if self.name not in MADE:
            made: Any = generate_private_key(self.spec)
            if self.written:
                made.private_key = load_pem_private_key(self.written, password=None)
            MADE[self.name] = made
        return MADE[self.name]

    def sign(self, message: bytes, signing_algorithm: str) -> bytes:
        """Sign a message."""
        signature: bytes = self.made.sign(message, signing_algorithm)
        return signature

    def verify(self, message: bytes, signature: bytes, signing_algorithm: str) -> bool:
        """Return whether a signature matches a message."""
        right: bool = self.made.verify(message, signature, signing_algorithm)
        return right

    def public_key(self) -> bytes:
        """Return the public key."""
        public: bytes = self.made.public_key()
        return public

    def __getstate__(self) -> tuple[str, str, bytes | None]:
        if self.written is None and self.name in MADE:
            key = self.made.private_key
            self.written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.spec, self.name, self.written

    def __setstate__(self, state: tuple[str, str, bytes | None]) -> None:
        self.spec, self.name, self.written = state
