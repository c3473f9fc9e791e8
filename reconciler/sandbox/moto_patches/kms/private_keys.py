"""Private keys that are made when somebody signs with them.

moto makes one for each key of KMS, symmetric ones included. That takes longer than everything else about a key.
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
"""The keys that were made, by the names of ours: what is put back from a snapshot taken before goes on with the same key."""


def install() -> None:
    """Let moto take ours."""
    setattr(models, "generate_private_key", PrivateKey)  # noqa: B010  mypy takes no assignment to a function


class PrivateKey(AbstractPrivateKey):
    """A private key of a spec; a saved state keeps one that was made."""

    def __init__(self, key_spec: str) -> None:
        self.spec = key_spec
        self.name = str(uuid.uuid4())
        self.written: bytes | None = None

    @property
    def made(self) -> Any:
        """The key itself, as moto has it."""
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
        """Tell whether a signature is that of a message."""
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
